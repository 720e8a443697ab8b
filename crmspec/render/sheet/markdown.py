"""Build sheets as Markdown: task lists, tables and code blocks that GitHub and editors show."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crmspec.engine.task import Deed
from crmspec.render.markdown import code, escape, table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crmspec.render.sheet.model import Changed, Field, Line, Part, Sheet
    from crmspec.render.sheet.speech import Speech

_TICKS = re.compile("`+")


def page(sheet: Sheet, speech: Speech) -> str:
    """Return a sheet as one page."""
    return "\n".join(_page(sheet, speech)) + "\n"


def index(sheets: Sequence[Sheet], speech: Speech, target: str) -> str:
    """Return the page that lists the sheets."""
    word = speech.word
    lines = [f"# {escape(word('index'))}: {escape(target)}", ""]
    if not sheets:
        return "\n".join([*lines, escape(word("nothing"))]) + "\n"
    lines += [escape(word("index_about", target=target)), ""]
    for sheet in sheets:
        state = word(sheet.deed if sheet.deed is not None else "none")
        link = f"[{escape(sheet.title)}]({sheet.address}.md)"
        mark = " " if sheet.deed is not None else "x"
        lines.append(
            f"- [{mark}] {escape(sheet.kind)} {link} {code(sheet.address)}: {escape(state)}"
        )
    return "\n".join(lines) + "\n"


def _page(sheet: Sheet, speech: Speech) -> Iterator[str]:
    word = speech.word
    yield f"# {escape(word('head'))}: {escape(sheet.kind)} {escape(sheet.title)}"
    yield ""
    state = word(sheet.deed if sheet.deed is not None else "none")
    yield f"**{escape(state)}** · {escape(sheet.target)} · {code(sheet.address)}"
    for line in (sheet.about, sheet.done):
        if line:
            yield from ("", escape(line))
    yield ""
    if sheet.deed is Deed.REMOVE:
        yield from _heading(word("removing"), word("removing_about"))
        yield f"- [ ] {escape(sheet.kind)} {escape(sheet.title)}"
        yield ""
        yield from _last(sheet, speech)
        return
    if sheet.deed is Deed.CHANGE:
        yield from _heading(word("changes"))
        yield from _changes(sheet.changes, speech)
        yield from _last(sheet, speech)
        yield f"<details><summary>{escape(word('whole'))}</summary>"
        yield ""
    yield from _whole(sheet, speech)
    if sheet.deed is Deed.CHANGE:
        yield "</details>"
    else:
        yield from _last(sheet, speech)


def _heading(title: str, about: str = "") -> Iterator[str]:
    yield f"## {escape(title)}"
    yield ""
    if about:
        yield escape(about)
        yield ""


def _changes(changes: Sequence[Changed], speech: Speech) -> Iterator[str]:
    word = speech.word
    for change in changes:
        yield f"- [ ] **{escape(change.label)}**"
        if change.lines:
            yield from _fence("\n".join(change.lines), "diff", "  ")
            yield from _fence(change.after, "text", "  ")
        else:
            for key, side in (("before", change.before), ("after", change.after)):
                said = escape(side) or escape(word("absent"))
                yield f"  - {escape(word(key))}: {said}"
    yield ""


def _whole(sheet: Sheet, speech: Speech) -> Iterator[str]:
    word = speech.word
    if sheet.needs:
        yield from _heading(word("needs"), word("needs_about"))
        for need in sheet.needs:
            name = f"[{escape(need.title)}]({need.href})" if need.href else escape(need.title)
            yield f"- [ ] {name} {code(need.address)}"
        yield ""
    for part in sheet.parts:
        yield from _heading(part.title, part.about)
        yield from _part(part, speech)
    if sheet.graph is not None:
        yield from _heading(word("diagram"))
        for source in sheet.graph.parts():
            yield from _fence(source, "mermaid")
            yield ""
    if sheet.steps:
        yield from _heading(word("steps"), word("steps_about"))
        for line in sheet.steps:
            yield from _line(line)
        yield ""


def _part(part: Part, speech: Speech) -> Iterator[str]:
    short = [field for field in part.fields if not field.code and not field.notes]
    if short:
        headings = ("", escape(speech.word("what")), escape(speech.word("after")))
        rows = [("☐", escape(field.label), _value(field)) for field in short]
        yield from table(headings, rows)
        yield ""
    for field in part.fields:
        if field.code or field.notes:
            yield from _long(field)
            yield ""


def _long(field: Field, indent: str = "") -> Iterator[str]:
    title = f"**{escape(field.label)}**" if field.label else ""
    said = ": ".join(part for part in (title, _value(field)) if part)
    yield f"{indent}- [ ] {said}".rstrip()
    for note in field.notes:
        yield f"{indent}  - ⚠️ {escape(note)}"
    if field.code:
        yield from _fence(field.code, field.syntax, f"{indent}  ")


def _value(field: Field) -> str:
    return f"[{escape(field.value)}]({field.href})" if field.href else escape(field.value)


def _line(line: Line) -> Iterator[str]:
    indent = "  " * line.depth
    if line.arm:
        yield f"{indent}- **{escape(line.number)}** → {escape(line.text)}"
    else:
        id_ = f" {code(line.id)}" if line.id else ""
        said = f"{line.sign} {escape(line.text)}".strip()
        yield f"{indent}- [ ] **{escape(line.number)}** {said}{id_}"
    for field in line.fields:
        words = " ".join(part for part in (escape(field.label), _value(field)) if part)
        if words and not line.arm:
            yield f"{indent}  - {words}"
        if field.code:
            yield from _fence(field.code, field.syntax, f"{indent}    ")


def _last(sheet: Sheet, speech: Speech) -> Iterator[str]:
    word = speech.word
    yield from _heading(word("last"))
    if sheet.deed is not Deed.REMOVE:
        yield f"- [ ] {escape(word('look'))}"
    if sheet.steps:
        yield f"- [ ] {escape(word('draft'))}"
    if sheet.command:
        yield f"- [ ] {escape(word('confirm'))}"
        yield from _fence(sheet.command, "console", "  ")
    yield ""


def _fence(source: str, syntax: str, indent: str = "") -> Iterator[str]:
    """Yield a code block whose fence is longer than any in it."""
    longest = max((len(run) for run in _TICKS.findall(source)), default=0)
    ticks = "`" * max(3, longest + 1)
    yield f"{indent}{ticks}{syntax}"
    yield from (f"{indent}{line}".rstrip() for line in source.rstrip("\n").split("\n"))
    yield f"{indent}{ticks}"
