"""Make a tree from a tree: other pieces for pieces, other expressions for expressions."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, cast

from msgspec import structs

from crmspec.template import tree

if TYPE_CHECKING:
    from collections.abc import Callable

Pieces: TypeAlias = "Callable[[tree.Piece], tree.Body | None]"
"""What a piece becomes; None if only what is inside it may change."""
Expressions: TypeAlias = "Callable[[tree.Node], tree.Node]"
"""What an expression becomes, once its parts have been changed."""


def rewritten(body: tree.Body, pieces: Pieces, expressions: Expressions | None = None) -> tree.Body:
    """Return the body with its pieces and expressions changed, outside in."""
    made: list[tree.Piece] = []
    for piece in body:
        given = pieces(piece)
        made += [_inside(piece, pieces, expressions)] if given is None else given
    return tuple(made)


def _inside(piece: tree.Piece, pieces: Pieces, expressions: Expressions | None) -> tree.Piece:
    return cast("tree.Piece", _changed(piece, pieces, expressions, outer=True))


def _changed(
    node: tree.Node, pieces: Pieces, expressions: Expressions | None, *, outer: bool = False
) -> tree.Node:
    if isinstance(node, tree.Text):
        return node
    changes: dict[str, object] = {}
    for name in node.__struct_fields__:
        value = getattr(node, name)
        if name in _BODIES:
            changes[name] = rewritten(value, pieces, expressions)
        elif isinstance(value, tree.Node | tuple) and name != "keys":
            changes[name] = _deep(value, pieces, expressions)
    made = structs.replace(node, **changes) if changes else node
    structural = outer or isinstance(node, tree.Branch)
    return made if structural or expressions is None else expressions(made)


def _deep(value: object, pieces: Pieces, expressions: Expressions | None) -> object:
    if isinstance(value, tree.Node):
        return _changed(value, pieces, expressions)
    if isinstance(value, tuple) and not hasattr(value, "_fields"):
        return tuple(_deep(one, pieces, expressions) for one in value)
    return value


_BODIES = frozenset({"body", "otherwise"})
