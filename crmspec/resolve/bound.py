"""Contradictions: comparisons of one value that no value can meet together."""

from __future__ import annotations

from datetime import datetime
from math import ceil, floor, inf, isfinite
from typing import TYPE_CHECKING, NamedTuple

from crmspec.diagnostics import Edit, Fix, Label, text
from crmspec.ir.scalar import parse_duration
from crmspec.resolve.codes import CONTRADICTORY_RANGE
from crmspec.resolve.date import looks_like_date, moment
from crmspec.resolve.finding import finding
from crmspec.resolve.operand import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Diagnostic
    from crmspec.ir.value import Test, Tests
    from crmspec.resolve.catalog import Typed

_MONTH = 30 * 86_400
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - wall-clock times are compared
_LOWER = frozenset({"gt", "gte", "after", "older_than"})
_UPPER = frozenset({"lt", "lte", "before", "within_last"})
_STRICT = frozenset({"gt", "lt", "after", "before", "older_than"})
_AGES = frozenset({"older_than", "within_last"})


class Bound(NamedTuple):
    """An end of a range; `test` is None for an end that the declaration sets."""

    value: float
    strict: bool = False
    test: Test | None = None


def contradictions(typed: Typed, tests: Tests) -> Iterator[Diagnostic]:
    """Yield CRM225 at the later of two comparisons that exclude each other."""
    if len(tests) == 1 and typed.minimum is None and typed.maximum is None:
        # Nearly all comparisons stand alone, and then only `between` can contradict itself.
        if tests[0].operator == "between" and _is_reversed(tests[0]):
            yield _reversed(tests[0])
        return
    absent = [test for test in tests if _means_absent(test)]
    present = [test for test in tests if not _means_absent(test)]
    if absent and present:
        yield _clash(typed, *sorted((absent[0], present[0]), key=_position))
        return
    for test in present:
        if test.operator == "between" and _is_reversed(test):
            yield _reversed(test)
            return
    limits = _declared(typed)
    yield from _range(typed, limits, [test for test in present if test.operator not in _AGES])
    yield from _range(typed, _OPEN, [test for test in present if test.operator in _AGES])


_OPEN = (Bound(-inf), Bound(inf))


def _declared(typed: Typed) -> tuple[Bound, Bound]:
    low, high = typed.minimum, typed.maximum
    return Bound(-inf if low is None else low), Bound(inf if high is None else high)


def _position(test: Test) -> int:
    return test.place.span.start


def _means_absent(test: Test) -> bool:
    return (test.operator == "missing" and test.operand is True) or (
        test.operator == "exists" and test.operand is False
    )


def _number(operand: object) -> float | None:
    """Return a number that orders operands of one type: numbers, moments, lengths of time."""
    if isinstance(operand, bool):
        return None
    if isinstance(operand, int | float):
        return _finite(operand)
    if not isinstance(operand, str):
        return None
    if looks_like_date(operand):
        found = moment(operand)
        return None if found is None else (found - _EPOCH).total_seconds()
    try:
        months, seconds = parse_duration(operand)
    except ValueError:
        return None
    return _finite(months * _MONTH + seconds)


def _finite(number: float) -> float | None:
    try:
        return float(number) if isfinite(number) else None
    except OverflowError:
        return None


def _bounds(test: Test) -> Iterator[tuple[str, Bound]]:
    """Yield the ends that a comparison sets, `low` or `high`."""
    if test.operator == "between" and isinstance(test.operand, list):
        ends = zip(("low", "high"), map(_number, test.operand), strict=False)
        yield from ((side, Bound(end, test=test)) for side, end in ends if end is not None)
    elif test.operator in _LOWER | _UPPER:
        end = _number(test.operand)
        if end is not None:
            side = "low" if test.operator in _LOWER else "high"
            yield side, Bound(end, test.operator in _STRICT, test)


def _range(typed: Typed, limits: tuple[Bound, Bound], tests: list[Test]) -> Iterator[Diagnostic]:
    """Narrow the limits by all the comparisons, then see what is left."""
    low, high = limits
    for test in tests:
        for side, bound in _bounds(test):
            if side == "low":
                low = max(low, bound, key=lambda b: (b.value, b.strict))
            else:
                high = min(high, bound, key=lambda b: (b.value, not b.strict))
    whole = typed.type == "integer"
    if _is_empty(low, high, whole=whole):
        if low.test is not None or high.test is not None:
            yield _never(typed, low, high)
        return
    for test in tests:
        if test.operator in ("eq", "in") and not _any_inside(test, low, high):
            above = any((_number(v) or 0) > high.value for v in _operands(test))
            yield _never(typed, Bound(0, test=test), high if above else low)


def _is_empty(low: Bound, high: Bound, *, whole: bool) -> bool:
    if whole and low.value > -inf and high.value < inf:
        least = floor(low.value) + 1 if low.strict else ceil(low.value)
        most = ceil(high.value) - 1 if high.strict else floor(high.value)
        return least > most
    return low.value > high.value or (low.value == high.value and (low.strict or high.strict))


def _operands(test: Test) -> list[object]:
    return test.operand if isinstance(test.operand, list) else [test.operand]


def _any_inside(test: Test, low: Bound, high: Bound) -> bool:
    for operand in _operands(test):
        value = _number(operand)
        if value is None:
            return True
        point = Bound(value)
        if not _is_empty(low, point, whole=False) and not _is_empty(point, high, whole=False):
            return True
    return False


def _never(typed: Typed, one: Bound, other: Bound) -> Diagnostic:
    """Report two ends that exclude each other; at least one is a comparison."""
    tests = sorted((b.test for b in (one, other) if b.test is not None), key=_position)
    if len(tests) > 1 and tests[0] is not tests[1]:
        return _clash(typed, tests[0], tests[1])
    limit = other if one.test is not None else one
    test = tests[0]
    return finding(
        CONTRADICTORY_RANGE,
        test.place.span,
        text(
            "no `{name}` meets `{operator}: {operand}`",
            name=typed.name,
            operator=test.operator,
            operand=shown(test.operand),
        ),
        text("the limit is {limit}; correct the value or the limit", limit=shown(_tidy(limit))),
        related=(Label(typed.declared, text("the limit is declared here")),),
    )


def _tidy(limit: Bound) -> int | float:
    return int(limit.value) if limit.value == int(limit.value) else limit.value


def _clash(typed: Typed, first: Test, second: Test) -> Diagnostic:
    return finding(
        CONTRADICTORY_RANGE,
        second.place.span,
        text(
            "no `{name}` meets both `{a}: {x}` and `{b}: {y}`",
            name=typed.name,
            a=first.operator,
            x=shown(first.operand),
            b=second.operator,
            y=shown(second.operand),
        ),
        text("change one of them, or join two conditions with `any`"),
        related=(Label(first.place.span, text("excludes the other")),),
    )


def _is_reversed(test: Test) -> bool:
    ends = [_number(end) for end in _operands(test)]
    low, high = (*ends, None, None)[:2]
    return low is not None and high is not None and low > high


def _reversed(test: Test) -> Diagnostic:
    low, high = _operands(test)
    edits = (
        Edit(test.place.value(0), shown(high)),
        Edit(test.place.value(1), shown(low)),
    )
    swap = Fix(text("swap the two values"), edits)
    return finding(
        CONTRADICTORY_RANGE,
        test.place.span,
        text("nothing is between {a} and {b}: the first is larger", a=shown(low), b=shown(high)),
        text("write the smaller value first"),
        fixes=(swap,) if isinstance(low, int | float) and isinstance(high, int | float) else (),
    )
