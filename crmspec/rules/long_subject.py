"""Subjects that inboxes cut off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crmspec.diagnostics import Code, Severity, text
from crmspec.rules.inbox_line import Line, cut, finding
from crmspec.rules.letter import judged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Diagnostic
    from crmspec.ir.message import Message
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.wording import Wording

CODE = Code("CRM420", "long-subject", text("a subject that inboxes cut off"), Severity.WARNING)
LINE: Final = Line("subject", most=50)
"""What is seen of a subject on a phone and a computer."""


def check(portfolio: Portfolio) -> Iterator[Diagnostic]:
    """Yield a finding for each subject of more than 50 signs, as usual customers get it."""
    yield from judged(portfolio, CODE)


def look(wording: Wording, message: Message) -> Iterator[Diagnostic]:
    """Yield what is found in one message."""
    for found in cut(wording, message, LINE):
        said = text(
            "the subject of `{message}` has {count} signs", message=message.id, count=found.size
        )
        advice = text("put what matters into the first words")
        yield finding(CODE, wording, found, said, advice)
