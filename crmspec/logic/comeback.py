"""How soon a customer may come into a chain once more, and what begins when a chain ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.ir.trigger import ChainTrigger, EventTrigger
from crmspec.semantics.scenario import Happening

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir.chain import Chain
    from crmspec.logic.curve import Curve
    from crmspec.logic.portfolio import Portfolio


def apart(portfolio: Portfolio, curve: Curve) -> int:
    """Return the minutes from one entry into a chain to the next, if need be by leaving it."""
    life = portfolio.tracks[curve.source].lifetime.least
    if curve.repeat.concurrent:
        return max(curve.repeat.gap, 1)
    if _leaves_anew(portfolio.program.chains[curve.source]):
        life = min(life, 1)
    return max(curve.repeat.gap, life + max(curve.repeat.rest, 1))


def _leaves_anew(chain: Chain) -> bool:
    """Say whether the event that starts a chain also ends its passages."""
    events = {one.event.id for one in chain.exit if one.event is not None}
    return any(isinstance(one, EventTrigger) and one.event.id in events for one in chain.trigger)


def followers(portfolio: Portfolio, chain: str) -> Iterator[tuple[str, tuple[Happening, ...]]]:
    """Yield the chains after whose entry or end a chain begins, and what ends them early.

    Moments of the happenings are minutes after the entry.
    """
    for trigger in portfolio.program.chains[chain].trigger:
        if not isinstance(trigger, ChainTrigger) or trigger.chain.id == chain:
            continue
        first = portfolio.program.chains.get(trigger.chain.id)
        if first is not None and trigger.state != "exited":
            yield first.id, ()
        for event in _ends(first) if first is not None and trigger.state == "exited" else ():
            yield trigger.chain.id, (Happening(moment=1, kind="event", subject=event),)


def _ends(chain: Chain) -> Iterator[str]:
    """Yield the events that end passages of a chain at once, whatever they hold."""
    for one in chain.exit:
        if one.event is not None and not one.where and one.when == "immediate":
            yield one.event.id
