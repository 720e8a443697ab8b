"""Concrete customers and timelines that show something, confirmed by the interpreter."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from crmspec.logic.attempt import Attempt
from crmspec.logic.cast import Entrance, Stage, permissions_of
from crmspec.logic.evidence import evidence
from crmspec.logic.example import customer_in, customer_of
from crmspec.logic.opening import starts
from crmspec.logic.shrink import RUNS, fewest, shrink

if TYPE_CHECKING:
    from crmspec.logic.portfolio import Portfolio
    from crmspec.semantics.scenario import Customer, Moment, Scenario
    from crmspec.semantics.trace import Trace

__all__ = [
    "Entrance",
    "Stage",
    "Witness",
    "customer_in",
    "customer_of",
    "enact",
    "evidence",
    "replay",
]

TRIES = 3
SOON = 60
"""A run goes on for an hour after its aim is met."""
SPEAKING = frozenset({"enter", "send", "refuse", "skip"})


class Witness(NamedTuple):
    """A scenario that meets the aim of its stage, its trace, and the chains that it takes."""

    scenario: Scenario
    trace: Trace
    chains: tuple[str, ...]


def enact(
    portfolio: Portfolio, stage: Stage, tries: int = TRIES, *, small: bool = True
) -> Witness | None:
    """Return a timeline of the whole program that meets the aim of a stage.

    `tries` starting times are tried. With `small`, what the aim does not need is left out. None
    means that none was found within the work units, not that there is none.
    """
    for start in starts(portfolio.program, stage, tries):
        played = Attempt(portfolio, stage, start).play()
        if played is not None:
            if small:
                return _smallest(portfolio, stage, played)
            return Witness(*played, _chains(portfolio, stage, *played))
    return None


def replay(portfolio: Portfolio, scenario: Scenario) -> Trace:
    """Run a scenario against the whole program under the portfolio's behaviour."""
    return portfolio.machine.run(scenario)


def _smallest(portfolio: Portfolio, stage: Stage, played: tuple[Scenario, Trace]) -> Witness:
    """Leave out of a scenario what its aim does not need, and say which chains it takes.

    It is tried with those on stage alone and with a run that ends soon; what comes of that must do
    in the whole program and for the whole time, or it is done the long way.
    """
    found, trace = played
    guess = _guess(portfolio, found, trace)

    def judge(scenario: Scenario) -> bool:
        return stage.is_given(scenario) and stage.is_met(replay(portfolio, scenario))

    some = frozenset(_few(portfolio, stage, found, trace))
    short = _shortened(stage, found, trace)
    for one in filter(judge, (_among(short, some), short, found)):
        small = _among(shrink(one, guess, judge), None)
        last = replay(portfolio, small)
        if one is found or (stage.is_met(last) and judge(_lasting(small, found.until))):
            break
    return Witness(small, last, _chains(portfolio, stage, small, last))


def _among(scenario: Scenario, chains: frozenset[str] | None) -> Scenario:
    return msgspec.structs.replace(scenario, chains=chains)


def _lasting(scenario: Scenario, until: Moment) -> Scenario:
    return msgspec.structs.replace(scenario, until=until)


def _shortened(stage: Stage, found: Scenario, trace: Trace) -> Scenario:
    """Let the run end soon after its aim is met; runs of fixed length stay as they are."""
    if stage.days is not None:
        return found
    moments = sorted({entry.moment for entry in trace.entries})
    low, high = 0, len(moments) - 1
    while low < high:
        middle = (low + high) // 2
        seen = tuple(entry for entry in trace.entries if entry.moment <= moments[middle])
        if stage.aim(msgspec.structs.replace(trace, entries=seen)):
            high = middle
        else:
            low = middle + 1
    until = min(found.until, moments[high] + SOON) if moments else found.until
    return found if until == found.until else msgspec.structs.replace(found, until=until)


def _guess(portfolio: Portfolio, scenario: Scenario, trace: Trace) -> Customer:
    """Return the customer with only the permissions that the messages sent have needed."""
    messages = [portfolio.program.messages.get(one.message or "") for one in trace.sends()]
    consents, channels = permissions_of(portfolio.program, filter(None, messages))
    someone = scenario.customer
    kept = {key: value for key, value in someone.consents.items() if key in consents}
    return msgspec.structs.replace(
        someone, consents=kept, reachable=someone.reachable & frozenset(channels)
    )


def _chains(
    portfolio: Portfolio, stage: Stage, scenario: Scenario, trace: Trace
) -> tuple[str, ...]:
    """Return chains and broadcasts, in order of appearance, none of which the aim can do without.

    Those that appear late are left out first.
    """
    latest = _few(portfolio, stage, scenario, trace)[::-1]
    suffice = partial(_suffice, portfolio, stage, scenario)
    return tuple(fewest(latest, suffice, [RUNS], 1)[::-1])


def _few(portfolio: Portfolio, stage: Stage, scenario: Scenario, trace: Trace) -> list[str]:
    """Return those on stage if they meet the aim, else all that come in, or that speak."""
    kept = _speaking(trace, SPEAKING)
    staged = {one.chain for one in stage.entrances} | {one.broadcast for one in stage.occasions}
    for some in (staged, _speaking(trace, SPEAKING - {"refuse"})):
        fewer = [name for name in kept if name in some]
        if not fewer or len(fewer) == len(kept):
            continue
        if _suffice(portfolio, stage, scenario, fewer):
            return fewer
    return kept


def _suffice(portfolio: Portfolio, stage: Stage, scenario: Scenario, chains: list[str]) -> bool:
    return stage.is_met(replay(portfolio, _among(scenario, frozenset(chains))))


def _speaking(trace: Trace, kinds: frozenset[str]) -> list[str]:
    """Return the chains and broadcasts with entries of some kinds, in order of appearance."""
    found = (one.chain or one.broadcast or "" for one in trace.entries if one.kind in kinds)
    return [name for name in dict.fromkeys(found) if name]
