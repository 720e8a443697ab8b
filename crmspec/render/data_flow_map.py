"""The data flow map: systems, what travels between them, and the errors that breaks maps on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.render.data_flow_gap import gaps
from crmspec.render.mermaid import Graph
from crmspec.render.publish import publish
from crmspec.render.table import Column, Item, Map, Row, Section

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crmspec.ir.journey import Flow, System
    from crmspec.render.artifact import Artifact
    from crmspec.render.view import View

name = "data_flow_map"

_SYSTEM_COLUMNS = (
    ("description", False, False),
    ("kind", False, True),
    ("region", False, True),
    ("sends", True, True),
    ("receives", True, True),
    ("events", True, True),
    ("holds", True, True),
    ("owner", False, True),
)
_FLOW_COLUMNS = (
    ("description", False, False),
    ("from", False, True),
    ("to", False, True),
    ("method", False, True),
    ("carries", True, True),
    ("events", True, True),
    ("identifiers", True, True),
    ("freshness", False, True),
    ("owner", False, True),
)


def render(view: View) -> Iterable[Artifact]:
    """Return the data flow map in all formats."""
    return publish(view.map(name, build), view)


def build(view: View) -> Map:
    """Return the data flow map as data."""
    say, program = view.vocabulary.say, view.program
    sections = (
        Section(
            "systems",
            say("section.systems"),
            _columns(_SYSTEM_COLUMNS, view),
            tuple(_system(it, view) for it in program.systems.values()),
        ),
        Section(
            "flows",
            say("section.flows"),
            _columns(_FLOW_COLUMNS, view),
            tuple(_flow(it, view) for it in program.flows.values()),
        ),
    )
    about, title = say(f"about.{name}"), say(f"map.{name}")
    return Map(name, title, about, sections, gaps(view), _diagram(view))


def _columns(table: tuple[tuple[str, bool, bool], ...], view: View) -> tuple[Column, ...]:
    say = view.vocabulary.say
    return tuple(Column(key, say(f"column.{key}"), many, short) for key, many, short in table)


def _system(it: System, view: View) -> Row:
    program, flows = view.program, view.program.flows.values()
    uses = view.index.of("system", it.id)
    cells = {
        "description": view.text(it.description),
        "kind": view.word("system", it.kind),
        "region": view.text(it.region),
        "sends": tuple(view.ref(flow.to) for flow in flows if flow.from_.id == it.id),
        "receives": tuple(view.ref(flow.from_) for flow in flows if flow.to.id == it.id),
        "events": tuple(view.item("event", use.owner) for use in uses if use.kind == "event"),
        "holds": tuple(
            view.item("attribute", a)
            for a in program.attributes.values()
            if a.source and a.source.id == it.id
        ),
        "owner": view.text(it.owner),
    }
    return Row(view.item("system", it), cells, f"system-{it.id}")


def _flow(it: Flow, view: View) -> Row:
    word, amount = view.vocabulary.word, view.words.amount
    carries = (Item(word("carries", what), data=what) for what in it.carries)
    cells = {
        "description": view.text(it.description),
        "from": (view.ref(it.from_),),
        "to": (view.ref(it.to),),
        "method": view.word("transport", it.method),
        "carries": tuple(carries),
        "events": tuple(view.ref(ref) for ref in it.events),
        "identifiers": tuple(Item(id_, id_) for id_ in it.identifiers),
        "freshness": view.text(amount.short(it.freshness) if it.freshness else None),
        "owner": view.text(it.owner),
    }
    return Row(view.item("flow", it), cells, f"flow-{it.id}")


def _diagram(view: View) -> str:
    """Draw the systems and the flows between them."""
    graph, word = Graph("LR"), view.vocabulary.word
    systems = view.program.systems.values()
    nodes = {it.id: graph.node("box", it.title or it.id) for it in systems}
    for it in view.program.flows.values():
        if it.from_.id in nodes and it.to.id in nodes:
            carried = ", ".join(word("carries", what) for what in it.carries)
            label = f"{word('transport', it.method)}: {carried}"
            graph.edge(nodes[it.from_.id], nodes[it.to.id], label)
    return graph.source() if nodes else ""
