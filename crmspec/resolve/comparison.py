"""Comparisons: the operator fits the type, its operand fits both, and some value can meet them."""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING

from crmspec.diagnostics import text
from crmspec.ir.scalar import parse_duration
from crmspec.resolve.bound import contradictions
from crmspec.resolve.catalog import Typed
from crmspec.resolve.codes import IMPOSSIBLE_DURATION, OPERATOR_MISMATCH, WRONG_OPERAND
from crmspec.resolve.compared import compared
from crmspec.resolve.finding import finding, replace
from crmspec.resolve.operand import fits, is_dynamic, shown
from crmspec.resolve.operator import ALLOWED, ALWAYS, DURATIONS, INSTEAD, MANY, SAME_MEANING
from crmspec.resolve.word import A_TYPE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Diagnostic
    from crmspec.ir.value import Test, Tests
    from crmspec.resolve.scope import Scope

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_PAIR = 2


def check(scope: Scope) -> Iterator[Diagnostic]:
    """Yield CRM211, CRM212, CRM214, CRM215, CRM216, CRM225 and CRM229 for comparisons."""
    for typed, tests in compared(scope):
        yield from judge(typed, tests)


def judge(typed: Typed, tests: Tests) -> Iterator[Diagnostic]:
    """Yield what is wrong with the comparisons of one value."""
    faulty = False
    for test in tests:
        for problem in _test(typed, test):
            faulty = True
            yield problem
    if not faulty:
        yield from contradictions(typed, tests)


def _test(typed: Typed, test: Test) -> Iterator[Diagnostic]:
    if test.operator not in ALLOWED[typed.type]:
        yield _mismatch(typed, test)
    elif not is_dynamic(test.operand):
        yield from _operand(typed, test)


def _mismatch(typed: Typed, test: Test) -> Diagnostic:
    message = text(
        "`{operator}` does not fit `{name}`, which is {type}",
        operator=test.operator,
        name=typed.name,
        type=A_TYPE[typed.type],
    )
    instead = INSTEAD.get(typed.type, {}).get(test.operator)
    if instead is None:
        listed = ", ".join(f"`{name}`" for name in sorted(ALLOWED[typed.type]))
        return finding(
            OPERATOR_MISMATCH, test.place.name, message, text("use one of {names}", names=listed)
        )
    spelled = test.place.entry is not None
    safe = spelled and (test.operator, instead) in SAME_MEANING
    fixes = (replace(test.place.name, instead),) if safe else ()
    advice = text("use `{operator}`", operator=instead)
    return finding(OPERATOR_MISMATCH, test.place.name, message, advice, fixes=fixes)


def _operand(typed: Typed, test: Test) -> Iterator[Diagnostic]:
    operator, operand = test.operator, test.operand
    if operator in ALWAYS:
        if not isinstance(operand, bool):
            yield _needs(test, "true")
    elif operator in DURATIONS:
        yield from _duration(test)
    elif operator in ("month", "day_of_month", "weekday"):
        yield from _calendar(test)
    elif operator == "length":
        yield from _length(typed, test)
    elif operator in MANY:
        yield from _many(typed, test)
    elif operator in ("matches", "not_matches"):
        yield from _pattern(test)
    else:
        yield from fits(_element(typed, test), operand, test.place.span)


def _element(typed: Typed, test: Test) -> Typed:
    """Return what the operand is compared with: of a list its items, of text any part of it."""
    if typed.type == "array":
        return typed.items or Typed(name=typed.name, type="geo", declared=typed.declared)
    if test.operator in ("eq", "neq", "in", "not_in") or typed.type != "string":
        return typed
    return Typed(name=typed.name, type="string", declared=typed.declared)


def _needs(test: Test, example: str) -> Diagnostic:
    return finding(
        WRONG_OPERAND,
        test.place.span,
        text("`{operator}` cannot be `{value}`", operator=test.operator, value=shown(test.operand)),
        text("write it like `{operator}: {example}`", operator=test.operator, example=example),
    )


def _duration(test: Test) -> Iterator[Diagnostic]:
    try:
        months, seconds = parse_duration(str(test.operand))
    except ValueError:
        yield _needs(test, "7d")
        return
    if months <= 0 and seconds <= 0:
        yield finding(
            IMPOSSIBLE_DURATION,
            test.place.span,
            text("`{operator}` needs a length of time above zero", operator=test.operator),
            text("write it like `{operator}: {example}`", operator=test.operator, example="7d"),
        )


def _calendar(test: Test) -> Iterator[Diagnostic]:
    values = test.operand if isinstance(test.operand, list) else [test.operand]
    allowed: dict[str, tuple[object, ...]] = {
        "month": tuple(range(1, 13)),
        "day_of_month": tuple(range(1, 32)),
        "weekday": WEEKDAYS,
    }
    example = {"month": "12", "day_of_month": "31", "weekday": "mon"}[test.operator]
    if any(isinstance(v, bool) or v not in allowed[test.operator] for v in values):
        yield _needs(test, example)


def _length(typed: Typed, test: Test) -> Iterator[Diagnostic]:
    count = Typed(name=typed.name, type="integer", declared=typed.declared)
    if not isinstance(test.operand, dict):
        yield from fits(count, test.operand, test.place.span)
        return
    for operator, operand in test.operand.items():
        if operator not in ALLOWED["integer"] or operator in MANY:
            yield _needs(test, "3")
        else:
            yield from fits(count, operand, test.place.value(operator))


def _many(typed: Typed, test: Test) -> Iterator[Diagnostic]:
    if not isinstance(test.operand, list):
        yield _needs(test, "[1, 2]" if test.operator == "between" else "[a, b]")
        return
    if test.operator == "between" and len(test.operand) != _PAIR:
        yield _needs(test, "[1, 2]")
        return
    element = _element(typed, test)
    for number, item in enumerate(test.operand):
        yield from fits(element, item, test.place.value(number))


def _pattern(test: Test) -> Iterator[Diagnostic]:
    try:
        with warnings.catch_warnings():
            # Python's own advice about patterns is not for authors.
            warnings.simplefilter("ignore")
            re.compile(str(test.operand))
    except (re.error, OverflowError, RecursionError):
        yield _needs(test, "^[A-Z]{3}")
