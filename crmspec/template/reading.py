"""Which values a template reads, by their full names, whatever they are called on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from crmspec.template import tree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from crmspec.source import Span

FullName: TypeAlias = tuple[str | int, ...]
Names: TypeAlias = "Mapping[str, FullName | None]"
"""Bound names, each with the value it stands for, None if that is no path."""

ITEM: Final = "*"
"""Stands in a full name for any item of a list."""


class Read(NamedTuple):
    """A value that is read: `("event", "items", "*", "price")`, and where its name is written."""

    name: FullName
    span: Span


def reads(
    body: tree.Body, blocks: Mapping[str, tree.Body] | None = None, names: Names | None = None
) -> tuple[Read, ...]:
    """Return the values that a template and the blocks it includes read, in order of mention.

    `names` are those bound around it.
    """
    return tuple(dict.fromkeys(_Reading(blocks or {}).body(body, names or {})))


def bound(piece: tree.Piece, names: Names) -> Names:
    """Return the names that are bound inside of a tag, those around it included."""
    match piece:
        case tree.For():
            of = _name(piece.of, names)
            item = None if of is None else (*of, ITEM)
            return {**names, piece.variable: item, "loop": None}
        case tree.With():
            return {**names, **{name: _name(value, names) for name, value in piece.bindings}}
    return names


def included(body: tree.Body) -> tuple[tree.Include, ...]:
    """Return the includes of a template itself, in order."""
    return tuple(piece for piece in pieces(body) if isinstance(piece, tree.Include))


def pieces(body: tree.Body) -> Iterator[tree.Piece]:
    """Yield every piece of a template, outer ones first."""
    for piece in body:
        yield piece
        for arm in arms(piece):
            yield from pieces(arm)


def arms(piece: tree.Piece) -> tuple[tree.Body, ...]:
    """Return the bodies inside of a tag; the `else` is one of them, even where it is empty."""
    match piece:
        case tree.If():
            return (*(branch.body for branch in piece.branches), piece.otherwise)
        case tree.For():
            return (piece.body, piece.otherwise)
        case tree.With():
            return (piece.body,)
    return ()


class _Reading:
    def __init__(self, blocks: Mapping[str, tree.Body]) -> None:
        self.blocks = blocks
        self.inside: list[str] = []

    def body(self, body: tree.Body, names: Names) -> Iterator[Read]:
        for piece in body:
            read = _READ.get(type(piece))
            if read is not None:
                yield from read(self, piece, names)

    def branches(self, piece: tree.If, names: Names) -> Iterator[Read]:
        for branch in piece.branches:
            yield from _values(branch.condition, names)
            yield from self.body(branch.body, names)
        yield from self.body(piece.otherwise, names)

    def loop(self, piece: tree.For, names: Names) -> Iterator[Read]:
        yield from _values(piece.of, names)
        yield from self.body(piece.body, bound(piece, names))
        yield from self.body(piece.otherwise, names)

    def with_(self, piece: tree.With, names: Names) -> Iterator[Read]:
        for _, value in piece.bindings:
            yield from _values(value, names)
        yield from self.body(piece.body, bound(piece, names))

    def include(self, piece: tree.Include, names: Names) -> Iterator[Read]:
        if piece.block in self.inside:
            return
        self.inside.append(piece.block)
        yield from self.body(self.blocks.get(piece.block, ()), names)
        self.inside.pop()


_READ: Final[dict[type[tree.Piece], Callable[..., Iterator[Read]]]] = {
    tree.Output: lambda _, piece, names: _values(piece.expression, names),
    tree.If: _Reading.branches,
    tree.For: _Reading.loop,
    tree.With: _Reading.with_,
    tree.Include: _Reading.include,
}


def _values(node: tree.Expression, names: Names) -> Iterator[Read]:
    """Yield what an expression reads."""
    name = _name(node, names)
    if name is not None:
        yield Read(name, node.span)
    for part in parts(node):
        yield from _values(part, names)


def _name(node: tree.Expression, names: Names) -> FullName | None:
    """Return the full name of a value, None if it has none."""
    if isinstance(node, tree.Path):
        root = names.get(node.root, (node.root,))
        return None if root is None else (*root, *node.keys)
    if not isinstance(node, tree.Filter) or node.name not in _KEEPING:
        return None
    of = _name(node.of, names)
    if of is None or node.name in {"default", "limit"}:
        return of
    keys = [one.value for one in node.arguments if isinstance(one, tree.Constant)]
    return (*of, ITEM, *(str(key) for key in keys))


_KEEPING: Final = frozenset(["default", "limit", "first", "last"])
"""Filters that give the value itself, or a part of it."""


def parts(node: tree.Expression) -> Iterator[tree.Expression]:
    """Yield the expressions directly below another one."""
    match node:
        case tree.Constant() | tree.Path():
            return
        case tree.Filter():
            yield from (node.of, *node.arguments, *(value for _, value in node.named))
        case tree.Comparison():
            yield from (node.left, node.right)
        case tree.Contains():
            yield from (node.item, node.of)
        case tree.And() | tree.Or():
            yield from node.parts
        case tree.OneOf():
            yield from (node.of, *node.values)
        case _:
            yield node.of
