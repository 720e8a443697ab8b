"""Durations, moments, numbers and comparisons in words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crmspec.ir.scalar import parse_duration

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmspec.ir.value import Day, Duration, Percent, Plain, Test, Tests
    from crmspec.render.vocabulary import Vocabulary

_PART = re.compile(r"(\d+)(mo|[smhdwy])\s*")
_WHOLE = re.compile(r"-?(?:\d+(?:mo|[smhdwy])\s*)+")
_UNITS = {"s": "second", "m": "minute", "h": "hour", "d": "day", "w": "week", "mo": "month"}
_UNITS["y"] = "year"
_SHORT = {
    "en": {"s": "s", "m": "min", "h": "h", "d": "d", "w": "w", "mo": "mo", "y": "y"},
    "ru": {"s": "с", "m": "мин", "h": "ч", "d": "д", "w": "нед", "mo": "мес", "y": "г"},
}
_SECONDS = (("d", 86_400), ("h", 3600), ("m", 60), ("s", 1))
_GROUPED_FROM = 10_000
_VARIABLE = re.compile(r"\{\{\s*([^|}]*[^|}\s])[^}]*\}\}")
_STATEMENT = re.compile(r"\{%.*?%\}", re.DOTALL)
_DURATION_OPERATORS = frozenset({"within_last", "within_next", "older_than"})
_DATE_OPERATORS = frozenset({"before", "after", "on_day"})
_RATE = re.compile(r"(?P<n>\d+)(?P<share>%?)/(?P<unit>s|min|h|d)")
_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:T(\d\d:\d\d)(?::\d\d)?)?")


class Amount:
    """Says amounts in the words of one language."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary

    def duration(self, duration: Duration) -> str:
        """Return `2 days` in the units the author chose, without a sign."""
        count = self.vocabulary.count
        return " ".join(count(_UNITS[unit], n) for n, unit in _parts_of(duration))

    def brief(self, months: int, seconds: int) -> str:
        """Return `2 d 3 h` for a computed length of time."""
        short = _SHORT[self.vocabulary.lang]
        return " ".join(f"{n} {short[unit]}" for n, unit in _decompose(months, seconds))

    def short(self, duration: Duration) -> str:
        """Return `2 d` in the units the author chose, without a sign."""
        short = _SHORT[self.vocabulary.lang]
        return " ".join(f"{n} {short[unit]}" for n, unit in _parts_of(duration))

    def time(self, minute: int) -> str:
        """Return `10:00`."""
        return f"{minute // 60:02d}:{minute % 60:02d}"

    def day(self, day: Day) -> str:
        """Return the date as the language's readers write it."""
        return self.date(day.iso)

    def date(self, iso: str) -> str:
        """Return `27.11.2026 10:00` or `2026-11-27 10:00`; what is no date stays as it is."""
        match = _DATE.fullmatch(iso)
        if match is None:
            return iso
        year, month, day, time = match.groups()
        date = f"{day}.{month}.{year}" if self.vocabulary.lang == "ru" else f"{year}-{month}-{day}"
        return f"{date} {time}" if time else date

    def percent(self, percent: Percent | float) -> str:
        """Return `5 %`; a bare number is a figure, not a share."""
        if isinstance(percent, int | float):
            return self.number(percent)
        return f"{self.number(percent.value)} %"

    def rate(self, rate: str) -> str:
        """Return `20 % per hour` for `20%/h`."""
        match = _RATE.fullmatch(rate)
        if match is None:
            return rate
        amount = self.number(int(match["n"])) + (" %" if match["share"] else "")
        return self.vocabulary.say(f"rate.{match['unit']}", n=amount)

    def number(self, number: float) -> str:
        """Return a number with its thousands apart from 10,000 on."""
        if isinstance(number, float) and number.is_integer():
            number = int(number)
        text = f"{number:,}" if abs(number) >= _GROUPED_FROM else str(number)
        if self.vocabulary.lang == "ru":
            text = text.replace(",", " ").replace(".", ",")
        return text

    def template(self, source: str) -> str:
        """Return a template as a reader sees it: `⟨name⟩` for what is filled in."""
        return _STATEMENT.sub("", _VARIABLE.sub(r"⟨\1⟩", source))

    def value(self, value: Plain, unit: str | None = None) -> str:
        """Return an operand or constant as a reader expects to see it."""
        say = self.vocabulary.say
        match value:
            case None:
                return say("empty")
            case bool():
                return say("yes" if value else "no")
            case int() | float():
                return f"{self.number(value)} {unit}" if unit else self.number(value)
            case str():
                return value
            case list():
                return ", ".join(self.value(item, unit) for item in value)  # type: ignore[arg-type]
            case dict():
                pairs = (f"{key}: {self.value(item)}" for key, item in value.items())  # type: ignore[arg-type]
                return ", ".join(pairs)

    def tests(self, tests: Tests, unit: str | None = None) -> str:
        """Return comparisons that must all hold."""
        return self.both([self.test(test, unit) for test in tests])

    def both(self, items: Sequence[str]) -> str:
        """Join things that all hold: a, b and c."""
        if len(items) < 2:  # noqa: PLR2004 - nothing to join
            return "".join(items)
        return self.vocabulary.say("join.and", head=", ".join(items[:-1]), last=items[-1])

    def test(self, test: Test, unit: str | None = None) -> str:
        """Return one comparison, without its subject."""
        say, operand = self.vocabulary.say, test.operand
        if test.operator in ("exists", "missing"):
            known = (operand is not False) == (test.operator == "exists")
            return say("test.known" if known else "test.unknown")
        if test.operator == "between" and isinstance(operand, list) and len(operand) == 2:  # noqa: PLR2004
            low, high = (self._operand(test.operator, item, unit) for item in operand)
            return say("test.between", a=low, b=high)
        return say(f"test.{test.operator}", v=self._operand(test.operator, operand, unit))

    def _operand(self, operator: str, operand: object, unit: str | None) -> str:
        if operator in _DURATION_OPERATORS and isinstance(operand, str):
            return self._duration_text(operand)
        if isinstance(operand, str) and (operator in _DATE_OPERATORS or operator == "between"):
            return self.date(operand)
        if operator == "weekday":
            return self.weekdays([str(day) for day in _listed(operand)])
        return self.value(operand, unit)  # type: ignore[arg-type]

    def _duration_text(self, text: str) -> str:
        try:
            parts = _parts(text)
        except ValueError:
            return text
        return " ".join(self.vocabulary.count(_UNITS[unit], n) for n, unit in parts)

    def weekdays(self, days: Sequence[str]) -> str:
        """Return `Mon, Tue`."""
        return ", ".join(self.vocabulary.word("weekday", day) for day in days)

    def counted(self, tests: Tests) -> str:
        """Return how many times: `at least 3 times`."""
        return self.both([self._times(test) for test in tests])

    def _times(self, test: Test) -> str:
        key = f"count.{test.operator}"
        if isinstance(test.operand, int) and self.vocabulary.knows(key):
            times = self.vocabulary.form("times", test.operand)
            return self.vocabulary.say(key, n=test.operand, times=times)
        return self.vocabulary.say("count.other", test=self.test(test))


def _listed(operand: object) -> list[object]:
    return operand if isinstance(operand, list) else [operand]


def _parts_of(duration: Duration) -> list[tuple[int, str]]:
    if duration.text:
        return _parts(duration.text)
    return _decompose(duration.months, duration.seconds)


def _parts(text: str) -> list[tuple[int, str]]:
    """Return `(amount, unit)` pairs, in the author's units where the short form was written."""
    if _WHOLE.fullmatch(text):
        return [(int(amount), unit) for amount, unit in _PART.findall(text)]
    return _decompose(*parse_duration(text))


def _decompose(months: int, seconds: int) -> list[tuple[int, str]]:
    months, seconds = abs(months), abs(seconds)
    years, months = divmod(months, 12)
    parts = [(years, "y"), (months, "mo")]
    for unit, size in _SECONDS:
        amount, seconds = divmod(seconds, size)
        parts.append((amount, unit))
    return [part for part in parts if part[0]] or [(0, "m")]
