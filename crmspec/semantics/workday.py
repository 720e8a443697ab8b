"""Working days: Monday to Friday, without the public holidays of the project's country."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from holidays import HolidayBase

SATURDAY = 5


@lru_cache(maxsize=4096)
def is_working_day(day: date, region: str | None) -> bool:
    """Say whether a local day is a working day (semantics 5.41, 5.43).

    `region` is a country code such as `ru`, or with a part of the country `de-by`; a country
    without a known calendar works from Monday to Friday.
    """
    calendar = _calendar(region or "")
    return day.weekday() < SATURDAY if calendar is None else calendar.is_working_day(day)


@lru_cache(maxsize=64)
def _calendar(region: str) -> HolidayBase | None:
    country, _, part = region.upper().partition("-")
    if not country:
        return None
    from holidays import country_holidays

    try:
        return country_holidays(country, subdiv=part or None)
    except NotImplementedError:
        return None


def next_working_day(day: date, region: str | None) -> date:
    """Return the first working day after a day."""
    day += timedelta(days=1)
    while not is_working_day(day, region):
        day += timedelta(days=1)
    return day
