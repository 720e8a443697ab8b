"""Messages that leave after the exit event, because systems look at exits too late."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from crmspec.diagnostics import Diagnostic, Label, text
from crmspec.ir.step import Send
from crmspec.logic import week
from crmspec.logic.arrival import channels_of, closed
from crmspec.logic.happening import event_at
from crmspec.logic.portfolio import Portfolio
from crmspec.rules.late_send import is_marketing, sent_after
from crmspec.rules.replay import Replays
from crmspec.semantics.profile import of_target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Text
    from crmspec.ir.chain import Chain, Exit
    from crmspec.ir.target import Target
    from crmspec.logic.arrival import Arrival
    from crmspec.logic.witness import Witness
    from crmspec.semantics.trace import Trace

LONG = 2 * week.HOUR
"""Quiet hours that are shorter hold nobody for long."""


class Held(NamedTuple):
    """A message that quiet hours hold, in minutes of the week, and an exit of its chain."""

    chain: Chain
    exit: Exit
    event: str
    arrival: Arrival
    quiet: int


def look(replays: Replays) -> Iterator[Diagnostic]:
    """Yield a finding for each exit that is looked at late, and one for each such target."""
    for chain in replays.portfolio.program.chains.values():
        held_of = partial(_held, replays.portfolio, chain)
        for held in replays.portfolio.silent("held", chain.id, held_of):
            if held.exit.when == "step_end":
                witness = _replayed(replays, held)
                if witness is not None:
                    yield _finding(replays, held, witness, None)
                    break
    for target in replays.portfolio.program.targets.values():
        yield from _of_target(replays, target)


def _of_target(replays: Replays, target: Target) -> Iterator[Diagnostic]:
    program = replays.portfolio.program
    behaviour = of_target(program, target.id)
    here = not target.manages or "chains" in target.manages
    if behaviour.exits == "continuous" or not here:
        return
    there = Replays(Portfolio(program, behaviour), replays.code, budget=5)
    for chain in program.chains.values():
        for held in _held(replays.portfolio, chain):
            witness = _replayed(there, held)
            if witness is not None:
                yield _finding(there, held, witness, target)
                return


def _held(portfolio: Portfolio, chain: Chain) -> Iterator[Held]:
    """Yield, for each event that takes customers out, the first message that may be held."""
    if chain.status != "live" or not chain.exit:
        return
    for arrival in portfolio.arrivals[chain.id]:
        step = arrival.step
        if not isinstance(step, Send) or not is_marketing(portfolio.program, step):
            continue
        for channel in channels_of(portfolio.program, step)[:1]:
            quiet = closed(portfolio.program, chain, channel)
            if any(length >= LONG for _, length in week.runs(quiet)):
                for exit_ in chain.exit:
                    if exit_.event is not None:
                        yield Held(chain, exit_, exit_.event.id, arrival, quiet)
                return


def _replayed(replays: Replays, held: Held) -> Witness | None:
    """Return a customer who leaves by the event while the message waits for the morning."""
    path, least = held.arrival.path, held.arrival.way.least
    start = next(first for first, length in week.runs(held.quiet) if length >= LONG)
    event = event_at(replays.portfolio, held.event, held.exit.where, least + week.HOUR)

    def aim(trace: Trace) -> bool:
        return next(sent_after(trace, held.chain.id, held.event, path), None) is not None

    return replays.passage(
        held.chain,
        aim,
        wanted=(path,),
        extra=(event,),
        start_local=week.clock((start + 30 - least) % week.DAY),
    )


def _finding(replays: Replays, held: Held, witness: Witness, target: Target | None) -> Diagnostic:
    late = list(sent_after(witness.trace, held.chain.id, held.event, held.arrival.path))[:1]
    message = text(
        "`{chain}` sends a held message after `{event}`: its exit waits for the end of the step",
        chain=held.chain.id,
        event=held.event,
    )
    if target is not None:
        message = text(
            "in `{target}` held messages go out after the exit event: `{chain}` after `{event}`",
            target=target.id,
            chain=held.chain.id,
            event=held.event,
        )
    place = held.exit.place.span if target is None else target.place.name
    return Diagnostic(
        code=replays.code,
        message=message,
        label=Label(place, text("exits are looked at too late here")),
        related=(
            Label(held.arrival.step.place.value("send"), text("held by quiet hours, then sent")),
        ),
        help=(_advice(target),),
        evidence=replays.proof(witness, lambda entry: any(entry is one for one in late)),
    )


def _advice(target: Target | None) -> Text:
    if target is None:
        return text("let the exit be `when: immediate`")
    return text("let quiet hours `skip` there, or tell those who answer for the messages")
