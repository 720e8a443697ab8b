"""How a value compares with an operand: every positive operator (semantics 5.4-5.10)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from crmspec.semantics import clock
from crmspec.semantics.pattern import finder
from crmspec.semantics.spelling import fold, key, plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from crmspec.ir.data import Directory
    from crmspec.ir.value import Plain
    from crmspec.semantics.scenario import Moment
    from crmspec.semantics.view import View

OPPOSITE: dict[str, str] = {
    "neq": "eq",
    "not_in": "in",
    "not_contains": "contains",
    "contains_none": "contains_any",
    "not_starts_with": "starts_with",
    "not_ends_with": "ends_with",
    "not_matches": "matches",
}
"""Negative operator → the positive one of which it is the exact opposite (semantics 5.4)."""

_PAIR = 2
_NUMBERS = frozenset({int, float})


class Reading(NamedTuple):
    """How the text of a value is read: by type, directory and case, at a moment.

    `versions` orders text part by part as numbers (semantics 5.48).
    """

    view: View
    exact: bool = False
    dates: bool = False
    directory: Directory | None = None
    versions: bool = False


def is_missing(value: object) -> bool:
    """Say whether a value counts as missing (semantics 1.6)."""
    return value is None or (not value and isinstance(value, str | list))


def equal(value: Plain, operand: Plain, how: Reading) -> bool:
    """Say whether two values are the same; a number never equals a text or true."""
    if isinstance(value, str) and isinstance(operand, str):
        return _same_text(value, operand, how)
    if how.versions:
        return _order(value, operand, how) == 0
    if isinstance(value, bool) or isinstance(operand, bool):
        return value is operand
    return value == operand


def _same_text(value: str, operand: str, how: Reading) -> bool:
    if how.dates or how.versions:
        return _order(value, operand, how) == 0
    return worded(value, how) == worded(operand, how)


def worded(value: str, how: Reading) -> str:
    """Return text as it is compared (semantics 1.7, 5.6)."""
    if how.directory is not None:
        value = key(how.directory, value)
    return plain(value) if how.exact else fold(value)


def canonical(value: Plain, how: Reading) -> object:
    """Return a form that is equal for equal values, to count different ones (semantics 5.15)."""
    if isinstance(value, str):
        return worded(value, how)
    return (type(value) is bool, repr(value) if isinstance(value, list | dict) else value)


def rank(value: Plain, how: Reading) -> tuple[str, object] | None:
    """Return what orders a value among those of its sort, None if it has no order."""
    if how.versions:
        return ("version", _version(str(value)))
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return ("number", value)
    found = moment_of(value, how.view)
    return None if found is None else ("moment", found)


def _order(value: Plain, operand: Plain, how: Reading) -> int | None:
    """Return -1, 0 or 1 as a value is less than, equal to or more than another; None: no order."""
    if value.__class__ in _NUMBERS and operand.__class__ in _NUMBERS and not how.versions:
        number: Any = value  # what follows says the same of numbers, more slowly
        return int(number > operand) - int(number < operand)
    one, other = rank(value, how), rank(operand, how)
    if one is None or other is None or one[0] != other[0]:
        return None
    left: Any = one[1]
    right: Any = other[1]
    return int(left > right) - int(left < right)


@lru_cache(maxsize=4096)
def _version(written: str) -> tuple[int, ...]:
    parts = [int(part) for part in re.findall(r"\d{1,18}", written)]
    while parts and parts[-1] == 0:
        parts.pop()
    return tuple(parts)


def moment_of(value: Plain, view: View) -> Moment | None:
    """Return the moment a value means; `now` means this one."""
    if not isinstance(value, str):
        return None
    return view.now if value == "now" else clock.read(value, view.zone)


def _many(operand: Plain) -> list[object]:
    return operand if isinstance(operand, list) else [operand]


def _in(value: Plain, operand: Plain, how: Reading) -> bool:
    return any(equal(value, one, how) for one in _many(operand))  # type: ignore[arg-type]


def _compared(*allowed: int) -> Callable[[Plain, Plain, Reading], bool]:
    wanted = frozenset(allowed)
    return lambda value, operand, how: _order(value, operand, how) in wanted


def _between(value: Plain, operand: Plain, how: Reading) -> bool:
    if not isinstance(operand, list) or len(operand) != _PAIR:
        return False
    low: Any = operand[0]
    high: Any = operand[1]
    return _order(value, low, how) in {0, 1} and _order(value, high, how) in {-1, 0}


def _contains(value: Plain, operand: Plain, how: Reading) -> bool:
    if isinstance(value, list):
        return any(equal(item, operand, how) for item in value)  # type: ignore[arg-type]
    return _on_text(value, operand, how, str.__contains__)


def _on_text(value: Plain, operand: Plain, how: Reading, test: Callable[[str, str], bool]) -> bool:
    if not isinstance(value, str) or not isinstance(operand, str):
        return False
    return test(worded(value, how), worded(operand, how))


def _starts_with(value: Plain, operand: Plain, how: Reading) -> bool:
    return _on_text(value, operand, how, str.startswith)


def _ends_with(value: Plain, operand: Plain, how: Reading) -> bool:
    return _on_text(value, operand, how, str.endswith)


def _contains_any(value: Plain, operand: Plain, how: Reading) -> bool:
    return any(_contains(value, one, how) for one in _many(operand))  # type: ignore[arg-type]


def _contains_all(value: Plain, operand: Plain, how: Reading) -> bool:
    return all(_contains(value, one, how) for one in _many(operand))  # type: ignore[arg-type]


def _matches(value: Plain, operand: Plain, how: Reading) -> bool:
    if not isinstance(value, str) or not isinstance(operand, str):
        return False
    find = finder(plain(operand), ignore_case=not how.exact)
    return find is not None and find(plain(value))


def _length(value: Plain, operand: Plain, how: Reading) -> bool:
    if not isinstance(value, list | str):
        return False
    size = len(value) if isinstance(value, list) else len(plain(value))
    bare = Reading(how.view)
    if not isinstance(operand, dict):
        return _in(size, operand, bare)
    return all(_size_meets(name, size, one, bare) for name, one in operand.items())


def _size_meets(name: str, size: int, operand: Any, how: Reading) -> bool:  # noqa: ANN401 - plain
    if name in OPPOSITE:
        return not POSITIVE[OPPOSITE[name]](size, operand, how)
    return name in POSITIVE and POSITIVE[name](size, operand, how)


def _timed(
    test: Callable[[Moment, Plain, View], bool],
) -> Callable[[Plain, Plain, Reading], bool]:
    """Return a test of the moment that a value means; what means none fails it."""

    def check(value: Plain, operand: Plain, how: Reading) -> bool:
        found = moment_of(value, how.view)
        return found is not None and test(found, operand, how.view)

    return check


def _before(moment: Moment, operand: Plain, view: View) -> bool:
    limit = moment_of(operand, view)
    return limit is not None and moment < limit


def _after(moment: Moment, operand: Plain, view: View) -> bool:
    limit = moment_of(operand, view)
    return limit is not None and moment > limit


def _on_day(moment: Moment, operand: Plain, view: View) -> bool:
    day = moment_of(operand, view)
    return day is not None and (
        clock.local(moment, view.zone).date() == clock.local(day, view.zone).date()
    )


def _within_last(moment: Moment, operand: Plain, view: View) -> bool:
    lasting = clock.length(str(operand))
    return lasting is not None and clock.inside(moment, view.now, lasting, view.zone)


def _within_next(moment: Moment, operand: Plain, view: View) -> bool:
    lasting = clock.length(str(operand))
    return lasting is not None and view.now <= moment < clock.add(view.now, lasting, view.zone)


def _older_than(moment: Moment, operand: Plain, view: View) -> bool:
    lasting = clock.length(str(operand))
    return lasting is not None and clock.is_past(moment, view.now, lasting, view.zone)


def _month(moment: Moment, operand: Plain, view: View) -> bool:
    return clock.local(moment, view.zone).month in _many(operand)


def _day_of_month(moment: Moment, operand: Plain, view: View) -> bool:
    return clock.local(moment, view.zone).day in _many(operand)


def _weekday(moment: Moment, operand: Plain, view: View) -> bool:
    return clock.weekday(moment, view.zone) in _many(operand)


POSITIVE: dict[str, Callable[[Plain, Plain, Reading], bool]] = {
    "eq": equal,
    "is": equal,
    "in": _in,
    "gt": _compared(1),
    "gte": _compared(0, 1),
    "lt": _compared(-1),
    "lte": _compared(-1, 0),
    "between": _between,
    "contains": _contains,
    "contains_any": _contains_any,
    "contains_all": _contains_all,
    "starts_with": _starts_with,
    "ends_with": _ends_with,
    "matches": _matches,
    "length": _length,
    "before": _timed(_before),
    "after": _timed(_after),
    "on_day": _timed(_on_day),
    "within_last": _timed(_within_last),
    "within_next": _timed(_within_next),
    "older_than": _timed(_older_than),
    "month": _timed(_month),
    "day_of_month": _timed(_day_of_month),
    "weekday": _timed(_weekday),
}
