"""Text that dark inboxes make unreadable."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from crmspec.content.contrast import pale
from crmspec.diagnostics import Code, Diagnostic, Label, Severity, text
from crmspec.rules.letter import judged, once, pages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.content.contrast import Pale
    from crmspec.ir.message import Message
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.wording import Wording
    from crmspec.rules.letter import Page
    from crmspec.source import Span

CODE = Code("CRM433", "dark-mode", text("text that cannot be read in the dark"), Severity.INFO)
DARK: Final = ' style="background-color: #121212"'
"""What stands behind a letter in a dark inbox, for text that stays dark."""
LIGHT: Final = ' style="background-color: #121212; color: #e8e8e8"'
"""The same for text that is shown light."""
LIT: Final = "#8ab4f8"
"""A link as a dark inbox shows it if it has no colour of its own."""
_BEHIND: Final = re.compile(r"<(?:mj-)?body\b[^>]*\b(?:background|bgcolor)", re.IGNORECASE)
"""A background behind the whole letter."""
_DARK: Final = re.compile(r"@media[^{]*\bprefers-color-scheme\s*:\s*dark", re.IGNORECASE)
"""Colours for the dark: their author has looked."""


def check(portfolio: Portfolio) -> Iterator[Diagnostic]:
    """Yield a finding for each letter whose dark text has nothing of its own behind it."""
    yield from once(judged(portfolio, CODE))


def look(wording: Wording, message: Message) -> Iterator[Diagnostic]:
    """Yield what is found in one message."""
    for page in pages(wording, message):
        if _BEHIND.search(page.tokens.text) or _DARK.search(page.tokens.text):
            continue
        found = next(_lost(page.html.text), None)
        if found is not None:
            yield Diagnostic(
                code=CODE,
                message=text(
                    "a dark inbox shows this text with a contrast of {it}", it=found.ratio
                ),
                label=Label(_place(page, found.text)),
                help=(
                    text("its colour is set, but not what is behind it, which is dark there"),
                    text("set both, or neither: `background-color` on `mj-body` is enough"),
                ),
            )


def _lost(html: str) -> Iterator[Pale]:
    """Yield text that is dark by its own colour and has a background of the inbox behind it.

    Dark defaults spoil text without a colour on the dark, light ones that on a light background of
    the letter's own; what both spoil has a colour of its own, which may be pale anyway.
    """
    dark = list(pale(html, DARK))
    if dark:
        always = {one.text for one in pale(html)}
        light = {one.text for one in pale(html, LIGHT, LIT)} - always
        yield from (one for one in dark if one.text in light)


def _place(page: Page, words: str) -> Span:
    """Return where words of a page were written; the message if that is not known."""
    at = page.tokens.text.find(words)
    return page.message.place.name if at < 0 else page.written.span(at, at + len(words))
