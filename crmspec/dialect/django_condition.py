"""Conditions in Django's language, which has no parentheses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.dialect.django_filter import SPELLED
from crmspec.dialect.kind import NUMBERS
from crmspec.dialect.lowering_cases import MODULO, literal_text
from crmspec.dialect.lowering_truth import both, either
from crmspec.template.tree import (
    And,
    Comparison,
    Constant,
    Contains,
    Empty,
    Expression,
    Filter,
    Not,
    Operator,
    Or,
    Path,
    Present,
)

if TYPE_CHECKING:
    from crmspec.dialect.django import Django
    from crmspec.dialect.kind import Kinds


def expanded(condition: Expression, kinds: Kinds) -> Expression:  # noqa: PLR0911 - one a kind of node
    """Return a condition, in normal form, in tests that Django has.

    0 is false there, and so is not empty: `empty` is "false, but not 0 and not `false`".
    """
    match condition:
        case And():
            return both(*(expanded(part, kinds) for part in condition.parts))
        case Or():
            return either(*(expanded(part, kinds) for part in condition.parts))
        case Empty(of=value):
            return both(Not(of=value), _not_zero(value, "!="))
        case Not(of=Empty(of=value)):
            return either(value, _not_zero(value, "=="))
        case Not(of=Path() | Filter() as value):
            return _false(value, kinds)
        case Path() | Filter():
            return _true(condition, kinds)
        case _:
            return condition


def _true(value: Path | Filter, kinds: Kinds) -> Expression:
    kind = kinds.of(value)
    if kind in NUMBERS:
        return Present(of=value)
    return either(value, _is_zero(value, "==")) if kind is None and kinds.known else value


def _false(value: Path | Filter, kinds: Kinds) -> Expression:
    kind = kinds.of(value)
    if kind in NUMBERS:
        return Not(of=Present(of=value))
    no = Not(of=value)
    return both(no, _is_zero(value, "!=")) if kind is None and kinds.known else no


def _is_zero(value: Expression, operator: Operator) -> Comparison:
    """0 holds as a condition in the template language, `false` does not."""
    spelled = Filter(name=SPELLED, of=value)
    return Comparison(operator=operator, left=spelled, right=Constant(value="0"))


def _not_zero(value: Expression, operator: Operator) -> Comparison:
    return Comparison(operator=operator, left=value, right=Constant(value=0))


def conjunction(printer: Django, parts: tuple[Expression, ...]) -> str:
    """Return tests joined by `and`."""
    return " and ".join(_test(printer, part) for part in parts)


def _test(printer: Django, part: Expression) -> str:
    match part:
        case Not(of=Present(of=value)):
            return f"{printer.value(value)} == None"
        case Present(of=value):
            return f"{printer.value(value)} != None"
        case Not():
            return f"not {_test(printer, part.of)}"
        case Contains():
            return f"{printer.value(part.item)} in {printer.value(part.of)}"
        case Comparison():
            return _compared(printer, part)
        case _:
            return printer.value(part)


def _compared(printer: Django, comparison: Comparison) -> str:
    left, right = comparison.left, comparison.right
    if isinstance(left, Filter) and left.name == MODULO and isinstance(right, Constant):
        return _digits(printer, left, comparison.operator, str(right.value))
    return f"{printer.value(left)} {comparison.operator} {printer.value(right)}"


def _digits(printer: Django, value: Filter, operator: str, number: str) -> str:
    """Compare last digits as texts: there is no division."""
    base = literal_text(value)
    words = printer.value(value.of)
    if base == "1":
        return f'"." in {words}|floatformat:-6'
    width = len(base) - 1
    return f'{words}|stringformat:"02d"|slice:"-{width}:" {operator} "{number.zfill(width)}"'
