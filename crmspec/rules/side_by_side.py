"""Passages of one chain that begin while messages of the passage before are still to come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.logic import door, drawn
from crmspec.logic.witness import Entrance, Stage, enact

if TYPE_CHECKING:
    from crmspec.ir.chain import Chain
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.repeat import Repeat
    from crmspec.logic.witness import Witness
    from crmspec.semantics.trace import Entry, Trace


def shown(
    portfolio: Portfolio, chain: Chain, again: Repeat, loud: frozenset[str]
) -> Witness | None:
    """Return a timeline in which two passages of a chain speak in turn, None if there is none.

    `loud` are the messages that count.
    """
    if not again.concurrent:
        return None
    offers = [one for one in portfolio.tracks[chain.id].offers if loud.intersection(one.messages)]
    gap = max(again.gap, 1)
    late = [one for one in offers if one.most is None or one.most > gap]
    if not late:
        return None
    entered = door.easiest(portfolio.program, chain.id)
    later = gap - late[-1].least + 1
    waits = drawn.longer(portfolio.tracks[chain.id], late[-1].path, later).waits
    stage = Stage(
        (Entrance(*entered, 0), Entrance(*entered, gap)),
        lambda trace: bool(sent(trace, chain.id, loud)),
        tuple(dict.fromkeys((offers[0].path, late[-1].path))),
        waits=waits,
    )
    return enact(portfolio, stage)


def sent(trace: Trace, chain: str, loud: frozenset[str]) -> tuple[Entry, ...]:
    """Return a message of a later passage and one of an earlier passage after its entry.

    Of all such pairs it is the closest in time, of two different messages if there are some.
    """
    sends = [one for one in trace.sends() if one.chain == chain and one.message in loud]
    entered = {one.passage: one.moment for one in trace.of("enter") if one.chain == chain}
    pairs = [
        (before, after)
        for before in sends
        for after in sends
        if (before.passage or 0) < (after.passage or 0) and before.moment > entered[after.passage]
    ]
    if not pairs:
        return ()
    closest = min(pairs, key=_distance)
    return tuple(sorted(closest, key=lambda one: one.moment))


def _distance(pair: tuple[Entry, Entry]) -> tuple[bool, int]:
    one, other = pair
    return one.message == other.message, abs(one.moment - other.moment)
