"""CSS and HTML that mail programs leave out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crmspec.content.client import doubts, table
from crmspec.diagnostics import Code, Diagnostic, Label, Severity, text
from crmspec.rules.letter import judged, once, pages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir.message import Message
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.wording import Wording

CODE = Code("CRM434", "unsupported-css", text("CSS that mail programs leave out"), Severity.WARNING)
SHOWN: Final = 3
FRAME: Final = frozenset(
    "element:html element:head element:body element:title element:meta element:style".split()  # noqa: SIM905
)
"""What web mail leaves out and replaces by its own."""


def check(portfolio: Portfolio) -> Iterator[Diagnostic]:
    """Yield a finding for each feature of a letter that large mail programs do not have."""
    yield from once(judged(portfolio, CODE))


def look(wording: Wording, message: Message) -> Iterator[Diagnostic]:
    """Yield what is found in one message."""
    clients = table().clients
    for page in pages(wording, message):
        for doubt in doubts(page.tokens.text):
            names = [clients[one] for one in doubt.support.no if one in clients]
            if names and doubt.feature not in FRAME:
                yield Diagnostic(
                    code=CODE,
                    message=text(
                        "`{feature}` is left out by {clients}",
                        feature=doubt.name,
                        clients=", ".join(names[:SHOWN]),
                    ),
                    label=Label(page.written.span(doubt.start, doubt.end)),
                    help=(
                        text(
                            "see that the letter does without; the facts are from {page}",
                            page=doubt.support.page,
                        ),
                    ),
                )
