"""The first page: what the project holds, every map with its counts, and all gaps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.ir.program import KEYS
from crmspec.render import (
    combined_map,
    communication_map,
    data_flow_map,
    event_map,
    flow,
    jobs_map,
    markdown,
)
from crmspec.render.artifact import Artifact
from crmspec.render.publish import csv_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crmspec.render.table import Map
    from crmspec.render.view import View

name = "index"

_MAPS = (communication_map, event_map, combined_map, jobs_map, data_flow_map)
_COUNTED = (
    *("event", "segment", "chain", "broadcast", "message", "channel"),
    *("goal", "stage", "job", "system", "flow"),
)


def render(view: View) -> Iterable[Artifact]:
    """Return the page that leads to all others."""
    maps = [view.map(module.name, module.build) for module in _MAPS]
    yield Artifact("index.md", "\n".join(_page(maps, view)) + "\n", "text/markdown")


def _page(maps: list[Map], view: View) -> Iterator[str]:
    say, escape, project = view.vocabulary.say, markdown.escape, view.program.project
    yield f"# {escape(say('map.index'))}: {escape(project.title or project.project)}"
    yield ""
    yield escape(", ".join(_counts(view)) or say("empty_map"))
    yield ""
    columns = [escape(say(f"column.{key}")) for key in ("map", "rows", "gaps", "files")]
    yield from markdown.table(columns, [_row(it) for it in maps])
    yield ""
    yield from _flows(view)
    yield f"## {escape(say('section.gaps'))}"
    yield ""
    yield from _gaps(maps, view)
    yield ""
    yield "---"
    yield ""
    yield f"*{escape(say('made_from'))}*"


def _counts(view: View) -> Iterator[str]:
    for kind in _COUNTED:
        number = len(getattr(view.program, KEYS[kind]))
        if number:
            yield view.vocabulary.count(kind, number)


def _row(it: Map) -> list[str]:
    escape = markdown.escape
    rows = " + ".join(str(len(section.rows)) for section in it.sections)
    files = [csv_path(it, section) for section in it.sections]
    files += [f"{it.name}.gaps.csv", f"{it.name}.json"]
    links = ", ".join(f"[{file.removeprefix(it.name + '.')}]({file})" for file in files)
    about = f"[{escape(it.title)}]({it.name}.md)<br>{escape(it.about)}"
    return [about, rows, str(it.gap_count), links]


def _flows(view: View) -> Iterator[str]:
    chains, escape = view.program.chains.values(), markdown.escape
    if not chains:
        return
    yield f"## {escape(view.vocabulary.say('map.flow'))}"
    yield ""
    for chain in chains:
        yield f"- [{escape(chain.title or chain.id)}]({flow.path(chain)}) `{chain.id}`"
    yield ""


def _gaps(maps: list[Map], view: View) -> Iterator[str]:
    if not any(it.gap_count for it in maps):
        yield markdown.escape(view.vocabulary.say("no_gaps"))
    for it in maps:
        if it.gap_count:
            yield f"- [{markdown.escape(it.title)}]({it.name}.md)"
        for gap in it.gaps:
            if gap.items:
                yield f"  - {markdown.escape(gap.title)}: **{len(gap.items)}**"
