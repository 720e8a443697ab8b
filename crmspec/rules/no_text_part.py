"""Letters without a text for those who read no HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics import Code, Diagnostic, Label, Severity, text
from crmspec.rules.letter import judged, pages
from crmspec.template import tree
from crmspec.template.reading import pieces

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir.message import Message
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.wording import Wording

CODE = Code("CRM427", "no-text-part", text("a letter without a text part"), Severity.WARNING)


def check(portfolio: Portfolio) -> Iterator[Diagnostic]:
    """Yield a finding for each letter of which no text can be made."""
    yield from judged(portfolio, CODE)


def look(wording: Wording, message: Message) -> Iterator[Diagnostic]:
    """Yield what is found in one message."""
    for page in pages(wording, message):
        if page.parts.html and not _has_words(page.parts.text):
            yield Diagnostic(
                code=CODE,
                message=text("there is no text part of `{message}`", message=message.id),
                label=Label(message.place.name),
                help=(text("nothing in the page can be read as text; write one in `text`"),),
            )


def _has_words(body: tree.Body) -> bool:
    return any(not isinstance(one, tree.Text) or one.text.strip() for one in pieces(body))
