"""Stretches of text between tags, and which of a letter became which of its page."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from html import unescape
from typing import TYPE_CHECKING, NamedTuple

from crmspec.content.tag import RAW, signs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.content.token import Tokens


class Stretch(NamedTuple):
    """Text without tags at `[start, end)`; `words` is what is read, the same for all values."""

    words: str
    start: int
    end: int


class Stretches:
    """The stretches of a page, and those of the letter that it was made of."""

    def __init__(self, written: Tokens, page: Tokens) -> None:
        self.written = written
        self.page = page

    def origin(self, start: int, end: int) -> Stretch | None:
        """Return what became the text at `[start, end)` of the page; None if it cannot be said.

        The same words are told apart by their order, from the end: pages repeat what stands first,
        such as the title.
        """
        inside = (one for one in self._page if start <= one.start and one.end <= end)
        found = next(inside, None)
        if found is None:
            return None
        later = sum(one.words == found.words and one.start >= found.start for one in self._page)
        before = self._letter[found.words]
        return before[-later] if later <= len(before) else None

    @cached_property
    def _page(self) -> tuple[Stretch, ...]:
        return tuple(_stretches(self.page))

    @cached_property
    def _letter(self) -> dict[str, list[Stretch]]:
        found: dict[str, list[Stretch]] = defaultdict(list)
        for one in _stretches(self.written):
            found[one.words].append(one)
        return found


def _stretches(tokens: Tokens) -> Iterator[Stretch]:
    end, raw = 0, False
    for sign in (*signs(tokens.text), None):
        start = len(tokens.text) if sign is None else sign.start
        text = "" if raw else tokens.pattern.sub("\0", tokens.text[end:start])
        words = " ".join(unescape(text).split())
        if words:
            yield Stretch(words, end, start)
        if sign is not None:
            end = sign.end
            raw = sign.tag is not None and not sign.tag.closing and sign.tag.name in RAW
