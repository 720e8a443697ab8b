"""Quiet hours: whether a moment lies in them, and when they end (semantics 8.8-8.10)."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from crmspec.semantics.clock import DAY, WEEKDAYS, on_wall, wall_of
from crmspec.semantics.same import Same

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from crmspec.ir.chain import QuietHours
    from crmspec.semantics.scenario import Moment

_ROUNDS = 32
"""Quiet hours that follow each other without a gap for longer are taken as endless."""
NEVER: Final = 1 << 40
"""A minute after all that can happen."""


def end(hours: QuietHours, now: Moment, zone: ZoneInfo) -> Moment | None:
    """Return the end of the period of quiet hours that contains now; None outside them."""
    today = wall_of(now, zone) // DAY
    found = None
    for day in (today - 1, today):
        period = _period(Same(hours), day, zone)
        if period is not None and period[0] <= now < period[1]:
            found = max(period[1], found or 0)
    return found


def free(periods: tuple[tuple[QuietHours, ZoneInfo], ...], now: Moment) -> Moment:
    """Return the first minute, from now on, outside all quiet hours; NEVER if there is none."""
    for _ in range(_ROUNDS):
        ends = [moment for hours, zone in periods if (moment := end(hours, now, zone)) is not None]
        if not ends:
            return now
        now = max(ends)
    return NEVER


@lru_cache(maxsize=65_536)
def _period(same: Same[QuietHours], day: int, zone: ZoneInfo) -> tuple[Moment, Moment] | None:
    """Return the period that begins on a local day (counted from 1970), if one does (8.10)."""
    hours = same.it
    if hours.weekdays and WEEKDAYS[(day + 3) % 7] not in hours.weekdays:
        return None
    first, last = hours.from_.minute, hours.to.minute
    if last <= first:
        last += DAY
    return on_wall(day * DAY + first, zone), on_wall(day * DAY + last, zone)
