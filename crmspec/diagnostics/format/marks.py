"""One source line with its underlines: where marks go, and how their texts hang below."""

from __future__ import annotations

from itertools import accumulate
from typing import NamedTuple

from crmspec.diagnostics.format.style import Role, Style
from crmspec.diagnostics.format.width import cells

_CUT = "…"
_LEAST = 20


class Mark(NamedTuple):
    """A range of a line to underline, in code points (later in columns), and what to say there."""

    start: int
    end: int
    text: str
    role: Role
    primary: bool

    @property
    def stroke(self) -> str:
        """Return the character that underlines it."""
        return "^" if self.primary else "-"


class Canvas:
    """A line of output that is written at columns; later writing wins."""

    def __init__(self) -> None:
        self._cells: list[tuple[str, Role]] = []

    def write(self, column: int, words: str, role: Role) -> None:
        """Put `words` at `column`; the gap before it is filled with spaces."""
        missing = column + len(words) - len(self._cells)
        self._cells.extend((" ", Role.PLAIN) for _ in range(missing))
        for index, char in enumerate(words, column):
            self._cells[index] = (char, role)

    def render(self, style: Style) -> str:
        """Return the line, painted in runs of one role."""
        runs: list[tuple[Role, list[str]]] = []
        for char, role in self._cells:
            if not runs or runs[-1][0] is not role:
                runs.append((role, []))
            runs[-1][1].append(char)
        return "".join(style.paint(role, "".join(chars)) for role, chars in runs)


def apart(line: str, marks: list[Mark], width: int) -> list[list[Mark]]:
    """Return the marks in groups that can be seen together once the line is cut to `width`."""
    columns = [0, *accumulate(size for _, size in cells(line))]
    if columns[-1] <= width:
        return [marks]
    placed = [_in_columns(mark, columns) for mark in marks]
    left, right = _window(placed, columns[-1], max(width, _LEAST))
    seen = [at.start < right and at.end > left for at in placed]
    inside = [mark for mark, is_seen in zip(marks, seen, strict=True) if is_seen]
    outside = [mark for mark, is_seen in zip(marks, seen, strict=True) if not is_seen]
    if not outside:
        return [marks]
    return sorted([inside, *apart(line, outside, width)], key=_first)


def _first(marks: list[Mark]) -> int:
    return min(mark.start for mark in marks)


def draw(line: str, marks: list[Mark], width: int, style: Style) -> list[str]:
    """Return the line, cut to `width` columns around its marks, and the rows of marks below it."""
    glyphs = cells(line)
    columns = [0, *accumulate(size for _, size in glyphs)]
    placed = [_in_columns(mark, columns) for mark in marks]
    if columns[-1] <= width:
        shown = "".join(char for char, _ in glyphs)
    else:
        shown, placed = _cut(glyphs, columns, placed, max(width, _LEAST))
    return [shown.rstrip(), *(_underline(placed, style) if placed else ())]


def _in_columns(mark: Mark, columns: list[int]) -> Mark:
    last = len(columns) - 1
    start = columns[min(mark.start, last)]
    end = columns[min(mark.end, last)]
    return mark._replace(start=start, end=max(end, start + 1))


def _cut(
    glyphs: list[tuple[str, int]], columns: list[int], marks: list[Mark], width: int
) -> tuple[str, list[Mark]]:
    left, right = _window(marks, columns[-1], width)
    chosen = [
        index
        for index, (_, size) in enumerate(glyphs)
        if columns[index] >= left and columns[index] + size <= right
    ]
    begin, end = columns[chosen[0]], columns[chosen[-1] + 1]
    head = _CUT if begin else ""
    tail = _CUT if end < columns[-1] else ""
    shown = head + "".join(glyphs[index][0] for index in chosen) + tail
    shift = len(head) - begin
    limit = end + shift + len(tail)
    return shown, [_clamp(mark, shift, limit) for mark in marks]


def _window(marks: list[Mark], total: int, width: int) -> tuple[int, int]:
    """Return the columns to show: all marks if they fit, else those from the primary one on."""
    room = width - 2 * len(_CUT)
    if not marks:
        return 0, room
    low = min(mark.start for mark in marks)
    high = max(mark.end for mark in marks)
    if high - low > room:
        main = max(marks, key=_primary)
        low, high = main.start, min(main.end, main.start + room * 2 // 3)
    left = max(0, min(low - (room - (high - low)) // 2, total - room))
    return left, left + room


def _primary(mark: Mark) -> bool:
    return mark.primary


def _clamp(mark: Mark, shift: int, limit: int) -> Mark:
    start = min(max(mark.start + shift, 0), limit - 1)
    return mark._replace(start=start, end=max(min(mark.end + shift, limit), start + 1))


def _underline(marks: list[Mark], style: Style) -> list[str]:
    ordered = sorted(marks, key=_position)
    strokes = Canvas()
    for mark in sorted(ordered, key=_primary):
        strokes.write(mark.start, mark.stroke * (mark.end - mark.start), mark.role)
    last = ordered[-1]
    hanging = [mark for mark in ordered if mark.text]
    if last.text and last.end == max(mark.end for mark in ordered):
        strokes.write(last.end + 1, last.text, last.role)
        hanging.remove(last)
    return [strokes.render(style), *_hang(hanging, style)]


def _position(mark: Mark) -> tuple[int, int]:
    return mark.start, mark.end


def _hang(marks: list[Mark], style: Style) -> list[str]:
    rows = [_ties(marks).render(style)] if marks else []
    while marks:
        *marks, last = marks
        row = _ties([mark for mark in marks if mark.start < last.start])
        row.write(last.start, last.text, last.role)
        rows.append(row.render(style))
    return rows


def _ties(marks: list[Mark]) -> Canvas:
    row = Canvas()
    for mark in marks:
        row.write(mark.start, "|", mark.role)
    return row
