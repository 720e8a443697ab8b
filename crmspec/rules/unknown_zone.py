"""Targets that do not know what time it is for customers without a time zone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from crmspec.diagnostics import Diagnostic, Label, text
from crmspec.ir.step import Send
from crmspec.logic import week
from crmspec.logic.arrival import channels_of, closed
from crmspec.logic.portfolio import Portfolio
from crmspec.logic.witness import Witness, replay
from crmspec.rules.replay import Replays, of_chain, sent
from crmspec.semantics.profile import of_target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Text
    from crmspec.ir.chain import Chain
    from crmspec.ir.target import Target
    from crmspec.logic.arrival import Arrival

TRIED = 5


def look(replays: Replays) -> Iterator[Diagnostic]:
    """Yield a finding for each target that treats them in another way than the project (9.7)."""
    program = replays.portfolio.program
    for target in program.targets.values():
        behaviour = of_target(program, target.id)
        if behaviour.unknown_timezone == "default":
            continue
        there = Replays(Portfolio(program, behaviour), replays.code, budget=TRIED)
        for chain, arrival, start in _held(replays.portfolio):
            witness = _replayed(there, chain, arrival, start)
            if witness is not None:
                yield _finding(there, target, arrival, witness)
                break


def _held(portfolio: Portfolio) -> Iterator[tuple[Chain, Arrival, int]]:
    """Yield the first message of each chain that quiet hours hold, and when they begin."""
    program = portfolio.program
    for chain in program.chains.values():
        for arrival in portfolio.arrivals[chain.id] if chain.status == "live" else ():
            if isinstance(arrival.step, Send):
                for channel in channels_of(program, arrival.step)[:1]:
                    for start, _ in list(week.runs(closed(program, chain, channel)))[:1]:
                        yield chain, arrival, start
                break


def _replayed(there: Replays, chain: Chain, arrival: Arrival, start: int) -> Witness | None:
    """Return somebody without a time zone, who gets it at night or not at all."""
    path, least = arrival.path, arrival.way.least
    begin = week.clock((start + 30 - least) % week.DAY)
    known = there.passage(chain, sent(chain.id, path), wanted=(path,), start_local=begin)
    if known is None:
        return None
    customer = msgspec.structs.replace(known.scenario.customer, timezone=None)
    scenario = msgspec.structs.replace(known.scenario, customer=customer)
    trace = replay(there.portfolio, scenario)
    before = [
        one.moment for one in of_chain(known.trace, chain.id) if _is_sent(one.kind, one.step, path)
    ]
    after = [one.moment for one in of_chain(trace, chain.id) if _is_sent(one.kind, one.step, path)]
    return Witness(scenario, trace, known.chains) if before != after else None


def _is_sent(kind: str, step: str | None, path: str) -> bool:
    return kind == "send" and step == path


def _finding(there: Replays, target: Target, arrival: Arrival, witness: Witness) -> Diagnostic:
    return Diagnostic(
        code=there.code,
        message=_message(there, target),
        label=Label(target.place.name, text("its `profile` says so")),
        related=(Label(arrival.step.place.value("send"), text("this message, for example")),),
        help=(text("fill in the time zone of every customer before the target gets them"),),
        evidence=there.proof(witness),
    )


def _message(there: Replays, target: Target) -> Text:
    if there.portfolio.behaviour.unknown_timezone == "deny":
        return text(
            "customers without a time zone get nothing from `{target}` that quiet hours may hold",
            target=target.id,
        )
    return text(
        "customers without a time zone get messages from `{target}` in quiet hours",
        target=target.id,
    )
