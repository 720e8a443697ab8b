"""Moments, zones, durations and windows: the arithmetic of section 2 of the semantics."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from crmspec.ir.scalar import parse_duration
from crmspec.ir.value import Duration
from crmspec.resolve.date import looks_like_date

if TYPE_CHECKING:
    from crmspec.ir.program import Program
    from crmspec.semantics.scenario import Customer, Moment

DAY = 1440
WEEK = 7 * DAY
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_EPOCH = date(1970, 1, 1).toordinal()
EARLIEST: Moment = (date(2, 1, 1).toordinal() - _EPOCH) * DAY
LATEST: Moment = (date(9998, 12, 31).toordinal() - _EPOCH) * DAY
"""The first and last moments that have a calendar date in every zone; what lies beyond is cut."""
_LAST_MONTH = 9998 * 12 + 11
_DATE_LENGTH = 10
_LONGEST_MONTH = 31 * DAY


class Written(NamedTuple):
    """A moment as written: minutes since 1970 on the wall clock, and the offset, if it has one."""

    wall: int
    offset: int | None
    has_time: bool


@lru_cache(maxsize=4096)
def written(text: str) -> Written | None:
    """Read `2026-11-27`, `2026-11-27T10:00` or `…T10:00+03:00`; None if it is no such day."""
    if not looks_like_date(text):
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    shift = found.utcoffset()
    offset = None if shift is None else shift // timedelta(minutes=1)
    wall = (found.toordinal() - _EPOCH) * DAY + found.hour * 60 + found.minute
    return Written(min(max(wall, EARLIEST), LATEST), offset, len(text) > _DATE_LENGTH)


def moment(text: str, zone: ZoneInfo) -> Moment:
    """Return the moment that an ISO 8601 text means in a zone (semantics 2.1, 2.7, 2.10).

    Raises:
        ValueError: the text is no day and time of the calendar.
    """
    found = read(text, zone)
    if found is None:
        raise ValueError(f"not a moment: {text}")
    return found


@lru_cache(maxsize=65_536)
def read(text: str, zone: ZoneInfo) -> Moment | None:
    """Return the moment that a text means, None if it means none; the safe form of `moment`."""
    found = written(text)
    if found is None:
        return None
    return found.wall - found.offset if found.offset is not None else on_wall(found.wall, zone)


def has_time(text: str) -> bool:
    """Say whether a date is written with a time of day."""
    found = written(text)
    return found is not None and found.has_time


def on_wall(wall: int, zone: ZoneInfo) -> Moment:
    """Return the first moment at which a zone's clock shows this minute (since 1970) or later.

    A time skipped when clocks go forward means the first moment after the gap, one that occurs
    twice the first (semantics 2.7).
    """
    first = _offset(wall, zone, 0)
    second = _offset(wall, zone, 1)
    if second <= first:
        return wall - first
    low, high = wall - second, wall - first
    while low < high:
        middle = (low + high) // 2
        if wall_of(middle, zone) >= wall:
            high = middle
        else:
            low = middle + 1
    return low


def _offset(wall: int, zone: ZoneInfo, fold: int) -> int:
    days, minute = divmod(wall, DAY)
    day = date.fromordinal(days + _EPOCH)
    shown = datetime(
        day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=zone, fold=fold
    )
    return _minutes(shown)


def _minutes(shown: datetime) -> int:
    shift = shown.utcoffset()
    return 0 if shift is None else shift // timedelta(minutes=1)


def local(moment: Moment, zone: ZoneInfo) -> datetime:
    """Return what the clock of a zone shows at a moment."""
    cut = min(max(moment, EARLIEST), LATEST)
    return datetime.fromtimestamp(cut * 60, UTC).astimezone(zone)


def wall_of(moment: Moment, zone: ZoneInfo) -> int:
    """Return the minutes since 1970 that the clock of a zone shows."""
    return moment + _minutes(local(moment, zone))


def iso(moment: Moment, zone: ZoneInfo) -> str:
    """Return a moment as `2027-03-01T09:00` in a zone."""
    return local(moment, zone).isoformat(timespec="minutes")[:16]


def stamp(moment: Moment, zone: ZoneInfo) -> str:
    """Return a moment with its offset, `2027-03-01T09:00+03:00`, so that it reads back exactly."""
    return local(moment, zone).isoformat(timespec="minutes")


@lru_cache(maxsize=1024)
def named(name: str) -> ZoneInfo:
    """Return the zone of the IANA database; UTC for a name it does not have."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


def zone(name: str | None, program: Program, customer: Customer) -> ZoneInfo:
    """Return the zone that `profile`, `account`, a name or nothing means (semantics 2.5, 2.6)."""
    if name is None or name == "profile":
        return named(customer.timezone or program.project.timezone)
    return named(program.project.timezone if name == "account" else name)


@lru_cache(maxsize=4096)
def length(text: str) -> Duration | None:
    """Return the duration that an operand writes, None if it writes none."""
    try:
        months, seconds = parse_duration(text)
    except ValueError:
        return None
    return Duration(months=months, seconds=seconds, text=text)


