"""Passes over names: blocks put in place, every bound name made unique, `with` substituted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from crmspec.diagnostics import text
from crmspec.dialect.loss import Lost
from crmspec.dialect.lowering_walk import changed, every, replaced
from crmspec.template.reading import arms
from crmspec.template.tree import (
    Body,
    Constant,
    Expression,
    Filter,
    For,
    Include,
    Native,
    Path,
    Piece,
    Text,
    With,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

DEEPEST = 32
"""How many blocks may include each other."""
MOST_PUT = 20_000
"""Nodes that may be put in place of names in one template; names of names can double on and on."""

LOOP = "loop "
"""The root of `loop` after `named`: this and the variable of the loop it is of."""


def inlined(body: Body, blocks: Mapping[str, Body], dialect: str, depth: int = 0) -> Body:
    """Return `body` with its blocks in place and without what is native to other dialects."""

    def inside(inner: Body) -> Body:
        return inlined(inner, blocks, dialect, depth)

    def pieces() -> Iterator[Piece]:
        for piece in body:
            if isinstance(piece, Include):
                if depth < DEEPEST:
                    block = blocks.get(piece.block, ())
                    yield from inlined(block, blocks, dialect, depth + 1)
            elif not isinstance(piece, Native) or piece.dialect == dialect:
                yield replaced(piece, lambda e: e, inside)

    return merged(pieces())


def merged(pieces: Iterable[Piece]) -> Body:
    """Return `pieces` with neighbouring texts joined and empty ones left out."""
    result: list[Piece] = []
    for piece in pieces:
        before = result[-1] if result else None
        if not isinstance(piece, Text):
            result.append(piece)
        elif isinstance(before, Text):
            result[-1] = Text(text=before.text + piece.text, span=before.span)
        elif piece.text:
            result.append(piece)
    return tuple(result)


class _Naming:
    """Gives each bound name one that is used nowhere else in the template."""

    def __init__(self, taken: Iterable[str]) -> None:
        self.taken = {word.lower() for word in taken}

    def fresh(self, name: str) -> str:
        """Return `name`, or `name_2` and so on if it is taken."""
        number, candidate = 1, name
        while candidate.lower() in self.taken:
            number += 1
            candidate = f"{name}_{number}"
        self.taken.add(candidate.lower())
        return candidate

    def body(self, body: Body, scope: Mapping[str, str]) -> Body:
        return tuple(self.piece(piece, scope) for piece in body)

    def piece(self, piece: Piece, scope: Mapping[str, str]) -> Piece:
        outer = replaced(piece, lambda e: _called(e, scope), lambda b: b)
        if isinstance(outer, For):
            name = self.fresh(outer.variable)
            inner = {**scope, outer.variable: name, "loop": LOOP + name}
            return msgspec.structs.replace(
                outer,
                variable=name,
                body=self.body(outer.body, inner),
                otherwise=self.body(outer.otherwise, scope),
            )
        if isinstance(outer, With):
            names = tuple(self.fresh(name) for name, _ in outer.bindings)
            inner = {**scope, **dict(zip((n for n, _ in outer.bindings), names, strict=True))}
            bindings = tuple(zip(names, (v for _, v in outer.bindings), strict=True))
            return With(bindings=bindings, body=self.body(outer.body, inner), span=outer.span)
        return replaced(outer, lambda e: e, lambda b: self.body(b, scope))


def _called(expression: Expression, scope: Mapping[str, str]) -> Expression:
    if isinstance(expression, Path) and expression.root in scope:
        return msgspec.structs.replace(expression, root=scope[expression.root])
    return expression


def named(body: Body, reserved: Iterable[str]) -> Body:
    """Return `body` with names bound once each, none of them `reserved`.

    The root of `loop.index` becomes `loop <variable>`, so an inner loop hides no outer one.
    """
    return _Naming(reserved).body(body, {})


def bound_names(body: Body) -> Iterator[str]:
    """Yield the names that loops and `with` bind, at any depth."""
    for piece in body:
        if isinstance(piece, For):
            yield piece.variable
        elif isinstance(piece, With):
            yield from (name for name, _ in piece.bindings)
        for inner in arms(piece):
            yield from bound_names(inner)


def substituted(body: Body) -> Body:
    """Return `body` without `with`: each name is replaced by what it stands for.

    Names must be unique (`named`). Raises `Lost` where names of names double on and on.
    """
    return _Substitution().body(body, {})


class _Substitution:
    """One run over a template; `left` is how many nodes it may still put in place of names."""

    def __init__(self) -> None:
        self.left = MOST_PUT

    def body(self, body: Body, values: Mapping[str, Expression]) -> Body:
        result: list[Piece] = []
        for piece in body:
            if isinstance(piece, With):
                result.extend(self._unbound(piece, values))
            else:
                result.append(
                    replaced(piece, lambda e: self._put(e, values), lambda b: self.body(b, values))
                )
        return merged(result)

    def _unbound(self, piece: With, values: Mapping[str, Expression]) -> Body:
        bindings = {
            name: changed(value, lambda e: self._put(e, values)) for name, value in piece.bindings
        }
        return self.body(piece.body, {**values, **bindings})

    def _put(self, expression: Expression, values: Mapping[str, Expression]) -> Expression:
        if not isinstance(expression, Path) or expression.root not in values:
            return expression
        value = values[expression.root]
        self.left -= sum(1 for _ in every(value))
        if self.left < 0:
            raise Lost(
                expression,
                text("`{name}` stands for too much", name=expression.root),
                text("use fewer names made of names"),
            )
        return _below(value, expression)


def _below(value: Expression, path: Path) -> Expression:
    """Return what stands at the keys of a path below the value that its root stands for."""
    if isinstance(value, Path):
        return msgspec.structs.replace(value, keys=(*value.keys, *path.keys), span=path.span)
    for key in path.keys:
        value = Filter(name=KEY, of=value, arguments=(Constant(value=key),), span=path.span)
    return value


KEY = "key"
"""A filter that authors cannot write: the value of a key of what a filter gives."""
