"""Dates and moments in ISO 8601, as templates have them: texts."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final

_DATE: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[T ]([0-9]{2}:[0-9]{2})(:[0-9]{2})?(?:\.[0-9]{1,9})?(Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)
MONTHS: Final = {
    "ru": (
        "января",
        "февраля",
        "марта",
        "апреля",
        "мая",
        "июня",
        "июля",
        "августа",
        "сентября",
        "октября",
        "ноября",
        "декабря",
    ),
    "en": (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
}
"""The names of months as they stand after a day: Russian ones in the genitive."""


def wall(written: str) -> datetime | None:
    """Return what calendar and clock show, whatever the offset; None if it is no date."""
    found = _DATE.fullmatch(written)
    if found is None:
        return None
    try:
        return datetime.fromisoformat(f"{found[1]}T{found[2] or '00:00'}{found[3] or ':00'}")
    except ValueError:
        return None


def moment(written: str) -> datetime | None:
    """Return the moment; without an offset the clock is that of UTC; None if it is no date."""
    read = wall(written)
    found = _DATE.fullmatch(written)
    if read is None or found is None:
        return None
    try:
        return read.replace(tzinfo=UTC) - _offset(found[4] or "Z")
    except OverflowError:
        return None


def _offset(written: str) -> timedelta:
    if written == "Z":
        return timedelta()
    hours, minutes = int(written[1:3]), int(written[-2:])
    ahead = timedelta(hours=hours, minutes=minutes)
    return -ahead if written[0] == "-" else ahead


def formatted(written: str, pattern: str, locale: str | None) -> str | None:
    """Return a date in a pattern of `%d %m %Y %y %H %M %B`; None if it is no date."""
    read = wall(written)
    if read is None:
        return None
    parts = {
        "%d": f"{read.day:02}",
        "%m": f"{read.month:02}",
        "%Y": f"{read.year:04}",
        "%y": f"{read.year % 100:02}",
        "%H": f"{read.hour:02}",
        "%M": f"{read.minute:02}",
        "%B": MONTHS[locale or "en"][read.month - 1],
    }
    return re.sub(r"%.", lambda found: parts.get(found[0], found[0]), pattern)


def later(written: str, days: int) -> str | None:
    """Return the date some days later, its time as it was; None if it is no date."""
    read = wall(written)
    if read is None:
        return None
    try:
        moved = read + timedelta(days=days)
    except OverflowError:
        return None
    return f"{moved.year:04}-{moved.month:02}-{moved.day:02}{written[10:]}"
