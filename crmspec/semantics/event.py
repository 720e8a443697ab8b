"""Events of the log: which lie in a window, and what they add up to (semantics 5.14-5.19)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmspec.semantics import clock
from crmspec.semantics.comparison import canonical, rank
from crmspec.semantics.operand import reading
from crmspec.semantics.property import describe, of_event, value, where

if TYPE_CHECKING:
    from collections.abc import Callable

    from crmspec.ir.value import Duration, Plain, Where
    from crmspec.semantics.comparison import Reading
    from crmspec.semantics.scenario import Moment
    from crmspec.semantics.state import Occurrence
    from crmspec.semantics.view import View

BEYOND = clock.LATEST
"""A floor above everything: nothing counts."""


class Floor(NamedTuple):
    """What counts is later than `moment`, or of that minute and later received than `arrivals`."""

    moment: Moment
    arrivals: int | None = None


class Period(NamedTuple):
    """The window of a condition; at most one of the fields is set."""

    within: Duration | None = None
    between_ago: tuple[Duration, ...] = ()
    since: str | None = None


ALWAYS = Period()


def occurrences(event: str, tests: Where, period: Period, view: View) -> list[Occurrence]:
    """Return the events of the log that meet `where` in the window, oldest first."""
    found = view.state.log.between(event, _earliest(period, view), view.now)
    if found and not _is_exact(period):
        found = [one for one in found if _inside(one, period, view)]
    if view.after is not None:
        floor = Floor(view.after, view.arrivals)
        found = [one for one in found if is_later(one, floor)]
    if tests:
        declared = of_event(event, view)
        found = [one for one in found if where(tests, one.properties, view, declared)]
    return found


def _is_exact(period: Period) -> bool:
    """Say whether the limits of the search are the window itself."""
    return period == ALWAYS or (
        period.within is not None and clock.duration_is_exact(period.within)
    )


def _earliest(period: Period, view: View) -> Moment | None:
    """Return a moment up to which nothing can count, None if everything may."""
    if period.within is not None:
        return clock.not_after(view.now, period.within)
    if period.between_ago:
        return clock.not_after(view.now, ends(period.between_ago)[1])
    return None


def ends(between_ago: tuple[Duration, ...]) -> tuple[Duration, Duration]:
    """Return the shorter and the longer duration of `between_ago` (semantics 2.11)."""
    shorter, longer = sorted(between_ago[:2], key=lambda one: one.minutes)
    return shorter, longer


def _inside(one: Occurrence, period: Period, view: View) -> bool:
    if period.within is not None:
        return clock.inside(one.moment, view.now, period.within, view.zone)
    if period.between_ago:
        return was_between(one.moment, period.between_ago, view)
    return is_later(one, floor_of(period.since or "", view))


def was_between(moment: Moment, between_ago: tuple[Duration, ...], view: View) -> bool:
    """Say whether t - b < e <= t - a (semantics 2.11)."""
    shorter, longer = ends(between_ago)
    return clock.is_past(moment, view.now, shorter, view.zone) and not clock.is_past(
        moment, view.now, longer, view.zone
    )


def is_later(one: Occurrence, floor: Floor) -> bool:
    """Say whether an event came after the floor."""
    if one.moment != floor.moment or floor.arrivals is None:
        return one.moment > floor.moment
    return one.arrival > floor.arrivals


def floor_of(since: str, view: View) -> Floor:
    """Return where `since` begins; before its step has finished nothing counts (semantics 5.18)."""
    day = clock.read(since, view.zone)
    if day is not None:
        return Floor(day - 1)
    passage = view.passage
    if passage is None:
        return Floor(BEYOND)
    if since == "chain_start":
        return Floor(passage.entered, passage.arrivals)
    finished = passage.outcomes.get(since)
    return Floor(BEYOND) if finished is None else Floor(finished.moment, finished.arrivals)


def aggregate(kind: str, path: str, found: list[Occurrence], view: View, event: str) -> Plain:
    """Return `count`, `sum`, `avg`, `min`, `max`, `first`, `last` or `distinct` of a property.

    Events that lack the property are left out (semantics 5.16); of none, `sum` and `distinct` are
    0 and the others missing (semantics 5.15).
    """
    declared = of_event(event, view)
    values = [one for each in found for one in value(each.properties, path, declared)]
    return _AGGREGATES[kind](values, reading(view, describe(declared, path)))


def _numbers(values: list[Plain]) -> list[float]:
    return [one for one in values if isinstance(one, int | float) and not isinstance(one, bool)]


def _sum(values: list[Plain], _: Reading) -> Plain:
    return sum(_numbers(values))


def _average(values: list[Plain], _: Reading) -> Plain:
    numbers = _numbers(values)
    return sum(numbers) / len(numbers) if numbers else None


def _distinct(values: list[Plain], how: Reading) -> Plain:
    return len({canonical(one, how) for one in values})


def _extreme(choose: Callable[..., tuple[object, int]]) -> Callable[[list[Plain], Reading], Plain]:
    def find(values: list[Plain], how: Reading) -> Plain:
        ranked = [(found, n) for n, one in enumerate(values) if (found := rank(one, how))]
        same = [(found[1], n) for found, n in ranked if found[0] == ranked[0][0][0]]
        return values[choose(same)[1]] if same else None

    return find


def _first(values: list[Plain], _: Reading) -> Plain:
    return values[0] if values else None


def _last(values: list[Plain], _: Reading) -> Plain:
    return values[-1] if values else None


def _count(values: list[Plain], _: Reading) -> Plain:
    return len(values)


_AGGREGATES: dict[str, Callable[[list[Plain], Reading], Plain]] = {
    "count": _count,
    "sum": _sum,
    "avg": _average,
    "min": _extreme(min),
    "max": _extreme(max),
    "first": _first,
    "last": _last,
    "distinct": _distinct,
}
