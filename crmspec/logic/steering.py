"""Steers a passage to wanted steps: looks at the last run and asks for what it lacked."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from crmspec.ir.condition import (
    All,
    Any,
    AttributeIs,
    EventHappened,
    MessageReaction,
    Not,
    TriggerProperty,
)
from crmspec.ir.step import Branch, ExperimentStep, Split, Switch, WaitFor
from crmspec.ir.value import Duration, Test
from crmspec.logic.wish import Deed, Frame, Wish
from crmspec.resolve.outline import ways
from crmspec.semantics.scenario import Reaction

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir.chain import Chain
    from crmspec.ir.condition import Condition
    from crmspec.ir.step import AnyStep, SwitchCases
    from crmspec.semantics.scenario import Moment, ReactionKind
    from crmspec.semantics.trace import Entry, Trace

SOON = 60
"""What a race waits for happens so many minutes after it began, or at half of its time."""
DEFAULTS = {"opened": 10, "clicked": 15, "replied": 20, "delivered": 1, "converted": 30}


class Turning(NamedTuple):
    """A step on the way to a wanted one, its path, and which of its ways leads there."""

    step: AnyStep
    path: str
    way: int | None


class Steer(NamedTuple):
    """What the next attempt has to add."""

    wishes: tuple[Wish, ...] = ()
    deeds: tuple[Deed, ...] = ()
    arms: tuple[tuple[str, str], ...] = ()
    reactions: tuple[Reaction, ...] = ()
    locale: str | None = None


class Trip(NamedTuple):
    """One passage of a chain as the last run shows it; `deed` numbers what started it."""

    chain: Chain
    passage: int
    entered: Moment
    deed: int | None

    def frame(self, moment: Moment) -> Frame:
        """Return a moment inside the passage."""
        return Frame(moment, self.chain.id, self.entered, self.deed)

    def wish(self, moment: Moment, condition: Condition, truth: bool = True) -> Wish:  # noqa: FBT001, FBT002
        """Return a condition of the chain asked at a moment of the passage."""
        return Wish(self.frame(moment), condition, truth, f"chain {self.chain.id}")


def turnings(chain: Chain, path: str) -> list[Turning]:
    """Return the steps around a step and the step itself, outermost first."""
    numbers = [int(part) for part in path.removeprefix(f"{chain.id}.steps.").split(".")]
    steps, found, prefix = chain.steps, list[Turning](), f"{chain.id}.steps"
    for place in range(0, len(numbers), 2):
        step, prefix = steps[numbers[place]], f"{prefix}.{numbers[place]}"
        way = numbers[place + 1] if place + 1 < len(numbers) else None
        found.append(Turning(step, prefix, way))
        if way is not None:
            steps, prefix = ways(step)[way], f"{prefix}.{way}"
    return found


def steer(trip: Trip, path: str, trace: Trace) -> Steer | None:
    """Return what to add so that the passage comes to a step, None if nothing helps or it did."""
    own = [one for one in trace.entries if one.passage == trip.passage]
    for turning in turnings(trip.chain, path):
        here = [one for one in own if one.step == turning.path and one.kind != "exit"]
        left_out = next((o for o in here if o.kind == "skip" and o.reason == "condition"), None)
        if left_out is not None:
            return _allow(trip, turning, left_out.moment)
        if not here:
            return _stay(trip, own) or _wake(trip, own)
        if turning.way is not None and not _took(own, turning):
            return _turn(trip, turning, here, own)
    return None


def _took(own: list[Entry], turning: Turning) -> bool:
    inside = f"{turning.path}.{turning.way}."
    return any(one.step is not None and one.step.startswith(inside) for one in own)


def _allow(trip: Trip, turning: Turning, moment: Moment) -> Steer:
    """Ask for the conditions of a step that was left out."""
    only, unless = turning.step.only, turning.step.unless
    wishes = []
    if only is not None:
        wishes.append(trip.wish(moment, only))
    if unless is not None:
        wishes.append(trip.wish(moment, unless, truth=False))
    return Steer(wishes=tuple(wishes))


def _stay(trip: Trip, own: list[Entry]) -> Steer | None:
    """Keep a passage in its chain that left because its audience no longer held."""
    left = next((one for one in own if one.kind == "exit" and one.reason == "audience"), None)
    if left is None or trip.chain.audience is None:
        return None
    return Steer(wishes=(trip.wish(left.moment, trip.chain.audience),))


def _wake(trip: Trip, own: list[Entry]) -> Steer | None:
    """Let happen what a passage waits for that would else wait for ever."""
    last = next(one for one in reversed(own) if one.kind != "goal")
    if last.kind != "wait" or last.until is not None or last.step is None:
        return None
    step = turnings(trip.chain, last.step)[-1].step
    return _race(trip, step, 0, [last], own) if isinstance(step, WaitFor) else None


def _turn(trip: Trip, turning: Turning, here: list[Entry], own: list[Entry]) -> Steer | None:
    """Ask for another way at a choice."""
    way, began = turning.way or 0, here[0].moment
    match turning.step:
        case Branch(branch=body):
            moment = next((one.moment for one in here if one.kind == "take"), began)
            cases = [arm.if_ for arm in body.cases]
            return Steer(wishes=tuple(_first(trip, moment, cases, way)))
        case Switch(switch=body):
            return _switch(trip, began, body, way)
        case Split(split=body):
            salt = body.salt or f"{trip.chain.id}.{turning.step.id or _position(turning.path)}"
            return Steer(arms=((salt, list(body.arms)[way]), (turning.path, list(body.arms)[way])))
        case ExperimentStep(experiment=body):
            return Steer(arms=((body.id.id, list(body.arms)[way]),))
        case WaitFor():
            return _race(trip, turning.step, way, here, own)
    return None


def _position(path: str) -> str:
    return path.partition(".")[2]


def _first(trip: Trip, moment: Moment, cases: list[Condition], way: int) -> Iterator[Wish]:
    """Yield that a case is the first one to be true; past the last, that none is."""
    for case in cases[:way]:
        yield trip.wish(moment, case, truth=False)
    if way < len(cases):
        yield trip.wish(moment, cases[way])


def _switch(trip: Trip, moment: Moment, body: SwitchCases, way: int) -> Steer | None:
    """Ask for the value of a case; `default` takes any value that has none."""
    value, names = body.value, list(body.cases)
    operand = names[way] if way < len(names) else None
    if value.locale:
        return Steer(locale=operand or "xx")
    others: list[object] = [*names]
    found = Test(operator="in", operand=others) if operand is None else _equal(operand)
    asked: Condition
    if value.attribute is not None:
        asked = AttributeIs(attribute=value.attribute, tests=(found,))
    elif value.trigger is not None:
        asked = TriggerProperty(trigger=value.trigger, tests=(found,))
    else:
        return None
    return Steer(wishes=(trip.wish(moment, asked, truth=operand is not None),))


def _equal(operand: str) -> Test:
    return Test(operator="eq", operand=operand)


def _race(trip: Trip, step: WaitFor, way: int, here: list[Entry], own: list[Entry]) -> Steer | None:
    """Let what an arm waits for happen, or nothing of what any arm waits for."""
    body, began = step.wait_for, here[0].moment
    if way >= len(body.first_of):
        ended = next((one.moment for one in here if one.kind == "take"), began)
        return Steer(wishes=tuple(trip.wish(ended, arm.if_, truth=False) for arm in body.first_of))
    delay = SOON
    if body.timeout is not None and body.timeout.minutes <= SOON:
        delay = max(body.timeout.minutes // 2, 1)
    made = _bring(trip, body.first_of[way].if_, began + delay, own)
    earlier = [_since(arm.if_, delay) for arm in body.first_of[:way]]
    others = tuple(trip.wish(began + delay, one, truth=False) for one in earlier)
    return made._replace(wishes=(*made.wishes, *others))


def _since(condition: Condition, minutes: int) -> Condition:
    """Return a condition about an event that looks no further back than the race."""
    if isinstance(condition, EventHappened) and condition.within is None:
        within = Duration(seconds=minutes * 60, text=f"{minutes}m")
        return msgspec.structs.replace(condition, within=within)
    return condition


def _bring(trip: Trip, condition: Condition, moment: Moment, own: list[Entry]) -> Steer:
    """Make a condition come true at a moment: events happen then, the rest is wished for."""
    match condition:
        case All(all=items):
            parts = [_bring(trip, item, moment, own) for item in items]
            return Steer(
                tuple(wish for part in parts for wish in part.wishes),
                tuple(deed for part in parts for deed in part.deeds),
                (),
                tuple(one for part in parts for one in part.reactions),
            )
        case Any(any=items) if items:
            part = min((_bring(trip, item, moment, own) for item in items), key=_demands)
            if part.deeds or part.reactions:
                return part
        case EventHappened():
            return Steer(deeds=(Deed(moment, "event", condition.event.id, condition.where),))
        case MessageReaction() if any(one.kind == "send" for one in own):
            return _react(condition, own)
        case Not(not_=inner):
            return Steer(wishes=(trip.wish(moment, inner, truth=False),))
    return Steer(wishes=(trip.wish(moment, condition),))


def _demands(part: Steer) -> tuple[bool, int, int]:
    """Return how much it takes to do a part: of several that would do, the easiest is done."""
    is_idle = not part.deeds and not part.reactions
    filters = sum(bool(deed.where) for deed in part.deeds)
    return is_idle, len(part.wishes), filters


def _react(condition: MessageReaction, own: list[Entry]) -> Steer:
    """React to the message that a condition names, or to the latest one, once the race is on."""
    sent = [one for one in own if one.kind == "send" and one.message is not None]
    named = getattr(condition.message, "id", None)
    target = next((one for one in reversed(sent) if one.message == named), sent[-1])
    kinds: list[ReactionKind] = [
        kind for kind in ("delivered", "opened", "clicked", "replied", "converted")
        if getattr(condition, kind)
    ]  # fmt: skip
    waited = next((o.moment for o in own if o.kind == "wait" and o.moment >= target.moment), None)
    late = max(0, (waited or target.moment) - target.moment)
    made = [
        Reaction(
            message=target.message or "",
            reaction=kind,
            after=late + DEFAULTS[kind],
            link=condition.link,
        )
        for kind in kinds
    ]
    return Steer(reactions=tuple(made))
