"""A timeline as a table: the local day and time, a sign, what happens, where that is written."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from crmspec.diagnostics.catalog import translate
from crmspec.diagnostics.format.location import region
from crmspec.diagnostics.format.style import Role, Style
from crmspec.diagnostics.format.width import cells, printable
from crmspec.diagnostics.format.words import say
from crmspec.diagnostics.sentence import amount, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from crmspec.diagnostics.evidence import Line, LineKind
    from crmspec.source import Source, Span

SIGNS: dict[LineKind, str] = {
    "event": "·",
    "reaction": "↩",
    "enter": "→",
    "leave": "✕",
    "send": "✉",
    "hold": "⏸",
    "lose": "▢",
    "change": "✎",
    "note": " ",
}
WEEKDAYS = (
    text("Mon"),
    text("Tue"),
    text("Wed"),
    text("Thu"),
    text("Fri"),
    text("Sat"),
    text("Sun"),
)
_ROLES: dict[LineKind, Role] = {"send": Role.STRONG, "lose": Role.WARNING, "hold": Role.WARNING}
LONGEST = 40
"""So many lines of the timeline of a finding are shown."""
_CIRCLED = 0x2460
_MOST_CIRCLED = 20
_WIDEST = 72


class Row(NamedTuple):
    """One line in words; `day` is empty while it stays the same."""

    day: str
    time: str
    kind: LineKind
    words: str
    where: str


def rows(
    lines: Iterable[Line], sources: Mapping[str, Source], lang: str, most: int | None = None
) -> Iterator[Row]:
    """Yield the lines of a timeline in the reader's language; counted messages are numbered.

    Of more than `most` lines, those in the middle are left out and their number is given.
    """
    last, counted, found = "", 0, list(lines)
    cut = _middle(len(found), most)
    for position, line in enumerate(found):
        counted += line.counted
        if position in cut:
            if position == cut.start:
                words = say(amount("… {count} more line", "… {count} more lines", len(cut)), lang)
                yield Row("", "", "note", words, "")
            continue
        words = say(line.text, lang)
        if line.counted:
            words = f"{number(counted)} {words}"
        today = day(line.at, lang)
        yield Row(
            "" if today == last else today, line.at[11:16], line.kind, words, at(line.span, sources)
        )
        last = today


def _middle(count: int, most: int | None) -> range:
    return range(0) if most is None or count <= most else range(most // 2, count - most // 2)


def number(count: int) -> str:
    """Return `①` for 1, and `(21)` where the circles end."""
    return chr(_CIRCLED + count - 1) if count <= _MOST_CIRCLED else f"({count})"


def day(moment: str, lang: str) -> str:
    """Return `Mon 2027-03-01` for the local moment `2027-03-01T09:00`."""
    weekday = datetime.fromisoformat(moment).weekday()
    return f"{translate(WEEKDAYS[weekday], lang)} {moment[:10]}"


def at(span: Span | None, sources: Mapping[str, Source]) -> str:
    """Return `path:line` of a place, or nothing."""
    if span is None or not span.path:
        return ""
    found = region(span, sources)
    line = f":{found.start.line}" if found else ""
    return f"{printable(span.path)}{line}"


def table(
    lines: Iterable[Line],
    sources: Mapping[str, Source],
    lang: str,
    style: Style,
    most: int | None = None,
) -> Iterator[str]:
    """Yield the timeline for a terminal, in columns, of at most so many lines."""
    found = list(rows(lines, sources, lang, most))
    days = max((_wide(row.day) for row in found), default=0)
    room = min(max((_wide(row.words) for row in found), default=0), _WIDEST)
    for row in found:
        head = f"{_fill(row.day, days)}  {row.time:5}  {SIGNS[row.kind]} "
        words = style.paint(_ROLES.get(row.kind, Role.PLAIN), row.words)
        gap = " " * max(room - _wide(row.words), 0)
        where = f"{gap}  {style.paint(Role.FAINT, row.where)}" if row.where else ""
        yield f"{head}{words}{where}"


def _fill(words: str, width: int) -> str:
    return words + " " * (width - _wide(words))


def _wide(words: str) -> int:
    return sum(width for _, width in cells(words))
