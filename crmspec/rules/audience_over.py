"""Messages that come when the audience, asked again, holds for nobody any more."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmspec.diagnostics import Diagnostic, Label, text
from crmspec.ir.condition import All, EventHappened, FirstEvent, InSegment, LastEvent
from crmspec.ir.trigger import EventTrigger, SegmentTrigger
from crmspec.logic.length import duration
from crmspec.rules.replay import left
from crmspec.rules.sends import after_entry, sends

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Text
    from crmspec.ir.chain import Chain
    from crmspec.ir.program import Program
    from crmspec.ir.trigger import Trigger
    from crmspec.ir.value import Duration, Located
    from crmspec.logic.arrival import Arrival
    from crmspec.logic.witness import Witness
    from crmspec.rules.replay import Replays


class Limit(NamedTuple):
    """A part of an audience that stops being true by itself; `final` ones never come back."""

    part: Located
    event: str
    window: Duration
    final: bool


def look(replays: Replays, chain: Chain) -> Iterator[Diagnostic]:
    """Yield a finding if some messages are later than the audience allows."""
    if chain.recheck == "entry":
        return
    program = replays.portfolio.program
    found = [one for one in _limits(program, chain.audience, set()) if _passes(program, chain, one)]
    for limit in sorted(found, key=lambda one: one.window.minutes)[:1]:
        late = [
            arrival
            for arrival, _ in sends(replays.portfolio, chain)
            if arrival.way.least >= limit.window.minutes
        ]
        if late:
            aim = left(chain.id, "audience")
            witness = replays.passage(chain, aim, reach=late[0].way.least)
            if witness is not None:
                yield _finding(replays, chain, limit, late[0], witness)


def _limits(program: Program, condition: Located | None, seen: set[str]) -> Iterator[Limit]:
    match condition:
        case All():
            for part in condition.all:
                yield from _limits(program, part, seen)
        case EventHappened() if condition.within is not None:
            yield Limit(condition, condition.event.id, condition.within, final=False)
        case LastEvent() if condition.within is not None:
            yield Limit(condition, condition.last_event.id, condition.within, final=False)
        case FirstEvent() if condition.within is not None:
            yield Limit(condition, condition.first_event.id, condition.within, final=True)
        case InSegment() if condition.segment.id not in seen and condition.joined is None:
            seen.add(condition.segment.id)
            segment = program.segments.get(condition.segment.id)
            inside = _limits(program, segment.condition if segment else None, seen)
            yield from (limit._replace(part=condition) for limit in inside)


def _passes(program: Program, chain: Chain, limit: Limit) -> bool:
    """Say whether the time can only pass: the event is rare, or it is what started the passage.

    Whoever asks for another event may want those only who do it again and again.
    """
    event = program.events.get(limit.event)
    gap = event.assume.min_gap if event is not None and event.assume is not None else None
    own = all(_starts(program, one, limit) for one in chain.trigger)
    return limit.final or own or (gap is not None and gap.minutes >= limit.window.minutes)


def _starts(program: Program, trigger: Trigger, limit: Limit) -> bool:
    """Say whether a trigger is the event, or the entry into a segment that asks for it."""
    match trigger:
        case EventTrigger():
            return trigger.event.id == limit.event
        case SegmentTrigger() if trigger.transition == "entered":
            segment = program.segments.get(trigger.segment.id)
            inside = _limits(program, segment.condition if segment else None, set())
            return any(one.event == limit.event for one in inside)
    return False


def _finding(
    replays: Replays, chain: Chain, limit: Limit, late: Arrival, witness: Witness
) -> Diagnostic:
    return Diagnostic(
        code=replays.code,
        message=_message(chain, limit),
        label=Label(late.step.place.value("send"), after_entry(late)),
        related=(
            Label(
                limit.part.place.span,
                text(
                    "asked again here, and true for {time} only", time=duration(limit.window.text)
                ),
            ),
        ),
        help=(
            text("ask for it once with `recheck: entry`, or send sooner"),
            text("or let the audience look further back"),
        ),
        evidence=replays.proof(witness),
    )


def _message(chain: Chain, limit: Limit) -> Text:
    if limit.final:
        return text("`{chain}` loses its whole audience before this message", chain=chain.id)
    return text(
        "`{chain}` loses everybody before this message who does not do `{event}` again",
        chain=chain.id,
        event=limit.event,
    )
