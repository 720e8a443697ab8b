"""When a recurrence rule or a cron line comes true next, on the wall clock of a zone."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from crmspec.semantics.clock import at, local
from crmspec.semantics.same import Same

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from crmspec.ir.trigger import Schedule
    from crmspec.semantics.scenario import Moment

_FAR = timedelta(days=366 * 8)
_FIRST = datetime(2024, 1, 1)  # noqa: DTZ001 - a Monday on the wall clock, from which `INTERVAL` counts


def following(schedule: Schedule, after: Moment, zone: ZoneInfo) -> Moment | None:
    """Return the first occurrence strictly after a moment, None if there is none in eight years.

    `INTERVAL` counts from Monday, 1 January 2024; `COUNT` is left out, as nobody says from when it
    counts.
    """
    return _following(Same(schedule), after, zone)


@lru_cache(maxsize=65_536)
def _following(same: Same[Schedule], after: Moment, zone: ZoneInfo) -> Moment | None:
    shown = local(after, zone).replace(tzinfo=None)
    for start in (shown - timedelta(hours=2), shown, shown + timedelta(hours=2)):
        found = _wall(same, start)
        if found is None:
            return None
        moment = at(found.date(), found.hour * 60 + found.minute, zone)
        if moment > after:
            return moment
    return None


def _wall(same: Same[Schedule], after: datetime) -> datetime | None:
    """Return the first wall-clock time after another at which the schedule comes true."""
    schedule = same.it
    if schedule.cron is not None:
        return _cron(schedule.cron, after)
    return None if schedule.rrule is None else _rule(schedule.rrule, _minute(schedule), after)


def _minute(schedule: Schedule) -> int | None:
    return None if schedule.at is None else schedule.at.minute


def _cron(line: str, after: datetime) -> datetime | None:
    from cronsim import CronSim, CronSimError

    try:
        return next(CronSim(line, after))
    except (CronSimError, StopIteration, ValueError):
        return None


def _rule(rule: str, minute: int | None, after: datetime) -> datetime | None:
    """Return the next time of an RFC 5545 rule; without a time it begins the day."""
    from dateutil.rrule import rrulestr

    parts = [p for p in rule.upper().removeprefix("RRULE:").split(";") if p]
    parts = [p for p in parts if not p.startswith("COUNT=")]
    interval = any(p.startswith("INTERVAL=") and p != "INTERVAL=1" for p in parts)
    first = min(_FIRST, after) if interval else after - timedelta(days=366)
    first = first.replace(hour=0, minute=0) if not interval else _FIRST
    if minute is not None:
        parts = [p for p in parts if not p.startswith(("BYHOUR=", "BYMINUTE="))]
        parts += [f"BYHOUR={minute // 60 % 24}", f"BYMINUTE={minute % 60}"]
    try:
        found = rrulestr(
            ";".join(p.replace("Z", "") if p.startswith("UNTIL=") else p for p in parts),
            dtstart=first,
        )
        moment: datetime | None = found.after(after)
    except (ValueError, TypeError):
        return None
    return moment if moment is not None and moment - after < _FAR else None
