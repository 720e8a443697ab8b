"""Advertising that cannot be refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics import Code, Diagnostic, Label, Severity, text
from crmspec.rules.letter import judged, marketing, once
from crmspec.template.reading import reads

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir.message import Message
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.wording import Wording
    from crmspec.rules.letter import Page
    from crmspec.source import Span
    from crmspec.template.reading import Read

CODE = Code(
    "CRM423",
    "no-unsubscribe",
    text("a marketing letter without a link to unsubscribe"),
    Severity.ERROR,
)


def check(portfolio: Portfolio) -> Iterator[Diagnostic]:
    """Yield a finding for each whole marketing letter without a way to leave or to choose."""
    yield from once(judged(portfolio, CODE))


def look(wording: Wording, message: Message) -> Iterator[Diagnostic]:
    """Yield what is found in one message."""
    for page in marketing(wording, message):
        named = {
            str(one.name[1]) for one in _linked(page) if one.name[0] == "links" and one.name[1:]
        }
        if "unsubscribe" not in named:
            yield Diagnostic(
                code=CODE,
                message=text("`{message}` has no link to unsubscribe", message=message.id),
                label=Label(_place(wording, message)),
                help=(
                    text('write `<a href="{{{{ links.unsubscribe }}}}">` into the layout'),
                    text("the law wants it in advertising, and so do Gmail and Mail.ru"),
                ),
            )
        elif "preferences" not in named:
            yield Diagnostic(
                code=CODE,
                message=text(
                    "readers of `{message}` can leave, but not choose", message=message.id
                ),
                label=Label(_place(wording, message)),
                help=(text('write `<a href="{{{{ links.preferences }}}}">` beside that link'),),
                severity=Severity.INFO,
            )


def _linked(page: Page) -> Iterator[Read]:
    """Yield the values that stand in the addresses of links."""
    for address, _, _ in page.links():
        yield from reads(page.written.values(address))


def _place(wording: Wording, message: Message) -> Span:
    """Return where a link would be put: the layout, or the letter that has none."""
    layout = wording.program.layouts.get(message.layout.id) if message.layout else None
    return layout.place.name if layout is not None else message.place.name
