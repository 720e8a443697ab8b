"""Anniversaries: a day and month that come round every year (semantics 5.11)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from crmspec.semantics import clock
from crmspec.semantics.comparison import moment_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir.condition import Anniversary
    from crmspec.ir.value import Plain
    from crmspec.semantics.scenario import Moment
    from crmspec.semantics.view import View


def anniversary_holds(wanted: Anniversary, value: Plain, view: View) -> bool:
    """Say whether the anniversary of a date is today, comes soon, or was lately."""
    found = moment_of(value, view)
    if found is None:
        return False
    born = clock.local(found, view.zone).date()
    today = clock.local(view.now, view.zone).date()
    if falls(born, today.year) == today:
        return True
    return (
        not wanted.today
        and (wanted.within_next is None or _comes(wanted, born, today, view))
        and (wanted.within_last is None or _was(wanted, born, today, view))
    )


def falls(born: date, year: int) -> date:
    """Return the anniversary of a day in a year; 29 February falls on 28 February in others."""
    return date(year, born.month, min(born.day, clock.last_day(year, born.month)))


def _comes(wanted: Anniversary, born: date, today: date, view: View) -> bool:
    coming = falls(born, today.year)
    if coming < today:
        coming = falls(born, today.year + 1)
    lasting = wanted.within_next
    return lasting is not None and clock.at(coming, 0, view.zone) < clock.add(
        view.now, lasting, view.zone
    )


def _was(wanted: Anniversary, born: date, today: date, view: View) -> bool:
    latest = falls(born, today.year)
    if latest > today:
        latest = falls(born, today.year - 1)
    return wanted.within_last is not None and clock.inside(
        clock.at(latest, 0, view.zone), view.now, wanted.within_last, view.zone
    )


def days_around(value: Plain, view: View) -> Iterator[tuple[Moment, Moment]]:
    """Yield the first moments of the anniversaries around now and of the days after them."""
    found = moment_of(value, view)
    if found is None:
        return
    born = clock.local(found, view.zone).date()
    year = clock.local(view.now, view.zone).year
    for one in range(year - 2, year + 3):
        start = clock.at(falls(born, one), 0, view.zone)
        yield start, clock.day_start(start, view.zone, 1)
