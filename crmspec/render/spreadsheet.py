"""Maps as CSV that Excel opens: RFC 4180 with a byte order mark, safe from formulas."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from crmspec.render.table import Map, Section
    from crmspec.render.vocabulary import Vocabulary

MEDIA = "text/csv; charset=utf-8; header=present"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def guard(cell: str) -> str:
    """Keep a spreadsheet from running a cell as a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def sheet(rows: Iterable[Sequence[str]]) -> bytes:
    """Return rows as the bytes of a CSV file."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([guard(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def section_rows(section: Section, vocabulary: Vocabulary) -> Iterator[list[str]]:
    """Yield the heading and the rows of a section; lists are joined by semicolons."""
    fixed = [vocabulary.say(f"column.{key}") for key in ("id", "title")]
    source = vocabulary.say("column.source")
    yield [*fixed, *(column.title for column in section.columns), source]
    for row in section.rows:
        cells = (row.cells.get(column.key, ()) for column in section.columns)
        texts = ["; ".join(item.plain for item in cell) for cell in cells]
        yield [row.about.id, row.about.text, *texts, place(row.about.data)]


def gap_rows(it: Map, vocabulary: Vocabulary) -> Iterator[list[str]]:
    """Yield the heading and one row for each thing in a gap list."""
    yield [vocabulary.say(f"column.{key}") for key in ("gap", "id", "title", "source")]
    for gap in it.gaps:
        for item in gap.items:
            note = f"{item.text}: {item.note}" if item.note else item.text
            yield [gap.title, item.id, note, place(item.data)]


def place(data: object) -> str:
    """Return `file:line` of what an item's data points to, as far as known."""
    if isinstance(data, list):
        return "; ".join(place(item) for item in data)
    if not isinstance(data, dict):
        return ""
    if "path" not in data:
        return "; ".join(filter(None, map(place, data.values())))
    line = data.get("line")
    return f"{data['path']}:{line}" if line else str(data["path"])
