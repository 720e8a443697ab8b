"""Text that is hard to read for its colour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.content.contrast import unreadable
from crmspec.diagnostics import Code, Diagnostic, Label, Severity, text
from crmspec.rules.letter import judged, once, pages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir.message import Message
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.wording import Wording

CODE = Code("CRM432", "low-contrast", text("text that is hard to read"), Severity.WARNING)


def check(portfolio: Portfolio) -> Iterator[Diagnostic]:
    """Yield a finding for each text of a letter below the contrast of WCAG AA."""
    yield from once(judged(portfolio, CODE))


def look(wording: Wording, message: Message) -> Iterator[Diagnostic]:
    """Yield what is found in one message."""
    for page in pages(wording, message):
        for span, found in unreadable(page.parts, page.html):
            yield Diagnostic(
                code=CODE,
                message=text(
                    "this text has a contrast of {ratio}; {least} can be read",
                    ratio=found.ratio,
                    least=found.least,
                ),
                label=Label(span),
                help=(text("make it darker or what is behind it lighter (WCAG AA)"),),
            )
