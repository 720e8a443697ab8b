"""Maps and pages as Markdown that reads well on GitHub."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from crmspec.render.table import Gap, Item, Map, Row, Section
    from crmspec.render.vocabulary import Vocabulary

CACHE = 1 << 15
"""How many escaped texts are kept: titles and words return again and again."""

_SPECIAL = re.compile(r"([\\`*\[\]<>|#$~]|(?<![^\W_])_|_(?![^\W_]))")
_ORDERED = re.compile(r"^(\d+)([.)])")
_CODE = re.compile(r"`([\w.:-]+)`")


@lru_cache(maxsize=CACHE)
def escape(text: str) -> str:
    """Return text that Markdown shows as it is, on one line; ids in backticks stay code."""
    flat = " ".join(text.split())
    if "`" not in flat:
        return _escape(flat)
    parts = _CODE.split(flat)
    said = [f"`{part}`" if odd % 2 else _escape(part) for odd, part in enumerate(parts)]
    return "".join(said)


def code(id_: str) -> str:
    """Return an id as code; one that would not stay whole in backticks as text."""
    return f"`{id_}`" if _CODE.fullmatch(f"`{id_}`") else escape(id_)


def _escape(text: str) -> str:
    text = _SPECIAL.sub(r"\\\1", text.replace("&", "&amp;"))
    text = _ORDERED.sub(r"\1\\\2", text)
    return f"\\{text}" if text[:1] in ("+", "-") and text[1:2] == " " else text


def item(it: Item, up: str = "") -> str:
    """Return an item with its link, id and note; `up` leads to the output folder."""
    return _item(it.text, it.id, it.note, it.href, up)


@lru_cache(maxsize=CACHE)
def _item(text: str, id_: str, note: str, href: str, up: str) -> str:
    titled = id_ and id_ != text
    name = code(text) if id_ and not titled else escape(text) or code(id_)
    if href:
        name = f"[{name}]({link(href, up)})"
    if titled:
        name += f" {code(id_)}"
    return f"{name}: {escape(note)}" if note else name


def link(href: str, up: str = "") -> str:
    """Return a link as seen from a page `up` below the output folder."""
    return href if href.startswith("#") else up + href


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a table of finished cells."""
    yield f"| {' | '.join(headings)} |"
    yield f"|{' --- |' * len(headings)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def fence(language: str, source: str) -> Iterator[str]:
    """Yield a fenced code block."""
    yield f"```{language}"
    yield source.rstrip("\n")
    yield "```"


def page(it: Map, vocabulary: Vocabulary) -> str:
    """Return a map as one page: overview tables, gaps, then every row in detail."""
    lines = [f"# {escape(it.title)}", "", escape(it.about), ""]
    if it.diagram:
        lines += [*fence("mermaid", it.diagram), ""]
    for section in it.sections:
        lines += [*_overview(section, vocabulary), ""]
    lines += _gaps(it.gaps, vocabulary)
    for section in it.sections:
        lines += _details(section, vocabulary)
    lines += ["---", "", f"*{escape(vocabulary.say('made_from'))}*"]
    return "\n".join(lines) + "\n"


def _overview(section: Section, vocabulary: Vocabulary) -> Iterator[str]:
    yield f"## {escape(section.title)}"
    yield ""
    if not section.rows:
        yield escape(vocabulary.say("empty_map"))
        return
    columns = [column for column in section.columns if column.overview]
    headings = [escape(vocabulary.say("column.title")), *(escape(c.title) for c in columns)]
    rows = [
        [_heading_link(row), *(_cell(row.cells.get(c.key, ())) for c in columns)]
        for row in section.rows
    ]
    yield from table(headings, rows)


def _heading_link(row: Row) -> str:
    titled = row.about.id != row.about.text
    id_ = code(row.about.id)
    name = escape(row.about.text) or id_ if titled else id_
    return f"[{name}](#{row.anchor})" + (f"<br>{id_}" if titled else "")


def _cell(items: tuple[Item, ...]) -> str:
    return "<br>".join(item(it) for it in items)


def _gaps(gaps: tuple[Gap, ...], vocabulary: Vocabulary) -> Iterator[str]:
    yield f"## {escape(vocabulary.say('section.gaps'))}"
    yield ""
    found = [gap for gap in gaps if gap.items]
    if not found:
        yield escape(vocabulary.say("no_gaps"))
        yield ""
    for gap in found:
        yield f"### {escape(gap.title)} ({len(gap.items)})"
        yield ""
        yield from (f"- {item(it)}" for it in gap.items)
        yield ""


def _details(section: Section, vocabulary: Vocabulary) -> Iterator[str]:
    if not section.rows:
        return
    yield f"## {escape(section.title)}: {escape(vocabulary.say('section.details').lower())}"
    yield ""
    for row in section.rows:
        yield f'<a id="{row.anchor}"></a>'
        yield ""
        yield f"### {item(row.about)}"
        yield ""
        yield from _facts(section, row)
        yield ""


def _facts(section: Section, row: Row) -> Iterator[str]:
    for column in section.columns:
        items = row.cells.get(column.key, ())
        if len(items) > 1:
            yield f"- **{escape(column.title)}**:"
            yield from (f"  - {item(it)}" for it in items)
        elif items:
            yield f"- **{escape(column.title)}**: {item(items[0])}"
