"""Chains that passages of another chain start by themselves, and how soon."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from crmspec.ir.action import Emit
from crmspec.ir.step import StartChain
from crmspec.ir.trigger import ChainTrigger

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.track import Track


class Sequel(NamedTuple):
    """A chain that is started, and how many minutes after the entry into the other at the least."""

    chain: str
    minutes: int


def sequels(portfolio: Portfolio) -> dict[str, tuple[Sequel, ...]]:
    """Return what the live chains start: by a step, by an event, or as soon as they begin or end.

    A customer may be kept out of it, or taken out of the other chain for it (semantics 6.18, 6.27).
    """
    chains = portfolio.program.chains
    found: dict[str, dict[Sequel, None]] = defaultdict(dict)
    for id_, track in portfolio.tracks.items():
        if chains[id_].status == "live":
            found[id_].update(dict.fromkeys(_by_step(portfolio, track)))
    for chain in chains.values():
        for trigger in chain.trigger if chain.status == "live" else ():
            if isinstance(trigger, ChainTrigger) and trigger.chain.id in found:
                life = portfolio.tracks[trigger.chain.id].lifetime.least
                minutes = life if trigger.state == "completed" else 0
                found[trigger.chain.id][Sequel(chain.id, minutes)] = None
    return {id_: tuple(some) for id_, some in found.items() if some}


def _by_step(portfolio: Portfolio, track: Track) -> Iterator[Sequel]:
    for node in track.nodes:
        if isinstance(node.step, StartChain):
            other = portfolio.program.chains.get(node.step.start_chain.chain.id)
            if other is not None and other.status == "live" and node.reached:
                yield Sequel(other.id, node.least)
        elif isinstance(node.step, Emit) and node.reached:
            for door in portfolio.doors.get(("event", node.step.emit.id), ()):
                yield Sequel(door.chain, node.least)
