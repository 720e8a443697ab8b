"""Passes over the conditions of Handlebars and of merge tags, which ask one thing a block."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from crmspec.diagnostics import text
from crmspec.dialect.bracketed import TEXTUAL
from crmspec.dialect.loss import Lost
from crmspec.dialect.lowering_scope import LOOP
from crmspec.dialect.lowering_truth import OPPOSITE, unplaced
from crmspec.template.tree import (
    And,
    Comparison,
    Constant,
    Expression,
    Filter,
    For,
    Not,
    Path,
    Present,
)

if TYPE_CHECKING:
    from collections.abc import Callable

OF_ZERO: Final[dict[str, Callable[[float], bool]]] = {
    "<": lambda other: other > 0,
    "<=": lambda other: other >= 0,
    ">": lambda other: other < 0,
    ">=": lambda other: other <= 0,
}
"""Whether 0 is less than a number, and so on."""


class Test(NamedTuple):
    """A block: `opening` and `closing` tags; the body is its `{{else}}` if `negated`."""

    opening: str
    closing: str
    negated: bool = False


def first_part(condition: Expression) -> Expression | None:
    """Return what a condition asks first, if it asks more than one thing."""
    return condition.parts[0] if isinstance(condition, And) else None


def base_text(value: Expression) -> Expression:
    """Return what filters of texts stand on."""
    while isinstance(value, Filter) and value.name in TEXTUAL:
        value = value.of
    return value


def simple(part: Expression) -> Expression:
    """Return `not x == ''` as `x != ''`, and `not not x` as `x`."""
    if isinstance(part, Not):
        of = part.of
        if isinstance(of, Not):
            return simple(of.of)
        if isinstance(of, Comparison) and of.operator in ("==", "!="):
            return msgspec.structs.replace(unplaced(of), operator=OPPOSITE[of.operator])
    return unplaced(part) if isinstance(part, Comparison | Present) else part


def indexed(comparison: Comparison) -> Comparison:
    """Return a comparison of `loop.index` as one of `@index`, which counts from 0."""
    left, right = comparison.left, comparison.right
    if not isinstance(left, Path) or not left.root.startswith(LOOP) or left.keys != ("index",):
        return comparison
    if isinstance(right, Constant) and isinstance(right.value, int):
        return msgspec.structs.replace(comparison, right=Constant(value=right.value - 1))
    return comparison


def no_dates(value: Expression, title: str) -> Lost:
    """Return that dates cannot be put in order."""
    return Lost(
        value,
        text("{title} cannot put dates in order", title=title),
        text("decide it in the chain, with a `switch`"),
    )


def untyped(value: Expression, title: str) -> Lost:
    """Return that a value may be a number, of which 0 is nothing there."""
    return Lost(
        value,
        text("{title} takes 0 for nothing, and this may be a number", title=title),
        text("give the value a type"),
    )


def same_items(loop: For, title: str) -> Lost:
    """Return that `../` is not counted where a loop stands on the very item of the one around."""
    return Lost(
        loop,
        text("{title} cannot look out of two loops over the same items", title=title),
        text("print what is around before the inner loop, or give the items keys of their own"),
    )
