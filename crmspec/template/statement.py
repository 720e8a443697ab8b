"""From Jinja2's statements to the pieces of the template tree."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from jinja2 import nodes

from crmspec.diagnostics.sentence import text
from crmspec.template import tree
from crmspec.template.expression import Expressions, Refused
from crmspec.template.word import NAMESPACES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from crmspec.template.nest import Nesting
    from crmspec.template.problem import Problems
    from crmspec.template.token import Table

MOST_LOOPS: Final = 2
"""Loops that can stand in one another."""
_NOTHING: Final = tree.Constant(value=None)


class Statements:
    """Turns the statements of one template into pieces."""

    def __init__(self, table: Table, problems: Problems, nesting: Nesting) -> None:
        self.table = table
        self.nesting = nesting
        self.expressions = Expressions(table, problems)
        self.loops = 0

    def body(self, statements: Iterable[nodes.Node]) -> tree.Body:
        """Return the pieces of a body, neighbouring texts as one."""
        pieces: list[tree.Piece] = []
        for statement in statements:
            for piece in self._pieces(statement):
                before = pieces[-1] if pieces else None
                if isinstance(before, tree.Text) and isinstance(piece, tree.Text):
                    span = before.span.cover(piece.span)
                    pieces[-1] = tree.Text(text=before.text + piece.text, span=span)
                else:
                    pieces.append(piece)
        return tuple(pieces)

    def _pieces(self, statement: nodes.Node) -> Iterator[tree.Piece]:
        try:
            if isinstance(statement, nodes.Output):
                for node in statement.nodes:
                    yield from self._output(node)
            else:
                yield self._makers[type(statement)](self, statement)
        except Refused:
            return

    def _output(self, node: nodes.Node) -> Iterator[tree.Piece]:
        if isinstance(node, nodes.TemplateData):
            place = self.table.span(node.lineno, node.lineno)
            yield tree.Text(text=node.data, span=place)
            return
        tag = self.table.tag(node.lineno)
        try:
            expression = self.expressions.value(node)
        except Refused:
            return
        yield tree.Output(expression=expression, span=self.table.span(tag.first, tag.last))

    def _if(self, node: nodes.If) -> tree.Piece:
        first = node.lineno - 1
        branches = tuple(self._branch(one) for one in (node, *node.elif_))
        span = self.table.span(first, self.nesting.closers[first].last)
        return tree.If(branches=branches, otherwise=self.body(node.else_), span=span)

    def _branch(self, node: nodes.If) -> tree.Branch:
        try:
            condition = self.expressions.condition(node.test)
        except Refused:
            condition = _NOTHING
        tag = self.table.tag(node.lineno)
        span = self.table.span(tag.first, tag.last)
        return tree.Branch(condition=condition, body=self.body(node.body), span=span)

    def _for(self, node: nodes.For) -> tree.Piece:
        first = node.lineno - 1
        self._check_for(node)
        variable = self._name(node.target)
        of, limit = _limited(self._list(node.iter))
        self.loops += 1
        if self.loops > MOST_LOOPS:
            tag = self.table.tag(first)
            self.expressions.refuse(
                tag.first,
                tag.last,
                text("more than two loops stand in one another"),
                text("send a flatter list with the event"),
            )
        body = self.body(node.body)
        self.loops -= 1
        return tree.For(
            variable=variable,
            of=of,
            limit=limit,
            body=body,
            otherwise=self.body(node.else_),
            span=self.table.span(first, self.nesting.closers[first].last),
        )

    def _check_for(self, node: nodes.For) -> None:
        if node.test is not None:
            self.expressions.refuse(
                *self.expressions.extent(node.test),
                text("a loop has no condition of its own"),
                text("write `{{% if … %}}` inside it"),
            )
        if node.recursive:
            tag = self.table.tag(node.lineno)
            self.expressions.refuse(tag.last - 1, tag.last - 1, text("loops are not recursive"))

    def _value(self, node: nodes.Node) -> tree.Expression:
        """Return a value, nothing if it is refused, so that the body is still looked at."""
        try:
            return self.expressions.value(node)
        except Refused:
            return _NOTHING

    def _list(self, node: nodes.Node) -> tree.Expression:
        """Return what a loop goes through."""
        value = self._value(node)
        if isinstance(value, tree.Constant) and value is not _NOTHING:
            self.expressions.refuse(
                *self.expressions.extent(node),
                text("this is no list"),
                text("a loop goes through a list, such as `event.items`"),
            )
        return value

    def _name(self, target: nodes.Node) -> str:
        """Return the name that is bound."""
        first, last = self.expressions.extent(target)
        if not isinstance(target, nodes.Name):
            raise self.expressions.refuse(
                first,
                last,
                text("only one name can be bound here"),
                text("bind the item, and write `item.name`"),
            )
        if target.name in NAMESPACES or target.name.startswith("__"):
            raise self.expressions.refuse(
                first,
                last,
                text("`{name}` already has a meaning", name=target.name),
                text("choose another name"),
            )
        return target.name

    def _with(self, node: nodes.With) -> tree.Piece:
        first = node.lineno - 1
        bindings = tuple(
            (self._name(target), self._value(value))
            for target, value in zip(node.targets, node.values, strict=True)
        )
        span = self.table.span(first, self.nesting.closers[first].last)
        return tree.With(bindings=bindings, body=self.body(node.body), span=span)

    def _include(self, node: nodes.Include) -> tree.Piece:
        tag = self.table.tag(node.lineno)
        block = node.template.value if isinstance(node.template, nodes.Const) else None
        if not isinstance(block, str) or tag.last - tag.first != _INCLUDE_TOKENS:
            raise self.expressions.refuse(
                tag.first,
                tag.last,
                text("only a block of the project can be included"),
                text('write `{{% include "block" %}}`'),
            )
        return tree.Include(block=block, span=self.table.span(tag.first, tag.last))

    def _native(self, node: nodes.Keyword) -> tree.Piece:
        first = node.lineno - 1
        tag, closer = self.table.tag(first), self.nesting.closers[first]
        inside = closer.first - tag.last > 1
        return tree.Native(
            dialect=node.value.as_const(),
            text=self.table.written(tag.last + 1, tag.last + 1) if inside else "",
            span=self.table.span(first, closer.last),
        )

    _makers: ClassVar[dict[type[nodes.Node], Callable[..., tree.Piece]]] = {
        nodes.If: _if,
        nodes.For: _for,
        nodes.With: _with,
        nodes.Include: _include,
        nodes.Keyword: _native,
    }


_INCLUDE_TOKENS: Final = 3


def _limited(of: tree.Expression) -> tuple[tree.Expression, int | None]:
    """Take an outermost `limit(n)` off what a loop goes through."""
    match of:
        case tree.Filter(name="limit", of=inner, arguments=(tree.Constant(value=int(limit)),)):
            return inner, limit
    return of, None
