"""How many broadcasts that go out once can fall into one window, by the days they are set for."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmspec.logic.delay import DAY, HOUR, SHIFT, length
from crmspec.semantics import clock
from crmspec.semantics.scenario import Customer

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from crmspec.ir.audience import Broadcast
    from crmspec.logic.portfolio import Portfolio
    from crmspec.semantics.scenario import Moment

ROAM = 14 * HOUR
"""The same local time comes so much earlier or later elsewhere than in Greenwich."""


class Stretch(NamedTuple):
    """A customer gets a message in these moments, both included, or never.

    If it `roams`, the moments are those of the customer's own clock.
    """

    first: Moment
    last: Moment
    roams: bool


def dated(portfolio: Portfolio, broadcasts: Collection[str], window: int) -> int | None:
    """Return how many messages of some broadcasts that go out once lie in a window at most.

    None if one of them may come at any time.
    """
    found: list[Stretch] = []
    for id_ in broadcasts:
        stretches = _stretches(portfolio, portfolio.program.broadcasts[id_])
        if stretches is None:
            return None
        found += stretches
    return max((sum(_meets(one, other, window) for other in found) for one in found), default=0)


def _meets(one: Stretch, other: Stretch, window: int) -> bool:
    """Say whether a message may lie in a window that begins with another one."""
    slack = ROAM if one.roams != other.roams else one.roams * SHIFT
    return one.first <= other.last + slack and other.first - slack < one.last + window


def _stretches(portfolio: Portfolio, broadcast: Broadcast) -> list[Stretch] | None:
    program, iso = portfolio.program, "" if broadcast.at is None else broadcast.at.iso
    roams = broadcast.timezone in (None, "profile") and _is_local(iso)
    zone = clock.zone(broadcast.timezone, program, Customer())
    moment = clock.read(iso, clock.named("UTC") if roams else zone)
    hold = portfolio.loads.broadcasts[broadcast.id].nodes[0].hold
    is_spread = broadcast.throttle is not None or broadcast.optimize_send_time
    if moment is None or hold is None or is_spread:
        return None
    late = hold + (DAY if broadcast.if_past == "send_now" else 0)
    first = Stretch(moment, moment + late, roams)
    return [first, *_again(broadcast, first, hold)]


def _is_local(iso: str) -> bool:
    """Say whether a moment is written without an offset, so that each zone has its own."""
    found = clock.written(iso)
    return found is not None and found.offset is None


def _again(broadcast: Broadcast, first: Stretch, hold: int) -> Iterator[Stretch]:
    """Yield when the second try may be sent."""
    if broadcast.resend is not None:
        least, most = length(broadcast.resend.after)
        last = first.last + hold + (most or least)
        yield Stretch(first.first + least, last, first.roams)
