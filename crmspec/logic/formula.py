"""Formulas: what a condition asks of each variable, before the cells are known."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import msgspec

from crmspec.logic.variable import Variable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Operand: TypeAlias = None | bool | int | float | str | tuple[object, ...]


class Atom(msgspec.Struct, frozen=True):
    """A positive comparison of one variable; `missing_as` stands in for a missing value."""

    variable: Variable
    operator: str
    operand: Operand
    missing_as: Operand = None


class Cells(msgspec.Struct, frozen=True):
    """One variable is in some of its cells."""

    variable: Variable
    mask: int


class AllOf(msgspec.Struct, frozen=True):
    """Every part holds."""

    parts: tuple[Formula, ...]


class AnyOf(msgspec.Struct, frozen=True):
    """At least one part holds."""

    parts: tuple[Formula, ...]


class NotOf(msgspec.Struct, frozen=True):
    """The part does not hold."""

    part: Formula


Formula: TypeAlias = Atom | Cells | AllOf | AnyOf | NotOf
ALWAYS: Formula = AllOf(())
NEVER: Formula = AnyOf(())


def every(parts: Iterable[Formula]) -> Formula:
    """Return the conjunction of formulas."""
    found = tuple(parts)
    return found[0] if len(found) == 1 else AllOf(found)


def either(parts: Iterable[Formula]) -> Formula:
    """Return the disjunction of formulas."""
    found = tuple(parts)
    return found[0] if len(found) == 1 else AnyOf(found)


def holds(variable: Variable) -> Formula:
    """Ask that a variable which is true or false is true."""
    return Atom(variable, "is", True)  # noqa: FBT003 - the operand of a comparison


def atoms(formula: Formula) -> Iterator[Atom | Cells]:
    """Yield what a formula asks of single variables."""
    waiting = [formula]
    while waiting:
        match waiting.pop():
            case Atom() | Cells() as atom:
                yield atom
            case AllOf(parts) | AnyOf(parts):
                waiting.extend(parts)
            case negated:
                waiting.append(negated.part)
