"""The lines of source that a finding speaks of, with its places underlined."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmspec.diagnostics.catalog import plural
from crmspec.diagnostics.format.marks import Mark, apart, draw
from crmspec.diagnostics.format.mask import masked_line
from crmspec.diagnostics.format.style import LEVELS, Role
from crmspec.diagnostics.format.width import printable
from crmspec.diagnostics.format.words import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics.format.options import Options
    from crmspec.diagnostics.format.style import Style
    from crmspec.diagnostics.model import Diagnostic, Label
    from crmspec.diagnostics.report import Report
    from crmspec.source import Source

_MOST_RELATED = 8


class Point(NamedTuple):
    """A label, and whether it is the primary one."""

    label: Label
    primary: bool


class Excerpt:
    """Draws the places of one finding below a gutter wide enough for all their line numbers."""

    def __init__(self, finding: Diagnostic, report: Report, options: Options, style: Style) -> None:
        self._report = report
        self._options = options
        self._style = style
        self._role = LEVELS[finding.level]
        related = finding.related[:_MOST_RELATED]
        self._hidden = len(finding.related) - len(related)
        self._points = [
            Point(finding.label, primary=True),
            *(Point(label, primary=False) for label in related),
        ]
        self._margin = max(len(str(self._line(point))) for point in self._points)

    def lines(self) -> Iterator[str]:
        """Yield the lines: for each file its name and place, then the marked source lines."""
        by_path: dict[str, list[Point]] = {}
        for point in self._points:
            by_path.setdefault(point.label.span.path, []).append(point)
        for path, points in by_path.items():
            source = self._report.sources.get(path)
            if source is None:
                yield from self._without_source(path, points)
            else:
                yield from self._file(source, points)
        if self._hidden:
            yield self._note("...", self._more())

    def bar(self, number: str = "") -> str:
        """Return the gutter, with a line number or without."""
        return self._style.paint(Role.GUTTER, f" {number:>{self._margin}} |")

    def note(self, words: str) -> Iterator[str]:
        """Yield a note below the excerpt; its further lines are indented like its first."""
        first, *rest = words.split("\n")
        yield self._note("=", first)
        for line in rest:
            yield self._note(" ", line)

    def _note(self, sign: str, words: str) -> str:
        return " " * (self._margin + 2) + self._style.paint(Role.GUTTER, sign) + " " + words

    def _more(self) -> str:
        return plural(
            "and {count} more place", "and {count} more places", self._hidden, self._options.lang
        )

    def _line(self, point: Point) -> int:
        source = self._report.sources.get(point.label.span.path)
        return source.position(point.label.span.start).line if source else 0

    def _without_source(self, path: str, points: list[Point]) -> Iterator[str]:
        if not path:
            return
        yield self._arrow(printable(path))
        for point in points:
            if point.label.text is not None:
                yield from self.note(say(point.label.text, self._options.lang))

    def _arrow(self, where: str) -> str:
        return " " * (self._margin + 1) + self._style.paint(Role.GUTTER, "-->") + " " + where

    def _file(self, source: Source, points: list[Point]) -> Iterator[str]:
        at = source.position(points[0].label.span.start)
        yield self._arrow(f"{printable(source.path)}:{at.line}:{at.column}")
        yield self.bar()
        rows: dict[int, list[Mark]] = {}
        for point in points:
            rows.setdefault(self._line(point), []).append(self._mark(source, point))
        for number in [number for number in rows if not source.line(number).strip()]:
            # A place behind the last word says nothing without that word.
            rows.setdefault(max(number - 1, 1), [])
        last = 0
        for number in sorted(rows):
            yield from self._gap(source, last, number)
            yield from self._row(source, number, rows[number])
            last = number

    def _gap(self, source: Source, last: int, number: int) -> Iterator[str]:
        if not last or number == last + 1:
            return
        if number == last + 2:
            yield from self._row(source, last + 1, [])
        else:
            yield self._style.paint(Role.GUTTER, "...")

    def _row(self, source: Source, number: int, marks: list[Mark]) -> Iterator[str]:
        room = self._options.width - self._margin - 4
        shown = masked_line(source, number)
        for group in apart(shown, marks, room):
            first, *rest = draw(shown, group, room, self._style)
            yield f"{self.bar(str(number))} {first}".rstrip()
            for row in rest:
                yield f"{self.bar()} {row}"

    def _mark(self, source: Source, point: Point) -> Mark:
        span = point.label.span
        number = self._line(point)
        begin = source.line_start(number)
        length = len(source.line(number).rstrip())
        start = min(span.start, len(source.text)) - begin
        end = min(span.end - begin, max(length, start + 1))
        words = say(point.label.text, self._options.lang)
        role = self._role if point.primary else Role.RELATED
        return Mark(start, max(end, start), words, role, point.primary)
