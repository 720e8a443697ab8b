"""Messages for an event that has taken the customer out of the chain already."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmspec.diagnostics import Diagnostic, Label, Severity, text
from crmspec.ir.condition import All, EventHappened
from crmspec.ir.step import Branch, Send, WaitFor
from crmspec.ir.walk import walk
from crmspec.logic.happening import event_at
from crmspec.rules.replay import left

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir.chain import Chain
    from crmspec.ir.program import Program
    from crmspec.ir.step import Arm
    from crmspec.ir.value import Where
    from crmspec.logic.arrival import Arrival
    from crmspec.logic.witness import Witness
    from crmspec.rules.replay import Replays
    from crmspec.source import Span


class Door(NamedTuple):
    """An event that takes customers out at once, where that is said, and the reason it gives."""

    event: str
    where: Where
    span: Span
    reason: str


def look(replays: Replays, chain: Chain) -> Iterator[Diagnostic]:
    """Yield a finding for each arm with messages that its own event keeps from running."""
    doors = list(_doors(replays.portfolio.program, chain))
    if not doors:
        return
    for arrival in replays.portfolio.arrivals[chain.id]:
        for arm in _arms(arrival):
            for door in doors:
                asked = _asked(arm, door)
                if asked is not None:
                    witness = _replayed(replays, chain, arrival, asked, door)
                    if witness is not None:
                        yield _finding(replays, arm, asked, door, witness)
                    break


def _doors(program: Program, chain: Chain) -> Iterator[Door]:
    for exit_ in chain.exit:
        if exit_.event is not None and exit_.when == "immediate":
            yield Door(exit_.event.id, exit_.where, exit_.event.place.span, exit_.event.id)
    for aim in chain.goal:
        goal = program.goals.get(aim.goal.id)
        if aim.exits and aim.within is None and goal is not None and goal.event is not None:
            yield Door(goal.event.id, goal.where, aim.place.span, "goal")


def _arms(arrival: Arrival) -> tuple[Arm, ...]:
    match arrival.step:
        case WaitFor():
            return arrival.step.wait_for.first_of
        case Branch():
            return arrival.step.branch.cases
    return ()


def _asked(arm: Arm, door: Door) -> EventHappened | None:
    """Return the part of an arm's condition that holds only for those who have left, or None."""
    condition = arm.if_
    parts = condition.all if isinstance(condition, All) else (condition,)
    for part in parts:
        if (
            isinstance(part, EventHappened)
            and part.event.id == door.event
            and not part.count
            and all(test in part.where for test in door.where)
            and any(isinstance(node, Send) for step in arm.then for node in walk(step))
        ):
            return part
    return None


def _replayed(
    replays: Replays, chain: Chain, arrival: Arrival, asked: EventHappened, door: Door
) -> Witness | None:
    if isinstance(arrival.step, Branch) and asked.since is None:
        return None
    at = arrival.way.least + (30 if isinstance(arrival.step, WaitFor) else -1)
    event = event_at(replays.portfolio, asked.event.id, asked.where, max(1, at))
    aim = left(chain.id, door.reason)
    return replays.passage(chain, aim, wanted=(arrival.path,), extra=(event,))


def _finding(
    replays: Replays, arm: Arm, asked: EventHappened, door: Door, witness: Witness
) -> Diagnostic:
    send = next(node for step in arm.then for node in walk(step) if isinstance(node, Send))
    return Diagnostic(
        code=replays.code,
        message=text(
            "this message is never sent: `{event}` takes customers out of the chain first",
            event=asked.event.id,
        ),
        label=Label(send.place.value("send")),
        related=(
            Label(asked.place.span, text("the message is for those who have done this")),
            Label(door.span, text("customers leave here at the same moment")),
        ),
        help=(
            text("take `{event}` out of the exits, and `exit` by a step", event=asked.event.id),
            text("or send the message from a chain of its own"),
        ),
        severity=Severity.ERROR,
        evidence=replays.proof(witness),
    )
