"""Passes over conditions: negation pushed inwards, alternatives, what a condition makes sure."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from crmspec.dialect.lowering_walk import changed, every
from crmspec.template.date import moment
from crmspec.template.evaluate import value_of
from crmspec.template.tree import (
    NOWHERE,
    And,
    Comparison,
    Constant,
    Contains,
    Empty,
    Expression,
    Filter,
    Not,
    OneOf,
    Operator,
    Or,
    Path,
    Present,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Sure: TypeAlias = Path | Comparison

OPPOSITE: dict[Operator, Operator] = {
    "==": "!=",
    "!=": "==",
    "<": ">=",
    ">=": "<",
    ">": "<=",
    "<=": ">",
}

TURNED: dict[Operator, Operator] = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
EQUALITY = ("==", "!=")
TEXT_FILTERS = frozenset(
    ("upper", "lower", "capitalize", "title", "truncate", "url_encode", "replace", "hash")
)
"""Filters that make a text of a text, and nothing of nothing."""
OF_NOTHING = TEXT_FILTERS | frozenset(
    ("number", "plus", "minus", "times", "date", "add_days", "plural", "shorten")
)
"""Filters that make nothing of nothing only."""
OF_DATES = frozenset(("date", "add_days"))
"""Filters that make nothing of `''` too, which is no date."""


def both(*parts: Expression) -> Expression:
    """Return that all of `parts` hold, flattened, without constants where they decide nothing."""
    return _joined(And, parts, absorbing=False)


def either(*parts: Expression) -> Expression:
    """Return that one of `parts` holds, flattened and simplified in the same way."""
    return _joined(Or, parts, absorbing=True)


def _joined(kind: type[And | Or], parts: Iterable[Expression], *, absorbing: bool) -> Expression:
    flat: dict[str, Expression] = {}
    for part in parts:
        if isinstance(part, Constant):
            if truth(part) is absorbing:
                return Constant(value=absorbing)
            continue
        for inner in part.parts if isinstance(part, kind) else (part,):
            flat.setdefault(key(inner), inner)
    if not flat:
        return Constant(value=not absorbing)
    if len(flat) == 1:
        return next(iter(flat.values()))
    kept = _absorbed(Or if kind is And else And, flat)
    if kept != (*flat.values(),):
        return _joined(kind, kept, absorbing=absorbing)
    return kind(parts=kept)


def _absorbed(other: type[And | Or], flat: Mapping[str, Expression]) -> tuple[Expression, ...]:
    """Return parts without what they say twice: `a and (not a or b)` is `a and b`.

    `a and (a or b)` is `a`; groups of the `other` word are looked into once.
    """
    kept: list[Expression] = []
    for part in flat.values():
        if not isinstance(part, other):
            kept.append(part)
        elif not any(key(inner) in flat for inner in part.parts):
            left = [inner for inner in part.parts if _denied(inner) not in flat]
            same = len(left) == len(part.parts)
            kept.append(part if same else _joined(other, left, absorbing=other is Or))
    return tuple(kept)


def _denied(part: Expression) -> str | None:
    """Return the key of what holds where `part` does not; None if that takes a longer look."""
    asked = part.of if isinstance(part, Not) else part
    simple = isinstance(asked, Comparison | Present | Empty | Contains | Path)
    return key(normal(part, negated=True)) if simple else None


def key(expression: Expression) -> str:
    """Return what tells expressions apart, wherever they were written; 1 is not `true` here."""
    return repr(unplaced(expression))


def unplaced(expression: Expression) -> Expression:
    """Return an expression without the places it was written at, to compare it."""
    return changed(expression, lambda part: msgspec.structs.replace(part, span=NOWHERE))


def not_blank(value: Expression) -> Comparison:
    """Return `value != ''`."""
    return Comparison(operator="!=", left=value, right=Constant(value=""))


def truth(constant: Constant) -> bool:
    """Return whether a literal holds as a condition: all but nothing, `''` and `false` do."""
    return constant.value is not None and constant.value != "" and constant.value is not False


def spelled(expression: OneOf) -> Expression:
    """Return `x in ['a', 'b']` as comparisons."""
    return either(
        *(
            Comparison(operator="==", left=expression.of, right=value, span=expression.span)
            for value in expression.values
        )
    )


def normal(expression: Expression, *, negated: bool = False) -> Expression:  # noqa: C901, PLR0911 - one a kind of node
    """Return `expression` with `not` only before what nothing else can say (De Morgan).

    `not x < 5` stays as it is, since it holds for a missing `x`, and `x >= 5` does not.
    """
    match expression:
        case Not():
            return normal(expression.of, negated=not negated)
        case OneOf():
            return normal(spelled(expression), negated=negated)
        case And() | Or():
            join = both if isinstance(expression, And) is not negated else either
            return join(*(normal(part, negated=negated) for part in expression.parts))
        case Constant():
            return Constant(value=truth(expression) is not negated)
        case Present(of=Constant() as value):
            return Constant(value=(value.value is not None) is not negated)
        case Empty(of=Constant() as value):
            return Constant(value=(value.value in {None, ""}) is not negated)
        case Contains(item=Constant(value=None)):
            return Constant(value=negated)
        case Present(of=Filter() as value) if value.name in OF_NOTHING:
            some = Present(of=value.of, span=expression.span)
            said = both(some, not_blank(value.of)) if value.name in OF_DATES else some
            return normal(said, negated=negated)
        case Contains(item=Filter() as item) if item.name in TEXT_FILTERS:
            return _contained(expression, item, negated=negated)
        case Comparison():
            return _comparison(expression, negated=negated)
        case _:
            return Not(of=expression, span=expression.span) if negated else expression


def _comparison(comparison: Comparison, *, negated: bool) -> Expression:
    """Return a comparison with its literal on the right; one of two literals is settled."""
    left, right = comparison.left, comparison.right
    if isinstance(left, Constant) and isinstance(right, Constant):
        return Constant(value=value_of(comparison, {}) is not negated)
    if isinstance(left, Constant):
        return normal(_turned(comparison), negated=negated)
    if comparison.operator in EQUALITY:
        return _equality(comparison, comparison.operator == ("==" if negated else "!="))
    if _is_no_date(right):
        return Constant(value=negated)
    return Not(of=comparison, span=comparison.span) if negated else comparison


def _equality(comparison: Comparison, differ: bool) -> Expression:  # noqa: FBT001
    """Return `==` or `!=`: nothing is equal to a missing value, not even another one."""
    left, right = comparison.left, comparison.right
    if Constant(value=None) in (unplaced(left), unplaced(right)):
        return Constant(value=differ)
    said = msgspec.structs.replace(comparison, operator="!=" if differ else "==")
    if isinstance(right, Constant) and (right.value != "" or not _is_text_filter(left)):
        return said
    some = normal(Present(of=left, span=comparison.span), negated=differ)
    return either(some, said) if differ else both(some, said)


def _turned(comparison: Comparison) -> Comparison:
    """Return `5 < x` as `x > 5`."""
    operator = TURNED.get(comparison.operator, comparison.operator)
    left, right = comparison.right, comparison.left
    return msgspec.structs.replace(comparison, operator=operator, left=left, right=right)


def _contained(contains: Contains, item: Filter, *, negated: bool) -> Expression:
    """Return that a changed text is in a list: nothing is in no list, `''` may be."""
    some = normal(Present(of=item, span=contains.span), negated=negated)
    if negated:
        return either(some, Not(of=contains, span=contains.span))
    return both(some, contains)


def _is_text_filter(value: Expression) -> bool:
    """Return whether a value is a changed text, which many languages make `''` of nothing."""
    return isinstance(value, Filter) and value.name in TEXT_FILTERS


def _is_no_date(expression: Expression) -> bool:
    if not isinstance(expression, Constant):
        return False
    value = expression.value
    return (
        moment(value) is None
        if isinstance(value, str)
        else value is None or isinstance(value, bool)
    )


def ordered(expression: Expression) -> Expression:
    """Return `not x < 5` as "x is missing or x >= 5", for languages without `not`."""
    match expression:
        case Not(of=Comparison() as comparison):
            values = (comparison.left, comparison.right)
            missing = (Not(of=Present(of=v)) for v in values if not isinstance(v, Constant))
            turned = msgspec.structs.replace(comparison, operator=OPPOSITE[comparison.operator])
            return either(*missing, turned)
        case And():
            return both(*map(ordered, expression.parts))
        case Or():
            return either(*map(ordered, expression.parts))
        case _:
            return expression


def alternatives(expression: Expression, most: int) -> tuple[tuple[Expression, ...], ...] | None:
    """Return `expression`, in normal form, as an "or" of "and"s; None if over `most` of them."""
    match expression:
        case Or():
            options = [alternatives(part, most) for part in expression.parts]
            found = [a for option in options if option is not None for a in option]
            return None if None in options or len(found) > most else tuple(found)
        case And():
            return _crossed([alternatives(part, most) for part in expression.parts], most)
        case _:
            return ((expression,),)


def _crossed(
    options: list[tuple[tuple[Expression, ...], ...] | None], most: int
) -> tuple[tuple[Expression, ...], ...] | None:
    result: list[tuple[Expression, ...]] = [()]
    for option in options:
        if option is None or len(result) * len(option) > most:
            return None
        result = [_union(left, right) for left, right in product(result, option)]
    return tuple(result)


def _union(left: tuple[Expression, ...], right: tuple[Expression, ...]) -> tuple[Expression, ...]:
    known = {key(part) for part in left}
    return (*left, *(part for part in right if key(part) not in known))


def assured(condition: Expression) -> frozenset[Sure]:  # noqa: PLR0911 - one a kind of node
    """Return what is sure wherever `condition` (in normal form) holds.

    A path is there, or `path != ''` holds.
    """
    match condition:
        case And():
            return frozenset().union(*map(assured, condition.parts))
        case Or():
            return frozenset.intersection(*map(assured, condition.parts))
        case (Path() as path) | Not(of=Empty(of=Path() as path)):
            return frozenset((bare(path), not_blank(bare(path))))
        case Present(of=Path() as path):
            return frozenset((bare(path),))
        case Comparison(operator="!=", left=Path() as path, right=Constant(value="")):
            return frozenset((not_blank(bare(path)),))
        case Comparison(operator="!="):
            return frozenset()
        case Comparison():
            return _values(condition.left) | _values(condition.right)
        case Contains(of=Path() as path):
            return frozenset((bare(path),))
        case _:
            return frozenset()


def _values(value: Expression) -> frozenset[Sure]:
    dated = False
    while isinstance(value, Filter) and value.name not in ("default", "length"):
        dated = value.name in OF_DATES
        value = value.of
    if not isinstance(value, Path):
        return frozenset()
    return frozenset((bare(value), not_blank(bare(value))) if dated else (bare(value),))


def asks(expression: Expression, name: str) -> bool:
    """Return whether an expression can tell nothing from `''` in the value called `name`."""
    return any(
        isinstance(inner, Path) and inner.root == name
        for part in every(expression)
        if isinstance(part, Present | Comparison | Contains | OneOf)
        for inner in every(part)
    )


def bare(path: Path) -> Path:
    """Return `path` without the place it was written at, to compare it."""
    return Path(root=path.root, keys=path.keys)
