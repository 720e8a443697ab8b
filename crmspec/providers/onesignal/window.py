"""Time windows: quiet hours before a send, and waits until a time of day."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmspec.engine.body import Body
    from crmspec.ir.chain import QuietHours
    from crmspec.ir.step import Wait

SHORTEST = 15
"""How many minutes a window has at least (`JourneyTimeWindow`)."""
_DAY = 1_440
"""Minutes from midnight at which a day ends, which no point of time has."""
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def outside(quiet: Sequence[QuietHours], account: str) -> Body | None:
    """Return the node that lets nobody on in some quiet hours; None if OneSignal has none like it.

    `account` is the zone of the project.
    """
    zones = {one.timezone for one in quiet}
    opens = max(one.to.minute for one in quiet)
    closes = min(one.from_.minute for one in quiet)
    if any(map(_odd, quiet)) or len(zones) > 1 or closes - opens < SHORTEST:
        return None
    return _window([{"start": _point(opens), "end": _point(closes)}], zones.pop(), account)


def until(step: Wait, zone: str | None, account: str) -> Body | None:
    """Return the node that waits for a quarter of an hour of a day; None if it is another moment.

    `zone` is that of the chain.
    """
    asked = step.wait.until
    if asked is None or asked.at is None or asked.at.minute + SHORTEST >= _DAY:
        return None
    if asked.working_day or asked.date or asked.property or asked.day or asked.if_inside == "pass":
        return None
    span: Body = {"start": _point(asked.at.minute), "end": _point(asked.at.minute + SHORTEST)}
    days = [number for number, one in enumerate(_WEEKDAYS, 1) if one in asked.weekday]
    windows = [span | {"day_of_week": one} for one in days] or [span]
    return _window(windows, step.wait.timezone or zone, account)


def _window(windows: list[Body], zone: str | None, account: str) -> Body:
    fixed = zone not in {None, "profile"}
    return {
        "kind": "time_window",
        "relative_to": "schedule_in_timezone",
        "windows": windows,
        "time_zone": zone if fixed and zone != "account" else account,
        "use_user_time_zone": not fixed,
    }


def _odd(hours: QuietHours) -> bool:
    lasts = (hours.to.minute - hours.from_.minute) % _DAY
    short = hours.ttl is not None and hours.ttl.minutes < lasts
    other = hours.fallback != "next_allowed" or short or bool(hours.weekdays)
    return other or hours.from_.minute <= hours.to.minute or hours.from_.minute >= _DAY


def _point(minute: int) -> Body:
    return {"hour": minute // 60, "minute": minute % 60}


# -- the way back -----------------------------------------------------------------------------


def waited(node: Body) -> Body | None:
    """Return the wait of a window that is as short as can be; None if it is another one."""
    spans = [(_minute(one["start"]), _minute(one["end"])) for one in _windows(node)]
    if any(end - start != SHORTEST for start, end in spans) or len(set(spans)) != 1:
        return None
    if node.get("relative_to") != "schedule_in_timezone":
        return None
    days = [_WEEKDAYS[int(str(one["day_of_week"])) - 1] for one in _windows(node) if _dayed(one)]
    if days and len(days) != len(spans):
        return None
    asked: Body = {"at": "{:02}:{:02}".format(*divmod(spans[0][0], 60))}
    asked |= {"weekday": days} if days else {}
    zone = "profile" if node.get("use_user_time_zone") else node.get("time_zone")
    return {"until": asked, "timezone": zone}


def _windows(node: Body) -> list[Body]:
    windows = node.get("windows")
    return [one for one in windows if isinstance(one, dict)] if isinstance(windows, list) else []


def _dayed(window: Body) -> bool:
    return window.get("day_of_week") is not None


def _minute(point: object) -> int:
    assert isinstance(point, dict)  # noqa: S101 - as the description of the API has it
    return int(point["hour"]) * 60 + int(point.get("minute", 0))
