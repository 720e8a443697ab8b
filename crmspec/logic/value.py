"""Tests of one value as formulas over its grid and over views of it that have their own."""

from __future__ import annotations

import json
from datetime import datetime
from math import isfinite
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from crmspec.ir.scalar import parse_duration
from crmspec.logic.formula import Atom, NotOf, either, every, holds
from crmspec.logic.variable import (
    Aspect,
    AttributeValue,
    Opaque,
    PropertyValue,
    StepResult,
    TriggerProperty,
)
from crmspec.resolve.date import moment
from crmspec.resolve.operand import is_dynamic
from crmspec.semantics.spelling import fold
from crmspec.semantics.spelling import key as directory_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from crmspec.ir.data import DataType, Directory
    from crmspec.ir.value import Plain, Test, Tests
    from crmspec.logic.formula import Formula, Operand
    from crmspec.logic.variable import Variable

Base: TypeAlias = AttributeValue | PropertyValue | TriggerProperty | StepResult
NEGATIVES = {
    "neq": "eq",
    "not_in": "in",
    "not_contains": "contains",
    "contains_none": "contains_any",
    "not_starts_with": "starts_with",
    "not_ends_with": "ends_with",
    "not_matches": "matches",
}
"""Tests that are the exact opposite of others, also of a missing value (semantics 5.4)."""
_PATTERNS = frozenset({"starts_with", "ends_with", "contains"})
_CALENDAR = frozenset({"month", "weekday", "day_of_month"})
_ORDERED = frozenset({"gt", "gte", "lt", "lte", "between"})
_SAME = frozenset({"eq", "is", "in"})
_TIMELY = frozenset({"within_last", "within_next", "older_than", "anniversary"})
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - wall-clock times are compared
DAY = 1440


class Subject(NamedTuple):
    """A value that is tested: its type (None: not declared) and how it is written and compared.

    `scope` is the chain whose passages templates in the operands look at.
    """

    base: Base
    type: DataType | None
    directory: Directory | None = None
    missing_as: Plain = None
    sensitive: bool = False
    scope: str = ""


def tested(subject: Subject, tests: Tests) -> Formula:
    """Return the formula of tests that must all hold (semantics 5.3)."""
    return every(_test(subject, test) for test in tests)


def _test(subject: Subject, test: Test) -> Formula:
    positive = NEGATIVES.get(test.operator)
    if positive is not None:
        return NotOf(_positive(subject, positive, test.operand))
    return _positive(subject, test.operator, test.operand)


def _positive(subject: Subject, operator: str, operand: Plain) -> Formula:
    if operator in ("missing", "exists"):
        absent = Atom(subject.base, "missing", None, frozen(subject.missing_as))
        return absent if (operator == "missing") == bool(operand) else NotOf(absent)
    find = _BY_TYPE.get(subject.type or "object")
    # What stands in for a missing value is known to the value's own grid alone.
    found = find(subject, operator, operand) if find is not None else None
    own = isinstance(found, Atom) and found.variable is subject.base
    if found is None or (subject.missing_as is not None and not own):
        return opaque(subject, operator, operand)
    return found


def opaque(subject: Subject, operator: str, operand: Plain) -> Formula:
    """Return a test that is not looked into; a missing value does not meet it."""
    suffix = " sensitive" if subject.sensitive else ""
    written = canonical(operand)
    kind = "moving" if operator in _TIMELY else "hidden"
    if is_dynamic(written):
        kind, suffix = "moving", f"{suffix} @{subject.scope}"
    return holds(Aspect(subject.base, f"{kind} {operator}", f"{written}{suffix}"))


def canonical(data: object) -> str:
    """Return the text by which equal data are known."""
    return json.dumps(data, sort_keys=True, ensure_ascii=False, default=str)


def frozen(operand: Plain) -> Operand:
    """Return an operand that can be a key."""
    if isinstance(operand, list):
        return tuple(frozen(item) for item in operand)  # type: ignore[arg-type]
    return canonical(operand) if isinstance(operand, dict) else operand


def _atom(subject: Subject, operator: str, operand: Operand) -> Formula:
    return Atom(subject.base, operator, operand, frozen(subject.missing_as))


def _many(operand: Plain) -> list[Plain]:
    return list(operand) if isinstance(operand, list) else [operand]  # type: ignore[arg-type]


def is_number(value: object) -> bool:
    """Say whether a value is a number that can be ordered."""
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def _number(subject: Subject, operator: str, operand: Plain) -> Formula | None:
    if operator not in _ORDERED | _SAME or not all(map(is_number, _many(operand))):
        return None
    return _atom(subject, operator, frozen(operand))


def _boolean(subject: Subject, operator: str, operand: Plain) -> Formula | None:
    if operator not in _SAME or not all(isinstance(one, bool) for one in _many(operand)):
        return None
    return _atom(subject, operator, frozen(operand))


