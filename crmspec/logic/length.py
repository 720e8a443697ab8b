"""Lengths of time in words: what is written as `7d` is read as `7 days`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crmspec.diagnostics.sentence import amount, text

if TYPE_CHECKING:
    from crmspec.diagnostics.sentence import Text

_SIMPLE = re.compile(r"([0-9]{1,6})\s*(mo|[mhdw])")


def duration(written: str) -> Text:
    """Return a duration in words; one of several units, such as `1d 12h`, stays as it is."""
    found = _SIMPLE.fullmatch(written.strip())
    if found is None:
        return text("{time}", time=written)
    count = int(found[1])
    match found[2]:
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


def written(minutes: int) -> str:
    """Return minutes as a project writes them, in the largest unit that is whole."""
    for unit, letter in ((1440, "d"), (60, "h")):
        if minutes % unit == 0:
            return f"{minutes // unit}{letter}"
    return f"{minutes}m"
