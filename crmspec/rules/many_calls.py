"""Letters that ask for several things at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crmspec.diagnostics import Code, Diagnostic, Label, Severity, text
from crmspec.rules.letter import judged, marketing, once

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.content.element import Element
    from crmspec.ir.message import Message
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.wording import Wording
    from crmspec.source import Span

CODE = Code("CRM422", "many-calls", text("a letter with several calls to action"), Severity.INFO)
MANY: Final = frozenset({"digest", "survey", "announcement", "information"})
"""Kinds of letters that may lead to many places."""


def check(portfolio: Portfolio) -> Iterator[Diagnostic]:
    """Yield a finding for each marketing letter whose buttons lead to different places."""
    yield from once(judged(portfolio, CODE))


def look(wording: Wording, message: Message) -> Iterator[Diagnostic]:
    """Yield what is found in one message."""
    if message.kind in MANY:
        return
    for page in marketing(wording, message):
        targets: dict[str, Span] = {}
        for address, element, span in page.links():
            if _is_button(element):
                targets.setdefault(address.partition("?")[0], span)
        if len(targets) > 1:
            first, *others = targets.values()
            yield Diagnostic(
                code=CODE,
                message=text(
                    "`{message}` asks for {count} things", message=message.id, count=len(targets)
                ),
                label=Label(others[0], text("another call")),
                related=(Label(first, text("the first call")),),
                help=(text("keep one button for the main thing, and make links of the others"),),
            )


def _is_button(element: Element) -> bool:
    styled = "button" in element.attributes.get("class", "") or "btn" in element.attributes.get(
        "class", ""
    )
    return element.name == "mj-button" or (element.name == "a" and styled)
