"""Passes over loops: joined lists as loops, limits as conditions, loops over few items unrolled."""

from __future__ import annotations

import msgspec

from crmspec.dialect.lowering_cases import literal_text
from crmspec.dialect.lowering_scope import LOOP
from crmspec.dialect.lowering_truth import both, either
from crmspec.dialect.lowering_walk import replaced
from crmspec.template.tree import (
    Body,
    Branch,
    Comparison,
    Constant,
    Expression,
    Filter,
    For,
    If,
    Not,
    Output,
    Path,
    Piece,
    Present,
)


def joined(output: Output, variable: str) -> For:
    """Return `{{ list | join(', ') }}` as a loop with separators; names are unique already."""
    value = output.expression
    assert isinstance(value, Filter)  # noqa: S101 - only joins are given
    separator = value.arguments[0]
    item = Output(expression=Path(root=variable), context=output.context, span=output.span)
    between = Output(expression=separator, context=output.context, span=output.span)
    last = Path(root=LOOP + variable, keys=("last",))
    rest = If(branches=(Branch(condition=Not(of=last), body=(between,)),))
    of, limit = unlimited(value.of)
    return For(variable=variable, of=of, limit=limit, body=(item, rest), span=output.span)


def unlimited(value: Expression) -> tuple[Expression, int | None]:
    """Return a list without its outermost `limit(n)`, and `n`."""
    if isinstance(value, Filter) and value.name == "limit":
        return value.of, int(literal_text(value))
    return value, None


def limited(loop: For) -> For:
    """Return a loop with a limit as one over the whole list that says nothing after it."""
    if loop.limit is None:
        return loop
    index = Path(root=LOOP + loop.variable, keys=("index",))
    last = Path(root=LOOP + loop.variable, keys=("last",))
    count = Constant(value=loop.limit)
    within = Comparison(operator="<=", left=index, right=count)
    ends = either(last, Comparison(operator="==", left=index, right=count))

    def ended(expression: Expression) -> Expression:
        return (
            ends
            if expression == msgspec.structs.replace(last, span=expression.span)
            else expression
        )

    body = tuple(replaced_deep(piece, ended) for piece in loop.body)
    guarded = If(branches=(Branch(condition=within, body=body),))
    return msgspec.structs.replace(loop, limit=None, body=(guarded,))


def replaced_deep(piece: Piece, change: object) -> Piece:
    """Return a piece with every expression in it changed, at any depth."""
    return replaced(
        piece,
        change,  # type: ignore[arg-type]
        lambda body: tuple(replaced_deep(inner, change) for inner in body),
    )


def unrolled(loop: For, most: int) -> Body | None:
    """Return a loop over at most `most` items as that many guarded copies.

    None if it has no such limit or its list is no path; names are unique already.
    """
    of, inner = unlimited(loop.of)
    limit = min((n for n in (loop.limit, inner) if n is not None), default=None)
    if limit is None or limit > most or not isinstance(of, Path):
        return None
    items = [msgspec.structs.replace(of, keys=(*of.keys, at)) for at in range(limit)]
    copies: Body = ()
    for at in range(limit - 1, -1, -1):
        copies = (_copy(loop, items, at, copies),)
    otherwise = If(branches=(Branch(condition=Not(of=Present(of=items[0])), body=loop.otherwise),))
    return (*copies, otherwise) if loop.otherwise else copies


def _copy(loop: For, items: list[Path], at: int, after: Body) -> If:
    """Return one item's copy, with the copies of those behind it inside."""
    last: Expression = Constant(value=True)
    if at + 1 < len(items):
        last = Not(of=Present(of=items[at + 1]))
    known: dict[tuple[str | int, ...], Expression] = {
        ("index",): Constant(value=at + 1),
        ("first",): Constant(value=at == 0),
        ("last",): last,
    }

    def put(expression: Expression) -> Expression:
        if not isinstance(expression, Path):
            return expression
        if expression.root == LOOP + loop.variable:
            return known.get(expression.keys, expression)
        if expression.root == loop.variable:
            return msgspec.structs.replace(
                items[at], keys=(*items[at].keys, *expression.keys), span=expression.span
            )
        return expression

    body = tuple(replaced_deep(piece, put) for piece in loop.body)
    return If(branches=(Branch(condition=both(Present(of=items[at])), body=(*body, *after)),))
