"""A page per chain: its flowchart, a legend, its rules and its messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.render import communication_map, markdown
from crmspec.render.artifact import Artifact
from crmspec.render.drawing import CHANNEL_SIGNS, Drawing
from crmspec.render.scenario import moment_words
from crmspec.render.step import SIGNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crmspec.ir.chain import Chain
    from crmspec.render.table import Row
    from crmspec.render.view import View

name = "flow"
_UP = "../"
_FACTS = (
    *("description", "stage", "trigger", "who", "exclusions", "chain", "goal", "metric"),
    *("exits", "reentry", "quiet_hours", "caps", "limits", "priority", "owner", "status", "job"),
)


def render(view: View) -> Iterable[Artifact]:
    """Return the flow pages of all chains."""
    rows = {row.anchor: row for row in _communications(view)}
    for chain in view.program.chains.values():
        page = "\n".join(_page(chain, rows[f"chain-{chain.id}"], view)) + "\n"
        yield Artifact(path(chain), page, "text/markdown")


def path(chain: Chain) -> str:
    """Return the path of a chain's flow page."""
    return f"flows/{chain.id}.md"


def _communications(view: View) -> Iterable[Row]:
    found = view.map(communication_map.name, communication_map.build)
    return found.sections[0].rows


def _page(chain: Chain, row: Row, view: View) -> Iterator[str]:
    drawing = Drawing(chain, view)
    say, escape = view.vocabulary.say, markdown.escape
    yield f"# {markdown.item(row.about, _UP)}"
    yield ""
    parts = drawing.graph.parts(say("flow.to_part", n="{n}", node="{node}"))
    for n, part in enumerate(parts, 1):
        if len(parts) > 1:
            yield f"## {escape(say('part', n=n, total=len(parts)))}"
            yield ""
        yield from markdown.fence("mermaid", part)
        yield ""
    yield from _facts(row, view)
    yield f"## {escape(say('section.messages'))}"
    yield ""
    yield from _messages(chain, view)
    yield ""
    yield f"## {escape(say('section.legend'))}"
    yield ""
    yield from _legend(drawing, view)
    yield ""
    yield f"[{escape(say('map.communication_map'))}]({_UP}communication_map.md#{row.anchor})"


def _facts(row: Row, view: View) -> Iterator[str]:
    for key in _FACTS:
        items = row.cells.get(key, ())
        if items:
            title = markdown.escape(view.vocabulary.say(f"column.{key}"))
            yield f"- **{title}**: {'; '.join(markdown.item(item, _UP) for item in items)}"
    yield ""


def _messages(chain: Chain, view: View) -> Iterator[str]:
    say = view.vocabulary.say
    rows = []
    for sending in view.cadence(chain).sendings:
        for ref in sending.messages:
            message = view.program.messages.get(ref.id)
            channel = markdown.item(view.ref(message.channel), _UP) if message else ""
            moment = markdown.escape(moment_words(sending.moment, view))
            rows.append([moment, markdown.item(view.ref(ref), _UP), channel])
    if not rows:
        yield markdown.escape(say("none"))
        return
    headings = [markdown.escape(say(f"column.{key}")) for key in ("after", "title", "channel")]
    yield from markdown.table(headings, rows)


def _legend(drawing: Drawing, view: View) -> Iterator[str]:
    say = view.vocabulary.say
    rows = []
    for family in drawing.families:
        signs = [SIGNS.get(family, "⇢")]
        if family == "send":
            signs = [CHANNEL_SIGNS[kind] for kind in drawing.channel_types] or signs
        rows.append([" ".join(dict.fromkeys(signs)), markdown.escape(say(f"sign.{family}"))])
    yield from markdown.table([say("column.symbol"), say("column.meaning")], rows)
