"""Hold a tree as one text: words that no MJML touches stand for what is not text."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from msgspec import structs

from crmspec.source import Span
from crmspec.template import tree

if TYPE_CHECKING:
    from collections.abc import Callable

Role: TypeAlias = Literal["value", "open", "arm", "end"]
Valued: TypeAlias = "Callable[[tree.Piece, int], tree.Body]"
"""What a value becomes that stands at a place of the text."""


class Mark(NamedTuple):
    """What a token stands for: a value, or where a block opens, divides or ends."""

    role: Role
    piece: tree.Piece


class UnevenError(Exception):
    """The tokens of a block came back in another order, or only some of them."""

    def __init__(self, piece: tree.Piece) -> None:
        super().__init__(piece.span)
        self.piece = piece


class Tokens:
    """A tree as text. `text` is it; `restored` makes a tree of what became of it."""

    def __init__(self, body: tree.Body) -> None:
        self.prefix = _prefix(body)
        self.pattern = re.compile(rf"{self.prefix}(\d+)qz")
        self.marks: list[Mark] = []
        self._parts: list[str] = []
        self._length = 0
        self._starts: list[int] = []
        self._places: list[tuple[Span, int]] = []
        self._body(body)
        self.text = "".join(self._parts)

    def token(self, number: int) -> str:
        """Return the token of a mark: an identifier of CSS, and safe in any URL."""
        return f"{self.prefix}{number}qz"

    def span(self, start: int, end: int) -> Span:
        """Return where the characters `[start, end)` of the text were written."""
        at = bisect_right(self._starts, start) - 1
        if at < 0:
            return tree.NOWHERE
        place, length = self._places[at]
        shift = start - self._starts[at]
        if place.end - place.start != length:
            return place
        first = place.start + min(shift, length)
        return Span(place.path, first, max(first, min(place.end, first + end - start)))

    def keep(self, piece: tree.Piece) -> str:
        """Return a new token for a piece that is a value."""
        self.marks.append(Mark("value", piece))
        return self.token(len(self.marks) - 1)

    def lost(self, written: str) -> list[tree.Piece]:
        """Return the pieces of which a text does not have every token."""
        seen = {int(found[1]) for found in self.pattern.finditer(written)}
        gone = [mark.piece for number, mark in enumerate(self.marks) if number not in seen]
        return [piece for at, piece in enumerate(gone) if piece not in gone[:at]]

    def restored(self, written: str, valued: Valued) -> tree.Body:
        """Return a text as a tree; raises `UnevenError` if its blocks are broken."""
        return _Restoring(self, written, valued).body()

    def _add(self, written: str, span: Span, length: int) -> None:
        self._starts.append(self._length)
        self._places.append((span, length))
        self._parts.append(written)
        self._length += len(written)

    def _mark(self, role: Role, piece: tree.Piece, span: Span) -> None:
        self.marks.append(Mark(role, piece))
        self._add(self.token(len(self.marks) - 1), span, -1)

    def _body(self, body: tree.Body) -> None:
        for piece in body:
            if isinstance(piece, tree.Text):
                self._add(piece.text, piece.span, len(piece.text))
            elif isinstance(piece, tree.If | tree.For | tree.With):
                self._block(piece)
            else:
                self._mark("value", piece, piece.span)

    def _block(self, piece: tree.If | tree.For | tree.With) -> None:
        self._mark("open", piece, piece.span)
        for at, arm in enumerate(arms(piece)):
            if at:
                self._mark("arm", piece, piece.span)
            self._body(arm)
        self._mark("end", piece, piece.span)


def arms(piece: tree.Piece) -> list[tree.Body]:
    """Return the bodies of a block in the order of the text; the `else` if there is one."""
    match piece:
        case tree.If():
            bodies = [branch.body for branch in piece.branches]
            return [*bodies, piece.otherwise] if piece.otherwise else bodies
        case tree.For():
            return [piece.body, piece.otherwise] if piece.otherwise else [piece.body]
        case tree.With():
            return [piece.body]
    return []


def with_arms(piece: tree.Piece, bodies: list[tree.Body]) -> tree.Piece:
    """Return the block with other bodies, as many as `arms` gave."""
    if isinstance(piece, tree.If):
        branches = tuple(
            structs.replace(branch, body=body)
            for branch, body in zip(piece.branches, bodies, strict=False)
        )
        return structs.replace(piece, branches=branches, otherwise=(*bodies, ())[len(branches)])
    if isinstance(piece, tree.For):
        return structs.replace(piece, body=bodies[0], otherwise=(*bodies, ())[1])
    return structs.replace(piece, body=bodies[0])


class _Restoring:
    """One way back from text to tree."""

    def __init__(self, tokens: Tokens, written: str, valued: Valued) -> None:
        self.tokens = tokens
        self.written = written
        self.valued = valued
        self.found = list(tokens.pattern.finditer(written))
        self.next = 0
        self.at = 0

    def body(self) -> tree.Body:
        """Return the whole text; raises `UnevenError`."""
        made, stop = self._pieces()
        if stop is not None:
            raise UnevenError(stop.piece)
        return made

    def _pieces(self) -> tuple[tree.Body, Mark | None]:
        """Return pieces up to a token that divides or ends a block, and that token's mark."""
        made: list[tree.Piece] = []
        while self.next < len(self.found):
            found = self.found[self.next]
            self.next += 1
            self._text(made, found.start())
            self.at = found.end()
            mark = self.tokens.marks[int(found[1])]
            if mark.role == "value":
                made += self.valued(mark.piece, found.start())
            elif mark.role == "open":
                made.append(self._block(mark.piece))
            else:
                return tuple(made), mark
        self._text(made, len(self.written))
        return tuple(made), None

    def _text(self, made: list[tree.Piece], end: int) -> None:
        if end > self.at:
            made.append(tree.Text(text=self.written[self.at : end]))

    def _block(self, piece: tree.Piece) -> tree.Piece:
        bodies: list[tree.Body] = []
        while True:
            body, stop = self._pieces()
            bodies.append(body)
            if stop is None or stop.piece is not piece:
                raise UnevenError(piece)
            if stop.role == "end":
                break
        if len(bodies) != len(arms(piece)):
            raise UnevenError(piece)
        return with_arms(piece, bodies)


def _prefix(body: tree.Body) -> str:
    """Return a word that the texts of a tree do not hold."""
    prefix = "zqj"
    written = "".join(_texts(body))
    while prefix in written:
        prefix += "j"
    return prefix


def _texts(body: tree.Body) -> list[str]:
    found: list[str] = []
    for piece in body:
        if isinstance(piece, tree.Text):
            found.append(piece.text)
        else:
            found += (text for arm in arms(piece) for text in _texts(arm))
    return found
