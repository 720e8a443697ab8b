"""How long a step may hold a passage: the least and the most minutes, None without an end."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from crmspec.ir.chain import QuietHours
    from crmspec.ir.frequency import Frequency
    from crmspec.ir.step import BatchWindow, Until, WaitTime
    from crmspec.ir.value import Duration
    from crmspec.semantics.behaviour import Behaviour

HOUR = 60
DAY = 1440
WEEK = 7 * DAY
SHIFT = 2 * HOUR
"""Clocks are changed by an hour, on one Antarctic station by two."""
SHORTEST_MONTH = 28 * DAY - SHIFT
LONGEST_MONTH = 31 * DAY + SHIFT
RETRIES = 1 + 10 + 60
"""Minutes after which `on_error: retry` has tried for the last time (semantics 7.3)."""
TTL = 3 * DAY
"""How long `exceed: delay` waits without a `ttl` (semantics 8.19)."""


class Span(NamedTuple):
    """Least and most minutes; `most` is None if there is no end."""

    least: int = 0
    most: int | None = 0


def plus(one: int | None, other: int | None) -> int | None:
    """Add two spans of which None is endless."""
    return None if one is None or other is None else one + other


def later(one: int | None, other: int | None) -> int | None:
    """Return the larger of two spans of which None is endless."""
    return None if one is None or other is None else max(one, other)


def length(duration: Duration | None) -> Span:
    """Return the minutes of a duration; a month has 28 to 31 days (semantics 2.1 to 2.4)."""
    if duration is None:
        return Span()
    exact, months = -(-duration.seconds // 60), duration.months
    return Span(exact + months * SHORTEST_MONTH, exact + months * LONGEST_MONTH)


def of_wait(wait: WaitTime) -> Span:
    """Return how long a wait takes (semantics 7.5 to 7.11)."""
    if wait.for_ is not None:
        return length(wait.for_)
    if wait.between is not None:
        return Span(length(wait.between.min).least, length(wait.between.max).most)
    return of_until(wait.until) if wait.until is not None else Span()


def of_until(until: Until) -> Span:
    """Return how long it may be until a moment; a date in an attribute may be any time away."""
    if until.date is not None or until.property is not None or until.day is not None:
        return Span(0, None)
    if until.weekday or until.working_day:
        return Span(0, WEEK + DAY + SHIFT)
    return Span(0, DAY + SHIFT)


def of_batch(batch: BatchWindow) -> Span:
    """Return how long a batch collects (semantics 7.35)."""
    whole = length(batch.for_)
    least = 0 if batch.max_items is not None else whole.least
    return Span(least, None if batch.window == "sliding" else whole.most)


def of_quiet_hours(*quiet: QuietHours | None) -> int | None:
    """Return the most minutes for which quiet hours that hold together can keep a message.

    None: together they may leave no minute of a day.
    """
    held = [one for one in quiet if one is not None and one.fallback == "next_allowed"]
    lengths = [_quiet(one) for one in held]
    if len(lengths) > 1 and sum(lengths) >= DAY:
        limits = [length(one.ttl).most for one in held if one.ttl is not None]
        return max((one for one in limits if one is not None), default=None)
    return sum(lengths) + SHIFT * len(lengths)


def _quiet(quiet: QuietHours) -> int:
    return (quiet.to.minute - quiet.from_.minute - 1) % DAY + 1


def outlasts(quiet: QuietHours) -> bool:
    """Say whether `ttl` changes nothing: quiet hours that hold alone are over before it ends."""
    return quiet.ttl is None or length(quiet.ttl).least >= _quiet(quiet) + SHIFT


def of_rule(rule: Frequency, behaviour: Behaviour) -> int | None:
    """Return the most minutes for which a frequency rule makes a message wait in a system."""
    if behaviour.exceed(rule.exceed) != "delay":
        return 0
    return length(rule.ttl).most if rule.ttl is not None else TTL
