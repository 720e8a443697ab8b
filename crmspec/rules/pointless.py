"""The events after which a chain has nothing to say: its goals, and what customers had not done."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmspec.ir.condition import (
    All,
    EventHappened,
    EventMissing,
    InSegment,
    LastEvent,
    Not,
    Nothing,
)
from crmspec.ir.trigger import EventTrigger, InactionTrigger, SegmentTrigger
from crmspec.rules.question import asks_about_event

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir.chain import Chain, ChainGoal, Exit
    from crmspec.ir.program import Program
    from crmspec.ir.value import Located, Where
    from crmspec.source import Span


class Key(NamedTuple):
    """An event that makes a chain pointless, where that is said, and the goal that names it."""

    event: str
    where: Where
    span: Span
    aim: ChainGoal | None = None


def keys(program: Program, chain: Chain) -> Iterator[Key]:
    """Yield the events, each once, that nothing takes customers out on."""
    seen: set[str] = set()
    for key in (*_goals(program, chain), *_absent(program, chain)):
        if key.event not in seen and not leaves(program, chain, key):
            yield key
        seen.add(key.event)


def _goals(program: Program, chain: Chain) -> Iterator[Key]:
    for aim in chain.goal:
        goal = program.goals.get(aim.goal.id)
        if goal is not None and goal.event is not None and aim.primary and not aim.exits:
            yield Key(goal.event.id, goal.where, aim.goal.place.span, aim)


def _absent(program: Program, chain: Chain) -> Iterator[Key]:
    """Yield what customers have not done when they enter, and nothing asks about afterwards."""
    for trigger in chain.trigger:
        match trigger:
            case InactionTrigger() if trigger.after is None or trigger.after != trigger.no_event:
                yield Key(trigger.no_event.id, trigger.where, trigger.no_event.place.span)
            case SegmentTrigger() if trigger.transition == "entered":
                segment = program.segments.get(trigger.segment.id)
                found = _missing(
                    program, segment.condition if segment else None, {trigger.segment.id}
                )
                yield from (key._replace(span=trigger.segment.place.span) for key in found)
    if chain.recheck == "entry":
        yield from _missing(program, chain.audience, set())


def _missing(program: Program, condition: Located | None, seen: set[str]) -> Iterator[Key]:
    """Yield the events that a condition wants not to have happened, lately or ever."""
    match condition:
        case All():
            for part in condition.all:
                yield from _missing(program, part, seen)
        case Nothing():
            for part in condition.none:
                yield from _denied(program, part)
        case Not():
            yield from _denied(program, condition.not_)
        case EventMissing():
            yield Key(condition.not_event.id, condition.where, condition.not_event.place.span)
        case LastEvent() if condition.older_than is not None:
            yield Key(condition.last_event.id, condition.where, condition.last_event.place.span)
        case InSegment() if condition.segment.id not in seen:
            seen.add(condition.segment.id)
            segment = program.segments.get(condition.segment.id)
            found = _missing(program, segment.condition if segment else None, seen)
            yield from (key._replace(span=condition.segment.place.span) for key in found)


def _denied(program: Program, condition: Located) -> Iterator[Key]:
    match condition:
        case EventHappened() if not condition.count:
            yield Key(condition.event.id, condition.where, condition.event.place.span)
        case InSegment():
            segment = program.segments.get(condition.segment.id)
            if segment is not None and isinstance(segment.condition, EventHappened):
                found = _denied(program, segment.condition)
                yield from (key._replace(span=condition.segment.place.span) for key in found)


def leaves(program: Program, chain: Chain, key: Key) -> bool:
    """Say whether an exit, a goal or a rechecked audience takes out those who did the event.

    A chain that starts on that very event cannot be left on it.
    """
    event = key.event
    if any(isinstance(t, EventTrigger) and t.event.id == event for t in chain.trigger):
        return True
    return (
        any(_exits(program, chain, exit_, key) for exit_ in chain.exit)
        or any(_ends(program, aim, key) for aim in chain.goal)
        or (chain.recheck != "entry" and asks_about_event(program, chain.audience, event))
    )


def _exits(program: Program, chain: Chain, exit_: Exit, key: Key) -> bool:
    if exit_.no_longer is not None:
        return asks_about_event(program, chain.audience, key.event)
    if exit_.event is not None and exit_.event.id == key.event:
        return not exit_.where or exit_.where == key.where
    return asks_about_event(program, exit_.if_, key.event)


def _ends(program: Program, aim: ChainGoal, key: Key) -> bool:
    goal = program.goals.get(aim.goal.id)
    named = goal.event if goal is not None else None
    return aim.exits and named is not None and named.id == key.event
