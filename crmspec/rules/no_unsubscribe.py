"""Advertising that cannot be refused."""

from __future__ import annotations

import re
from functools import partial
from html import unescape
from typing import TYPE_CHECKING, Final

from crmspec.content.hidden import hidden
from crmspec.content.way import is_always
from crmspec.diagnostics import Code, Diagnostic, Label, Severity, text
from crmspec.rules.letter import judged, marketing, once, texts
from crmspec.template.reading import reads

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.content.element import Element
    from crmspec.content.token import Tokens
    from crmspec.diagnostics import Text
    from crmspec.ir.message import Message
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.wording import Wording
    from crmspec.rules.letter import Page
    from crmspec.source import Span

CODE = Code(
    "CRM423",
    "no-unsubscribe",
    text("a marketing letter without a link to unsubscribe"),
    Severity.ERROR,
)

_PICTURE: Final = re.compile(r"<(?:img|mj-image|svg)\b", re.IGNORECASE)
_NOTHING: Final = re.compile(r"<[^>]*>|[\s\u00ad\u200b-\u200f\u2060\ufeff]")


def check(portfolio: Portfolio) -> Iterator[Diagnostic]:
    """Yield a finding for each marketing letter without a way to leave or to choose."""
    yield from once(judged(portfolio, CODE))


def look(wording: Wording, message: Message) -> Iterator[Diagnostic]:
    """Yield what is found in one message."""
    for page in marketing(wording, message):
        linked = list(_linked(page))
        named = {name for name, _, _ in linked}
        ways_out = [(token, element) for name, token, element in linked if name == "unsubscribe"]
        if not ways_out:
            yield _finding(
                text("`{message}` has no link to unsubscribe", message=message.id),
                _place(wording, message),
                text('write `<a href="{{{{ links.unsubscribe }}}}">` into the layout'),
            )
            continue
        yield from _unsure(page, ways_out)
        if "preferences" not in named:
            yield Diagnostic(
                code=CODE,
                message=text(
                    "readers of `{message}` can leave, but not choose", message=message.id
                ),
                label=Label(_place(wording, message)),
                help=(text('write `<a href="{{{{ links.preferences }}}}">` beside that link'),),
                severity=Severity.INFO,
            )

    yield from _plain(wording, message)


def _plain(wording: Wording, message: Message) -> Iterator[Diagnostic]:
    """Yield what is found in the texts of a letter that has no page."""
    place = message.place.value("text")
    for tokens in texts(wording, message):
        numbers = {number for name, number in _named(tokens) if name == "unsubscribe"}
        if not numbers:
            said = text("`{message}` has no link to unsubscribe", message=message.id)
            yield _finding(said, place, text("write `{{{{ links.unsubscribe }}}}` at its end"))
        elif not is_always(tokens, numbers):
            yield _sometimes(message, place)


def _named(tokens: Tokens) -> Iterator[tuple[str, int]]:
    """Yield the service links that a text shows, each with the number of its token."""
    for number, mark in enumerate(tokens.marks):
        if mark.role == "value":
            for read in reads((mark.piece,)):
                if read.name[0] == "links" and read.name[1:]:
                    yield str(read.name[1]), number


def _sometimes(message: Message, span: Span) -> Diagnostic:
    said = text("only some readers of `{message}` find a way to unsubscribe", message=message.id)
    return _finding(said, span, text("put it outside of `{{% if %}}`, or into every branch"))


def _finding(message: Text, span: Span, hint: Text) -> Diagnostic:
    law = text("the law wants it in advertising, and so do Gmail and Mail.ru")
    return Diagnostic(code=CODE, message=message, label=Label(span), help=(hint, law))


def _unsure(page: Page, ways_out: list[tuple[int, Element]]) -> Iterator[Diagnostic]:
    """Yield a finding if nobody sees a way out, or only some do."""
    unseen = hidden(page.tokens.text)
    seen = {
        token
        for token, element in ways_out
        if not any(start <= element.start < end for start, end in unseen) and _shows(page, element)
    }
    span, id_ = ways_out[0][1].span, page.message.id
    if not seen:
        message = text("nobody sees the link by which `{message}` is refused", message=id_)
        yield _finding(message, span, text("put words into it, and let it be seen"))
    elif not is_always(page.tokens, seen):
        yield _sometimes(page.message, span)


def _linked(page: Page) -> Iterator[tuple[str, int, Element]]:
    """Yield the service links of a letter, each with the number of its token and its element."""
    tokens = page.tokens
    for address, element, _ in page.links:
        for found in tokens.pattern.finditer(address):
            number = int(found[1])
            for read in reads((tokens.marks[number].piece,)):
                if read.name[0] == "links" and read.name[1:]:
                    yield str(read.name[1]), number, element


def _shows(page: Page, element: Element) -> bool:
    """Say whether there is something to click."""
    inside = element.text
    if not inside:
        return not element.has_nothing
    shown = page.tokens.pattern.sub(partial(_value, page), inside)
    return _PICTURE.search(shown) is not None or bool(_NOTHING.sub("", unescape(shown)))


def _value(page: Page, found: re.Match[str]) -> str:
    return "x" if page.tokens.marks[int(found[1])].role == "value" else ""


def _place(wording: Wording, message: Message) -> Span:
    """Return where a link would be put: the layout, or the letter that has none."""
    layout = wording.program.layouts.get(message.layout.id) if message.layout else None
    return layout.place.name if layout is not None else message.place.name
