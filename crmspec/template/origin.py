"""Where a template was written: from offsets in its text to places in the author's file."""

from __future__ import annotations

from bisect import bisect_right
from operator import itemgetter
from typing import NamedTuple

import msgspec

from crmspec.source import Span

_AT = itemgetter(0)


class Run(NamedTuple):
    """Characters that stand side by side, from `at` in the text and from `start` in the file on.

    Each is one character of the file, but the last reaches to `end`.
    """

    at: int
    start: int
    end: int


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """The way from a template's text to the file at `path`.

    The `length` characters of the text stand in the file where the `runs` say if there are any,
    else character `n` at `shift + n`. Where nothing finer is known, `whole` is the place of all.
    """

    path: str = ""
    shift: int = 0
    runs: tuple[Run, ...] | None = None
    length: int = 0
    whole: Span | None = None

    def span(self, start: int, end: int) -> Span:
        """Return the place of the text's characters `[start, end)`."""
        if self.whole is not None:
            return self.whole
        if self.runs is None:
            return Span(self.path, self.shift + start, self.shift + end)
        if start >= self.length:
            last = self.runs[-1].end if self.runs else self.shift
            return Span(self.path, last, last)
        first, _ = self._place(self.runs, start)
        last = self._place(self.runs, min(end, self.length) - 1)[1] if end > start else first
        return Span(self.path, first, last)

    def _place(self, runs: tuple[Run, ...], number: int) -> tuple[int, int]:
        """Return where a character begins and ends in the file."""
        found = bisect_right(runs, number, key=_AT)
        run = runs[found - 1]
        after = runs[found].at if found < len(runs) else self.length
        start = run.start + number - run.at
        return start, run.end if number + 1 == after else start + 1


def whole_file(path: str) -> Origin:
    """Return the origin of a template that is a file by itself."""
    return Origin(path=path)
