"""Conditions in Liquid: what is true there is not what is true in the template language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

import msgspec

from crmspec.dialect.kind import NUMBERS, TEXTS
from crmspec.template.tree import (
    And,
    Comparison,
    Contains,
    Empty,
    Expression,
    Not,
    Or,
    Present,
)

if TYPE_CHECKING:
    from crmspec.dialect.liquid import Liquid


class Group(msgspec.Struct, frozen=True):
    """Simple comparisons and groups of the other word."""

    word: Literal["and", "or"]
    parts: tuple[Formula, ...]


Formula: TypeAlias = str | Group


def grouped(word: Literal["and", "or"], *parts: Formula) -> Formula:
    """Return a group; groups of the same word are taken into it."""
    flat: list[Formula] = []
    for part in parts:
        more = part.parts if isinstance(part, Group) and part.word == word else (part,)
        flat.extend(p for p in more if p not in flat)
    return flat[0] if len(flat) == 1 else Group(word, tuple(flat))


def formula(printer: Liquid, condition: Expression) -> Formula:  # noqa: C901, PLR0911 - one a kind of node
    """Return a condition, in normal form without `not <`, as a formula of Liquid."""
    match condition:
        case And():
            return grouped("and", *(formula(printer, p) for p in condition.parts))
        case Or():
            return grouped("or", *(formula(printer, p) for p in condition.parts))
        case Comparison():
            return _compared(printer, condition)
        case Not(of=Present(of=value)):
            return f"{printer.operand(value)} == nil"
        case Present(of=value):
            return f"{printer.operand(value)} != nil"
        case Not(of=Empty(of=value)):
            return _filled(printer.operand(value), printer.kinds.of(value))
        case Empty(of=value):
            return _empty(printer.operand(value), printer.kinds.of(value))
        case Contains():
            return _contains(printer, condition)
        case Not(of=Contains() as contains):
            return f"{printer.flag(_contains(printer, contains))} == false"
        case Not(of=value):
            return _false(printer.operand(value), printer.kinds.of(value))
        case _:
            return _true(printer.operand(condition), printer.kinds.of(condition))


def _contains(printer: Liquid, contains: Contains) -> str:
    return f"{printer.operand(contains.of)} contains {printer.operand(contains.item)}"


def _compared(printer: Liquid, comparison: Comparison) -> str:
    left, right = printer.operand(comparison.left), printer.operand(comparison.right)
    return f"{left} {comparison.operator} {right}"


def _true(name: str, kind: str | None) -> Formula:
    if kind == "boolean":
        return name
    if kind in NUMBERS:
        return f"{name} != nil"
    if kind == "list":
        return f"{name}.size > 0"
    if kind in TEXTS:
        return grouped("and", name, f'{name} != ""')
    return grouped("and", name, f"{name}.size != 0")


def _false(name: str, kind: str | None) -> Formula:
    if kind == "boolean":
        return f"{name} != true"
    if kind in NUMBERS:
        return f"{name} == nil"
    if kind in TEXTS:
        return grouped("or", f"{name} == nil", f'{name} == ""')
    missing = grouped("or", f"{name} == nil", f"{name}.size == 0")
    return missing if kind == "list" else grouped("or", f"{name} == false", missing)


def _empty(name: str, kind: str | None) -> Formula:
    last = f'{name} == ""' if kind in TEXTS else f"{name}.size == 0"
    return grouped("or", f"{name} == nil", last)


def _filled(name: str, kind: str | None) -> Formula:
    last = f'{name} != ""' if kind in TEXTS else f"{name}.size != 0"
    return grouped("and", f"{name} != nil", last)
