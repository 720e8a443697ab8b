"""How long before a moment another passage has to begin, so that it is where it is needed then."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from crmspec.ir.condition import ChannelReaction, InChain, MessageReaction
from crmspec.ir.step import Batch, Send, Wait, WaitFor
from crmspec.ir.walk import walk
from crmspec.logic.cast import DAY, Entrance, Stage
from crmspec.resolve.outline import Outline

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crmspec.ir.chain import Chain
    from crmspec.ir.condition import Condition
    from crmspec.ir.program import Program
    from crmspec.logic.portfolio import Portfolio
    from crmspec.semantics.same import Same
    from crmspec.semantics.scenario import Moment, Reaction
    from crmspec.semantics.trace import Entry, Trace

MARGIN = 120
"""What another passage brings about is there two hours before it is needed."""
WEEK = 7
LONGEST = 180
"""No run goes on for more days than that after its last entrance."""
TRIED = 4
KINDS = {"entered": "enter", "completed": "complete", "exited": "exit", "goal": "goal"}


class Lead(NamedTuple):
    """An entrance, and how many minutes later the passage is where it is needed."""

    chain: str
    trigger: int
    minutes: int
    arms: dict[str, str]
    reactions: tuple[Reaction, ...]


@lru_cache(maxsize=4096)
def days(chain: Same[Chain]) -> int:
    """Return how many days a passage may last, roughly and bounded."""
    minutes = sum(_length(node) for step in chain.it.steps for node in walk(step))
    return min(minutes // DAY + 2, LONGEST)


def _length(node: object) -> int:
    """Return the minutes that a step may take."""
    if isinstance(node, Wait):
        wait = node.wait
        if wait.for_ is not None:
            return wait.for_.minutes
        return wait.between.max.minutes if wait.between is not None else WEEK * DAY
    if isinstance(node, WaitFor):
        timeout = node.wait_for.timeout
        return WEEK * DAY if timeout is None else timeout.minutes
    return node.batch.for_.minutes if isinstance(node, Batch) else 0


def to_state(portfolio: Portfolio, chain: str, state: str, depth: int) -> Lead | None:
    """Return how a passage of a chain comes to a state."""
    kind = KINDS[state]
    return _found(portfolio, chain, (), lambda one: one.kind == kind and one.chain == chain, depth)


def to_message(
    portfolio: Portfolio, message: str | None, channel: str | None, depth: int
) -> Lead | None:
    """Return how a customer comes to be sent a message, or any message of a channel."""

    def is_it(one: Entry) -> bool:
        return one.kind == "send" and (
            one.message == message if message is not None else channel in (None, one.channel)
        )

    for chain, path in _senders(portfolio.program, message, channel):
        found = _found(portfolio, chain, (path,), is_it, depth)
        if found is not None:
            return found
    return None


def to_need(portfolio: Portfolio, condition: Condition, depth: int) -> Lead | None:
    """Return the passage that makes a condition about passages or reactions possible."""
    match condition:
        case InChain(in_chain=chain, state="active"):
            return to_state(portfolio, chain.id, "entered", depth)
        case InChain(in_chain=chain, state=state):
            return to_state(portfolio, chain.id, state, depth)
        case ChannelReaction(channel=channel):
            return to_message(portfolio, None, channel.id, depth)
        case MessageReaction(message=message, channel=channel):
            named = message.id if message is not None and hasattr(message, "id") else None
            return to_message(portfolio, named, channel.id if channel else None, depth)
    return None


def _senders(
    program: Program, message: str | None, channel: str | None
) -> Iterator[tuple[str, str]]:
    """Yield a few live chains and steps that send the message or over the channel."""
    found = 0
    for chain in program.chains.values():
        if chain.status != "live" or found >= TRIED:
            continue
        for placed in Outline(chain).steps:
            if isinstance(placed.step, Send) and _sends(program, placed.step, message, channel):
                found += 1
                yield chain.id, f"{chain.id}.steps." + ".".join(str(n) for n in placed.path)
                break


def _sends(program: Program, step: Send, message: str | None, channel: str | None) -> bool:
    one = step.send.message
    for reference in (*(() if one is None else (one,)), *step.send.messages):
        declared = program.messages.get(reference.id)
        if message is not None:
            if reference.id == message:
                return True
        elif declared is not None and channel in (None, declared.channel.id):
            return True
    return False


def _found(
    portfolio: Portfolio,
    chain: str,
    wanted: tuple[str, ...],
    is_it: Callable[[Entry], bool],
    depth: int,
) -> Lead | None:
    from crmspec.logic.attempt import Attempt
    from crmspec.logic.opening import starts

    def aim(trace: Trace) -> bool:
        return any(is_it(one) for one in trace.entries)

    declared = portfolio.program.chains.get(chain)
    for number in range(len(declared.trigger) if declared is not None else 0):
        wish = Stage((Entrance(chain, number),), aim, wanted)
        for start in starts(portfolio.program, wish, 1):
            played = Attempt(portfolio, wish, start, depth).play()
            minutes = None if played is None else _minutes(played[1], chain, is_it)
            if played is not None and minutes is not None:
                arms, reactions = played[0].arms, played[0].reactions
                return Lead(chain, number, minutes, arms, reactions)
    return None


def _minutes(trace: Trace, chain: str, is_it: Callable[[Entry], bool]) -> Moment | None:
    """Return how long it takes; None if it came about without the chain."""
    entered = next((one.moment for one in trace.of("enter") if one.chain == chain), None)
    reached = next(one.moment for one in trace.entries if is_it(one))
    return None if entered is None else max(reached - entered, 0)
