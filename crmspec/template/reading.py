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


def reads(body: tree.Body, blocks: Mapping[str, tree.Body] | None = None) -> tuple[Read, ...]:
    """Return the values that a template and the blocks it includes read, in order of mention."""
    return tuple(dict.fromkeys(_Reading(blocks or {}).body(body, {})))


def included(body: tree.Body) -> tuple[tree.Include, ...]:
    """Return the includes of a template itself, in order."""
    return tuple(piece for piece in pieces(body) if isinstance(piece, tree.Include))


def pieces(body: tree.Body) -> Iterator[tree.Piece]:
    """Yield every piece of a template, outer ones first."""
    for piece in body:
        yield piece
        match piece:
            case tree.If():
                for branch in piece.branches:
                    yield from pieces(branch.body)
                yield from pieces(piece.otherwise)
            case tree.For():
                yield from pieces(piece.body)
                yield from pieces(piece.otherwise)
            case tree.With():
                yield from pieces(piece.body)


class _Reading:
    def __init__(self, blocks: Mapping[str, tree.Body]) -> None:
        self.blocks = blocks
        self.inside: list[str] = []
        self.pieces: dict[type[tree.Piece], Callable[..., Iterator[Read]]] = {
            tree.Output: lambda piece, names: _values(piece.expression, names),
            tree.If: self.branches,
            tree.For: self.loop,
            tree.With: self.bound,
            tree.Include: self.include,
        }

    def body(self, body: tree.Body, names: Names) -> Iterator[Read]:
        for piece in body:
            read = self.pieces.get(type(piece))
            if read is not None:
                yield from read(piece, names)

    def branches(self, piece: tree.If, names: Names) -> Iterator[Read]:
        for branch in piece.branches:
            yield from _values(branch.condition, names)
            yield from self.body(branch.body, names)
        yield from self.body(piece.otherwise, names)

    def loop(self, piece: tree.For, names: Names) -> Iterator[Read]:
        yield from _values(piece.of, names)
        of = _name(piece.of, names)
        item = None if of is None else (*of, ITEM)
        yield from self.body(piece.body, {**names, piece.variable: item, "loop": None})
        yield from self.body(piece.otherwise, names)

    def bound(self, piece: tree.With, names: Names) -> Iterator[Read]:
        inside: dict[str, FullName | None] = {}
        for name, value in piece.bindings:
            yield from _values(value, names)
            inside[name] = _name(value, names)
        yield from self.body(piece.body, {**names, **inside})

    def include(self, piece: tree.Include, names: Names) -> Iterator[Read]:
        if piece.block in self.inside:
            return
        self.inside.append(piece.block)
        yield from self.body(self.blocks.get(piece.block, ()), names)
        self.inside.pop()


def _values(node: tree.Expression, names: Names) -> Iterator[Read]:
    """Yield what an expression reads."""
    name = _name(node, names)
    if name is not None:
        yield Read(name, node.span)
    for part in _parts(node):
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


def _parts(node: tree.Expression) -> tuple[tree.Expression, ...]:
    match node:
        case tree.Filter():
            return (node.of, *node.arguments)
        case tree.Comparison():
            return (node.left, node.right)
        case tree.Contains():
            return (node.item, node.of)
        case tree.And() | tree.Or():
            return node.parts
        case tree.OneOf() | tree.Present() | tree.Empty() | tree.Not():
            return (node.of,)
    return ()
