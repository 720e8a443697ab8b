"""The values of templates: when they are true, equal, before one another, and how they print.

Nothing but plain data gets in: any other object counts as missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final, TypeAlias

from crmspec.template.date import moment

Value: TypeAlias = object
"""None (missing), bool, int, float, str, list or tuple, or Mapping with string keys."""

LARGEST: Final = 10**30
"""Numbers beyond this, and those that are none, are missing."""
_PLAIN: Final = frozenset([type(None), bool, str, list, tuple, dict])


def plain(value: object) -> Value:
    """Return the value if it is one of the language's, else None."""
    kind = type(value)
    if kind is int or kind is float:
        return number(value)
    if kind in _PLAIN or isinstance(value, str | list | tuple | Mapping):
        return value
    return None


def number(value: object) -> int | float | None:
    """Return the value if it is a number that can be reckoned with, else None."""
    if type(value) is not int and type(value) is not float:
        return None
    return value if -LARGEST <= value <= LARGEST else None


def exact(value: float) -> Decimal:
    """Return a number as it is written in decimal: 0.1 is a tenth."""
    return Decimal(repr(value))


def nearest_number(value: Decimal) -> int | float | None:
    """Return a result of reckoning, whole if it is an integer."""
    if not -LARGEST <= value <= LARGEST:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def true(value: Value) -> bool:
    """Say whether a bare value holds as a condition (templates 4)."""
    return value is not False and not empty(value)


def empty(value: Value) -> bool:
    """Say whether a value is missing, an empty text, list or object (templates 8)."""
    return value is None or (isinstance(value, str | list | tuple | Mapping) and not value)


def equal(left: Value, right: Value) -> bool:
    """Say whether two values are of one kind and equal (templates 5)."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, str) and isinstance(right, str):
        return left == right
    return number(left) is not None and number(right) is not None and left == right


def order(left: Value, right: Value) -> int | None:
    """Return -1, 0 or 1 for two numbers or two dates, None for anything else (templates 6)."""
    if isinstance(left, str) and isinstance(right, str):
        before, after = moment(left), moment(right)
        if before is None or after is None:
            return None
        return (before > after) - (before < after)
    some, other = number(left), number(right)
    if some is None or other is None:
        return None
    return (some > other) - (some < other)


def words(value: Value) -> str | None:
    """Return a text or number as text, None for anything else."""
    if isinstance(value, str):
        return value
    found = number(value)
    return None if found is None else _spelled(found)


def shown(value: Value) -> str:
    """Return what `{{ }}` prints (templates 3)."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return words(value) or ""


def _spelled(value: float) -> str:
    written = exact(value)
    return str(int(written)) if written == written.to_integral_value() else format(written, "f")
