"""Limits of frequency rules as windows: how many messages in how many minutes."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from crmspec.logic import delay
from crmspec.semantics import clock

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from crmspec.ir.frequency import Frequency
    from crmspec.ir.value import Duration, Located
    from crmspec.logic.portfolio import Portfolio

_YEARS = range(2027, 2038)
_STEP = 7 * delay.DAY


class Ceiling(NamedTuple):
    """A limit as a window: at most `most` messages in `window` minutes, written as `text`.

    A window of months, or of calendar days of which one has 25 hours, may last for `longest`.
    """

    most: int
    window: int
    text: str
    node: Located
    is_gap: bool = False
    longest: int = 0

    @property
    def widest(self) -> int:
        """Return the most minutes of the window: a proof has to hold in all of them."""
        return max(self.window, self.longest)

    @property
    def likely(self) -> int:
        """Return the window to look for examples in: any month, but not a day of 25 hours."""
        return self.longest if self.longest > self.window + delay.SHIFT else self.window


def ceilings(portfolio: Portfolio, rule: Frequency) -> tuple[Ceiling, ...]:
    """Return the limits of a rule; a `min_gap` is a limit of one message (semantics 8.18).

    Windows that last no time are errors, and limit nothing.
    """
    found = [
        Ceiling(
            limit.max,
            delay.length(limit.per).least,
            limit.per.text,
            limit,
            longest=_longest(portfolio, rule, limit.per),
        )
        for limit in rule.limits
    ]
    if rule.min_gap is not None:
        least, most = delay.length(rule.min_gap)
        found.append(Ceiling(1, least, rule.min_gap.text, rule.min_gap, True, most or least))  # noqa: FBT003 - a gap
    return tuple(one for one in found if one.window > 0)


def _longest(portfolio: Portfolio, rule: Frequency, per: Duration) -> int:
    length = delay.length(per)
    most = length.least if length.most is None else length.most
    return most + (_stretch(portfolio, rule) if by_calendar(portfolio, rule, per) else 0)


def by_calendar(portfolio: Portfolio, rule: Frequency, per: Duration) -> bool:
    """Say whether a limit counts calendar periods, not the time before now (semantics 8.16)."""
    behaviour, exact = portfolio.behaviour, clock.minutes(per)
    if (behaviour.caps or rule.window) != "calendar":
        return False
    if per.months or exact % clock.DAY:
        return bool(per.months)
    return behaviour.calendar_weeks or exact % clock.WEEK != 0


def _stretch(portfolio: Portfolio, rule: Frequency) -> int:
    """Return by how much a calendar day of a rule may be longer than 24 hours."""
    name = portfolio.behaviour.cap_timezone or rule.timezone
    if name in (None, "profile"):
        return delay.SHIFT
    zone = clock.named(portfolio.program.project.timezone if name == "account" else name)
    return delay.SHIFT if changes(zone) else 0


@lru_cache(maxsize=256)
def changes(zone: ZoneInfo) -> bool:
    """Say whether the clocks of a zone are changed in the years to come."""
    first, last = (clock.moment(f"{year}-01-01", zone) for year in (_YEARS[0], _YEARS[-1]))
    offsets = {clock.wall_of(at, zone) - at for at in range(first, last, _STEP)}
    return len(offsets) > 1
