"""A map in all its formats."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from crmspec.render import markdown, spreadsheet
from crmspec.render.artifact import Artifact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir.value import Plain
    from crmspec.render.table import Column, Item, Map, Row, Section
    from crmspec.render.view import View

JSON_VERSION = 1


def publish(it: Map, view: View) -> Iterator[Artifact]:
    """Yield a map as Markdown, CSV (a file per section and one of gaps) and versioned JSON."""
    vocabulary = view.vocabulary
    yield Artifact(f"{it.name}.md", markdown.page(it, vocabulary), "text/markdown")
    for section in it.sections:
        rows = spreadsheet.section_rows(section, vocabulary)
        yield Artifact(csv_path(it, section), spreadsheet.sheet(rows), spreadsheet.MEDIA)
    gaps = spreadsheet.sheet(spreadsheet.gap_rows(it, vocabulary))
    yield Artifact(f"{it.name}.gaps.csv", gaps, spreadsheet.MEDIA)
    yield Artifact(f"{it.name}.json", json_text(json_map(it, view.lang)), "application/json")


def csv_path(it: Map, section: Section) -> str:
    """Return the path of a section's CSV: the map's own name if it has but one section."""
    return f"{it.name}.csv" if len(it.sections) == 1 else f"{it.name}.{section.key}.csv"


def json_text(data: Plain) -> str:
    """Return data as indented JSON."""
    return msgspec.json.format(msgspec.json.encode(data), indent=2).decode() + "\n"


def json_map(it: Map, lang: str) -> Plain:
    """Return a map as plain data; the shape is versioned by `version`."""
    sections: dict[str, object] = {s.key: [_row(s, row) for row in s.rows] for s in it.sections}
    gaps: dict[str, object] = {gap.key: [_datum(item) for item in gap.items] for gap in it.gaps}
    return {
        "format": f"crmspec.{it.name}",
        "version": JSON_VERSION,
        "language": lang,
        "title": it.title,
        "columns": {s.key: {c.key: c.title for c in s.columns} for s in it.sections},
        "sections": sections,
        "gap_titles": {gap.key: gap.title for gap in it.gaps},
        "gaps": gaps,
    }


def _row(section: Section, row: Row) -> Plain:
    made: dict[str, object] = {"about": _datum(row.about)}
    for column in section.columns:
        made[column.key] = _cell(column, row.cells.get(column.key, ()))
    return made


def _cell(column: Column, items: tuple[Item, ...]) -> Plain:
    data: list[object] = [_datum(item) for item in items]
    if column.many:
        return data
    return data[0] if data else None  # type: ignore[return-value]


def _datum(item: Item) -> object:
    return item.plain if item.data is None else item.data
