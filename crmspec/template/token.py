"""The tokens of a template, cut by Jinja2's own lexer, each with its place."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING, Final, NamedTuple

from jinja2.lexer import operators

if TYPE_CHECKING:
    from crmspec.source import Span
    from crmspec.template.origin import Origin

Value = str | int | float

_LINE_BREAK: Final = re.compile(r"\r\n?")
OPERATORS: Final[dict[str, str]] = dict(operators)
"""The names that Jinja2's parser has for operators, by their spelling."""


class Token(NamedTuple):
    """A token that the parser sees; `kind` is Jinja2's name of it, `[start, end)` its place."""

    kind: str
    value: Value
    start: int
    end: int


class Tag(NamedTuple):
    """`{{ … }}` or `{% … %}`: its tokens from `first` to `last`, the brackets included."""

    first: int
    last: int
    name: str
    """The word after `{%`, '' for `{{`."""


class Table:
    r"""The text of a template with line breaks as `\n`, its tokens, and the way to the file."""

    def __init__(self, written: str, origin: Origin) -> None:
        self.origin = origin
        self.text = _LINE_BREAK.sub("\n", written) if "\r" in written else written
        pairs = [one.end() for one in _LINE_BREAK.finditer(written) if len(one[0]) > 1]
        self._shrunk = [end - number for number, end in enumerate(pairs, 1)]
        self.tokens: list[Token] = []
        self.tags: list[Tag] = []
        self._firsts: list[int] = []

    def add_tag(self, tag: Tag) -> None:
        """Note a tag; tags come in the order of the text."""
        self.tags.append(tag)
        self._firsts.append(tag.first)

    def tag(self, token: int) -> Tag:
        """Return the tag in which a token stands."""
        return self.tags[bisect_right(self._firsts, token) - 1]

    def place(self, start: int, end: int) -> Span:
        """Return the place in the file of the characters `[start, end)` of the text."""
        if not self._shrunk:
            return self.origin.span(start, end)
        before = bisect_right(self._shrunk, start), bisect_right(self._shrunk, end)
        return self.origin.span(start + before[0], end + before[1])

    def span(self, first: int, last: int) -> Span:
        """Return the place in the file of the tokens from `first` to `last`."""
        return self.place(self.tokens[first].start, self.tokens[last].end)

    def written(self, first: int, last: int) -> str:
        """Return the text of the tokens from `first` to `last`."""
        return self.text[self.tokens[first].start : self.tokens[last].end]
