"""Lengths of time in words: what is written as `7d` is read as `7 days`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crmspec.diagnostics.sentence import amount, text

if TYPE_CHECKING:
    from crmspec.diagnostics.sentence import Text

_SIMPLE = re.compile(r"([0-9]{1,6})\s*(mo|[mhdw])")
_SEVERAL = re.compile(rf"(?:{_SIMPLE.pattern}\s*)+")


def duration(written: str) -> Text:
    """Return a duration in words; one of other units, such as `PT90M`, stays as it is."""
    if _SEVERAL.fullmatch(written.strip()) is None:
        return text("{time}", time=written)
    first, *others = (_part(int(count), unit) for count, unit in _SIMPLE.findall(written))
    for other in others:
        first = text("{length} {more}", length=first, more=other)
    return first


def _part(count: int, unit: str) -> Text:
    match unit:
        case "m":
            return amount("{count} minute", "{count} minutes", count)
        case "h":
            return amount("{count} hour", "{count} hours", count)
        case "d":
            return amount("{count} day", "{count} days", count)
        case "w":
            return amount("{count} week", "{count} weeks", count)
        case _:
            return amount("{count} month", "{count} months", count)


def hours_of(minutes: int) -> Text:
    """Return minutes as hours in words, to one decimal."""
    whole, rest = divmod(minutes, 60)
    return amount("{count} hour", "{count} hours", round(minutes / 60, 1) if rest else whole)


def apart(minutes: int) -> Text:
    """Return how far two moments lie apart: in minutes up to two hours, then in hours too."""
    hours, rest = divmod(minutes, 60) if minutes >= 2 * 60 else (0, minutes)
    return duration(
        " ".join(f"{count}{unit}" for count, unit in ((hours, "h"), (rest, "m")) if count)
    )


def written(minutes: int) -> str:
    """Return minutes as a project writes them, in the largest unit that is whole."""
    for unit, letter in ((1440, "d"), (60, "h")):
        if minutes % unit == 0:
            return f"{minutes // unit}{letter}"
    return f"{minutes}m"
