"""The elements of a letter as its author wrote it, with their places."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmspec.content.tag import tags

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.content.tag import Attribute, Tag
    from crmspec.content.token import Tokens
    from crmspec.source import Span
    from crmspec.template import tree


class Element(NamedTuple):
    """A start tag: its name, place, depth and parent's name, and the text up to its end tag.

    `attributes` and `text` hold tokens where values stand; `values` tells which.
    """

    name: str
    span: Span
    parent: str
    attributes: dict[str, str]
    places: dict[str, Span]
    text: str


class Written:
    """A letter as it was written: `Parts.written`, seen as elements."""

    def __init__(self, tokens: Tokens) -> None:
        self.tokens = tokens

    def elements(self) -> Iterator[Element]:
        """Yield the elements in the order of the text."""
        written = self.tokens.text
        stack: list[str] = []
        for tag in tags(written):
            if tag.closing:
                _close(stack, tag.name)
                continue
            yield self._element(tag, stack[-1] if stack else "", _text_of(written, tag))
            if not tag.empty:
                stack.append(tag.name)

    def values(self, written: str) -> tuple[tree.Piece, ...]:
        """Return the values and blocks that stand in an attribute or text of an element."""
        found = self.tokens.pattern.finditer(written)
        return tuple(self.tokens.marks[int(one[1] or one[2])].piece for one in found)

    def plain(self, written: str, instead: str = "") -> str:
        """Return an attribute or text with something instead of its values."""
        return self.tokens.pattern.sub(instead, written)

    def span(self, start: int, end: int) -> Span:
        """Return where characters of the whole text were written."""
        return self.tokens.span(start, end)

    def _element(self, tag: Tag, parent: str, text: str) -> Element:
        given: list[Attribute] = list(tag.attributes())
        places = {one.name: self.span(one.start, one.start + len(one.value)) for one in given}
        attributes = {one.name: one.value for one in given}
        return Element(tag.name, self.span(tag.start, tag.end), parent, attributes, places, text)


def _close(stack: list[str], name: str) -> None:
    if name in stack:
        while stack.pop() != name:
            pass


def _text_of(written: str, tag: Tag) -> str:
    """Return what stands between a tag and its end, tags included; "" if it is never closed."""
    if tag.empty:
        return ""
    end = written.find(f"</{tag.name}", tag.end)
    return written[tag.end : end] if end >= 0 else ""
