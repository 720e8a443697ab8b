"""Conditions in Jinja2, where 0 is false and comparing a missing number is an error."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.dialect.kind import NUMBERS
from crmspec.template.tree import (
    And,
    Comparison,
    Constant,
    Contains,
    Empty,
    Expression,
    Not,
    Or,
    Present,
)

if TYPE_CHECKING:
    from crmspec.dialect.jinja import Jinja

_KNOWN = ("string", "date", "list", "object", "boolean")


def tested(printer: Jinja, condition: Expression) -> str:  # noqa: PLR0911 - one a kind of node
    """Return a condition in normal form."""
    match condition:
        case And():
            return " and ".join(_inner(printer, part) for part in condition.parts)
        case Or():
            return " or ".join(_inner(printer, part) for part in condition.parts)
        case Not(of=Present(of=value)):
            words = printer.value(value)
            return f"({words} is not defined or {words} is none)"
        case Present(of=value):
            words = printer.value(value)
            return f"({words} is defined and {words} is not none)"
        case Not():
            return f"not {_inner(printer, condition.of)}"
        case Empty(of=value):
            words = printer.value(value)
            return f"(not {words} and {words} is not number)"
        case Comparison():
            return _compared(printer, condition)
        case Contains():
            return f"{printer.value(condition.item)} in ({printer.value(condition.of)} or [])"
        case _:
            return _true(printer, condition)


def _inner(printer: Jinja, condition: Expression) -> str:
    words = tested(printer, condition)
    return f"({words})" if isinstance(condition, And | Or) else words


def _true(printer: Jinja, value: Expression) -> str:
    words = printer.value(value)
    kind = printer.kinds.of(value)
    if kind in NUMBERS:
        return f"{words} is number"
    if kind in _KNOWN:
        return words
    return f"(({words} or {words} is number) and {words} is not sameas false)"


def _compared(printer: Jinja, comparison: Comparison) -> str:
    left, right = printer.value(comparison.left), printer.value(comparison.right)
    words = f"{left} {comparison.operator} {right}"
    if comparison.operator in ("==", "!="):
        return words
    ends = ((comparison.left, left), (comparison.right, right))
    unknown = [said for value, said in ends if not isinstance(value, Constant)]
    kinds = {printer.kinds.of(value) for value, _ in ends}
    numbers = " and ".join(f"{said} is number" for said in unknown)
    texts = " and ".join(f"{said} is string" for said in unknown)
    if kinds & {*NUMBERS}:
        return f"({numbers} and {words})"
    if kinds & {"string", "date"}:
        return f"({texts} and {words})"
    return f"(({numbers} or {texts}) and {words})"
