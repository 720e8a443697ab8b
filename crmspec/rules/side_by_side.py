"""Passages of one chain that begin while messages of the passage before are still to come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.logic import door
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

    `loud` are the messages that count. A chain with a `key` is about another thing each time.
    """
    if chain.reentry is None or chain.reentry.key is not None or not again.concurrent:
        return None
    offers = [one for one in portfolio.tracks[chain.id].offers if loud.intersection(one.messages)]
    gap = max(again.gap, 1)
    late = [one for one in offers if one.most is None or one.most > gap]
    if again.limit == 1 or not late:
        return None
    entered = door.easiest(portfolio.program, chain.id)
    stage = Stage(
        (Entrance(*entered, 0), Entrance(*entered, gap)),
        lambda trace: bool(sent(trace, chain.id, loud)),
        tuple(dict.fromkeys((offers[0].path, late[-1].path))),
    )
    return enact(portfolio, stage)


def sent(trace: Trace, chain: str, loud: frozenset[str]) -> tuple[Entry, ...]:
    """Return a message of a later passage and one of an earlier passage after its entry."""
    sends = [one for one in trace.sends() if one.chain == chain and one.message in loud]
    for entry in trace.of("enter"):
        if entry.chain != chain:
            continue
        own = [one for one in sends if one.passage == entry.passage]
        before = [
            one
            for one in sends
            if (one.passage or 0) < (entry.passage or 0) and one.moment > entry.moment
        ]
        if own and before:
            return tuple(sorted((before[0], own[0]), key=lambda one: one.moment))
    return ()
