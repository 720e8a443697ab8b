"""Days on which clocks are changed: one has an hour less than others, one an hour more."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from crmspec.logic.ceiling import by_calendar, changes
from crmspec.logic.occasion import FIRST_DAY
from crmspec.semantics import clock

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from crmspec.ir.frequency import Frequency
    from crmspec.logic.ceiling import Ceiling
    from crmspec.logic.portfolio import Portfolio
    from crmspec.semantics.scenario import Moment

YEAR = 366
MORNING = 9 * 60
SOON = 10
"""Minutes after midnight at which a message is early on its day."""


def start(portfolio: Portfolio, rule: Frequency, ceiling: Ceiling) -> Moment | None:
    """Return when messages begin that meet in a window only where clocks are changed, or None.

    In a rolling window of days they meet when clocks go forward, in a calendar period when they
    go back. The customer lives at the project's home.
    """
    zone = clock.named(portfolio.program.project.timezone)
    if ceiling.is_gap or ceiling.window % clock.DAY or not changes(zone):
        return None
    per = next(one.per for one in rule.limits if one is ceiling.node)
    if by_calendar(portfolio, rule, per):
        back = changed(zone, is_forward=False)
        week = portfolio.behaviour.week_starts or portfolio.program.project.week_starts
        return back and clock.calendar_start(back, per, zone, week) + SOON
    forward = changed(zone, is_forward=True)
    return forward and clock.day_start(forward, zone, -(ceiling.window // clock.DAY)) + MORNING


@lru_cache(maxsize=256)
def changed(zone: ZoneInfo, *, is_forward: bool) -> Moment | None:
    """Return when clocks first go forward, or back, after the first day of timelines."""
    first = clock.moment(FIRST_DAY, zone)
    days = (clock.next_shift(first + day * clock.DAY, zone) for day in range(YEAR))
    return next((one for one in days if one and _goes_forward(one, zone) == is_forward), None)


def _goes_forward(moment: Moment, zone: ZoneInfo) -> bool:
    return clock.wall_of(moment, zone) - clock.wall_of(moment - 1, zone) > 1
