"""Messages that come to a full limit although their chain goes first and was under way before."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from crmspec.logic import door
from crmspec.logic.cast import Entrance, Stage
from crmspec.logic.crowd import APART, Crowd, attempt
from crmspec.logic.pressure import in_window, loss, overload

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.pressure import Overload, Pressure
    from crmspec.semantics.scenario import Moment
    from crmspec.semantics.trace import Entry, Trace

TRIES = 2
"""Starting times that are tried for one order of entrances."""


def inversions(portfolio: Portfolio) -> dict[str, tuple[Overload, ...]]:
    """Return, by frequency rule, how chains that lose nothing in an overload may lose a message.

    The search for overloads stops at the first message that some chains lose together, which may
    be that of the lowest priority, as it should be. Here the highest comes last.
    """
    return {
        id_: tuple(one for pressure in pressures for one in _of(portfolio, pressure))
        for id_, pressures in portfolio.pressures.items()
    }


def is_inverted(portfolio: Portfolio, one: Overload) -> bool:
    """Say whether a chain of lower priority has sent what takes the place of the lost message."""
    mine = _priority(portfolio, one.lost)
    return any(_priority(portfolio, sent) < mine for sent in one.counted)


def _priority(portfolio: Portfolio, entry: Entry) -> int:
    program = portfolio.program
    if entry.chain is not None:
        return program.chains[entry.chain].priority
    return program.broadcasts[entry.broadcast or ""].priority


def _of(portfolio: Portfolio, pressure: Pressure) -> Iterator[Overload]:
    for one in pressure.overloads:
        chains = [portfolio.program.chains.get(id_) for id_ in one.chains]
        known = sorted(filter(None, chains), key=lambda chain: (-chain.priority, chain.id))
        if is_inverted(portfolio, one) or not known:
            continue
        if len(known) < len(chains):
            found = _postponed(portfolio, pressure, one, known[0].id)
            yield from () if found is None else (found,)
        elif known[0].priority > known[-1].priority:
            found = _turned(portfolio, pressure, one, known[0].id)
            yield from () if found is None else (found,)


def _turned(portfolio: Portfolio, pressure: Pressure, one: Overload, above: str) -> Overload | None:
    """Return a timeline in which a chain loses a message to the others of an overload."""
    ceiling, counted = pressure.ceiling, portfolio.loads.counted(pressure.rule)
    entrances, wanted = _entrances(portfolio, pressure, one, above)
    if not entrances:
        return None
    aim = partial(_is_turned, portfolio, pressure, above)
    words = f"inversion {pressure.rule} {ceiling[:3]} {above}"
    witness = portfolio.rehearsals.enact(Stage(entrances, aim, wanted), TRIES, words)
    if witness is None:
        return None
    return overload(witness, pressure.rule, ceiling, counted, one.actions)


def _is_turned(portfolio: Portfolio, pressure: Pressure, above: str, trace: Trace) -> bool:
    """Say whether a chain loses a message to a lower priority that came while it was under way."""
    ceiling, counted = pressure.ceiling, portfolio.loads.counted(pressure.rule)
    priority, yields = portfolio.program.chains[above].priority, _yields(portfolio, pressure)
    lost = loss(trace, pressure.rule, ceiling)
    if lost is None or lost.chain != above:
        return False
    begun = _begun(trace, lost)
    sent = in_window(trace, counted, lost.moment, ceiling.window)
    return any(
        (yields or entry.moment >= begun) and _priority(portfolio, entry) < priority
        for entry in sent
    )


def _begun(trace: Trace, entry: Entry) -> Moment:
    """Return when the passage began in which something happens."""
    return next(one.moment for one in trace.of("enter") if one.passage == entry.passage)


def _postponed(
    portfolio: Portfolio, pressure: Pressure, one: Overload, above: str
) -> Overload | None:
    """Return the same timeline with the customer later, so that a broadcast comes before a chain.

    None if the chain does not write after the broadcast although it was under way by then.
    """
    sent = next((entry for entry in one.counted[::-1] if entry.chain == above), None)
    if sent is None or one.lost.broadcast is None:
        return None
    scenario = one.witness.scenario
    way = sent.moment - _begun(one.witness.trace, sent)
    shift = one.lost.moment - sent.moment + max(min(APART, way // 2), 1)
    later = tuple(
        replace(each, moment=each.moment + shift) if each.moment >= scenario.start else each
        for each in scenario.happenings
    )
    moved = replace(scenario, happenings=later, until=scenario.until + shift)
    trace = portfolio.machine.run(moved)
    if not _is_turned(portfolio, pressure, above, trace):
        return None
    counted = portfolio.loads.counted(pressure.rule)
    witness = one.witness._replace(scenario=moved, trace=trace)
    return overload(witness, pressure.rule, pressure.ceiling, counted, one.actions)


def _yields(portfolio: Portfolio, pressure: Pressure) -> bool:
    """Say whether places are kept for chains under way: then those lose that begin later."""
    rule = portfolio.program.frequency[pressure.rule]
    return portfolio.behaviour.exceed(rule.exceed) == "yield"


def _entrances(
    portfolio: Portfolio, pressure: Pressure, one: Overload, above: str
) -> tuple[tuple[Entrance, ...], tuple[str, ...]]:
    """Let the others fill the limit while the chain above waits for its own message."""
    ceiling, counted = pressure.ceiling, portfolio.loads.counted(pressure.rule)
    crowd = Crowd(portfolio, ceiling, counted, portfolio.loads.of_rule(pressure.rule))
    mine = crowd.rush(above, ceiling.likely)
    others = tuple(crowd.rush(id_, ceiling.likely) for id_ in one.chains if id_ != above)
    if not all(rush.offsets for rush in (mine, *others)):
        return (), ()
    filled = attempt(others, portfolio)
    taken = min(len(filled.offsets), ceiling.most)
    own = mine.offsets[ceiling.most - taken :]
    yields = _yields(portfolio, pressure)
    if not taken or not own or not (own[0] or yields):
        return (), ()
    last = filled.offsets[taken - 1]
    lead = 0 if yields else own[0]
    shift = max(min(APART, lead or APART, ceiling.window // 2), 1)
    begun = Entrance(*door.easiest(portfolio.program, above), last + shift - lead)
    found = sorted((begun, *filled.entrances), key=lambda each: (each.at, each.chain))
    moved = tuple(replace(each, at=each.at - found[0].at) for each in found)
    return moved, (*filled.wanted, *mine.steps)
