"""The communication map: every chain and broadcast, for whom, when, how often and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.ir.chain import Chain
from crmspec.render.communication_gap import gaps
from crmspec.render.journey import kind_of, scenarios
from crmspec.render.publish import publish
from crmspec.render.scenario import Scenario
from crmspec.render.table import Column, Item, Map, Row, Section

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crmspec.ir.audience import Broadcast
    from crmspec.render.artifact import Artifact
    from crmspec.render.view import View

name = "communication_map"

_COLUMNS = (
    ("description", False, False),
    ("kind", False, False),
    ("stage", True, True),
    ("who", True, True),
    ("trigger", True, True),
    ("channels", True, True),
    ("chain", False, True),
    ("messages", True, False),
    ("goal", True, True),
    ("metric", True, False),
    ("caps", True, False),
    ("quiet_hours", True, False),
    ("exclusions", True, False),
    ("exits", True, False),
    ("reentry", False, False),
    ("limits", True, False),
    ("priority", False, True),
    ("owner", False, True),
    ("status", False, True),
    ("job", False, False),
    ("flow", False, False),
)


def render(view: View) -> Iterable[Artifact]:
    """Return the communication map in all formats."""
    return publish(view.map(name, build), view)


def build(view: View) -> Map:
    """Return the communication map as data, in the order of the journey, then of priority."""
    say = view.vocabulary.say
    columns = tuple(Column(k, say(f"column.{k}"), many, short) for k, many, short in _COLUMNS)
    ordered = sorted(scenarios(view.program), key=lambda it: _rank(it, view))
    rows = tuple(_row(Scenario(it, view)) for it in ordered)
    section = Section("scenarios", say("section.scenarios"), columns, rows)
    return Map(name, say(f"map.{name}"), say(f"about.{name}"), (section,), gaps(view))


def _rank(it: Chain | Broadcast, view: View) -> tuple[float, int, str, str]:
    kind = kind_of(it)
    stages = view.journey.of(kind, it.id)
    first = float(stages[0].order) if stages else float("inf")
    return first, -it.priority, it.id, kind


def _row(row: Scenario) -> Row:
    it, view = row.it, row.view
    job = it.job if isinstance(it, Chain) else None
    cells = {
        "description": view.text(it.description),
        "kind": view.word("scenario", row.kind),
        "stage": tuple(view.item("stage", s) for s in view.journey.of(row.kind, it.id)),
        "who": row.who(),
        "trigger": row.trigger(),
        "channels": tuple(view.item("channel", channel) for channel in row.channels),
        "chain": row.chain(),
        "messages": tuple(view.ref(ref) for ref in view.index.sends(row.kind, it).values()),
        "goal": row.goal(),
        "metric": row.metric(),
        "caps": row.caps(),
        "quiet_hours": row.quiet_hours(),
        "exclusions": row.exclusions(),
        "exits": row.exits(),
        "reentry": row.reentry(),
        "limits": row.limits(),
        "priority": (Item(str(it.priority), data=it.priority),),
        "owner": view.text(it.owner),
        "status": view.word("status", it.status),
        "job": (view.ref(job),) if job else (),
        "flow": _flow(it),
    }
    return Row(row.about(), cells, f"{row.kind}-{it.id}")


def _flow(it: Chain | Broadcast) -> tuple[Item, ...]:
    if not isinstance(it, Chain):
        return ()
    path = f"flows/{it.id}.md"
    return (Item(path, href=path, data=path),)
