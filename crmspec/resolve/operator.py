"""Which comparisons fit which type, and what each compares with."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crmspec.ir.data import DataType
    from crmspec.ir.value import Operator

ALWAYS: frozenset[Operator] = frozenset({"exists", "missing"})
_SAME: frozenset[Operator] = ALWAYS | {"eq", "neq", "in", "not_in"}
_ORDER: frozenset[Operator] = frozenset({"gt", "gte", "lt", "lte", "between"})
_TEXT: frozenset[Operator] = frozenset(
    {
        "contains",
        "not_contains",
        "starts_with",
        "not_starts_with",
        "ends_with",
        "not_ends_with",
        "matches",
        "not_matches",
    }
)
_TIME: frozenset[Operator] = ALWAYS | {
    "before",
    "after",
    "on_day",
    "between",
    "within_last",
    "within_next",
    "older_than",
    "month",
    "day_of_month",
    "weekday",
}
_LIST: frozenset[Operator] = ALWAYS | {
    "contains",
    "not_contains",
    "contains_any",
    "contains_all",
    "contains_none",
    "length",
}

ALLOWED: dict[DataType, frozenset[Operator]] = {
    "string": _SAME | _TEXT,
    "number": _SAME | _ORDER,
    "integer": _SAME | _ORDER,
    "boolean": ALWAYS | {"is", "eq", "neq"},
    "date": _TIME,
    "datetime": _TIME,
    "enum": _SAME,
    "array": _LIST,
    "object": ALWAYS,
    "geo": ALWAYS,
}
"""The comparisons that each type of value understands."""

_TIME_WORDS: dict[str, Operator] = {
    "eq": "on_day",
    "is": "on_day",
    "gt": "after",
    "gte": "after",
    "lt": "before",
    "lte": "before",
}
_LIST_WORDS: dict[str, Operator] = {
    "eq": "contains",
    "is": "contains",
    "in": "contains_any",
    "not_in": "contains_none",
}
INSTEAD: dict[DataType, dict[str, Operator]] = {
    "string": {"is": "eq", "contains_any": "in", "contains_none": "not_in"},
    "number": {"is": "eq", "before": "lt", "after": "gt"},
    "integer": {"is": "eq", "before": "lt", "after": "gt"},
    "enum": {"is": "eq", "contains": "eq", "contains_any": "in", "contains_none": "not_in"},
    "date": _TIME_WORDS,
    "datetime": _TIME_WORDS,
    "array": _LIST_WORDS,
}
"""Type → comparison that does not fit it → the one the author probably means."""

SAME_MEANING: frozenset[tuple[str, str]] = frozenset(
    {
        ("is", "eq"),
        ("eq", "on_day"),
        ("is", "on_day"),
        ("gt", "after"),
        ("lt", "before"),
        ("before", "lt"),
        ("after", "gt"),
        ("in", "contains_any"),
        ("not_in", "contains_none"),
        ("eq", "contains"),
        ("is", "contains"),
        ("contains_any", "in"),
        ("contains_none", "not_in"),
    }
)
"""Replacements that keep what the author says, so that they are safe."""

MANY: frozenset[Operator] = frozenset(
    {"in", "not_in", "contains_any", "contains_all", "contains_none", "between"}
)
DURATIONS: frozenset[Operator] = frozenset({"within_last", "within_next", "older_than"})
