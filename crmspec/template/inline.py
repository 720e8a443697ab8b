"""Where the characters of a YAML scalar stand in its file, whatever its style.

The rules are those of YAML 1.2 for flow and block scalars; a result that does not give the very
text that was read is thrown away, so a map is either right or not there.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from crmspec.document.node import Scalar
from crmspec.template.origin import Origin, Run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.document.node import Node
    from crmspec.source import Source

_PROPERTIES: Final = re.compile(r"(?:[&!]\S*\s+)*")
_FOLD: Final = re.compile(r"[ \t]*(?:\r\n?|\n)[ \t]*")
_BREAK: Final = re.compile(r"\r\n?|\n")
_HEADER: Final = re.compile(r"[|>][-+0-9]*[^\r\n]*(?:\r\n?|\n)?")
_ORDINARY: Final = re.compile(r"[^ \t\r\n'\"\\]+")
_HEX: Final = {"x": 2, "u": 4, "U": 8}
_ESCAPES: Final = {
    "0": "\0",
    "a": "\a",
    "b": "\b",
    "t": "\t",
    "\t": "\t",
    "n": "\n",
    "v": "\v",
    "f": "\f",
    "r": "\r",
    "e": "\x1b",
    "N": "\x85",
    "_": "\xa0",
    "L": "\u2028",
    "P": "\u2029",
}


class _Piece(NamedTuple):
    """Characters of the text, and where they stand in the file; the last one reaches to `end`."""

    text: str
    start: int
    end: int


def origin_of(node: Node | None, source: Source | None) -> Origin:
    """Return where the text of a YAML value stands; its whole place if nothing finer is known.

    `source` is the file of the node, None if it is not at hand.
    """
    if node is None:
        return Origin()
    whole = Origin(path=node.path, whole=node.span)
    if source is None or not isinstance(node, Scalar) or not isinstance(node.data, str):
        return whole
    start, end = node.start, node.end
    start = min(end, _PROPERTIES.match(source.text, start, end).end())  # type: ignore[union-attr]
    quote = node.style in {"'", '"'}
    if source.text[start + quote : end - quote] == node.data:
        return Origin(path=node.path, shift=start + quote)
    pieces = list(_pieces(source.text, start, end, node))
    if "".join(piece.text for piece in pieces) != node.data:
        return whole
    return Origin(path=node.path, shift=start, runs=tuple(_runs(pieces)), length=len(node.data))


def _runs(pieces: list[_Piece]) -> Iterator[Run]:
    at = 0
    for piece in pieces:
        yield Run(at, piece.start, piece.end)
        at += len(piece.text)


def _pieces(written: str, start: int, end: int, node: Scalar) -> Iterator[_Piece]:
    if node.style in {"|", ">"}:
        return _block(written, start, end, node)
    inset = 1 if node.style else 0
    return _flow(written, start + inset, end - inset, node.style)


def _flow(written: str, at: int, end: int, style: str) -> Iterator[_Piece]:
    """Yield the characters of a plain or quoted scalar."""
    while at < end:
        fold = _FOLD.match(written, at, end)
        if fold is not None:
            at = _folds_end(written, fold.end(), end)
            yield from _folded(written, fold.start(), at)
        elif style == "'" and written.startswith("''", at):
            yield _Piece("'", at, at + 2)
            at += 2
        elif style == '"' and written[at] == "\\":
            piece = _escape(written, at, end)
            yield from [piece] if piece.text else []
            at = piece.end
        else:
            found = _ORDINARY.match(written, at, end)
            last = found.end() if found is not None else at + 1
            yield _Piece(written[at:last], at, last)
            at = last


def _folds_end(written: str, at: int, end: int) -> int:
    """Return where a run of line breaks and blanks ends."""
    while (fold := _FOLD.match(written, at, end)) is not None:
        at = fold.end()
    return at


def _folded(written: str, start: int, end: int) -> Iterator[_Piece]:
    """Yield what line breaks are read as: one is a blank, more are one break fewer."""
    breaks = list(_BREAK.finditer(written, start, end))
    if len(breaks) == 1:
        yield _Piece(" ", start, end)
    for found in breaks[1:]:
        yield _Piece("\n", found.start(), found.end())


def _escape(written: str, at: int, end: int) -> _Piece:
    """Return the character of an escape; none of an escaped line break."""
    letter = written[at + 1 : at + 2]
    if letter in _HEX:
        last = at + 2 + _HEX[letter]
        return _Piece(chr(int(written[at + 2 : last], 16)), at, last)
    if letter in {"\n", "\r"}:
        return _Piece("", at, _escaped_break(written, at + 1, end))
    return _Piece(_ESCAPES.get(letter, letter), at, at + 2)


def _escaped_break(written: str, at: int, end: int) -> int:
    found = _FOLD.match(written, at, end)
    return found.end() if found is not None else at + 1


def _block(written: str, start: int, end: int, node: Scalar) -> Iterator[_Piece]:
    """Yield the characters of a literal or folded block."""
    header = _HEADER.match(written, start, end)
    at = header.end() if header is not None else end
    lines = list(_lines(written, at, end, _indent(written, at, end, str(node.data))))
    for number, (first, last) in enumerate(lines):
        if first < last:
            yield _Piece(written[first:last], first, last)
        if number + 1 < len(lines):
            yield from _between(written, lines, number, node.style)
    kept = str(node.data)
    for _ in range(len(kept) - len(kept.rstrip("\n"))):
        yield _Piece("\n", end, end)


def _between(
    written: str, lines: list[tuple[int, int]], number: int, style: str
) -> Iterator[_Piece]:
    """Yield what stands for the line break after a line."""
    (first, last), (following, after) = lines[number], lines[number + 1]
    if style == ">" and first < last:
        later = next((one for one in lines[number + 1 :] if one[0] < one[1]), (after, after))
        if written[first] not in " \t" and written[later[0]] not in " \t":
            if following < after:
                yield _Piece(" ", last, following)
            return
    yield _Piece("\n", last, following)


def _indent(written: str, at: int, end: int, data: str) -> int:
    """Return by how much the lines of a block are indented."""
    body, line = (_first_line(one) for one in (data, written[at:end]))
    return _lead(line) - _lead(body)


def _first_line(text: str) -> str:
    """Return the first line that is not blank, '' if all are."""
    return next((line for line in _BREAK.split(text) if line.strip(" ")), "")


def _lead(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _lines(written: str, at: int, end: int, indent: int) -> Iterator[tuple[int, int]]:
    """Yield where the text of each line begins and ends."""
    for found in _BREAK.finditer(written, at, end):
        yield min(found.start(), at + indent), found.start()
        at = found.end()
    yield min(end, at + indent), end