def minutes(duration: Duration) -> int:
    """Return the exact part of a duration in whole minutes, seconds rounded up (semantics 2.1)."""
    return -(-duration.seconds // 60)


def add(moment: Moment, duration: Duration, zone: ZoneInfo) -> Moment:
    """Return a moment plus a duration: months first, then the exact part (semantics 2.2-2.4)."""
    if duration.months:
        moment = _plus_months(moment, duration.months, zone)
    return min(max(moment - (-duration.seconds // 60), EARLIEST), LATEST)


def subtract(moment: Moment, duration: Duration, zone: ZoneInfo) -> Moment:
    """Return a moment minus a duration, its months first."""
    if duration.months:
        moment = _plus_months(moment, -duration.months, zone)
    return min(max(moment + (-duration.seconds // 60), EARLIEST), LATEST)


def ago(moment: Moment, duration: Duration, zone: ZoneInfo) -> Moment:
    """Return t - D: the latest e with e + D <= t, so that all windows agree (semantics 2.13)."""
    low = subtract(moment, duration, zone)
    if duration_is_exact(duration):
        return low
    low, high = low - 2 * DAY, low + 4 * DAY
    while high - low > 1:
        middle = (low + high) // 2
        if add(middle, duration, zone) <= moment:
            low = middle
        else:
            high = middle
    return low


@lru_cache(maxsize=65_536)
def _plus_months(moment: Moment, months: int, zone: ZoneInfo) -> Moment:
    shown = local(moment, zone)
    count = min(max(shown.year * 12 + shown.month - 1 + months, 24), _LAST_MONTH)
    year, month = divmod(count, 12)
    day = date(year, month + 1, min(shown.day, last_day(year, month + 1)))
    return at(day, shown.hour * 60 + shown.minute, zone)


def last_day(year: int, month: int) -> int:
    """Return the number of days of a month."""
    later = date(year + month // 12, month % 12 + 1, 1)
    return (later - timedelta(days=1)).day


def at(day: date, minute: int, zone: ZoneInfo) -> Moment:
    """Return the moment of a local day and minute of the day; 1440 is the end of the day."""
    return on_wall((day.toordinal() - _EPOCH) * DAY + minute, zone)


def day_start(moment: Moment, zone: ZoneInfo, days: int = 0) -> Moment:
    """Return the first moment of the local day of a moment, or of the day so many days later."""
    day = wall_of(moment, zone) // DAY + days
    return on_wall(min(max(day * DAY, EARLIEST), LATEST), zone)


def weekday(moment: Moment, zone: ZoneInfo) -> str:
    """Return the local day of the week, `mon` to `sun`."""
    return WEEKDAYS[local(moment, zone).weekday()]


def next_local(moment: Moment, minute: int, zone: ZoneInfo) -> Moment:
    """Return the first moment strictly later at which the local minute of the day begins.

    A day on which clocks skip the minute counts from the first moment after the gap.
    """
    day = wall_of(moment, zone) // DAY
    found = on_wall(day * DAY + minute, zone)
    while found <= moment:
        day += 1
        found = on_wall(day * DAY + minute, zone)
    return found


def next_shift(moment: Moment, zone: ZoneInfo) -> Moment | None:
    """Return when clocks change within the next 24 hours, None if they do not."""
    low, high = moment, moment + DAY
    offset = wall_of(low, zone) - low
    if wall_of(high, zone) - high == offset:
        return None
    while high - low > 1:
        middle = (low + high) // 2
        if wall_of(middle, zone) - middle == offset:
            low = middle
        else:
            high = middle
    return high


def in_period(minute: int, start: int, end: int) -> bool:
    """Say whether a minute of the day lies in a local period `from`-`to` (semantics 2.9)."""
    return start <= minute < end if start < end else minute >= start or minute < end


def inside(happened: Moment, now: Moment, within: Duration, zone: ZoneInfo) -> bool:
    """Say whether a happening is in the window: e <= t < e + W (semantics 2.8)."""
    return happened <= now < add(happened, within, zone)


def is_past(happened: Moment, now: Moment, ago: Duration, zone: ZoneInfo) -> bool:
    """Say whether a happening is that long ago or longer: e + D <= t (semantics 2.13)."""
    return add(happened, ago, zone) <= now


def not_after(moment: Moment, ago: Duration) -> Moment:
    """Return a moment up to which everything is certainly longer ago than the duration.

    Without months this is exactly t - D; with months it is a little earlier.
    """
    if duration_is_exact(ago):
        return moment - minutes(ago)
    return moment - minutes(ago) - ago.months * _LONGEST_MONTH - 2 * DAY


def duration_is_exact(duration: Duration) -> bool:
    """Say whether a duration has no months, so that it is as long everywhere."""
    return not duration.months


def rolling(now: Moment, per: Duration, zone: ZoneInfo) -> Moment:
    """Return the moment after which happenings are inside a rolling window that ends now."""
    return ago(now, per, zone)


def calendar(now: Moment, per: Duration, zone: ZoneInfo, week_starts: str = "mon") -> Moment:
    """Return the last moment before the calendar period that contains now (semantics 2.12, 8.16).

    Periods of months are whole months or years, of weeks whole weeks, of days whole days; a
    period of several units is that many of them, this one included. Shorter ones are rolling.
    """
    return calendar_start(now, per, zone, week_starts) - 1


def calendar_start(now: Moment, per: Duration, zone: ZoneInfo, week_starts: str = "mon") -> Moment:
    """Return the first moment of the calendar period that contains now."""
    today = local(now, zone).date()
    if per.months:
        return at(_first_of_months(today, per.months), 0, zone)
    length_ = minutes(per)
    if length_ % WEEK == 0 and length_:
        start = today.weekday() if week_starts == "mon" else (today.weekday() + 1) % 7
        return day_start(now, zone, -start - 7 * (length_ // WEEK - 1))
    if length_ % DAY == 0 and length_:
        return day_start(now, zone, 1 - length_ // DAY)
    return rolling(now, per, zone) + 1


def _first_of_months(today: date, months: int) -> date:
    if months % 12 == 0:
        return date(max(today.year - months // 12 + 1, 2), 1, 1)
    year, month = divmod(max(today.year * 12 + today.month - months, 24), 12)
    return date(year, month + 1, 1)
