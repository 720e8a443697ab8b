"""Going over trees: every expression below a piece, every name it reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from crmspec.template.reading import arms, parts
from crmspec.template.tree import (
    NOWHERE,
    And,
    Body,
    Comparison,
    Constant,
    Contains,
    Expression,
    Filter,
    For,
    If,
    Include,
    Native,
    Or,
    Output,
    Path,
    Piece,
    Text,
    With,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Change = Callable[[Expression], Expression]


def changed(expression: Expression, change: Change) -> Expression:
    """Return `expression` with `change` made to each part of it, the innermost first."""

    def below(part: Expression) -> Expression:
        return changed(part, change)

    match expression:
        case Constant() | Path():
            return change(expression)
        case Filter():
            return change(
                msgspec.structs.replace(
                    expression,
                    of=below(expression.of),
                    arguments=tuple(map(below, expression.arguments)),
                    named=tuple((name, below(value)) for name, value in expression.named),
                )
            )
        case Comparison():
            left, right = below(expression.left), below(expression.right)
            return change(msgspec.structs.replace(expression, left=left, right=right))
        case Contains():
            item, of = below(expression.item), below(expression.of)
            return change(msgspec.structs.replace(expression, item=item, of=of))
        case And() | Or():
            parts = tuple(map(below, expression.parts))
            return change(msgspec.structs.replace(expression, parts=parts))
        case _:
            return change(msgspec.structs.replace(expression, of=below(expression.of)))


def every(expression: Expression) -> Iterator[Expression]:
    """Yield `expression` and all below it."""
    yield expression
    for part in parts(expression):
        yield from every(part)


def placed(expression: Expression) -> Expression:
    """Return the first part of an expression that says where it was written."""
    return next((part for part in every(expression) if part.span != NOWHERE), expression)


def expressions(body: Body) -> Iterator[Expression]:
    """Yield the outermost expressions of `body`, at any depth of pieces."""
    for piece in body:
        yield from own(piece)
        for inner in arms(piece):
            yield from expressions(inner)


def own(piece: Piece) -> Iterator[Expression]:
    """Yield the expressions that stand in the tag of `piece` itself."""
    match piece:
        case Output():
            yield piece.expression
        case If():
            yield from (branch.condition for branch in piece.branches)
        case For():
            yield piece.of
        case With():
            yield from (value for _, value in piece.bindings)
        case Text() | Include() | Native():
            return


def replaced(piece: Piece, change: Change, body: Callable[[Body], Body]) -> Piece:
    """Return `piece` with its own expressions changed and `body` applied to what is inside."""
    match piece:
        case Output():
            return msgspec.structs.replace(piece, expression=changed(piece.expression, change))
        case If():
            branches = tuple(
                msgspec.structs.replace(
                    b, condition=changed(b.condition, change), body=body(b.body)
                )
                for b in piece.branches
            )
            return msgspec.structs.replace(
                piece, branches=branches, otherwise=body(piece.otherwise)
            )
        case For():
            return msgspec.structs.replace(
                piece,
                of=changed(piece.of, change),
                body=body(piece.body),
                otherwise=body(piece.otherwise),
            )
        case With():
            bindings = tuple((name, changed(value, change)) for name, value in piece.bindings)
            return msgspec.structs.replace(piece, bindings=bindings, body=body(piece.body))
        case Text() | Include() | Native():
            return piece
