"""Tests of values as filters: each with its opposite, as far as Klaviyo has one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from crmspec.engine.body import Body
    from crmspec.ir.value import Plain, Test


class Filter(NamedTuple):
    """A filter, its opposite, and whether that is also said of what is missing (semantics 5.4)."""

    holds: Body
    fails: Body
    missing: bool = True


Filters = list[list[Filter]]
"""All of any."""

NOT_SET: Body = {"type": "existence", "operator": "not-set"}
IS_SET: Body = {"type": "existence", "operator": "is-set"}

OPPOSITE = {
    "equals": "not-equals",
    "contains": "not-contains",
    "starts-with": "not-starts-with",
    "ends-with": "not-ends-with",
    "in": "not-in",
    "greater-than": "less-than-or-equal",
    "greater-than-or-equal": "less-than",
}
OPPOSITE |= {other: one for one, other in OPPOSITE.items()}
"""Operators of texts, numbers and lists (`StringOperatorStringFilter`, `NumericOperator…`)."""

ORDER = {
    "gt": "greater-than",
    "gte": "greater-than-or-equal",
    "lt": "less-than",
    "lte": "less-than-or-equal",
}
NEGATIVE = {
    "neq": "eq",
    "not_in": "in",
    "not_contains": "contains",
    "contains_none": "contains_any",
    "not_starts_with": "starts_with",
    "not_ends_with": "ends_with",
}
TEXT = {"contains": "contains", "starts_with": "starts-with", "ends_with": "ends-with"}
_UNITS = (("week", 604_800), ("day", 86_400), ("hour", 3_600))
_PAIR = 2


def filters(test: Test, *, listed: bool) -> Filters | None:
    """Return one test, None if Klaviyo has none like it; `listed` values are lists."""
    name, operand = test.operator, test.operand
    if name in {"exists", "missing"}:
        there = (name == "exists") is bool(operand)
        one, other = (IS_SET, NOT_SET) if there else (NOT_SET, IS_SET)
        return [[Filter(one, other, missing=False)]]
    if name in NEGATIVE:
        found = _positive(NEGATIVE[name], operand, listed=listed)
        return None if found is None else negated(found)
    return _positive(name, operand, listed=listed)


def negated(found: Filters) -> Filters:
    """Return the opposite of a test, which is one clause, or several of one filter each."""
    if len(found) == 1:
        return [_turned(one) for one in found[0]]
    return [[one for clause in found for one in _turned(clause[0])]]


def _turned(one: Filter) -> list[Filter]:
    """Return the filters of which any says the opposite."""
    gone = [Filter(NOT_SET, IS_SET, missing=False)] if one.missing else []
    return [Filter(one.fails, one.holds, missing=False), *gone]


def _positive(name: str, operand: Plain, *, listed: bool) -> Filters | None:
    if name in ORDER:
        return None if _odd(operand, int, float) else [[numeric(ORDER[name], operand)]]
    if name == "between" and isinstance(operand, list) and len(operand) == _PAIR:
        if any(_odd(one, int, float) for one in operand):
            return None
        low, high = operand
        return [[numeric("greater-than-or-equal", low)], [numeric("less-than-or-equal", high)]]
    if listed:
        return _of_lists(name, operand)
    return _of_values(name, operand)


def _of_lists(name: str, operand: Plain) -> Filters | None:
    """Return a test of lists: they contain a value, any of some, or all of them."""
    values = operand if isinstance(operand, list) else [operand]
    if name not in {"contains", "contains_any", "contains_all"} or any(map(_strange, values)):
        return None
    found = [_pair("list", "contains", one) for one in values]
    return [found] if name == "contains_any" else [[one] for one in found]


def _of_values(name: str, operand: Plain) -> Filters | None:
    if name in {"in", "contains_any"} and isinstance(operand, list) and operand:
        return _one_of(name, operand)
    if name in {"eq", "is"} and isinstance(operand, bool):
        return [[Filter(_boolean(operand), _boolean(not operand))]]
    if name in {"eq", "is"} and not _odd(operand, int, float):
        return [[numeric("equals", operand)]]
    operator = {"eq": "equals", "is": "equals", **TEXT}.get(name)
    known = operator is not None and isinstance(operand, str) and not _strange(operand)
    return [[_pair("string", str(operator), operand)]] if known else None


def _one_of(name: str, values: list[object]) -> Filters | None:
    if all(isinstance(one, str) and not _strange(one) for one in values):
        if name == "in":
            return [[_pair("string", "in", list(values))]]
        return [[_pair("string", "contains", one) for one in values]]
    if name != "in" or any(_odd(one, int, float) for one in values):
        return None
    return [[numeric("equals", one) for one in values]]


def numeric(operator: str, value: object) -> Filter:
    """Return a comparison of numbers."""
    return _pair("numeric", operator, value)


def _pair(type_: str, operator: str, value: object) -> Filter:
    found: Body = {"type": type_, "operator": operator, "value": value}
    return Filter(found, found | {"operator": OPPOSITE[operator]})


def _boolean(value: bool) -> Body:  # noqa: FBT001 - it is what is compared
    return {"type": "boolean", "operator": "equals", "value": value}


def _odd(value: object, *types: type) -> bool:
    return isinstance(value, bool) or not isinstance(value, types)


def _strange(value: object) -> bool:
    """Say whether a value is none that can be written: empty, or worked out when it is asked."""
    return not isinstance(value, (str, int, float)) or value == "" or "{{" in str(value)


def period(seconds: int) -> Body | None:
    """Return a length of time in whole weeks, days or hours; None if it is not of these."""
    for unit, size in _UNITS:
        if seconds and seconds % size == 0:
            return {"unit": unit, "quantity": seconds // size}
    return None