def _text(subject: Subject, operator: str, operand: Plain) -> Formula | None:
    values = _many(operand)
    if subject.sensitive or not all(isinstance(v, str) and not is_dynamic(v) for v in values):
        return None
    if operator in _SAME:
        return _atom(subject, operator, frozen(operand))
    if operator in _PATTERNS and subject.directory is None:
        return holds(Aspect(subject.base, operator, fold(str(operand))))
    return None


def _enum(subject: Subject, operator: str, operand: Plain) -> Formula | None:
    if operator not in _SAME or any(is_dynamic(value) for value in _many(operand)):
        return None
    return _atom(subject, operator, frozen(operand))


def _list(subject: Subject, operator: str, operand: Plain) -> Formula | None:
    if operator == "length":
        return _length(subject, operand)
    if operator not in ("contains", "contains_any", "contains_all"):
        return None
    if any(is_dynamic(value) for value in _many(operand)):
        return None
    items = [_item(subject, value) for value in _many(operand)]
    if operator == "contains_any":
        return either(items)
    # A list that is missing contains nothing, not even all of nothing.
    return every([*items, NotOf(Atom(subject.base, "missing", None))])


def _item(subject: Subject, value: Plain) -> Formula:
    written = value
    if isinstance(written, str):
        if subject.directory is not None:
            written = directory_key(subject.directory, written)
        written = written if subject.sensitive else fold(written)
    return holds(Aspect(subject.base, "item", canonical([subject.sensitive, written])))


def _length(subject: Subject, operand: Plain) -> Formula | None:
    of = Aspect(subject.base, "length")
    tests = operand if isinstance(operand, dict) else {"eq": operand}
    known = {"eq", "gt", "gte", "lt", "lte", "neq"}
    if not all(name in known and is_number(value) for name, value in tests.items()):
        return None
    parts: list[Formula] = []
    for name, value in tests.items():
        found = Atom(of, NEGATIVES.get(name, name), frozen(value))  # type: ignore[arg-type]
        # A missing list meets no test of its length, not even `neq`.
        parts.append(NotOf(found) if name in NEGATIVES else found)
    return every([*parts, NotOf(Atom(subject.base, "missing", None))])


def minutes(text: Plain) -> int | None:
    """Return the minutes since 1970 on the wall clock that a date stands for, None for others."""
    found = moment(text) if isinstance(text, str) else None
    return None if found is None else int((found - _EPOCH).total_seconds() // 60)


def _date(subject: Subject, operator: str, operand: Plain) -> Formula | None:
    if operator in ("within_last", "within_next", "older_than"):
        return _age(subject, operator, operand)
    if operator in _CALENDAR:
        values = tuple(_many(operand))
        return Atom(Aspect(subject.base, operator), "in", values)
    found = [minutes(value) for value in _many(operand)]
    if None in found or not found:
        return None
    days = [value for value in found if value is not None]
    return _moments(subject, operator, days)


def _moments(subject: Subject, operator: str, days: list[int]) -> Formula | None:
    match operator, days:
        case "before", [day]:
            return _atom(subject, "lt", day)
        case "after", [day]:
            return _atom(subject, "gt", day)
        case "on_day", [day]:
            first = day - day % DAY
            return every((_atom(subject, "gte", first), _atom(subject, "lt", first + DAY)))
        case "between", [first, last]:
            return _atom(subject, "between", (first, last))
    return None


def _age(subject: Subject, operator: str, operand: Plain) -> Formula | None:
    try:
        months, seconds = parse_duration(str(operand))
    except ValueError:
        return None
    return aged(lambda kind: Aspect(subject.base, kind), operator, months, -(-seconds // 60))


def aged(view: Callable[[str], Aspect], operator: str, months: int, exact: int) -> Formula | None:
    """Return a test of how long ago something was (semantics 5.8), None for mixed durations."""
    if months and exact:
        return None
    age, length = (view("age_months"), months) if months else (view("age"), exact)
    if operator == "older_than":
        return Atom(age, "gte", length)
    if operator == "within_last":
        return every((Atom(age, "gte", 0), Atom(age, "lt", length)))
    return every((Atom(age, "gt", -length), Atom(age, "lte", 0)))


_BY_TYPE: dict[str, Callable[[Subject, str, Plain], Formula | None]] = {
    "number": _number,
    "integer": _number,
    "boolean": _boolean,
    "string": _text,
    "enum": _enum,
    "array": _list,
    "date": _date,
    "datetime": _date,
}


def counted(variable: Variable, tests: Tests) -> Formula:
    """Return tests of a count, which is a whole number and never missing."""
    return every(_count(variable, test) for test in tests)


def _count(variable: Variable, test: Test) -> Formula:
    if isinstance(test.operand, bool):
        once = Atom(variable, "gte", 1)
        return once if test.operand else NotOf(once)
    operator = NEGATIVES.get(test.operator, test.operator)
    known = operator in _ORDERED | _SAME and all(map(is_number, _many(test.operand)))
    if not known:
        return holds(Opaque("count", canonical([repr(variable), test.operator, test.operand])))
    found = Atom(variable, operator, frozen(test.operand))
    return NotOf(found) if test.operator in NEGATIVES else found
