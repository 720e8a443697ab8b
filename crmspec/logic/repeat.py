"""How soon a customer may come into a chain, or get a broadcast, once more."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from crmspec.ir.trigger import EventTrigger, InactionTrigger, ScheduleTrigger
from crmspec.logic import delay
from crmspec.logic.ceiling import changes
from crmspec.semantics import clock

if TYPE_CHECKING:
    from crmspec.ir.audience import Broadcast
    from crmspec.ir.chain import Chain
    from crmspec.ir.program import Program
    from crmspec.ir.trigger import Schedule, Trigger
    from crmspec.ir.value import EventRef

YEAR = 365 * delay.DAY - delay.SHIFT
ALMOST_DAY = delay.DAY - delay.SHIFT
"""A local time comes again sooner than after 24 hours when clocks go forward."""


class Repeat(NamedTuple):
    """Minutes that must lie between two entries, and between leaving and the next entry.

    `limit` is the most passages ever, None without one; `concurrent` says that passages may run
    side by side.
    """

    gap: int = 0
    rest: int = 0
    limit: int | None = None
    concurrent: bool = False


def of_chain(program: Program, chain: Chain, *, is_started: bool) -> Repeat:
    """Return how often a customer may come into a chain (semantics 6.22 to 6.24)."""
    lone = None if is_started or len(chain.trigger) != 1 else chain.trigger[0]
    gap = 0 if lone is None else of_trigger(program, lone, chain.timezone)
    reentry = chain.reentry
    if reentry is None:
        return Repeat(gap, limit=1)
    keyed = reentry.key is not None
    if reentry.mode == "never":
        return Repeat(gap, limit=None if keyed else 1, concurrent=keyed)
    again = delay.length(reentry.after).least
    return Repeat(
        gap if keyed else max(gap, again if reentry.mode == "after" else 0),
        again if reentry.mode == "after_exit" and not keyed else 0,
        None if keyed else reentry.limit,
        reentry.concurrent or keyed,
    )


def of_trigger(program: Program, trigger: Trigger, zone: str | None = None) -> int:
    """Return how many minutes lie at least between two firings of a trigger."""
    match trigger:
        case EventTrigger(event=event):
            declared = program.events.get(event.id)
            assume = declared.assume if declared is not None else None
            if assume is None or _may_be_late(program, event):
                return 0
            return delay.length(assume.min_gap).least
        case InactionTrigger(for_=silence, no_event=event, after=after):
            named = (event,) if after is None else (event, after)
            return 0 if _may_be_late(program, *named) else delay.length(silence).least
        case ScheduleTrigger(schedule=schedule):
            return _steadily(program, zone, of_schedule(schedule))
    return 0


def _may_be_late(program: Program, *named: EventRef) -> bool:
    """Say whether some event may arrive long after it happened, in any order (3.3, 6.4)."""
    declared = (program.events.get(ref.id) for ref in named)
    return any(event is not None and event.occurred_at is not None for event in declared)


def of_broadcast(program: Program, broadcast: Broadcast) -> Repeat:
    """Return how often a broadcast is sent to a customer, without its second tries.

    The system may pick the moment anew each time (semantics 8.40), and where it sends so many an
    hour, the customer's turn depends on all others.
    """
    if broadcast.repeat is None:
        return Repeat(limit=1, concurrent=True)
    gap = _steadily(program, broadcast.timezone, of_schedule(broadcast.repeat))
    if broadcast.optimize_send_time:
        gap = max(gap - delay.DAY + 1, 0)
    if broadcast.throttle is not None and "%" not in broadcast.throttle:
        gap = 0
    return Repeat(gap, concurrent=True)


def of_schedule(schedule: Schedule) -> int:
    """Return how many minutes lie at least between two occurrences of a schedule."""
    if schedule.cron is not None:
        return _of_cron(schedule.cron, is_daily=schedule.at is not None)
    return _of_rule(schedule.rrule or "", is_daily=schedule.at is not None)


def _steadily(program: Program, zone: str | None, least: int) -> int:
    """Return a distance of whole days as it is where clocks are never changed."""
    if zone in (None, "profile"):
        return least
    named = clock.named(program.project.timezone if zone == "account" else zone)
    whole = least + delay.SHIFT
    return least if whole % delay.DAY or changes(named) else whole


def _of_cron(cron: str, *, is_daily: bool) -> int:
    minute, hour, day, month, weekday = (cron.split() + ["*"] * 5)[:5]
    if not is_daily and not (minute.isdigit() and hour.isdigit()):
        return delay.HOUR if minute == "0" else 1  # a minute that is skipped comes after the gap
    if day == "*" and re.fullmatch(r"\d|[A-Za-z]{3}", weekday):
        return delay.WEEK - delay.SHIFT
    if day.isdigit() and weekday == "*":
        return YEAR if month.isdigit() else delay.SHORTEST_MONTH
    return ALMOST_DAY


_FREQUENCIES = {
    "DAILY": ALMOST_DAY,
    "WEEKLY": delay.WEEK - delay.SHIFT,
    "MONTHLY": delay.SHORTEST_MONTH,
    "YEARLY": YEAR,
}


def _of_rule(rule: str, *, is_daily: bool) -> int:
    parts = dict(part.partition("=")[::2] for part in rule.upper().split(";"))
    least = _FREQUENCIES.get(parts.get("FREQ", ""), 1)
    hour = delay.HOUR if parts.get("BYMINUTE", "0") == "0" else 1
    if parts.get("FREQ") == "HOURLY":
        least = hour
    if any("," in parts.get(key, "") for key in ("BYDAY", "BYMONTHDAY", "BYYEARDAY", "BYMONTH")):
        least = min(least, ALMOST_DAY)
    if "BYDAY" in parts and parts.get("FREQ") in {"MONTHLY", "YEARLY"}:
        least = min(least, ALMOST_DAY)
    if not is_daily and "," in parts.get("BYHOUR", ""):
        least = min(least, hour)
    if (not is_daily and "," in parts.get("BYMINUTE", "")) or "BYSECOND" in parts:
        least = 1
    return least
