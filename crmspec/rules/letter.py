"""E-mails as pages: their elements where the author wrote them, and their visible text."""

from __future__ import annotations

import re
from functools import cached_property, partial
from html import unescape
from typing import TYPE_CHECKING, Final

from crmspec.content.element import Written
from crmspec.content.token import Tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crmspec.content.element import Element
    from crmspec.content.parts import Parts
    from crmspec.diagnostics import Code, Diagnostic
    from crmspec.ir.message import Message
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.wording import Wording
    from crmspec.source import Span

KIND: Final = "messages"
_HIDDEN: Final = re.compile(
    r"<(style|script|mj-style|mj-head|head|title|mj-preview)\b.*?</\1\s*>|<!--.*?-->|<[^>]*>",
    re.DOTALL | re.IGNORECASE,
)


class Page:
    """One e-mail in one language."""

    def __init__(self, parts: Parts, tokens: Tokens) -> None:
        self.parts = parts
        self.message = parts.message
        self.tokens = tokens
        self.written = Written(tokens)

    @cached_property
    def elements(self) -> tuple[Element, ...]:
        """Return the elements in the order of the text."""
        return tuple(self.written.elements())

    @cached_property
    def html(self) -> Tokens:
        """Return the page that was made of it, as one text."""
        return Tokens(self.parts.html)

    @cached_property
    def words(self) -> str:
        """Return what can be read, with one sign for each value."""
        shown = _HIDDEN.sub(" ", self.tokens.pattern.sub("x", self.tokens.text))
        return " ".join(unescape(shown).split())

    @cached_property
    def links(self) -> tuple[tuple[str, Element, Span], ...]:
        """Return the addresses that can be clicked, as written, with where they stand."""
        return tuple(
            (element.attributes["href"].strip(), element, element.place("href"))
            for element in self.elements
            if element.name not in _NO_LINKS and "href" in element.attributes
        )


_NO_LINKS: Final = frozenset({"link", "base", "mj-font", "mj-include"})


def pages(wording: Wording, message: Message) -> Iterator[Page]:
    """Yield the pages of a message, if it is an e-mail."""
    channel = wording.program.channels.get(message.channel.id)
    if channel is not None and channel.type == "email":
        make = partial(_pages, wording, message)
        yield from wording.lately("pages", message, make)


def _pages(wording: Wording, message: Message) -> tuple[Page, ...]:
    found = ((parts, parts.written) for parts in wording.parts(message))
    return tuple(Page(parts, tokens) for parts, tokens in found if tokens is not None)


def judged(portfolio: Portfolio, code: Code) -> Iterator[Diagnostic]:
    """Yield what a rule finds in messages; all such rules look at a message while it is open."""
    found = portfolio.wording.each(KIND, partial(looked, portfolio.wording))
    return (one for one in found if one.code.id == code.id)


def looked(wording: Wording, message: Message) -> Iterator[Diagnostic]:
    """Yield what all rules find that look at messages one by one."""
    from crmspec.rules import (
        bad_link,
        bad_mjml,
        chat_markup,
        clipped,
        dark_mode,
        deep_template,
        image_only,
        long_preheader,
        long_subject,
        low_contrast,
        many_calls,
        name_only,
        no_alt,
        no_context_line,
        no_text_part,
        no_unsubscribe,
        no_utm,
        odd_characters,
        open_link,
        personal_data_in_link,
        push_length,
        sms_parts,
        spammy_subject,
        template_variables,
        too_personal,
        unsupported_css,
    )

    for rule in (
        name_only,
        too_personal,
        deep_template,
        personal_data_in_link,
        sms_parts,
        push_length,
        chat_markup,
        template_variables,
        long_subject,
        long_preheader,
        many_calls,
        no_unsubscribe,
        no_context_line,
        no_utm,
        no_alt,
        no_text_part,
        image_only,
        clipped,
        bad_mjml,
        bad_link,
        open_link,
        low_contrast,
        unsupported_css,
        spammy_subject,
        odd_characters,
        dark_mode,
    ):
        yield from rule.look(wording, message)


def marketing(wording: Wording, message: Message) -> Iterator[Page]:
    """Yield the pages of a message if they are advertising; one that cannot be read is none."""
    if message.category == "marketing":
        yield from (page for page in pages(wording, message) if page.tokens.text.strip())


def texts(wording: Wording, message: Message) -> Iterator[Tokens]:
    """Yield the texts of an advertising e-mail that has no page."""
    channel = wording.program.channels.get(message.channel.id)
    if message.category == "marketing" and channel is not None and channel.type == "email":
        for parts in wording.parts(message):
            if parts.written is None and parts.text:
                yield Tokens(parts.text)


def once(findings: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """Yield findings, each place once: many letters share a layout."""
    seen: set[tuple[Span, str]] = set()
    for finding in findings:
        key = (finding.label.span, finding.message.template)
        if key not in seen:
            seen.add(key)
            yield finding
