"""Preheaders that inboxes cut off, or fill with whatever comes first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crmspec.diagnostics import Code, Diagnostic, Label, Severity, text
from crmspec.rules.inbox_line import Line, cut, finding
from crmspec.rules.letter import judged, marketing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir.message import Message
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.wording import Wording

CODE = Code(
    "CRM421", "long-preheader", text("a preheader that is too long, or none"), Severity.WARNING
)
LINE: Final = Line("preheader", most=90)
"""What is seen of a preheader."""


def check(portfolio: Portfolio) -> Iterator[Diagnostic]:
    """Yield a finding for each preheader of more than 90 signs, and for letters that have none."""
    yield from judged(portfolio, CODE)


def look(wording: Wording, message: Message) -> Iterator[Diagnostic]:
    """Yield what is found in one message."""
    for found in cut(wording, message, LINE):
        said = text(
            "the preheader of `{message}` has {count} signs", message=message.id, count=found.size
        )
        advice = text("say it shorter; it goes on where the subject ends")
        yield finding(CODE, wording, found, said, advice)
    yield from _missing(wording, message)


def _missing(wording: Wording, message: Message) -> Iterator[Diagnostic]:
    for page in marketing(wording, message):
        own = any(
            one.name == "mj-preview" and page.written.plain(one.text).strip()
            for one in page.elements
        )
        if not page.parts.fields.get("preheader") and not own:
            yield Diagnostic(
                code=CODE,
                message=text("`{message}` has no preheader", message=message.id),
                label=Label(message.place.name),
                help=(text("inboxes show the first words of the letter instead, often a menu"),),
                severity=Severity.INFO,
            )
