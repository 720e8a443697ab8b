"""Triggers that time alone fires: silence, dates, schedules (semantics 6.3, 6.4, 6.8-6.11)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, cast

from crmspec.ir.trigger import DateTrigger, ScheduleTrigger
from crmspec.semantics import entry
from crmspec.semantics.clock import DAY, add, at, has_time, last_day, local, read, zone
from crmspec.semantics.condition import attribute, where
from crmspec.semantics.firing import fire
from crmspec.semantics.property import of_event
from crmspec.semantics.schedule import following

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from crmspec.ir.trigger import InactionTrigger
    from crmspec.semantics.index import Start
    from crmspec.semantics.run import Firing, Run, Signal
    from crmspec.semantics.scenario import Moment


def begin(run: Run) -> None:
    """Set all timers when the run begins; what is past does not fire (semantics 6.10)."""
    index = run.index
    for key, starts in index.timers.items():
        kind, _, id_ = key.partition(":")
        if kind == "schedule":
            for start in starts:
                _next_occurrence(run, start, run.now - 1)
        elif kind == "date" and _is_known(run, id_):
            for start in starts:
                _next_date(run, start)
    for start in index.lonely:
        _restart(run, start)


def _is_known(run: Run, id_: str) -> bool:
    declared = run.program.attributes.get(id_)
    derived = declared is not None and (declared.default, declared.computed) != (None, None)
    return derived or id_ in run.state.attributes


def follow(run: Run, signal: Signal) -> None:
    """Set the timers anew that depend on what has just changed."""
    if signal.occurrence is not None:
        for start in run.index.waiting(f"silence:{signal.subject}"):
            _heard(run, start, signal, signal.occurrence.moment)
    elif signal.kind == "attribute" and run.begun:
        for start in run.index.waiting(f"date:{signal.subject}"):
            _next_date(run, start)


def fired(run: Run, start: Start) -> Firing | None:
    """Return the firing of a timer whose moment has come; None if it was moved or is asleep."""
    trigger = start.trigger
    if run.timers.get(start.number) != run.now:
        return None
    run.timers[start.number] = None
    if isinstance(trigger, ScheduleTrigger):
        _next_occurrence(run, start, run.now)
    elif isinstance(trigger, DateTrigger):
        _next_date(run, start, after=run.now)
    return fire(run, start, dict(run.silences.get(start.number, {})))


def _set(run: Run, start: Start, moment: Moment | None) -> None:
    if run.timers.get(start.number) == moment:
        return
    run.timers[start.number] = moment
    if moment is not None and entry.alive(run, run.index.route(start.chain).chain):
        run.at(moment, "timer", start)


def _heard(run: Run, start: Start, signal: Signal, moment: Moment) -> None:
    """Start the time of a silence anew, or end it (semantics 6.3, 6.4)."""
    trigger = cast("InactionTrigger", start.trigger)
    is_after = trigger.after is not None and trigger.after.id == signal.subject
    view = run.apart("")
    is_broken = trigger.no_event.id == signal.subject and where(
        trigger.where, signal.properties, view, of_event(signal.subject, view)
    )
    if is_after:
        run.silences[start.number] = signal.properties
    if is_after or (is_broken and trigger.after is None):
        _set(run, start, run.until(moment, trigger.for_))
    elif is_broken:
        _set(run, start, None)


def _restart(run: Run, start: Start) -> None:
    """Start a silence without `after` at the creation of the profile (semantics 6.4)."""
    trigger = cast("InactionTrigger", start.trigger)
    if start.number not in run.timers:
        created = run.scenario.customer.created
        _set(run, start, run.until(run.now if created is None else created, trigger.for_))


def _next_occurrence(run: Run, start: Start, after: Moment) -> None:
    trigger = cast("ScheduleTrigger", start.trigger)
    place = _zone(run, start)
    _set(run, start, following(trigger.schedule, after, place))


def _zone(run: Run, start: Start) -> ZoneInfo:
    chain = run.program.chains[start.chain]
    return zone(chain.timezone, run.program, run.scenario.customer)


def _next_date(run: Run, start: Start, after: Moment | None = None) -> None:
    """Set the timer to the next moment of a date; a moment already past does not fire (6.10)."""
    trigger = cast("DateTrigger", start.trigger)
    value = attribute(trigger.date.id, run.apart(""))
    place = _zone(run, start)
    first = read(value, place) if isinstance(value, str) else None
    earliest = run.now if after is None else after + 1
    if first is None:
        _set(run, start, None)
        return
    minute = trigger.at.minute if trigger.at is not None else None
    if minute is None and has_time(str(value)):
        shown = local(first, place)
        minute = shown.hour * 60 + shown.minute
    day = local(first, place).date()
    _set(run, start, _soonest(trigger, day, minute or 0, earliest, place))


def _soonest(
    trigger: DateTrigger, day: date, minute: int, earliest: Moment, place: ZoneInfo
) -> Moment | None:
    """Return the first moment of the trigger that is not before `earliest`."""
    for one in _days(trigger, day, local(earliest, place).date()):
        moment = _shifted(trigger, at(one, minute, place), minute, place)
        if moment >= earliest:
            return moment
    return None


def _shifted(trigger: DateTrigger, moment: Moment, minute: int, place: ZoneInfo) -> Moment:
    """Add the offset; a given time of day holds on the day that is reached (semantics 6.8)."""
    if trigger.offset is None:
        return moment
    shifted = add(moment, trigger.offset, place)
    whole = trigger.offset.seconds % (DAY * 60) == 0
    return at(local(shifted, place).date(), minute, place) if whole else shifted


_YEARS_AROUND = 9
_MONTHS_AROUND = 26


def _days(trigger: DateTrigger, day: date, around: date) -> list[date]:
    """Return the days on which the date comes round, some before and after a day (6.9)."""
    if trigger.recurs == "yearly":
        first = max(day.year, around.year - _YEARS_AROUND, 2)
        years = range(first, max(first, min(around.year + _YEARS_AROUND, 9990)) + 1)
        found = [_in_year(day, year, trigger.feb_29) for year in years]
        return [one for one in found if one is not None]
    if trigger.recurs == "monthly":
        begin_ = max(
            day.year * 12 + day.month - 1, around.year * 12 + around.month - _MONTHS_AROUND
        )
        return [_in_month(day, n) for n in range(begin_, begin_ + 2 * _MONTHS_AROUND)]
    return [day]


def _in_year(day: date, year: int, feb_29: str) -> date | None:
    if (day.month, day.day) != (2, 29) or last_day(year, 2) == 29:  # noqa: PLR2004 - leap day
        return day.replace(year=year)
    if feb_29 == "skip":
        return None
    return date(year, 2, 28) if feb_29 == "feb_28" else date(year, 3, 1)


def _in_month(day: date, count: int) -> date:
    year, month = divmod(count, 12)
    return date(year, month + 1, min(day.day, last_day(year, month + 1)))
