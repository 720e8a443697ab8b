"""When a wait ends (semantics 7.5-7.11)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.semantics.clock import DAY, add, at, has_time, local, minutes, read, zone
from crmspec.semantics.condition import attribute
from crmspec.semantics.workday import is_working_day

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from zoneinfo import ZoneInfo

    from crmspec.ir.step import Between, Until, WaitTime
    from crmspec.semantics.run import Live, Run
    from crmspec.semantics.scenario import Moment

_DAYS_AHEAD = 15
"""A weekday comes round in seven days, a working day within two weeks of holidays."""


def end(run: Run, live: Live, wait: WaitTime, reached: Moment) -> Moment | None:
    """Return when a wait ends, maybe at once; None if the passage is to leave as `past`."""
    if wait.for_ is not None:
        return run.until(reached, wait.for_)
    if wait.between is not None:
        return _between(run, live, wait.between, reached)
    if wait.until is None:
        return reached
    place = zone(wait.timezone or live.route.chain.timezone, run.program, run.scenario.customer)
    until = wait.until
    if until.date is None and until.property is None and until.day is None:
        return _recurring(run, until, reached, place)
    moment = _dated(run, live, until, place)
    if moment is not None and moment > run.now:
        return moment
    return None if until.if_past == "exit" else run.now


def _between(run: Run, live: Live, span: Between, reached: Moment) -> Moment:
    """Return the end of a random wait: as the scenario says, else the shortest (7.6)."""
    first, last = run.until(reached, span.min), run.until(reached, span.max)
    given = drawn(run, live.here.path, live.here.told(run.scenario.waits))
    return first if given is None else min(max(reached + given, first), max(first, last))


def drawn(run: Run, name: str, lengths: Sequence[int] | None) -> int | None:
    """Return the next of the lengths that a scenario gives, the last one ever after (7.41)."""
    if not lengths:
        return None
    number = run.drawn.get(name, 0)
    run.drawn[name] = number + 1
    return lengths[min(number, len(lengths) - 1)]


def _recurring(run: Run, until: Until, reached: Moment, place: ZoneInfo) -> Moment:
    """Return the next local moment strictly after now that fits (semantics 7.7, 7.8)."""
    minute = 0 if until.at is None else until.at.minute
    shown = local(reached, place)
    today = shown.date().toordinal()
    if until.if_inside == "pass" and _fits(run, until, shown.date()):
        now = shown.hour * 60 + shown.minute
        if until.at is None or now == minute % DAY:
            return reached
    for ahead in range(_DAYS_AHEAD * 2):
        day = shown.date().fromordinal(today + ahead)
        moment = at(day, minute, place)
        if moment > reached and _fits(run, until, day):
            return moment
    return reached


def _fits(run: Run, until: Until, day: date) -> bool:
    if until.weekday and _NAMES[day.weekday()] not in until.weekday:
        return False
    return not until.working_day or is_working_day(day, run.program.project.region)


_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _dated(run: Run, live: Live, until: Until, place: ZoneInfo) -> Moment | None:
    """Return the moment of a date plus its offset, None if the value is missing (7.9)."""
    text = _text(run, live, until)
    moment = read(text, place) if isinstance(text, str) else None
    if moment is None:
        return None
    minute = _minute(until, str(text), moment, place)
    moment = at(local(moment, place).date(), minute, place)
    if until.offset is None:
        return moment
    shifted = add(moment, until.offset, place)
    if minutes(until.offset) % DAY:
        return shifted
    return at(local(shifted, place).date(), minute, place)


def _minute(until: Until, text: str, moment: Moment, place: ZoneInfo) -> int:
    """Return the time of day: `at`, or that in the value, or the start of the day."""
    if until.at is not None:
        return until.at.minute
    if not has_time(text):
        return 0
    shown = local(moment, place)
    return shown.hour * 60 + shown.minute


def _text(run: Run, live: Live, until: Until) -> object:
    if until.date is not None:
        return attribute(until.date.id, run.seen(live))
    if until.property is not None:
        return live.passage.properties.get(until.property.id)
    return None if until.day is None else until.day.iso
