"""When a timeline may begin: a Monday morning, unless a trigger or a chain's period says else."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from crmspec.ir.trigger import DateTrigger, ScheduleTrigger
from crmspec.semantics import clock
from crmspec.semantics.scenario import Customer
from crmspec.semantics.schedule import following

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

    from crmspec.ir.program import Program
    from crmspec.logic.cast import Entrance, Stage
    from crmspec.semantics.scenario import Moment

_NOBODY = Customer()
FIRST_DAY = "2027-03-01"
"""A Monday."""
TIMES = ((0, "12:00"), (1, "10:30"), (0, "18:00"), (5, "12:00"), (0, "20:30"), (0, "07:00"))
"""Days after the first one, and local times, that are tried after the preferred start."""


def starts(program: Program, stage: Stage, tries: int) -> Iterator[Moment]:
    """Yield distinct moments for the first entrance, the best first."""
    zone = clock.named(program.project.timezone)
    day = _day(program, stage, zone)
    seen: set[Moment] = set()
    for days, time in ((0, stage.start_local), *TIMES[: tries - 1]):
        shown = (clock.local(day, zone) + timedelta(days=days)).strftime("%Y-%m-%d")
        moment = _fitting(program, stage, clock.moment(f"{shown}T{time}", zone), zone)
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
        last = clock.read(running.to.iso, zone) if running.to is not None else None
        first = clock.read(running.from_.iso, zone) if running.from_ is not None else None
        if last is not None and day + entrance.at > last:
            day = clock.day_start(last - entrance.at, zone)
        if first is not None and day + entrance.at < first:
            day = clock.day_start(
                first - entrance.at, zone, 1 if clock.has_time(running.from_.iso) else 0
            )  # type: ignore[union-attr]
    return day


def _fitting(program: Program, stage: Stage, moment: Moment, zone: ZoneInfo) -> Moment | None:
    """Move a start so that the first trigger with a time of its own fires when it should."""
    for entrance in stage.entrances:
        chain = program.chains[entrance.chain]
        trigger = chain.trigger[entrance.trigger]
        place = clock.zone(chain.timezone, program, _NOBODY)
        if isinstance(trigger, ScheduleTrigger):
            found = following(trigger.schedule, moment + entrance.at - 1, place)
            return None if found is None else found - entrance.at
        if isinstance(trigger, DateTrigger):
            return _at(trigger, entrance, moment, place)
    del zone
    return moment


def _at(trigger: DateTrigger, entrance: Entrance, moment: Moment, place: ZoneInfo) -> Moment:
    if trigger.at is not None:
        return clock.next_local(moment + entrance.at - 1, trigger.at.minute, place) - entrance.at
    return moment
