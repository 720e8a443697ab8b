"""Events one after another: matched in time n log n, never by trying (semantics 5.20-5.22)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from crmspec.ir.condition import EventHappened, EventMissing
from crmspec.semantics import clock
from crmspec.semantics.event import Period, occurrences

if TYPE_CHECKING:
    from crmspec.ir.condition import InOrder
    from crmspec.ir.value import Duration
    from crmspec.semantics.state import Occurrence
    from crmspec.semantics.view import View

    Positions = list[Occurrence]


def sequence_holds(leaf: InOrder, view: View) -> bool:
    """Say whether the items can be matched in the order written.

    The matches that an item can have follow from those of the item before it: for each event the
    latest possible match before it decides, since every limit is a shortest distance to it.
    """
    matches: Positions | None = None
    absent: list[EventMissing] = []
    for item in leaf.sequence:
        if isinstance(item, EventMissing):
            absent.append(item)
        else:
            matches = _matched(item, _candidates(item, leaf, view), matches, absent, view)
            absent = []
            if not matches:
                return False
    return _ends(matches, absent, view)


def _candidates(item: EventHappened, leaf: InOrder, view: View) -> Positions:
    period = Period(between_ago=item.between_ago, since=item.since)
    found = occurrences(item.event.id, item.where, period, view)
    if leaf.within is None:
        return found
    return [o for o in found if clock.inside(o.moment, view.now, leaf.within, view.zone)]


def _matched(
    item: EventHappened,
    candidates: Positions,
    before: Positions | None,
    absent: list[EventMissing],
    view: View,
) -> Positions:
    """Return the candidates that can follow a match of the item before, or begin."""
    if before is None:
        return _first(item, candidates, absent, view)
    before = _patient(before, absent, view)
    gaps = [_unwanted(one, view) for one in absent if one.within is None]
    found = []
    for candidate in candidates:
        place = bisect_left(before, candidate) - 1
        if place >= 0 and _follows(item, before[place], candidate, gaps, view):
            found.append(candidate)
    return found


def _follows(
    item: EventHappened,
    previous: Occurrence,
    candidate: Occurrence,
    gaps: list[Positions],
    view: View,
) -> bool:
    """Say whether a candidate comes soon enough after a match, with nothing unwanted between."""
    soon = item.within is None or candidate.moment < clock.add(
        previous.moment, item.within, view.zone
    )
    return soon and not any(_any_between(gap, previous, candidate) for gap in gaps)


def _any_between(events: Positions, start: Occurrence, end: Occurrence) -> bool:
    return bisect_right(events, start) < bisect_left(events, end)


def _first(
    item: EventHappened, candidates: Positions, absent: list[EventMissing], view: View
) -> Positions:
    """Return the matches of the first event; there `within` counts back from now (5.46)."""
    if item.within is not None:
        candidates = [
            o for o in candidates if clock.inside(o.moment, view.now, item.within, view.zone)
        ]
    for one in absent:
        unwanted = _unwanted(one, view)
        if one.within is not None:
            candidates = [] if _recent(unwanted, one, view) else candidates
        elif unwanted:
            candidates = candidates[: bisect_right(candidates, unwanted[0])]
    return candidates


def _recent(unwanted: Positions, item: EventMissing, view: View) -> bool:
    return item.within is not None and any(
        clock.inside(one.moment, view.now, item.within, view.zone) for one in unwanted
    )


def _unwanted(item: EventMissing, view: View) -> Positions:
    period = Period(between_ago=item.between_ago, since=item.since)
    return occurrences(item.not_event.id, item.where, period, view)


def _patient(matches: Positions, absent: list[EventMissing], view: View) -> Positions:
    """Keep the matches after which nothing unwanted came in time, that time being over."""
    for item in absent:
        if item.within is not None:
            unwanted = _unwanted(item, view)
            matches = [one for one in matches if _silent(one, item.within, unwanted, view)]
    return matches


def _silent(match: Occurrence, within: Duration, unwanted: Positions, view: View) -> bool:
    end = clock.add(match.moment, within, view.zone)
    place = bisect_right(unwanted, match)
    return end <= view.now and (place == len(unwanted) or unwanted[place].moment >= end)


def _ends(matches: Positions | None, absent: list[EventMissing], view: View) -> bool:
    """Say whether the absences written after the last event hold up to now."""
    gaps = [_unwanted(one, view) for one in absent if one.within is None]
    if matches is None:
        return not any(gaps) and not any(_recent(_unwanted(one, view), one, view) for one in absent)
    left = _patient(matches, absent, view)
    return any(not any(bisect_right(gap, one) < len(gap) for gap in gaps) for one in left)
