"""The minutes of a year at which the clocks of a zone change, and the weeks around them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from crmspec.logic.occasion import FIRST_DAY
from crmspec.semantics import clock

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from crmspec.semantics.scenario import Moment

YEAR = 366
_MONDAY = 3 * clock.DAY
"""The minutes from a Monday to the Thursday on which moments begin to be counted."""


class Change(NamedTuple):
    """A change of clocks: its first minute, and by how many minutes they go forward then."""

    moment: Moment
    by: int


@lru_cache(maxsize=64)
def changes(zone: ZoneInfo) -> tuple[Change, ...]:
    """Return the changes of a zone's clocks in the year after the first day of examples."""
    now = clock.moment(FIRST_DAY, zone)
    found = []
    for day in range(YEAR):
        moment = clock.next_shift(now + day * clock.DAY, zone)
        if moment is not None:
            by = clock.wall_of(moment, zone) - clock.wall_of(moment - 1, zone) - 1
            found.append(Change(moment, by))
    return tuple(found)


def before(change: Change, minute: int, zone: ZoneInfo) -> Moment:
    """Return the last moment before a change, or at it, that shows a minute of the week."""
    wall = clock.wall_of(change.moment - 1, zone) + 1
    return clock.on_wall(wall - (wall + _MONDAY - minute) % clock.WEEK, zone)


def in_day(change: Change, minute: int, zone: ZoneInfo, days: int = 0) -> Moment:
    """Return the moment of a minute of the day on the day of a change, or so many days later."""
    day = clock.wall_of(change.moment, zone) // clock.DAY + days
    return clock.on_wall(day * clock.DAY + minute % clock.DAY, zone)


def minute_of_week(moment: Moment, zone: ZoneInfo) -> int:
    """Return the minute of the local week, Monday 00:00 being 0."""
    return (clock.wall_of(moment, zone) + _MONDAY) % clock.WEEK
