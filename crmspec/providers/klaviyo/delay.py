"""Waits as time delays: a length, or calendar days and then a time of day on certain weekdays."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from crmspec.ir.step import Wait

if TYPE_CHECKING:
    from crmspec.engine.body import Body
    from crmspec.ir.step import Steps, Until

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
_MIDNIGHT = 1_440
_WEEKDAYS = {
    "mon": "monday",
    "tue": "tuesday",
    "wed": "wednesday",
    "thu": "thursday",
    "fri": "friday",
    "sat": "saturday",
    "sun": "sunday",
}


def delay(step: Wait, rest: Steps, zone: str) -> tuple[Body | None, Steps]:
    """Return a time delay and what comes after it; none if Klaviyo has no such delay.

    Whole days before a wait until a time of day are part of it. `zone` is that of the chain:
    `profile`, or a name of the IANA database, as are those of the steps.
    """
    until, days = step.wait.until, 1
    first = rest[0] if rest else None
    whole = _days(step)
    if whole and isinstance(first, Wait) and first.wait.until is not None:
        step, rest, until, days = first, rest[1:], first.wait.until, whole
    data = _length(step) if until is None else _moment(step, until, days, zone)
    return None if data is None else {"type": "time-delay", "data": data}, rest


def _days(step: Wait) -> int:
    """Return how many whole days a wait lasts, none if it is no such wait."""
    length = step.wait.for_
    if length is None or length.months or length.seconds % _DAY:
        return 0
    return length.seconds // _DAY


def _length(step: Wait) -> Body | None:
    length = step.wait.for_
    if length is None:  # the table says that Klaviyo has none
        return None
    seconds = length.minutes * 60 or length.seconds
    for unit, size in (("days", _DAY), ("hours", _HOUR)):
        if seconds % size == 0:
            return {"unit": unit, "value": seconds // size}
    return {"unit": "minutes", "value": -(-seconds // _MINUTE)}


def _moment(step: Wait, until: Until, days: int, zone: str) -> Body | None:
    """Return so many calendar days and then a time of day; None if it is another moment."""
    odd = (
        step.wait.timezone == "account"
        or until.working_day
        or until.date
        or until.property
        or until.day
    )
    if odd or until.at is None or until.at.minute == _MIDNIGHT or until.if_inside == "pass":
        return None
    hours, minutes = divmod(until.at.minute, 60)
    made: Body = {"unit": "days", "value": days, "delay_until_time": f"{hours:02}:{minutes:02}:00"}
    if until.weekday:
        made["delay_until_weekdays"] = [_WEEKDAYS[one] for one in _WEEKDAYS if one in until.weekday]
    zone = step.wait.timezone or zone
    return made if zone == "profile" else made | {"timezone": zone}


# -- the way back -----------------------------------------------------------------------------

_UNITS = {"weeks": (7, "d"), "days": (1, "d"), "hours": (1, "h"), "minutes": (1, "m")}
_TOLD = {"unit", "value", "delay_until_time", "delay_until_weekdays", "timezone"}


def waits(data: Body) -> list[Body]:
    """Return the steps of a time delay; none if there are no words for it."""
    value, unit = cast("int", data.get("value")), str(data.get("unit"))
    times, sign = _UNITS[unit]
    pause: Body = {"wait": {"for": f"{value * times}{sign}"}}
    if data.keys() == {"unit", "value"}:
        return [pause]
    time = str(data.get("delay_until_time") or "")
    if data.keys() - _TOLD or unit != "days" or value == 0 or not time.endswith(":00"):
        return []
    until: Body = {"at": time.removesuffix(":00")}
    days = data.get("delay_until_weekdays")
    if isinstance(days, list):
        until["weekday"] = [one for one, name in _WEEKDAYS.items() if name in days]
    asked: Body = {"until": until} | ({"timezone": data["timezone"]} if "timezone" in data else {})
    return [*([pause] if value != 1 else []), {"wait": asked}]
