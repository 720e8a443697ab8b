"""Links that lead nowhere."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from crmspec.diagnostics import Code, Diagnostic, Label, Severity, text
from crmspec.rules.letter import judged, once, pages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir.message import Message
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.wording import Wording
    from crmspec.source import Span

CODE = Code("CRM431", "bad-link", text("a link that leads nowhere"), Severity.ERROR)
FAULTS: Final = (
    (
        re.compile(r"^#?$"),
        text("this link leads nowhere"),
        text("write the address of the page"),
        Severity.ERROR,
    ),
    (
        re.compile(r"^javascript:", re.IGNORECASE),
        text("mail programs run no scripts"),
        text("write the address of the page"),
        Severity.ERROR,
    ),
    (
        re.compile(r"^(?:https?://)?(?:localhost|127\.|0\.0\.0\.0|10\.|192\.168\.)", re.IGNORECASE),
        text("only your own computer can open this link"),
        text("write the public address"),
        Severity.ERROR,
    ),
    (
        re.compile(r"\s"),
        text("a space breaks this link"),
        text("write `%20`, or `| url_encode` after a value"),
        Severity.ERROR,
    ),
    (
        re.compile(r"^(?![a-z][a-z0-9+.-]*:|x|/|\?|#)", re.IGNORECASE),
        text("this link has no `https://`"),
        text("mail programs take it for a file of their own; write it in full"),
        Severity.ERROR,
    ),
    (
        re.compile(r"^https?:/?(?!/)|^https?://(?:/|$)", re.IGNORECASE),
        text("this link names no site"),
        text("write it in full, as `https://shop.example/page`"),
        Severity.ERROR,
    ),
    (
        re.compile(r"^http://", re.IGNORECASE),
        text("this link is not encrypted"),
        text("write `https://`"),
        Severity.WARNING,
    ),
)
"""What is wrong with an address, the words for it, and how bad it is; the first counts."""


def check(portfolio: Portfolio) -> Iterator[Diagnostic]:
    """Yield a finding for each link that is empty, malformed, local or not encrypted."""
    yield from once(judged(portfolio, CODE))


def look(wording: Wording, message: Message) -> Iterator[Diagnostic]:
    """Yield what is found in one message."""
    for page in pages(wording, message):
        for address, _, span in page.links():
            whole = page.written.plain(address, "x")
            if page.written.plain(address).strip() or not address:
                yield from _judged(whole, span)
    for view in wording.views(message)[:1]:
        for field, written in view.texts.items():
            if field.endswith(".url") and written:
                yield from _judged(written, wording.place(view.parts, field))


def _judged(address: str, span: Span) -> Iterator[Diagnostic]:
    for pattern, words, hint, severity in FAULTS:
        if pattern.search(address):
            yield Diagnostic(
                code=CODE, message=words, label=Label(span), help=(hint,), severity=severity
            )
            return
