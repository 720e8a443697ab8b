"""Passes over values: what depends on a condition becomes cases, the first true one wins."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

import msgspec

from crmspec.diagnostics import text
from crmspec.dialect.loss import Lost
from crmspec.dialect.lowering_scope import KEY
from crmspec.dialect.lowering_truth import (
    OF_DATES,
    assured,
    both,
    either,
    key,
    normal,
    not_blank,
    spelled,
    unplaced,
)
from crmspec.template.date import MONTHS
from crmspec.template.evaluate import TooMuchError, value_of
from crmspec.template.tree import (
    And,
    Comparison,
    Constant,
    Contains,
    Empty,
    Expression,
    Filter,
    Node,
    Not,
    OneOf,
    Operator,
    Or,
    Present,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sized

    from crmspec.dialect.lowering_truth import Sure

    Splitter: TypeAlias = Callable[[Filter], "Cases | None"]


class Case(NamedTuple):
    """A value, and when it applies; `Constant(True)` is "in every other case"."""

    condition: Expression
    value: Expression


Cases: TypeAlias = tuple[Case, ...]

ALWAYS = Constant(value=True)
MISSING = Constant(value=None)
MODULO = "modulo"
"""A filter that authors cannot write: the rest of a division, without the sign."""
MOST_CASES: Final = 24
"""Cases of one value, or of two that are compared: each of them says again what came before it."""
_OF_NOTHING = frozenset(("default", "length"))
"""Filters that make something of a missing value."""
_EMPTY_WITH = frozenset(("upper", "lower", "capitalize", "title", "truncate", "url_encode"))
_MISSING_WITH = frozenset(("number", "plus", "minus", "times", "date", "add_days", "plural"))


def cases(expression: Expression, split: Splitter) -> Cases:
    """Return `expression` as cases; `split` says which filters the dialect cannot do in place.

    What stands after such a filter is applied in each case.
    """
    if not isinstance(expression, Filter):
        return (Case(ALWAYS, expression),)
    result: list[Case] = []
    for condition, value in cases(expression.of, split):
        for inner, last in _applied(expression, value, split):
            result.append(Case(_narrowed(condition, inner), last))
            if result[-1].condition is condition:
                break
        _bounded(result, expression)
    return _pruned(result)


def _bounded(found: Sized, node: Node) -> None:
    """Raise `Lost` where a value or a comparison has too many cases for a template."""
    if len(found) > MOST_CASES:
        raise Lost(
            node,
            text("this depends on too many things at once"),
            text("split it with `{{% if %}}`, or compute it before, in an attribute"),
        )


def _applied(expression: Filter, value: Expression, split: Splitter) -> Cases:
    if value == MISSING and expression.name not in _OF_NOTHING:
        return (Case(ALWAYS, MISSING),)
    filtered = msgspec.structs.replace(expression, of=value)
    made = worked_out(filtered)
    if made is not None:
        return (Case(ALWAYS, made),)
    return split(filtered) or (Case(ALWAYS, filtered),)


def worked_out(value: Filter) -> Constant | None:
    """Return what a filter makes of a literal; None if it depends on data, or is a list."""
    inputs = (value.of, *value.arguments, *(given for _, given in value.named))
    if value.name in (MODULO, KEY) or not all(isinstance(one, Constant) for one in inputs):
        return None
    try:
        made = value_of(value, {})
    except TooMuchError:
        return None
    return Constant(value=made) if made is None or isinstance(made, str | int | float) else None


def _narrowed(condition: Expression, inner: Expression) -> Expression:
    """Return that both hold; `inner` adds nothing where `condition` asks the same or more."""
    sure = assured(normal(condition))
    asked = inner.parts if isinstance(inner, And) else (inner,)
    found = both(condition, *(part for part in asked if not _is_known(part, sure)))
    return condition if key(found) == key(both(condition)) else found


def _is_known(part: Expression, sure: frozenset[Sure]) -> bool:
    said = unplaced(part)
    if isinstance(said, Present):
        return said.of in sure
    return isinstance(said, Comparison) and said in sure


def shown_cases(expression: Expression, split: Splitter) -> Cases:
    """Return the cases of what is printed; those at the end that print nothing are left out."""
    found = cases(expression, split)
    while found and found[-1].value == MISSING:
        found = found[:-1]
    return found


def _pruned(found: list[Case]) -> Cases:
    """Leave out the cases that never come to pass: those of no condition, and of one met before."""
    result: list[Case] = []
    met: set[object] = set()
    for case in found:
        asked = key(case.condition)
        if case.condition == Constant(value=False) or asked in met:
            continue
        met.add(asked)
        result.append(case)
        if case.condition == ALWAYS:
            break
    return tuple(result)


def holds(condition: Expression, split: Splitter) -> Expression:  # noqa: PLR0911 - one a kind
    """Return `condition` with the values that depend on something spelled out as conditions."""
    match condition:
        case Not():
            return Not(of=holds(condition.of, split), span=condition.span)
        case And():
            return both(*(holds(part, split) for part in condition.parts))
        case Or():
            return either(*(holds(part, split) for part in condition.parts))
        case Comparison():
            return _compared(condition, split)
        case OneOf():
            return holds(spelled(condition), split)
        case Present() | Empty():
            found = cases(condition.of, split)
            return _any((c, msgspec.structs.replace(condition, of=v)) for c, v in found)
        case Contains():
            found = cases(condition.item, split)
            return _any((c, msgspec.structs.replace(condition, item=v)) for c, v in found)
        case Filter():
            return _any((c, value) for c, value in cases(condition, split))
        case _:
            return condition


def _compared(comparison: Comparison, split: Splitter) -> Expression:
    rights = cases(comparison.right, split)
    pairs = [
        (both(one, two), msgspec.structs.replace(comparison, left=left, right=right))
        for one, left in cases(comparison.left, split)
        for two, right in rights
    ]
    _bounded(pairs, comparison)
    return _any(pairs)


def _any(pairs: object) -> Expression:
    result: list[Expression] = []
    earlier: list[Expression] = []
    for condition, value in pairs:  # type: ignore[attr-defined]
        if not never(value):
            result.append(both(*earlier, condition, value))
        earlier.append(normal(condition, negated=True))
    return either(*result)


def never(condition: Expression) -> bool:
    """Return whether a condition is a comparison of literals that does not hold."""
    settled = isinstance(condition, Comparison) and isinstance(condition.left, Constant)
    return settled and normal(condition) == Constant(value=False)


def present(value: Expression) -> Expression:
    """Return that there is a value, as simply as possible: `upper` of nothing is nothing."""
    while isinstance(value, Filter) and value.name in _EMPTY_WITH | _MISSING_WITH:
        if value.name in OF_DATES:
            return filled(value.of)
        value = value.of
    if isinstance(value, Constant):
        return Constant(value=value.value is not None)
    return Present(of=value, span=value.span)


def filled(value: Expression) -> Expression:
    """Return that a value is neither missing nor `''`: what `default` asks."""
    while isinstance(value, Filter) and value.name in _EMPTY_WITH:
        value = value.of
    if isinstance(value, Constant):
        return Constant(value=value.value is not None and value.value != "")
    if isinstance(value, Filter) and value.name in _MISSING_WITH:
        return present(value)
    some = msgspec.structs.replace(not_blank(value), span=value.span)
    return both(present(value), some)


def fallback(value: Filter) -> Cases:
    """Return `default` as cases."""
    other = value.arguments[0] if value.arguments else Constant(value="")
    return (Case(filled(value.of), value.of), Case(ALWAYS, other))


def guarded(value: Filter) -> Cases:
    """Return a filter that must not see a missing value as cases; one of dates no `''` either."""
    if isinstance(value.of, Constant) and value.of.value is not None:
        return (Case(ALWAYS, value),)
    there = filled if value.name in OF_DATES else present
    return (Case(there(value.of), value), Case(ALWAYS, MISSING))


def plurals(value: Filter, *, whole: bool = False) -> Cases:
    """Return a word after a number as cases: two forms are English, three Russian.

    A number that is known to be `whole` is not asked for its fraction.
    """
    forms = value.arguments
    missing = Case(normal(present(value.of), negated=True), MISSING)
    if len(forms) == 2:  # noqa: PLR2004
        return (missing, Case(_is(value.of, "==", 1), forms[0]), Case(ALWAYS, forms[1]))
    last, two = _digits(value, 10), _digits(value, 100)
    one = both(_is(last, "==", 1), _is(two, "!=", 11))
    outside = either(_is(two, "<", 12), _is(two, ">", 14))
    few = both(_is(last, ">=", 2), _is(last, "<=", 4), outside)
    return (
        missing,
        *(() if whole else (Case(_is(_digits(value, 1), "!=", 0), forms[1]),)),
        Case(one, forms[0]),
        Case(few, forms[1]),
        Case(ALWAYS, forms[2]),
    )


def _digits(value: Filter, base: int) -> Filter:
    return msgspec.structs.replace(value, name=MODULO, arguments=(Constant(value=base),))


def _is(left: Expression, operator: Operator, number: int) -> Comparison:
    return Comparison(operator=operator, left=left, right=Constant(value=number))


def locale(value: Filter) -> str:
    """Return the language in which `date` names months."""
    found = dict(value.named).get("locale")
    return str(found.value) if isinstance(found, Constant) else "en"


def literal_text(value: Filter) -> str:
    """Return the first argument of a filter, which is a literal."""
    first = value.arguments[0] if value.arguments else MISSING
    return str(first.value) if isinstance(first, Constant) else ""


def months(value: Filter) -> Cases:
    """Return `d | date('%d %B', locale='ru')` as twelve cases, one a month."""
    pattern = literal_text(value)
    if "%B" not in pattern:
        return (Case(ALWAYS, value),)
    number = msgspec.structs.replace(value, arguments=(Constant(value="%m"),), named=())
    result = [
        Case(
            Comparison(operator="==", left=number, right=Constant(value=f"{month:02}")),
            msgspec.structs.replace(
                value, arguments=(Constant(value=pattern.replace("%B", name)),), named=()
            ),
        )
        for month, name in enumerate(MONTHS.get(locale(value), MONTHS["en"]), 1)
    ]
    return (*result, Case(ALWAYS, MISSING))


def date_parts(pattern: str) -> tuple[str, ...]:
    """Return a date pattern in parts: `%d`, ` `, `%m` and so on."""
    return tuple(re.findall(r"%.|[^%]+|%", pattern))
