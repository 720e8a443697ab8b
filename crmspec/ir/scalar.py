"""How durations, times of day and percentages are written."""

from __future__ import annotations

import re

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_MONTHS = {"mo": 1, "y": 12}
_PART = re.compile(r"([0-9]+)(mo|[smhdwy])\s*")
_WHOLE = re.compile(r"-?(?:[0-9]+(?:mo|[smhdwy]) ?)+(?<! )")
_ISO = re.compile(
    r"(-?)P(?=.)(?:([0-9]+)Y)?(?:([0-9]+)M)?(?:([0-9]+)W)?(?:([0-9]+)D)?"
    r"(?:T(?=.)(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+)S)?)?"
)
_TIME = re.compile(r"([01][0-9]|2[0-4]):([0-5][0-9])")
_DAY_MINUTES = 1440


def parse_duration(text: str) -> tuple[int, int]:
    """Return `(months, seconds)` of `90m`, `1d 12h`, `1mo` or ISO 8601 `P1M`.

    Raises:
        ValueError: the text is no duration.
    """
    if _WHOLE.fullmatch(text):
        sign = -1 if text.startswith("-") else 1
        months = seconds = 0
        for amount, unit in _PART.findall(text):
            if unit in _MONTHS:
                months += int(amount) * _MONTHS[unit]
            else:
                seconds += int(amount) * _UNITS[unit]
        return sign * months, sign * seconds
    return _iso(text)


def _iso(text: str) -> tuple[int, int]:
    match = _ISO.fullmatch(text)
    if match is None:
        raise ValueError(f"not a duration: {text}")
    sign = -1 if match[1] else 1
    years, months, weeks, days, hours, minutes, seconds = (int(g or 0) for g in match.groups()[1:])
    total = weeks * 604_800 + days * 86_400 + hours * 3600 + minutes * 60 + seconds
    return sign * (years * 12 + months), sign * total


def parse_time(text: str) -> int:
    """Return the minute of the day of `21:00`; `24:00` is 1440.

    Raises:
        ValueError: the text is no time of day.
    """
    match = _TIME.fullmatch(text)
    minute = int(match[1]) * 60 + int(match[2]) if match else _DAY_MINUTES + 1
    if minute > _DAY_MINUTES:
        raise ValueError(f"not a time of day: {text}")
    return minute


def parse_percent(data: object) -> float:
    """Return the number in `10%` or `10`.

    Raises:
        ValueError: the value is no percentage.
    """
    number = float(str(data).removesuffix("%"))
    return int(number) if number == int(number) else number
