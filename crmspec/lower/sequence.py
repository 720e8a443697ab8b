"""Events in an order, asked without one where none is needed (semantics 5.20 to 5.22)."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from msgspec.structs import replace

from crmspec.diagnostics import Text, text
from crmspec.ir import walk
from crmspec.ir.condition import CONDITIONS, All, EventHappened, EventMissing, FirstEvent, InOrder
from crmspec.ir.value import Test
from crmspec.lower.capability import Support
from crmspec.lower.outcome import Key, Outcome
from crmspec.lower.rewrite import changed, rewrite
from crmspec.semantics.event import ends

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmspec.ir import Located, Program, Resource
    from crmspec.ir.condition import Condition
    from crmspec.ir.value import Duration
    from crmspec.lower.scene import Scene

_ORDER = text("no condition compares the moments of two events")
_SILENCE = text("no condition asks for silence before or after another event")
_WINDOWS = text("an event has two windows")


def apply_sequences(program: Program, scene: Scene) -> tuple[Program, list[Outcome]]:
    """Write the sequences that need no order as simple conditions."""
    if not scene.asks("sequence"):
        return program, []
    outcomes: list[Outcome] = []
    made = [(kind, _of(kind, one, scene, outcomes)) for kind, one in scene.resources(program)]
    return changed(program, made), outcomes


def _of(kind: str, resource: Resource, scene: Scene, outcomes: list[Outcome]) -> Resource:
    key = Key(kind, resource.id)

    def change(node: Located) -> Located | None:
        if not isinstance(node, InOrder):
            return None
        found = unordered(node)
        found = found if isinstance(found, Text) else _lack(found, scene) or found
        outcomes.append(_outcome(key, node, found))
        return node if isinstance(found, Text) else found

    return rewrite(resource, change)


def _lack(made: Condition, scene: Scene) -> Text | None:
    """Say which condition the target lacks of those that would stand for a sequence."""
    for node in walk(made):
        if isinstance(node, CONDITIONS):
            subject = str(getattr(type(node), "subject"))  # noqa: B009 - each of these has it
            row = scene.capabilities.row("condition", subject)
            if row.support in {Support.NONE, Support.MANUAL}:
                return text("there is no `{subject}` condition", subject=subject)
    return None


def _outcome(key: Key, leaf: InOrder, found: Condition | Text) -> Outcome:
    span = leaf.place.key("sequence")
    if isinstance(found, Text):
        reason = text("`sequence` cannot be written in another way: {why}", why=found)
        return Outcome(key, "condition", "sequence", Support.NONE, span, reason, leaf)
    said = text("written as conditions without an order")
    return Outcome(key, "condition", "sequence", Support.LOWERED, span, said)


def unordered(leaf: InOrder) -> Condition | Text:
    """Return a condition without an order that means the same, or why there is none."""
    silent = [one for one in leaf.sequence if isinstance(one, EventMissing)]
    if any(isinstance(one, EventHappened) for one in leaf.sequence[: len(silent)]):
        return _SILENCE
    events = [_bare(one) for one in leaf.sequence if isinstance(one, EventHappened)]
    ever = [one for one in silent if events and one.within is None]
    happened = _first(leaf, events, ever) if ever else _happened(leaf, events)
    if isinstance(happened, Text):
        return happened
    parts = (*(one for one in silent if one not in ever), *happened)
    return parts[0] if len(parts) == 1 else All(all=parts, place=leaf.place)


def _bare(item: EventHappened) -> EventHappened:
    """Return an item of a sequence, which asks for one event, without what only others ask."""
    made = EventHappened(event=item.event, where=item.where, place=item.place)
    return replace(made, within=item.within, between_ago=item.between_ago, since=item.since)


def _first(
    leaf: InOrder, events: Sequence[EventHappened], ever: Sequence[EventMissing]
) -> tuple[Condition, ...] | Text:
    """Return that an event was the first of its kind: none like it came before."""
    first = events[0]
    alike = all(
        (one.not_event.id, one.where) == (first.event.id, first.where)
        and not (one.between_ago or one.since)
        for one in ever
    )
    if len(events) > 1 or not alike:
        return _SILENCE
    within = _shorter(leaf.within, first.within)
    if isinstance(within, Text) or first.between_ago or first.since:
        return _WINDOWS
    made = FirstEvent(first_event=first.event, where=first.where, within=within, place=first.place)
    return (made,)


def _happened(leaf: InOrder, events: Sequence[EventHappened]) -> tuple[Condition, ...] | Text:
    """Return that events happened, where that they did in this order goes without saying."""
    if not events:
        return ()
    if any(one.within is not None for one in events[1:]):
        return _ORDER
    within = _shorter(leaf.within, events[0].within)
    if isinstance(within, Text) or (
        within is not None and any(one.between_ago or one.since for one in events)
    ):
        return _WINDOWS
    if len({one.event.id for one in events}) == 1 and all(map(_alike, events, events[1:])):
        return (_often(replace(events[0], within=within), len(events)),)
    return tuple(events) if all(_apart(one, other) for one, other in pairwise(events)) else _ORDER


def _alike(one: EventHappened, other: EventHappened) -> bool:
    """Say whether two items look for the same: of those any two stand in an order."""
    return (one.where, one.between_ago, one.since) == (other.where, other.between_ago, other.since)


def _often(event: EventHappened, times: int) -> EventHappened:
    if times == 1:
        return event
    return replace(event, count=(Test(operator="gte", operand=times, place=event.place),))


def _apart(one: EventHappened, other: EventHappened) -> bool:
    """Say whether the window of one event ends where that of the other begins, or before."""
    if not (one.between_ago and other.between_ago):
        return False
    (end, _), (_, start) = map(ends, (one.between_ago, other.between_ago))
    return start.months <= end.months and start.seconds <= end.seconds


def _shorter(one: Duration | None, other: Duration | None) -> Duration | None | Text:
    """Return the shorter of two windows, as far as that is the same at any time of the year."""
    if one is None or other is None:
        return one or other
    shorter, longer = sorted((one, other), key=lambda each: (each.months, each.seconds))
    return shorter if shorter.seconds <= longer.seconds else _WINDOWS
