"""Customers who are in no broadcast that takes the room of other messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.ir.condition import All, Any, Condition, ConsentIs, InSegment, Nothing, Reachable
from crmspec.ir.value import Name, Ref
from crmspec.logic.cast import permissions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crmspec.ir.audience import Broadcast
    from crmspec.ir.program import Program
    from crmspec.logic.portfolio import Portfolio
    from crmspec.semantics.scenario import Moment
    from crmspec.semantics.trace import Trace


def in_the_way(portfolio: Portfolio, trace: Trace) -> list[tuple[str, Moment]]:
    """Return the broadcasts, and when they were sent, that a rule counted and then held others."""
    held = {one.rule: one.moment for one in trace.of("skip", "exit", "defer")}  # the last of each
    rules = portfolio.program.frequency.keys() & held.keys()
    full = [(portfolio.loads.counted(one), held[one]) for one in rules]
    sent = {
        (one.broadcast, one.moment)
        for one in trace.sends()
        if one.broadcast
        and any(
            one.moment <= last and rule.counts(one.message or "", one.broadcast)
            for rule, last in full
        )
    }
    return sorted(sent)


def outside(program: Program, broadcast: Broadcast, chains: Iterable[str]) -> Condition:
    """Return what is true of customers whom chains may write to, but not a broadcast (8.33)."""
    audience = broadcast.audience
    inside: list[Condition] = [InSegment(segment=one) for one in audience.include]
    spared = [InSegment(segment=one) for one in audience.exclude]
    away = Any(any=(Nothing(none=tuple(inside)), *spared))
    return All(all=(*_permitted(program, chains), away))


def _permitted(program: Program, chains: Iterable[str]) -> Iterator[Condition]:
    consents, channels = permissions(program, chains)
    for key in sorted(consents):
        id_, _, topic = key.partition(".")
        named = Name(id=topic) if topic else None
        yield ConsentIs(consent=Ref(kind="consent", id=id_), topic=named)
    for channel in sorted(channels):
        yield Reachable(reachable=Ref(kind="channel", id=channel))
