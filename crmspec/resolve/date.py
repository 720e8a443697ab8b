"""Dates: whether they are written as dates and whether they exist."""

from __future__ import annotations

import re
from datetime import date, datetime

_SHAPE = re.compile(
    r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})?)?"
)
_DATE_LENGTH = 10


def looks_like_date(text: str) -> bool:
    """Say whether the text has the form `2026-11-27` or `2026-11-27T10:00`."""
    return _SHAPE.fullmatch(text) is not None


def exists(text: str) -> bool:
    """Say whether a text of that form is a day and time of the calendar."""
    return moment(text) is not None


def moment(text: str) -> datetime | None:
    """Return the moment, without its offset, that a text of that form names, or None."""
    try:
        if len(text) == _DATE_LENGTH:
            day = date.fromisoformat(text)
            return datetime(day.year, day.month, day.day)  # noqa: DTZ001 - wall-clock time
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return None
