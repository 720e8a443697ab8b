"""Natural values that may meet comparisons; whoever asks tries them with the interpreter."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

from crmspec.ir.scalar import parse_duration
from crmspec.resolve.date import looks_like_date
from crmspec.semantics import clock

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from crmspec.ir.data import Attribute, Property
    from crmspec.ir.program import Program
    from crmspec.ir.value import Plain, Test
    from crmspec.semantics.scenario import Moment

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAYS_OF_A_YEAR = 366
LONGEST = 12
"""Of a set or range, at most so many values are tried."""
_RELATIVE = frozenset({"within_last", "within_next", "older_than"})
_OF_DAY = frozenset({"month", "day_of_month", "weekday"})
_SPECIAL = re.compile(r"[\\^$.|?*+()\[\]{}]")


def candidates(
    program: Program,
    declared: Attribute | Property | None,
    tests: Iterable[Test],
    now: Moment,
    zone: ZoneInfo,
) -> list[Plain]:
    """Return distinct values near the operands of the tests, the plainest first, None (missing).

    Nothing promises that one of them meets the tests.
    """
    tests = tuple(tests)
    found: list[Plain] = []
    if declared is not None:
        found.extend(_declared(program, declared))
    for test in tests:
        found.extend(_near(test, now, zone))
    found.extend(_days(tests, now, zone))
    found.extend(_joined(tests))
    found.append(ordinary(program, declared, now, zone))
    found.append(None)
    return _distinct(_fitting(declared, value) for value in found)


def ordinary(
    program: Program, declared: Attribute | Property | None, now: Moment, zone: ZoneInfo
) -> Plain:
    """Return a value that nobody would wonder about, of the declared type."""
    if declared is None:
        return "a"
    listed = next(iter(_declared(program, declared)), None)
    if listed is not None:
        return listed
    made: dict[str, Plain] = {
        "number": declared.minimum if declared.minimum is not None else 1,
        "integer": int(declared.minimum) if declared.minimum is not None else 1,
        "boolean": True,
        "date": clock.iso(now, zone)[:10],
        "datetime": clock.iso(now, zone),
        "array": ["a"],
        "object": {},
        "geo": {"latitude": 0.0, "longitude": 0.0},
    }
    return made.get(declared.type, "a")


def _declared(program: Program, declared: Attribute | Property) -> Iterator[Plain]:
    directory = declared.directory
    yield from declared.values[:LONGEST]
    if directory is not None and directory.id in program.directories:
        yield from list(program.directories[directory.id].values)[:LONGEST]
    if declared.type == "boolean":
        yield from (True, False)
    if declared.type in ("number", "integer"):
        yield from (edge for edge in (declared.minimum, declared.maximum) if edge is not None)


def _fitting(declared: Attribute | Property | None, value: Plain) -> Plain:
    """Return the value in the shape of its declaration: lists for arrays, whole numbers."""
    if declared is None or value is None:
        return value
    if declared.type == "array" and not isinstance(value, list):
        return [value]
    if declared.type == "integer" and isinstance(value, float) and value.is_integer():
        return int(value)
    if declared.type == "date" and isinstance(value, str):
        return value[:10]
    return value


def _near(test: Test, now: Moment, zone: ZoneInfo) -> Iterator[Plain]:
    """Yield values at, just below and just above an operand."""
    operand = test.operand
    if test.operator in _RELATIVE:
        yield from _dates(str(operand), now, zone)
    elif test.operator == "length":
        yield from _lengths(operand)
    elif test.operator in ("matches", "not_matches"):
        yield _SPECIAL.sub("", str(operand))
    elif test.operator not in _OF_DAY:
        for item in operand if isinstance(operand, list) else (operand,):
            yield from _around(item, test.operator)
        if isinstance(operand, list):
            yield from _between(operand)


def _around(item: object, operator: str) -> Iterator[Plain]:
    match item:
        case bool():
            yield from (item, not item)
        case int():
            yield from (item, item + 1, item - 1)
        case float():
            yield from (item, item + 0.5, item - 0.5)
        case str() if looks_like_date(item):
            yield from (item, _shifted(item, 1), _shifted(item, -1))
        case str():
            before = operator.removeprefix("not_") == "ends_with"
            yield from (item, f"a{item}" if before else f"{item}a")


def _between(operand: list[object]) -> Iterator[Plain]:
    """Yield the middle of a range of two numbers."""
    if len(operand) == 2:  # noqa: PLR2004 - a range has two ends
        low, high = operand
        if isinstance(low, int | float) and isinstance(high, int | float):
            yield (low + high) // 2


def _lengths(operand: object) -> Iterator[Plain]:
    given = list(operand.values()) if isinstance(operand, dict) else [operand]
    for length in (one for one in given if isinstance(one, int)):
        for size in (length, length + 1, max(length - 1, 0)):
            yield "a" * size
            yield [f"item {number}" for number in range(1, size + 1)]


def _dates(duration: str, now: Moment, zone: ZoneInfo) -> Iterator[Plain]:
    """Yield moments on both sides of `now` and of the ends of a duration."""
    months, seconds = parse_duration(duration)
    length = (months * 30 * 86_400 + seconds) // 60
    day = 24 * 60
    for offset in (-length // 2, length // 2, -length - 2 * day, length + 2 * day, -1, 1):
        yield clock.iso(now + offset, zone)


def _days(tests: tuple[Test, ...], now: Moment, zone: ZoneInfo) -> Iterator[Plain]:
    """Yield a few days of the past year that fit tests of month, day and weekday together."""
    if not any(test.operator in _OF_DAY for test in tests):
        return
    wanted: dict[str, list[object]] = {test.operator: _items(test.operand) for test in tests}
    today, found = clock.local(now, zone), 0
    for days in range(DAYS_OF_A_YEAR):
        day = today - timedelta(days=days)
        if _fits_day(day, wanted) and found < LONGEST:
            found += 1
            yield day.strftime("%Y-%m-%d")
    yield (today - timedelta(days=45)).strftime("%Y-%m-%d")


def _items(operand: object) -> list[object]:
    return operand if isinstance(operand, list) else [operand]


def _fits_day(day: datetime, wanted: dict[str, list[object]]) -> bool:
    parts = {"month": day.month, "day_of_month": day.day, "weekday": WEEKDAYS[day.weekday()]}
    return all(part in wanted[name] for name, part in parts.items() if name in wanted)


def _joined(tests: tuple[Test, ...]) -> Iterator[Plain]:
    """Yield values that meet several tests of text or of a list at once."""
    parts: list[object] = []
    for test in tests:
        if test.operator in ("contains", "contains_any", "contains_all"):
            parts.extend(_items(test.operand))
    if parts:
        yield list(_distinct(parts))  # type: ignore[arg-type]
        yield " ".join(str(part) for part in parts)
    first = [str(test.operand) for test in tests if test.operator == "starts_with"]
    last = [str(test.operand) for test in tests if test.operator == "ends_with"]
    if first or last:
        yield "".join([*first, *(str(part) for part in parts), *last])


def _shifted(text: str, days: int) -> str:
    """Return a date or local moment some days later."""
    day = date.fromisoformat(text[:10]) + timedelta(days=days)
    return day.isoformat() + text[10:]


def _distinct(values: Iterable[Plain]) -> list[Plain]:
    seen: dict[str, Plain] = {}
    for value in values:
        seen.setdefault(repr(value), value)
    return list(seen.values())
