"""When a timeline may begin: a Monday morning, unless a trigger or a chain's period says else."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from crmspec.ir.trigger import DateTrigger, ScheduleTrigger
from crmspec.logic.occasion import FIRST_DAY
from crmspec.semantics import clock
from crmspec.semantics.scenario import Customer
from crmspec.semantics.schedule import following

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

    from crmspec.ir.program import Program
    from crmspec.ir.value import Day
    from crmspec.logic.cast import Stage
    from crmspec.semantics.scenario import Moment

_NOBODY = Customer()
TIMES = ((0, "18:00"), (5, "12:00"), (2, "14:30"), (0, "20:30"), (0, "07:00"))
"""Days after the first one, and local times, that are tried after the preferred start."""


def starts(program: Program, stage: Stage, tries: int) -> Iterator[Moment]:
    """Yield distinct moments for the first entrance, the best first."""
    if stage.starts:
        yield from stage.starts[:tries]
        return
    zone = clock.named(program.project.timezone)
    day = _day(program, stage, zone)
    seen: set[Moment] = set()
    for days, time in ((stage.start_day, stage.start_local), *TIMES[: tries - 1]):
        shown = (clock.local(day, zone) + timedelta(days=days)).strftime("%Y-%m-%d")
        moment = _fitting(program, stage, clock.moment(f"{shown}T{time}", zone))
        if moment is not None and moment not in seen:
            seen.add(moment)
            yield moment


def _day(program: Program, stage: Stage, zone: ZoneInfo) -> Moment:
    """Return the first day, moved into the periods in which the chains let customers in."""
    day = clock.moment(FIRST_DAY, zone)
    for entrance in stage.entrances:
        running = program.chains[entrance.chain].running
        if running is None:
            continue
        last = _read(running.to, zone)
        if last is not None and day + entrance.at > last:
            day = clock.day_start(last - entrance.at, zone)
        first = _read(running.from_, zone)
        if first is not None and day + entrance.at < first:
            day = clock.day_start(first - entrance.at + clock.DAY - 1, zone)
    return day


def _read(day: Day | None, zone: ZoneInfo) -> Moment | None:
    return None if day is None else clock.read(day.iso, zone)


def _fitting(program: Program, stage: Stage, moment: Moment) -> Moment | None:
    """Move a start so that the first trigger with a time of its own fires when it should."""
    for entrance in stage.entrances:
        chain = program.chains[entrance.chain]
        trigger = chain.trigger[entrance.trigger]
        place = clock.zone(chain.timezone, program, _NOBODY)
        if isinstance(trigger, DateTrigger):
            return _at(program, trigger, moment + entrance.at, place) - entrance.at
        if isinstance(trigger, ScheduleTrigger):
            found = following(trigger.schedule, moment + entrance.at - 1, place)
            return None if found is None else found - entrance.at
    return moment


def _at(program: Program, trigger: DateTrigger, moment: Moment, place: ZoneInfo) -> Moment:
    """Return the next moment at which a date trigger may fire: at its time, or as a day begins."""
    declared = program.attributes.get(trigger.date.id)
    minute = trigger.at.minute if trigger.at is not None else None
    if minute is None and declared is not None and declared.type == "date":
        minute = 0 if trigger.offset is None else clock.minutes(trigger.offset) % clock.DAY
    return moment if minute is None else clock.next_local(moment - 1, minute, place)
