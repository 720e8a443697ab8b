"""The elements of a letter as its author wrote it, with their places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.content.tag import named, tags
from crmspec.template import tree

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crmspec.content.tag import Tag
    from crmspec.content.token import Tokens
    from crmspec.source import Span


class Element:
    """A start tag, with its name and its parent's.

    `attributes` and `text` hold tokens where values stand; `Written.values` tells which.
    """

    def __init__(self, tokens: Tokens, tag: Tag, parent: str) -> None:
        self.name = tag.name
        self.parent = parent
        self._tokens = tokens
        self._tag = tag

    @property
    def start(self) -> int:
        """Return where it begins in the whole text."""
        return self._tag.start

    @property
    def has_nothing(self) -> bool:
        """Say whether its end tag follows at once."""
        end = self._tag.end
        name = self._tokens.text[end : end + len(self.name) + 2].lower()
        return not self._tag.empty and name == f"</{self.name}"

    @property
    def span(self) -> Span:
        """Return where it was written."""
        return self._tokens.span(self._tag.start, self._tag.end)

    @property
    def attributes(self) -> Mapping[str, str]:
        """Return its attributes by name."""
        return named(self._tag.written)

    def place(self, name: str) -> Span:
        """Return where the value of an attribute was written, of the last one of that name."""
        found = [one for one in self._tag.attributes() if one.name == name][-1]
        return self._tokens.span(found.start, found.start + len(found.value))

    @property
    def text(self) -> str:
        """Return what stands up to its end tag, tags included; "" if it is never closed."""
        if self._tag.empty:
            return ""
        written = self._tokens.text
        end = written.find(f"</{self.name}", self._tag.end)
        return written[self._tag.end : end] if end >= 0 else ""


class Written:
    """A letter as it was written: `Parts.written`, seen as elements."""

    def __init__(self, tokens: Tokens) -> None:
        self.tokens = tokens

    def elements(self) -> Iterator[Element]:
        """Yield the elements in the order of the text."""
        stack: list[str] = []
        for tag in tags(self.tokens.text):
            if tag.closing:
                _close(stack, tag.name)
                continue
            yield Element(self.tokens, tag, stack[-1] if stack else "")
            if not tag.empty:
                stack.append(tag.name)

    def values(self, written: str) -> tuple[tree.Piece, ...]:
        """Return the values and blocks that stand in an attribute or text of an element."""
        found = self.tokens.pattern.finditer(written)
        return tuple(self.tokens.marks[int(one[1])].piece for one in found)

    def arms(self, at: int) -> dict[int, int]:
        """Return the arms of the conditions around a place: by the condition, the arm's number."""
        open_: dict[int, int] = {}
        for found in self.tokens.pattern.finditer(self.tokens.text, 0, at):
            mark = self.tokens.marks[int(found[1])]
            key = id(mark.piece)
            if mark.role == "end":
                open_.pop(key, None)
            elif mark.role != "value" and isinstance(mark.piece, tree.If):
                open_[key] = open_.get(key, -1) + 1
        return open_

    def plain(self, written: str, instead: str = "") -> str:
        """Return an attribute or text with something instead of its values."""
        return self.tokens.pattern.sub(instead, written)

    def span(self, start: int, end: int) -> Span:
        """Return where characters of the whole text were written."""
        return self.tokens.span(start, end)


def _close(stack: list[str], name: str) -> None:
    if name in stack:
        while stack.pop() != name:
            pass
