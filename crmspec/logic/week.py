"""Sets of the 10,080 minutes of a local week, as bit masks: bit 0 is Monday 00:00."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crmspec.ir.chain import QuietHours

HOUR = 60
DAY = 24 * HOUR
WEEK = 7 * DAY
ALWAYS = (1 << WEEK) - 1
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def span(start: int, length: int) -> int:
    """Return the `length` minutes from the minute `start` on, around the end of the week."""
    return later(((1 << min(length, WEEK)) - 1) if length > 0 else 0, start)


def later(minutes: int, by: int) -> int:
    """Return each minute `by` minutes later."""
    by %= WEEK
    return ((minutes << by) | (minutes >> (WEEK - by))) & ALWAYS if by else minutes


def spread(minutes: int, by: int) -> int:
    """Return each minute and the `by` minutes after it."""
    if by >= WEEK:
        return ALWAYS if minutes else 0
    done = 0
    while done < by:
        step = min(done + 1, by - done)
        minutes |= later(minutes, step)
        done += step
    return minutes


def daily(minute: int, weekdays: Iterable[str] = ()) -> int:
    """Return one minute of the day, on some weekdays or on all."""
    chosen = set(weekdays) or DAYS
    return sum(1 << (n * DAY + minute % DAY) for n, day in enumerate(DAYS) if day in chosen)


def quiet(hours: QuietHours) -> int:
    """Return the minutes of quiet hours; over midnight they belong to the first day (8.10)."""
    length = length_of(hours)
    chosen = set(hours.weekdays) or DAYS
    found = 0
    for number, day in enumerate(DAYS):
        if day in chosen:
            found |= span(number * DAY + hours.from_.minute, length)
    return found


def length_of(hours: QuietHours) -> int:
    """Return how many minutes one period of quiet hours lasts (semantics 2.9)."""
    start, end = hours.from_.minute, hours.to.minute
    return end - start if end > start else end + DAY - start


def runs(minutes: int) -> Iterator[tuple[int, int]]:
    """Yield `(first minute, length)` of the stretches of a set; one over Sunday night is whole."""
    if minutes == ALWAYS:
        yield 0, WEEK
        return
    for start in members(minutes & ~later(minutes, 1)):
        rest = later(minutes, -start)
        yield start, (~rest & (rest + 1)).bit_length() - 1


def members(minutes: int) -> Iterator[int]:
    """Yield the minutes of a set in order."""
    while minutes:
        low = minutes & -minutes
        yield low.bit_length() - 1
        minutes ^= low


def released(minutes: int, closed: int) -> int:
    """Return when those of `minutes` go on that must wait until `closed` is over."""
    found = minutes & ~closed
    for start, length in runs(closed):
        if length < WEEK and minutes & span(start, length):
            found |= 1 << ((start + length) % WEEK)
    return found


def longest(minutes: int, closed: int) -> int:
    """Return the longest time in minutes that one of `minutes` waits until `closed` is over."""
    found = 0
    for start, length in runs(closed):
        inside = later(minutes & span(start, length), -start)
        if inside:
            first = (inside & -inside).bit_length() - 1
            found = max(found, length - first)
    return found


def shortest(minutes: int, closed: int) -> int:
    """Return the shortest time in minutes that one of `minutes` waits until `closed` is over."""
    if minutes & ~closed:
        return 0
    found = [
        length - (inside.bit_length() - 1)
        for start, length in runs(closed)
        if (inside := later(minutes & span(start, length), -start))
    ]
    return min(found, default=0)


def clock(minute: int) -> str:
    """Return the time of day of a minute of the week, as `09:00`."""
    return f"{minute % DAY // HOUR:02d}:{minute % HOUR:02d}"
