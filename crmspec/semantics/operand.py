"""Tests of one value: which operators hold, missing values included (semantics 5.3-5.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.ir.data import Attribute, Property
from crmspec.semantics import template
from crmspec.semantics.comparison import OPPOSITE, POSITIVE, Reading, is_missing

if TYPE_CHECKING:
    from crmspec.ir.value import Plain, Test, Tests
    from crmspec.semantics.view import View

_DATES = frozenset({"date", "datetime"})


def reading(
    view: View, declared: Attribute | Property | None = None, *, sensitive: bool = False
) -> Reading:
    """Return how values of a declared attribute or property are read."""
    if declared is None:
        return Reading(view, sensitive)
    items = declared.items
    inner = items.type if isinstance(items, Property) else items
    exact = sensitive or declared.type == "enum" or inner == "enum"
    dates = declared.type in _DATES or inner in _DATES
    reference = declared.directory
    if reference is None and isinstance(items, Property):
        reference = items.directory
    directory = view.program.directories.get(reference.id) if reference else None
    return Reading(view, exact, dates, directory)


def meets(
    tests: Tests,
    value: Plain,
    view: View,
    declared: Attribute | Property | None = None,
    *,
    sensitive: bool = False,
) -> bool:
    """Say whether a value meets all tests; odd data meets no positive one (semantics 5.3, 5.4).

    Without `declared` the value is read as its data looks.
    """
    return read_meets(tests, value, reading(view, declared, sensitive=sensitive))


def read_meets(tests: Tests, value: Plain, how: Reading) -> bool:
    """Say whether a value, read in a given way, meets all tests."""
    return all(_meets(test, value, how) for test in tests)


def some_meets(tests: Tests, values: list[Plain], how: Reading) -> bool:
    """Say whether one of several values meets the tests (semantics 5.47).

    One value must meet all positive tests; a negative test is the opposite of its positive, so it
    holds if no value meets that.
    """
    positive = tuple(test for test in tests if test.operator not in OPPOSITE)
    return any(read_meets(positive, value, how) for value in values or [None]) and all(
        all(_meets(test, value, how) for value in values)
        for test in tests
        if test.operator in OPPOSITE
    )


def _meets(test: Test, value: Plain, how: Reading) -> bool:
    operator: str = test.operator
    if operator == "missing" or operator == "exists":  # noqa: PLR1714 - the fastest
        return is_missing(value) is (bool(test.operand) is (operator == "missing"))
    positive = OPPOSITE.get(operator)
    if positive is not None:
        return not _holds(positive, value, test.operand, how)
    return _holds(operator, value, test.operand, how)


def _holds(operator: str, value: Plain, operand: Plain, how: Reading) -> bool:
    if is_missing(value):
        return False
    if template.is_template(operand):
        operand = template.rendered(operand, how.view)
    return POSITIVE[operator](value, operand, how)
