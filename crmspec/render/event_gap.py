"""What the event map lacks: events unused, undeclared, unidentified, doubled or missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.render.index import CONSUMING
from crmspec.render.likeness import alike
from crmspec.render.table import Gap, Item

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir.data import Event
    from crmspec.ir.journey import Stage
    from crmspec.ir.measure import Goal
    from crmspec.render.view import View


def gaps(view: View) -> tuple[Gap, ...]:
    """Return the gap lists of the event map."""
    lists = {
        "unused": _unused(view),
        "undeclared": _undeclared(view),
        "no_identifier": _unidentified(view),
        "stage_without_event": _empty_stages(view),
        "same": _same(view),
        "not_captured": _not_captured(view),
    }
    say = view.vocabulary.say
    return tuple(
        Gap(key, say(f"gap.event_map.{key}"), tuple(items)) for key, items in lists.items()
    )


def _unused(view: View) -> Iterator[Item]:
    for event in view.program.events.values():
        if not any(use.role in CONSUMING for use in view.index.of("event", event.id)):
            yield view.item("event", event)


def _undeclared(view: View) -> Iterator[Item]:
    for (kind, id_), uses in sorted(view.index.uses.items(), key=lambda pair: pair[0]):
        if kind == "event" and id_ not in view.program.events:
            users = {use.owner.id: use for use in uses}
            names = ", ".join(view.words.name(use.owner) for use in users.values())
            yield view.ref(uses[0].ref, names)


def _unidentified(view: View) -> Iterator[Item]:
    for event in view.program.events.values():
        if not _identified(event, view):
            yield view.item("event", event)


def _identified(event: Event, view: View) -> bool:
    """Say whether an event carries an identifier the project knows."""
    identity = view.program.identity
    if identity is None:
        return bool(event.identity)
    known = {identity.primary, *(identifier.id for identifier in identity.identifiers)}
    return bool(known & set(event.identity))


def _empty_stages(view: View) -> Iterator[Item]:
    for stage in view.journey.stages:
        if not view.journey.events(stage):
            yield view.item("stage", stage)


def _same(view: View) -> Iterator[Item]:
    for first, second in alike(view.program.events):
        say, one, two = view.vocabulary.say, view.item("event", first), view.item("event", second)
        pair: list[object] = [one.data, two.data]
        text = say("gap.pair", a=one.plain, b=two.plain)
        yield Item(text, "", "", one.href, {"events": pair})


def _not_captured(view: View) -> Iterator[Item]:
    for goal in view.program.goals.values():
        if not _measured(goal, view):
            yield view.item("goal", goal)
    for stage in view.journey.stages:
        yield from _silent_moves(stage, view)


def _measured(it: Goal, view: View) -> bool:
    """Say whether an event stands behind a goal, directly or through its segment."""
    if it.event is not None:
        return it.event.id in view.program.events
    return it.segment is not None and _reads_event(it.segment.id, view)


def _silent_moves(stage: Stage, view: View) -> Iterator[Item]:
    say, stages = view.vocabulary.say, view.program.stages
    for id_, move in stage.moves_to.items():
        by_event = move.event is not None and move.event.id in view.program.events
        by_segment = move.segment is not None and _reads_event(move.segment.id, view)
        if not (by_event or by_segment):
            to = view.words.name(stages[id_]) if id_ in stages else id_
            note = say("gap.move", next=to)
            yield view.item("stage", stage, note)


def _reads_event(segment: str, view: View) -> bool:
    """Say whether a segment looks at an event, maybe through other segments."""
    return segment in view.index.segments_with_events
