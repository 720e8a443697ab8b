"""From Jinja2's expressions to those of the template tree; what has no counterpart is reported."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple, cast

from jinja2 import nodes

from crmspec.diagnostics.sentence import text
from crmspec.template import tree
from crmspec.template.advice import advice, unknown_filter, unknown_test
from crmspec.template.signature import SIGNATURES, misuse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crmspec.diagnostics.sentence import Text
    from crmspec.template.problem import Problems
    from crmspec.template.token import Table

_OPERATORS: Final[dict[str, tree.Operator]] = {
    "eq": "==",
    "ne": "!=",
    "lt": "<",
    "lteq": "<=",
    "gt": ">",
    "gteq": ">=",
}
_VALUES: Final = (tree.Constant, tree.Path, tree.Filter)
_OPENING: Final = frozenset(["lparen", "lbracket", "lbrace"])
_CLOSING: Final = frozenset(["rparen", "rbracket", "rbrace"])


class Refused(Exception):  # noqa: N818 - it says what happened
    """An expression is not in the language; the problem is already noted."""


class _Built(NamedTuple):
    """A part of the tree and its tokens."""

    node: tree.Expression
    first: int
    last: int


class Expressions:
    """Turns the expressions of one template into trees."""

    def __init__(self, table: Table, problems: Problems) -> None:
        self.table = table
        self.problems = problems

    def condition(self, node: nodes.Node) -> tree.Expression:
        """Return an expression of any kind; raise `Refused`."""
        return self._build(node).node

    def value(self, node: nodes.Node) -> tree.Expression:
        """Return a path, a constant or a filtered value; raise `Refused`."""
        return self._value(node).node

    def refuse(self, first: int, last: int, message: Text, hint: Text | None = None) -> Refused:
        """Note a problem at tokens, and return what to raise."""
        self.problems.tokens(first, last, message, hint)
        return Refused()

    def extent(self, node: nodes.Node) -> tuple[int, int]:
        """Return the first and last token of any expression."""
        places: list[int] = []
        waiting = [node]
        while waiting:
            one = waiting.pop()
            waiting += one.iter_child_nodes()
            if not isinstance(one, nodes.Compare | nodes.Operand):
                places.append(one.lineno + isinstance(one, nodes.Getattr))
        return self._enclosed(min(places), max(places))

    def _enclosed(self, first: int, last: int) -> tuple[int, int]:
        """Widen a range of tokens until every bracket in it has its counterpart."""
        tokens = self.table.tokens
        depth = least = 0
        for token in tokens[first : last + 1]:
            depth += (token.kind in _OPENING) - (token.kind in _CLOSING)
            least = min(least, depth)
        opened = depth - least
        while least < 0:
            first -= 1
            least += (tokens[first].kind in _OPENING) - (tokens[first].kind in _CLOSING)
        while opened > 0:
            last += 1
            opened += (tokens[last].kind in _OPENING) - (tokens[last].kind in _CLOSING)
        return first, last

    def _build(self, node: nodes.Node) -> _Built:
        make = self._makers.get(type(node))
        if make is None:
            raise self.refuse(*self.extent(node), *advice(node))
        return make(self, node)

    def _value(self, node: nodes.Node) -> _Built:
        built = self._build(node)
        if isinstance(built.node, _VALUES):
            return built
        raise self.refuse(
            built.first,
            built.last,
            text("this is a condition, where a value should stand"),
            text("write `{{% if … %}}…{{% else %}}…{{% endif %}}`"),
        )

    def _constant(self, node: nodes.Const) -> _Built:
        first = last = node.lineno
        while self.table.tokens[last].kind == self.table.tokens[last + 1].kind == "string":
            last += 1
        if node.value is None:
            raise self.refuse(
                first, last, text("templates have no `none`"), text("write `is not defined`")
            )
        span = self.table.span(first, last)
        return _Built(tree.Constant(value=node.value, span=span), first, last)

    def _sign(self, node: nodes.Neg | nodes.Pos) -> _Built:
        """Return a number with its sign."""
        inner = node.node
        if not isinstance(inner, nodes.Const) or type(inner.value) not in {int, float}:
            raise self.refuse(*self.extent(node), *advice(node))
        first, last = node.lineno, inner.lineno
        value = -inner.value if isinstance(node, nodes.Neg) else inner.value
        return _Built(tree.Constant(value=value, span=self.table.span(first, last)), first, last)

    def _path(self, node: nodes.Expr) -> _Built:
        keys: list[str | int] = []
        last = -1
        while isinstance(node, nodes.Getattr | nodes.Getitem):
            last = max(last, self._end_of_key(node))
            keys.append(node.attr if isinstance(node, nodes.Getattr) else self._key(node))
            node = node.node
        if not isinstance(node, nodes.Name):
            first, _ = self.extent(node)
            raise self.refuse(
                *self._enclosed(first, last),
                text("only a name has parts"),
                text("take a part with `first('name')`, or bind the value with `{{% with %}}`"),
            )
        first, last = node.lineno, max(last, node.lineno)
        keys.reverse()
        if any(str(key).startswith("__") for key in (node.name, *keys)):
            raise self.refuse(first, last, text("names do not begin with `__`"))
        path = tree.Path(root=node.name, keys=tuple(keys), span=self.table.span(first, last))
        return _Built(path, first, last)

    def _end_of_key(self, node: nodes.Getattr | nodes.Getitem) -> int:
        """Return the last token of `.name`, `.0` or `[…]`."""
        if self.table.tokens[node.lineno].kind == "dot":
            return node.lineno + 1
        return self._enclosed(node.lineno, node.lineno)[1]

    def _key(self, node: nodes.Getitem) -> str | int:
        key = node.arg.value if isinstance(node.arg, nodes.Const) else None
        if isinstance(key, str) or (type(key) is int and key >= 0):
            return key
        raise self.refuse(
            node.lineno,
            self._end_of_key(node),
            text("only a number from 0 or a name in quotes can stand in these brackets"),
            text("write `[0]` or `first`; for the last one, `last`; for several, `limit(3)`"),
        )

    def _filter(self, node: nodes.Filter) -> _Built:
        name = node.name
        end = node.lineno + 2 * name.count(".")
        if name not in SIGNATURES:
            raise self.refuse(node.lineno, end, *unknown_filter(name))
        of = self._value(cast("nodes.Expr", node.node))
        if self.table.tokens[end + 1].kind == "lparen":
            end = self._enclosed(node.lineno, end + 1)[1]
        if node.dyn_args is not None or node.dyn_kwargs is not None:
            raise self.refuse(node.lineno, end, text("`*` does not belong here"))
        used = tree.Filter(
            name=name,
            of=of.node,
            arguments=tuple(self.value(one) for one in node.args),
            named=tuple((str(one.key), self.value(one.value)) for one in node.kwargs),
            span=self.table.span(of.first, end),
        )
        wrong = misuse(used)
        if wrong is not None:
            raise self.refuse(node.lineno, end, *wrong)
        return self._spread(used, of.first, end)

    def _comparison(self, node: nodes.Compare) -> _Built:
        if len(node.ops) > 1:
            raise self.refuse(
                *self.extent(node),
                text("only two values can be compared at once"),
                text("write `a < b and b < c`"),
            )
        operand = node.ops[0]
        left = self._value(node.expr)
        if operand.op in _OPERATORS:
            right = self._value(operand.expr)
            return self._spread(
                tree.Comparison(operator=_OPERATORS[operand.op], left=left.node, right=right.node),
                left.first,
                right.last,
            )
        found = self._among(left, operand.expr)
        if operand.op == "in":
            return found
        return self._spread(tree.Not(of=found.node), found.first, found.last)

    def _among(self, left: _Built, node: nodes.Expr) -> _Built:
        """Return `left in node`."""
        if isinstance(node, nodes.List | nodes.Tuple):
            values = tuple(self._one_of(one) for one in node.items)
            _, last = self._enclosed(*self.extent(node))
            return self._spread(tree.OneOf(of=left.node, values=values), left.first, last)
        right = self._value(node)
        if isinstance(right.node, tree.Constant):
            raise self.refuse(
                right.first,
                right.last,
                text("`in` looks into lists, not into texts"),
                text("write `in ['a', 'b']`, or the name of a list"),
            )
        contains = tree.Contains(item=left.node, of=right.node)
        return self._spread(contains, left.first, right.last)

    def _one_of(self, node: nodes.Expr) -> tree.Constant:
        built = self._build(node)
        if isinstance(built.node, tree.Constant):
            return built.node
        raise self.refuse(
            built.first, built.last, text("a list to look into holds texts and numbers only")
        )

    def _test(self, node: nodes.Test) -> _Built:
        name_at = node.lineno + 1 + (self.table.tokens[node.lineno + 1].value == "not")
        of = self._value(node.node)
        if node.name == "defined" and not node.args:
            return self._spread(tree.Present(of=of.node), of.first, name_at)
        if node.name == "empty" and not node.args:
            return self._spread(tree.Empty(of=of.node), of.first, name_at)
        raise self.refuse(node.lineno, name_at, *unknown_test(node.name))

    def _not(self, node: nodes.Not) -> _Built:
        of = self._build(node.node)
        return self._spread(tree.Not(of=of.node), min(node.lineno, of.first), of.last)

    def _joined(self, node: nodes.And | nodes.Or) -> _Built:
        parts = [self._build(one) for one in _operands(node)]
        inner = tuple(part.node for part in parts)
        made = tree.And(parts=inner) if isinstance(node, nodes.And) else tree.Or(parts=inner)
        return self._spread(made, parts[0].first, parts[-1].last)

    def _spread(self, node: tree.Expression, first: int, last: int) -> _Built:
        """Return the node with its place, brackets included."""
        first, last = self._enclosed(first, last)
        placed = tree.at(node, self.table.span(first, last))
        return _Built(placed, first, last)

    _makers: ClassVar[dict[type[nodes.Node], Callable[..., _Built]]] = {
        nodes.Const: _constant,
        nodes.Neg: _sign,
        nodes.Pos: _sign,
        nodes.Name: _path,
        nodes.Getattr: _path,
        nodes.Getitem: _path,
        nodes.Filter: _filter,
        nodes.Compare: _comparison,
        nodes.Test: _test,
        nodes.Not: _not,
        nodes.And: _joined,
        nodes.Or: _joined,
    }


def _operands(node: nodes.And | nodes.Or) -> Iterator[nodes.Node]:
    """Yield what `and` or `or` joins, in order, without going deep."""
    waiting: list[nodes.Node] = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, type(node)):
            waiting += [one.right, one.left]
        else:
            yield one
