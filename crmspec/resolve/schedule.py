"""Schedules: cron lines and recurrence rules that can be followed."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from cronsim import CronSim, CronSimError

from crmspec.diagnostics import Text, text
from crmspec.ir.trigger import Schedule
from crmspec.resolve.codes import INVALID_SCHEDULE
from crmspec.resolve.finding import finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Diagnostic
    from crmspec.resolve.scope import Scope

_ANY_MOMENT = datetime(2024, 1, 1)  # noqa: DTZ001 - only the syntax is looked at
_CRON_FIELDS = 5
_FREQUENCIES = frozenset({"YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY"})
_DAY = r"[+-]?\d{0,2}(?:MO|TU|WE|TH|FR|SA|SU)"


def _numbers(low: int, high: int, *, negative: bool = False) -> str:
    """Return the pattern of a comma list of whole numbers; the range is checked by its digits."""
    one = "|".join(str(n) for n in range(high, low - 1, -1))
    sign = "[+-]?" if negative else ""
    return rf"{sign}(?:{one})(?:,{sign}(?:{one}))*"


RULE_PARTS: dict[str, str] = {
    "FREQ": "|".join(sorted(_FREQUENCIES)),
    "INTERVAL": r"[1-9]\d{0,3}",
    "COUNT": r"[1-9]\d{0,5}",
    "UNTIL": r"\d{8}(?:T\d{6}Z?)?",
    "BYDAY": rf"{_DAY}(?:,{_DAY})*",
    "BYMONTH": _numbers(1, 12),
    "BYMONTHDAY": _numbers(1, 31, negative=True),
    "BYYEARDAY": _numbers(1, 366, negative=True),
    "BYWEEKNO": _numbers(1, 53, negative=True),
    "BYSETPOS": _numbers(1, 366, negative=True),
    "BYHOUR": _numbers(0, 23),
    "BYMINUTE": _numbers(0, 59),
    "WKST": "MO|TU|WE|TH|FR|SA|SU",
}
"""The parts of a recurrence rule (RFC 5545) and the patterns of their values, compiled on use."""


def check(scope: Scope) -> Iterator[Diagnostic]:
    """Yield CRM228."""
    for schedule, _ in scope.every(Schedule):
        if schedule.cron is not None:
            problem = cron_problem(schedule.cron)
            if problem is not None:
                yield _invalid(schedule, "cron", problem, _CRON_ADVICE)
        if schedule.rrule is not None:
            problem = rule_problem(schedule.rrule)
            if problem is not None:
                yield _invalid(schedule, "rrule", problem, _RULE_ADVICE)


_CRON_ADVICE = text('write minute, hour, day, month and weekday, such as `"0 10 * * MON"`')
_RULE_ADVICE = text('write it like `"FREQ=WEEKLY;BYDAY=TH"`')


def _invalid(schedule: Schedule, key: str, problem: Text, advice: Text) -> Diagnostic:
    return finding(INVALID_SCHEDULE, schedule.place.value(key), problem, advice)


def cron_problem(line: str) -> Text | None:
    """Return what is wrong with a cron line, or None."""
    count = len(line.split())
    if count != _CRON_FIELDS:
        return text("a cron line has 5 fields; this one has {count}", count=count)
    try:
        moments = CronSim(line, _ANY_MOMENT)
        next(moments)
    except (CronSimError, ValueError) as error:
        field = str(error).removeprefix("Bad ") if isinstance(error, CronSimError) else "number"
        return text("this cron line has a bad {field}", field=field)
    except StopIteration:
        return text("this cron line never comes true")
    return None


def rule_problem(rule: str) -> Text | None:
    """Return what is wrong with a recurrence rule, or None."""
    seen: set[str] = set()
    for part in rule.upper().removeprefix("RRULE:").rstrip(";").split(";"):
        name, _, value = part.partition("=")
        pattern = RULE_PARTS.get(name)
        if pattern is None:
            return text("a recurrence rule has no part `{part}`", part=name)
        if re.fullmatch(pattern, value) is None:
            return text("`{value}` is no value for `{part}`", part=name, value=value)
        if name in seen:
            return text("`{part}` is given twice", part=name)
        seen.add(name)
    if "FREQ" not in seen:
        return text("a recurrence rule needs `FREQ`")
    if {"COUNT", "UNTIL"} <= seen:
        return text("`COUNT` and `UNTIL` cannot be together")
    return None
