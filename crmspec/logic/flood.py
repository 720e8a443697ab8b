"""Marketing in numbers that no frequency rule limits."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from crmspec.ir.value import Located
from crmspec.logic import delay
from crmspec.logic.bound import bound
from crmspec.logic.ceiling import Ceiling
from crmspec.logic.crowd import TRIES, Crowd
from crmspec.logic.pressure import entered, in_window
from crmspec.logic.witness import enact

if TYPE_CHECKING:
    from collections.abc import Collection

    from crmspec.ir.program import Program
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.witness import Witness
    from crmspec.semantics.trace import Entry, Trace

WAITING = frozenset({"onsite", "in_app", "webhook", "audience_sync"})
"""Types of channels that wait for the customer, or reach no person."""


class Flood(NamedTuple):
    """A replayed timeline with marketing that no rule counts, and the order of the entries."""

    witness: Witness
    sent: tuple[Entry, ...]
    order: tuple[str, ...]


FLOOD = Ceiling(4, delay.DAY, "24h", Located())
"""More than four marketing messages in 24 hours want a limit."""


def unlimited(portfolio: Portfolio, without: Collection[str] = ()) -> Flood | None:
    """Return marketing in numbers that no live rule limits, None if there is none.

    What the chains and broadcasts in `without` send is left out.
    """
    free = Unlimited(portfolio, without)
    curves = portfolio.loads.of(free)
    most = bound(portfolio, curves, FLOOD.window)
    if most is not None and most <= FLOOD.most:
        return None

    def sent(trace: Trace) -> tuple[Entry, ...]:
        found = [one for one in trace.sends() if free.counts(one.message or "", _source(one))]
        windows = (in_window(trace, free, one.moment, FLOOD.window) for one in found)
        return max(windows, key=len, default=())

    for one in islice(Crowd(portfolio, FLOOD, free, curves).attempts(), TRIES):
        stage = one.stage(lambda trace: not trace.is_stopped and len(sent(trace)) > FLOOD.most)
        witness = enact(portfolio, stage)
        if witness is not None:
            sources = {_source(entry) for entry in sent(witness.trace)}
            order = tuple(one for one in entered(witness.trace) if one in sources)
            return Flood(witness, sent(witness.trace), order)
    return None


def _source(entry: Entry) -> str:
    return entry.chain or entry.broadcast or ""


class Unlimited:
    """Marketing messages that no live frequency rule counts and that reach people anywhere."""

    def __init__(self, portfolio: Portfolio, without: Collection[str] = ()) -> None:
        program = portfolio.program
        self.without = frozenset(without)
        self.rules = [
            portfolio.loads.counted(rule.id)
            for rule in program.frequency.values()
            if rule.status == "live" and (rule.limits or rule.min_gap is not None)
        ]
        self.marketing = intruding(program)

    def counts(self, message: str, source: str) -> bool:
        """Say whether a message of a chain or broadcast is one of them."""
        return (
            message in self.marketing
            and source not in self.without
            and not any(rule.counts(message, source) for rule in self.rules)
        )


def intruding(program: Program) -> frozenset[str]:
    """Return the marketing messages that reach customers who have not come by themselves."""
    return frozenset(
        id_
        for id_, message in program.messages.items()
        if message.category == "marketing"
        and (channel := program.channels.get(message.channel.id)) is not None
        and channel.type not in WAITING
    )
