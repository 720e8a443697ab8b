"""The event map: what happens to customers, what it carries and who listens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.render.event_gap import gaps
from crmspec.render.publish import publish
from crmspec.render.table import Column, Item, Map, Row, Section

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crmspec.ir.data import Event, Property
    from crmspec.render.artifact import Artifact
    from crmspec.render.index import Use
    from crmspec.render.view import View
    from crmspec.source import Span

name = "event_map"

_COLUMNS = (
    ("description", False, False),
    ("kind", False, True),
    ("systems", True, True),
    ("identifiers", True, True),
    ("parameters", True, False),
    ("transport", False, True),
    ("owner", False, True),
    ("stage", True, True),
    ("used", True, True),
    ("status", False, False),
)


def render(view: View) -> Iterable[Artifact]:
    """Return the event map in all formats."""
    return publish(view.map(name, build), view)


def build(view: View) -> Map:
    """Return the event map as data."""
    say = view.vocabulary.say
    columns = tuple(Column(k, say(f"column.{k}"), many, short) for k, many, short in _COLUMNS)
    rows = tuple(_row(event, view) for event in view.program.events.values())
    section = Section("events", say("section.events"), columns, rows)
    return Map(name, say(f"map.{name}"), say(f"about.{name}"), (section,), gaps(view))


def _row(event: Event, view: View) -> Row:
    cells = {
        "description": view.text(event.description or event.fires_when),
        "kind": view.word("kind", event.kind),
        "systems": tuple(view.ref(ref) for ref in event.sources),
        "identifiers": tuple(Item(id_, id_) for id_ in event.identity),
        "parameters": tuple(_parameter(id_, it, view) for id_, it in event.properties.items()),
        "transport": view.word("transport", event.transport),
        "owner": view.text(event.owner),
        "stage": tuple(view.item("stage", s) for s in view.journey.of("event", event.id)),
        "used": used(view.index.of("event", event.id), view),
        "status": view.word("status", event.status),
    }
    return Row(view.item("event", event), cells, event.id)


def _parameter(id_: str, it: Property, view: View) -> Item:
    say, amount = view.vocabulary.say, view.words.amount
    said = [view.vocabulary.word("type", it.type)]
    if it.values:
        said.append(", ".join(it.values))
    if it.unit:
        said.append(it.unit)
    if it.required:
        said.append(say("parameter.required"))
    data: dict[str, object] = {"name": id_, "title": it.title, "type": it.type}
    data |= {"unit": it.unit, "required": it.required}
    if it.values:
        data["values"] = list(it.values)
    if it.default is not None:
        said.append(f"= {amount.value(it.default)}")
    return Item(it.title or id_, id_, ", ".join(said), view.href(it.place.name), data)


def used(uses: Iterable[Use], view: View) -> tuple[Item, ...]:
    """Return the users of a resource, each with its roles; tests and mere mentions left out."""
    found: dict[tuple[str, str], tuple[Use, dict[str, None]]] = {}
    for use in uses:
        if use.role == "other":
            continue
        key = (use.kind, use.owner.id)
        word = view.vocabulary.say(f"role.{use.role}", v=use.detail)
        found.setdefault(key, (use, {}))[1].setdefault(word)
    return tuple(
        view.item(kind, use.owner, ", ".join(words), _span(use))
        for (kind, _), (use, words) in found.items()
    )


def _span(use: Use) -> Span | None:
    """Return where a use is written; a template's is its message."""
    named = use.role != "template" and use.ref.place.node is not None
    return use.ref.place.span if named else None
