"""Letters that ask for several things at once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from crmspec.diagnostics import Code, Diagnostic, Label, Severity, text
from crmspec.rules.letter import judged, marketing, once

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.content.element import Element
    from crmspec.ir.message import Message
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.wording import Wording
    from crmspec.rules.letter import Page
    from crmspec.source import Span

CODE = Code("CRM422", "many-calls", text("a letter with several calls to action"), Severity.INFO)
MANY: Final = frozenset({"digest", "survey", "announcement", "information"})
"""Kinds of letters that may lead to many places."""
_STYLED: Final = re.compile(r"button|btn|(?:^|[\s_-])cta(?:$|[\s_-])", re.IGNORECASE)


class Call(NamedTuple):
    """A button: where it leads to, and the arms of the conditions that it stands in."""

    target: str
    span: Span
    arms: dict[int, int]

    def meets(self, other: Call) -> bool:
        """Say whether one letter may have both."""
        return all(other.arms.get(one, arm) == arm for one, arm in self.arms.items())


def check(portfolio: Portfolio) -> Iterator[Diagnostic]:
    """Yield a finding for each marketing letter whose buttons lead to different places."""
    yield from once(judged(portfolio, CODE))


def look(wording: Wording, message: Message) -> Iterator[Diagnostic]:
    """Yield what is found in one message."""
    if message.kind in MANY:
        return
    for page in marketing(wording, message):
        calls = _most(page)
        if len(calls) > 1:
            yield Diagnostic(
                code=CODE,
                message=text(
                    "`{message}` asks for {count} things", message=message.id, count=len(calls)
                ),
                label=Label(calls[1].span, text("another call")),
                related=(Label(calls[0].span, text("the first call")),),
                help=(text("keep one button for the main thing, and make links of the others"),),
            )


def _most(page: Page) -> list[Call]:
    """Return the buttons to different places that one reader gets, where these are the most."""
    found = [one for one in page.links if _is_button(one[1])]
    targets = {address.partition("?")[0] for address, _, _ in found}
    if len(targets) <= 1:
        return []
    calls = [
        Call(address.partition("?")[0], span, page.written.arms(element.start))
        for address, element, span in found
    ]
    most: list[Call] = []
    for at in range(len(calls)):
        most = max(most, _along(calls[at:]), key=len)
        if len(most) == len(targets):
            break
    return most


def _along(calls: list[Call]) -> list[Call]:
    """Return the first button and those after it that may stand in the same letter."""
    kept: list[Call] = []
    for call in calls:
        if all(one.target != call.target and one.meets(call) for one in kept):
            kept.append(call)
    return kept


def _is_button(element: Element) -> bool:
    if element.name != "a":
        return element.name == "mj-button"
    given = element.attributes
    return given.get("role") == "button" or _STYLED.search(given.get("class", "")) is not None
