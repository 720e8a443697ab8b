"""Spans are offsets into a source; lines and columns are derived from them on demand."""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property
from typing import NamedTuple

import msgspec


class Span(msgspec.Struct, frozen=True, gc=False, order=True):
    """A half-open range `[start, end)` of code points in the file at `path`.

    `path` is the project-relative POSIX path (the key of a `Source`).
    """

    path: str
    start: int
    end: int

    def cover(self, other: Span) -> Span:
        """Return the smallest span that holds both; they must be in one file."""
        return Span(self.path, min(self.start, other.start), max(self.end, other.end))


class Position(NamedTuple):
    """A place as people count it: both numbers begin at 1; columns count code points."""

    line: int
    column: int


class Source:
    """The decoded text of one file, without a byte order mark."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text

    @cached_property
    def _line_starts(self) -> list[int]:
        starts = [0]
        find = self.text.find
        at = find("\n")
        while at != -1:
            starts.append(at + 1)
            at = find("\n", at + 1)
        return starts

    @property
    def line_count(self) -> int:
        """Return the number of lines; an empty file has one."""
        return len(self._line_starts)

    def position(self, offset: int) -> Position:
        """Return the line and column of `offset`, clamped to the text."""
        offset = max(0, min(offset, len(self.text)))
        line = bisect_right(self._line_starts, offset)
        return Position(line, offset - self._line_starts[line - 1] + 1)

    def line(self, number: int) -> str:
        """Return line `number` (from 1) without its line break."""
        starts = self._line_starts
        start = starts[number - 1]
        end = starts[number] if number < len(starts) else len(self.text)
        return self.text[start:end].rstrip("\r\n")

    def line_start(self, number: int) -> int:
        """Return the offset at which line `number` (from 1) begins."""
        return self._line_starts[number - 1]
