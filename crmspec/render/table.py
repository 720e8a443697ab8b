"""Maps as data: sections of rows of cells, and lists of gaps; formats are made from these."""

from __future__ import annotations

import msgspec

from crmspec.ir.value import Plain


class Item(msgspec.Struct, frozen=True):
    """One thing in a cell: text to read, an id, a link, and data for machines.

    `href` is relative to the output folder; `data` defaults to the text.
    """

    text: str
    id: str = ""
    note: str = ""
    href: str = ""
    data: Plain = None

    @property
    def plain(self) -> str:
        """Return the item as text alone."""
        name = f"{self.text} ({self.id})" if self.id and self.id != self.text else self.text
        return f"{name}: {self.note}" if self.note else name


class Column(msgspec.Struct, frozen=True):
    """A column; `many` cells are lists; `overview` columns are in the table, all in the details."""

    key: str
    title: str
    many: bool = False
    overview: bool = True


class Row(msgspec.Struct, frozen=True):
    """A row: what it is about, and its cells by column key; absent cells are empty."""

    about: Item
    cells: dict[str, tuple[Item, ...]]
    anchor: str = ""


class Section(msgspec.Struct, frozen=True):
    """A table of one kind of thing."""

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


class Gap(msgspec.Struct, frozen=True):
    """A list of what is missing or doubtful."""

    key: str
    title: str
    items: tuple[Item, ...]


class Map(msgspec.Struct, frozen=True):
    """A whole map; `diagram` is Mermaid source or empty."""

    name: str
    title: str
    about: str
    sections: tuple[Section, ...]
    gaps: tuple[Gap, ...]
    diagram: str = ""

    @property
    def gap_count(self) -> int:
        """Return how many things the gap lists hold."""
        return sum(len(gap.items) for gap in self.gaps)
