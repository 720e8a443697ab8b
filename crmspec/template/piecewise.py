"""Read a template tag by tag: the same tags come again and again, and are remembered."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final, NamedTuple, cast

from msgspec import structs

from crmspec.source import Span
from crmspec.template import tree
from crmspec.template.lex import MOST_TOKENS
from crmspec.template.origin import Origin
from crmspec.template.statement import MOST_LOOPS
from crmspec.template.token import Table
from crmspec.template.whole import whole

_TAG: Final = re.compile(r"(\{\{(?![-+])[^{}%#]*(?<![-+])\}\}|\{%(?![-+])[^{}%#]*(?<![-+])%\})")
"""A tag that cannot be taken for anything else, and takes no blanks away around it."""
_OTHER: Final = re.compile(r"\{[{%#]|\{\Z")
"""What may begin a tag of another kind."""
_WORD: Final = re.compile(r"\{%\s*([a-z]+)\b")
_BARE: Final = re.compile(r"\{%\s*(else|endif|endfor)\s*%\}")
_BEFORE: Final = "{% if x %}"
_AROUND: Final = {
    "": ("", ""),
    "include": ("", ""),
    "if": ("", "{% endif %}"),
    "elif": (_BEFORE, "{% endif %}"),
    "for": ("", "{% endfor %}"),
}
"""What makes a template of a tag, by its word; `{{ … }}` has none."""
_DEEPEST: Final = 16
"""Blocks in blocks that are read here."""


class _Known(NamedTuple):
    """A tag: its word, where it begins, and what it is by itself, a branch if it is a condition."""

    word: str
    start: int
    node: tree.Node | None = None


class _UnsureError(Exception):
    """The template must be read as a whole."""


def piecewise(table: Table) -> tree.Body | None:
    """Return the tree of a text in which nothing is wrong; None if that cannot be said so."""
    if len(table.text) > MOST_TOKENS:
        return None
    try:
        body, rest = _Reading(table).body()
    except _UnsureError:
        return None
    return body if rest is None else None


class _Reading:
    """One template, tag by tag."""

    def __init__(self, table: Table) -> None:
        self.place = table.place
        self.parts = iter(_TAG.split(table.text))
        self.at = 0
        self.depth = self.loops = 0

    def body(self) -> tuple[tree.Body, _Known | None]:
        """Return the pieces up to a tag that divides or ends a block, and that tag."""
        made: list[tree.Piece] = []
        for written in self.parts:
            if written:
                made.append(self._text(written))
            known = self._tag()
            if known is None or known.word in _AFTER:
                return tuple(made), known
            made.append(self._piece(known))
        raise _UnsureError

    def _text(self, written: str) -> tree.Text:
        if _OTHER.search(written):
            raise _UnsureError
        start = self.at
        self.at += len(written)
        return tree.Text(text=written, span=self.place(start, self.at))

    def _tag(self) -> _Known | None:
        """Return the next tag in its place; None at the end."""
        written = next(self.parts, None)
        if written is None:
            return None
        word, node = _known(written)
        start = self.at
        self.at += len(written)
        return _Known(word, start, node)

    def _piece(self, known: _Known) -> tree.Piece:
        if known.word in {"", "include"}:
            return cast("tree.Piece", self._placed(known))
        self.depth += 1
        if self.depth > _DEEPEST:
            raise _UnsureError
        made = self._if(known) if known.word == "if" else self._for(known)
        self.depth -= 1
        return made

    def _if(self, known: _Known) -> tree.If:
        branches: list[tree.Branch] = []
        at: _Known | None = known
        while at is not None and at.word in {"if", "elif"}:
            branch = cast("tree.Branch", self._placed(at))
            body, at = self.body()
            branches.append(structs.replace(branch, body=body))
        otherwise = self._ended(at, "endif")
        span = self.place(known.start, self.at)
        return tree.If(branches=tuple(branches), otherwise=otherwise, span=span)

    def _for(self, known: _Known) -> tree.For:
        self.loops += 1
        if self.loops > MOST_LOOPS:
            raise _UnsureError
        loop = cast("tree.For", self._placed(known))
        body, at = self.body()
        self.loops -= 1
        otherwise = self._ended(at, "endfor")
        span = self.place(known.start, self.at)
        return structs.replace(loop, body=body, otherwise=otherwise, span=span)

    def _ended(self, at: _Known | None, word: str) -> tree.Body:
        """Return what stands in an `else`, up to the end of its block."""
        otherwise: tree.Body = ()
        if at is not None and at.word == "else":
            otherwise, at = self.body()
        if at is None or at.word != word:
            raise _UnsureError
        return otherwise

    def _placed(self, known: _Known) -> tree.Node:
        shift = known.start - len(_AROUND[known.word][0])
        return cast("tree.Node", self._at(known.node, shift))

    def _at(self, value: object, shift: int) -> Any:  # noqa: ANN401 - the same as it was given
        """Return a part of a remembered tag as it stands here."""
        if isinstance(value, Span):
            return self.place(value.start + shift, value.end + shift)
        if isinstance(value, tree.Node):
            fields = value.__struct_fields__
            return type(value)(**{one: self._at(getattr(value, one), shift) for one in fields})
        return tuple([self._at(one, shift) for one in value]) if type(value) is tuple else value


_AFTER: Final = frozenset({"elif", "else", "endif", "endfor"})


@lru_cache(maxsize=4096)
def _remembered(written: str) -> tuple[str, tree.Node | None] | None:
    """Return the word of a tag and what it is, read by itself; None if that takes the others."""
    bare = _BARE.fullmatch(written)
    if bare is not None:
        return bare[1], None
    named = _WORD.match(written)
    word = named[1] if named is not None else "" if written[1] == "{" else "?"
    if word not in _AROUND:
        return None
    before, after = _AROUND[word]
    read = whole(Table(f"{before}{written}{after}", Origin()))
    if read.problems or len(read.body) != 1:
        return None
    piece = read.body[0]
    return word, piece.branches[-1] if isinstance(piece, tree.If) else piece


def _known(written: str) -> tuple[str, tree.Node | None]:
    found = _remembered(written)
    if found is None:
        raise _UnsureError
    return found
