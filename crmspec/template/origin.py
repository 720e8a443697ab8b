"""Where a template was written: from offsets in its text to places in the author's file."""

from __future__ import annotations

import msgspec

from crmspec.source import Span


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """The way from a template's text to the file at `path`.

    Character `n` of the text stands in the file at `[starts[n], ends[n])` if these are given, else
    at `shift + n`. Where nothing finer is known, `whole` is the place of everything.
    """

    path: str = ""
    shift: int = 0
    starts: tuple[int, ...] | None = None
    ends: tuple[int, ...] = ()
    whole: Span | None = None

    def span(self, start: int, end: int) -> Span:
        """Return the place of the text's characters `[start, end)`."""
        if self.whole is not None:
            return self.whole
        if self.starts is None:
            return Span(self.path, self.shift + start, self.shift + end)
        if start >= len(self.starts):
            last = self.ends[-1] if self.ends else self.shift
            return Span(self.path, last, last)
        first = self.starts[start]
        return Span(
            self.path, first, self.ends[min(end, len(self.ends)) - 1] if end > start else first
        )


def whole_file(path: str) -> Origin:
    """Return the origin of a template that is a file by itself."""
    return Origin(path=path)
