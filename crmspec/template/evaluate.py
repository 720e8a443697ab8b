"""What a template says for given values: the reference that every dialect must agree with.

The numbers are those of the sentences in `docs/templates.md`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, TypeAlias

from crmspec.template import tree
from crmspec.template.bound import Budget, TooMuchError
from crmspec.template.filter import applied, url_encoded
from crmspec.template.value import Value, empty, equal, order, plain, shown, true

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["TooMuchError", "evaluate", "value_of"]

Names: TypeAlias = Mapping[str, object]
"""What templates see: namespaces and bound names, each with its value."""

_ENTITIES: Final = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"}
)
_ORDERS: Final[dict[tree.Operator, tuple[int, ...]]] = {
    "<": (-1,),
    "<=": (-1, 0),
    ">": (1,),
    ">=": (1, 0),
}


def evaluate(body: tree.Body, values: Mapping[str, object], blocks: Mapping[str, tree.Body]) -> str:
    """Return the text of a template for `values` by namespace; `blocks` are what it includes.

    Raises `TooMuchError`, and nothing else, where a bound (templates 14.2) is broken.
    """
    evaluation = _Evaluation(blocks)
    try:
        return "".join(evaluation.body(body, values))
    except RecursionError:
        raise TooMuchError("depth") from None


def value_of(expression: tree.Expression, values: Mapping[str, object]) -> Value:
    """Return the value of an expression; raises `TooMuchError`."""
    try:
        return _Evaluation({}).value(expression, values)
    except RecursionError:
        raise TooMuchError("depth") from None


def escaped(written: str, context: tree.Context) -> str:
    """Return a printed value as it must stand where it lands (templates 13)."""
    if context == "plain":
        return written
    return url_encoded(written) if context == "url" else written.translate(_ENTITIES)


class _Evaluation:
    """One run over a template."""

    def __init__(self, blocks: Mapping[str, tree.Body]) -> None:
        self.blocks = blocks
        self.budget = Budget()

    def body(self, body: tree.Body, names: Names) -> Iterator[str]:
        """Yield the text of pieces."""
        self.budget.depth -= 1
        if self.budget.depth < 0:
            raise TooMuchError("depth")
        for piece in body:
            self.budget.piece()
            yield from _PIECES[type(piece)](self, piece, names)
        self.budget.depth += 1

    def text(self, piece: tree.Text, _: Names) -> Iterator[str]:
        yield self.budget.write(piece.text)

    def output(self, piece: tree.Output, names: Names) -> Iterator[str]:
        printed = shown(self.value(piece.expression, names))
        yield self.budget.write(escaped(printed, piece.context))

    def branches(self, piece: tree.If, names: Names) -> Iterator[str]:
        for branch in piece.branches:
            if self.holds(branch.condition, names):
                return self.body(branch.body, names)
        return self.body(piece.otherwise, names)

    def loop(self, piece: tree.For, names: Names) -> Iterator[str]:
        items = self.value(piece.of, names)
        if not isinstance(items, list | tuple):
            items = ()
        count = len(items) if piece.limit is None else min(len(items), piece.limit)
        for at in range(count):
            self.budget.piece()
            self.budget.spend(len(names) // 10)
            loop = {"index": at + 1, "first": at == 0, "last": at == count - 1}
            yield from self.body(
                piece.body, {**names, piece.variable: plain(items[at]), "loop": loop}
            )
        if not count:
            yield from self.body(piece.otherwise, names)

    def bound(self, piece: tree.With, names: Names) -> Iterator[str]:
        self.budget.spend(len(names) // 10)
        inside = {name: self.value(value, names) for name, value in piece.bindings}
        return self.body(piece.body, {**names, **inside})

    def include(self, piece: tree.Include, names: Names) -> Iterator[str]:
        return self.body(self.blocks.get(piece.block, ()), names)

    def native(self, _: tree.Native, __: Names) -> Iterator[str]:
        return iter(())

    def holds(self, node: tree.Expression, names: Names) -> bool:
        return true(self.value(node, names))

    def value(self, node: tree.Expression, names: Names) -> Value:
        """Return the value of an expression."""
        self.budget.spend(1)
        return _VALUES[type(node)](self, node, names)

    def path(self, node: tree.Path, names: Names) -> Value:
        self.budget.spend(len(node.keys))
        found = plain(names.get(node.root))
        for key in node.keys:
            found = plain(_part(found, key))
        return found

    def filter(self, node: tree.Filter, names: Names) -> Value:
        of = self.value(node.of, names)
        arguments = tuple(self.value(one, names) for one in node.arguments)
        named = {name: self.value(one, names) for name, one in node.named}
        self.budget.spend(_effort(of, node.name))
        found = applied(node.name, of, arguments, named)
        return self.budget.hold(found) if isinstance(found, str) else found

    def comparison(self, node: tree.Comparison, names: Names) -> bool:
        left, right = self.value(node.left, names), self.value(node.right, names)
        if node.operator in {"==", "!="}:
            self.budget.spend(len(left) // 1000 if isinstance(left, str) else 0)
            return equal(left, right) == (node.operator == "==")
        return order(left, right) in _ORDERS[node.operator]

    def one_of(self, node: tree.OneOf, names: Names) -> bool:
        value = self.value(node.of, names)
        self.budget.spend(len(node.values))
        return any(equal(value, one.value) for one in node.values)

    def contains(self, node: tree.Contains, names: Names) -> bool:
        items, item = self.value(node.of, names), self.value(node.item, names)
        if not isinstance(items, list | tuple):
            return False
        self.budget.spend(len(items))
        return any(equal(plain(one), item) for one in items)


_PIECES: Final[dict[type[tree.Piece], Callable[..., Iterator[str]]]] = {
    tree.Text: _Evaluation.text,
    tree.Output: _Evaluation.output,
    tree.If: _Evaluation.branches,
    tree.For: _Evaluation.loop,
    tree.With: _Evaluation.bound,
    tree.Include: _Evaluation.include,
    tree.Native: _Evaluation.native,
}
_VALUES: Final[dict[type[tree.Node], Callable[..., Value]]] = {
    tree.Constant: lambda _, node, __: plain(node.value),
    tree.Path: _Evaluation.path,
    tree.Filter: _Evaluation.filter,
    tree.Comparison: _Evaluation.comparison,
    tree.OneOf: _Evaluation.one_of,
    tree.Contains: _Evaluation.contains,
    tree.Present: lambda run, node, names: run.value(node.of, names) is not None,
    tree.Empty: lambda run, node, names: empty(run.value(node.of, names)),
    tree.Not: lambda run, node, names: not true(run.value(node.of, names)),
    tree.And: lambda run, node, names: all(run.holds(one, names) for one in node.parts),
    tree.Or: lambda run, node, names: any(run.holds(one, names) for one in node.parts),
}


def _effort(of: Value, name: str) -> int:
    """Return what it costs to filter a value."""
    if isinstance(of, str):
        return len(of) // 50
    return len(of) if isinstance(of, list | tuple) and name == "join" else 0


def _part(value: Value, key: str | int) -> object:
    """Return what is under a name or at a position from 0 (templates 2)."""
    if isinstance(value, Mapping):
        return value.get(key) if isinstance(key, str) else None
    if isinstance(value, list | tuple) and isinstance(key, int) and 0 <= key < len(value):
        return value[key]
    return None
