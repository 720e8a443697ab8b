"""The combined map: for each stage of the journey what happens, what we say and what it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.ir.chain import Chain
from crmspec.render.combined_gap import gaps
from crmspec.render.journey import kind_of
from crmspec.render.mermaid import Graph
from crmspec.render.publish import publish
from crmspec.render.scenario import Scenario
from crmspec.render.table import Column, Item, Map, Row, Section

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crmspec.ir.audience import Broadcast
    from crmspec.ir.journey import Move, Stage
    from crmspec.render.artifact import Artifact
    from crmspec.render.view import View

name = "combined_map"

_COLUMNS = (
    ("order", False, True),
    ("description", False, False),
    ("segment", False, False),
    ("customer_goal", False, True),
    ("question", False, True),
    ("emotion", False, True),
    ("barriers", True, True),
    ("drop_off", False, False),
    ("metric", True, True),
    ("events", True, True),
    ("scenarios", True, True),
    ("needs", True, False),
    ("not_when", True, False),
    ("touchpoints", True, False),
    ("moves_to", True, False),
    ("owner", False, False),
)


def render(view: View) -> Iterable[Artifact]:
    """Return the combined map in all formats."""
    return publish(view.map(name, build), view)


def build(view: View) -> Map:
    """Return the combined map as data."""
    say = view.vocabulary.say
    columns = tuple(Column(k, say(f"column.{k}"), many, short) for k, many, short in _COLUMNS)
    rows = tuple(_row(stage, view) for stage in view.journey.stages)
    section = Section("stages", say("section.stages"), columns, rows)
    about, title = say(f"about.{name}"), say(f"map.{name}")
    return Map(name, title, about, (section,), gaps(view), _diagram(view))


def _row(stage: Stage, view: View) -> Row:
    scenarios = view.journey.scenarios(stage)
    cells = {
        "order": (Item(str(stage.order), data=stage.order),),
        "description": view.text(stage.description),
        "segment": (view.ref(stage.segment),) if stage.segment else (),
        "customer_goal": view.text(stage.customer_goal),
        "question": view.text(stage.question),
        "emotion": view.text(stage.emotion),
        "barriers": tuple(Item(barrier) for barrier in stage.barriers),
        "drop_off": view.text(stage.drop_off),
        "metric": tuple(Item(view.triggers.metric(metric)) for metric in stage.metrics),
        "events": tuple(view.item("event", event) for event in view.journey.events(stage)),
        "scenarios": tuple(view.item(kind_of(it), it) for it in scenarios),
        "needs": tuple(_needs(scenarios, view)),
        "not_when": (*view.text(stage.not_when), *_exclusions(scenarios, view)),
        "touchpoints": tuple(view.ref(ref) for ref in stage.touchpoints),
        "moves_to": tuple(_move(id_, move, view) for id_, move in stage.moves_to.items()),
        "owner": view.text(stage.owner),
    }
    return Row(view.item("stage", stage), cells, stage.id)


def _needs(scenarios: Iterable[Chain | Broadcast], view: View) -> Iterator[Item]:
    """Yield the event properties and attributes that a stage's chains read, each once."""
    found: dict[tuple[str, str], Item] = {}
    for chain in scenarios:
        if isinstance(chain, Chain):
            need = view.index.needs(chain)
            for ref, property_ in need.properties:
                data: dict[str, object] = {"kind": "event", "id": ref.id, "property": property_}
                text = view.vocabulary.say(
                    "parameter.of", parameter=property_, event=view.words.ref(ref)
                )
                found.setdefault((ref.id, property_), Item(text, data=data))
            for ref in need.attributes:
                found.setdefault(("", ref.id), view.ref(ref))
    yield from found.values()


def _exclusions(scenarios: Iterable[Chain | Broadcast], view: View) -> Iterator[Item]:
    """Yield what keeps each scenario of a stage from starting."""
    for it in scenarios:
        kept_out = Scenario(it, view).exclusions()
        if kept_out:
            said = "; ".join(item.text for item in kept_out)
            yield view.item(kind_of(it), it, said)


def _move(id_: str, move: Move, view: View) -> Item:
    stage = view.program.stages.get(id_)
    note = move_words(move, view)
    return view.item("stage", stage, note) if stage else Item(id_, id_, note)


def move_words(move: Move, view: View) -> str:
    """Return what brings a customer to another stage."""
    refs = [ref for ref in (move.event, move.segment) if ref]
    return view.words.amount.both([view.words.ref(ref) for ref in refs])


def _diagram(view: View) -> str:
    """Draw the stages and the moves between them."""
    graph, stages = Graph("LR"), view.journey.stages
    nodes = {stage.id: graph.node("box", stage.title or stage.id) for stage in stages}
    for stage in stages:
        for id_, move in stage.moves_to.items():
            if id_ in nodes:
                graph.edge(nodes[stage.id], nodes[id_], move_words(move, view))
    return graph.source() if nodes else ""
