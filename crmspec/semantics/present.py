"""Tests of the present moment: weekday, time, date, working day (semantics 5.41)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.semantics import clock
from crmspec.semantics.workday import is_working_day

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir.trait import DayWindow, NowIs
    from crmspec.semantics.scenario import Moment
    from crmspec.semantics.view import View


def now_holds(leaf: NowIs, view: View) -> bool:
    """Say whether the local time of the customer is one that the condition names."""
    now, shown = leaf.now, clock.local(view.now, view.zone)
    minute = shown.hour * 60 + shown.minute
    region = view.program.project.region
    return (
        (not now.weekday or clock.WEEKDAYS[shown.weekday()] in now.weekday)
        and (now.time is None or clock.in_period(minute, now.time.from_.minute, now.time.to.minute))
        and (now.date is None or _in_days(now.date, view))
        and (now.working_day is None or is_working_day(shown.date(), region) is now.working_day)
    )


def _in_days(window: DayWindow, view: View) -> bool:
    start, end = _limits(window, view)
    return (start is None or start <= view.now) and (end is None or view.now < end)


def _limits(window: DayWindow, view: View) -> tuple[Moment | None, Moment | None]:
    """Return the first moment inside and the first one after a period of days."""
    start = None if window.from_ is None else clock.read(window.from_.iso, view.zone)
    end = None if window.to is None else clock.read(window.to.iso, view.zone)
    if end is not None and window.to is not None:
        whole = not clock.has_time(window.to.iso)
        end = clock.day_start(end, view.zone, 1) if whole else end + 1
    return start, end


def now_turns(leaf: NowIs, view: View) -> Iterator[Moment]:
    """Yield moments at which the answer may change, the next one of each sort included."""
    now = leaf.now
    if now.weekday or now.working_day is not None:
        yield clock.day_start(view.now, view.zone, 1)
    if now.time is not None:
        for edge in (now.time.from_, now.time.to):
            yield clock.next_local(view.now, edge.minute, view.zone)
        shift = clock.next_shift(view.now, view.zone)
        if shift is not None:  # the local time jumps over an edge, or back before it
            yield shift
    if now.date is not None:
        yield from (edge for edge in _limits(now.date, view) if edge is not None)
