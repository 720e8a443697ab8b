"""Hold a template against what it sees: one pass, all findings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crmspec.diagnostics.sentence import text
from crmspec.diagnostics.suggestion import nearest
from crmspec.template import tree
from crmspec.template.finding import Finding
from crmspec.template.infer import View
from crmspec.template.narrow import NOTHING, Fact, Facts, implied, there
from crmspec.template.shape import ANY, LOOP, Scope, Shape
from crmspec.template.source import written

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from crmspec.source import Span

__all__ = ["Finding", "Scope", "typed"]


def typed(
    body: tree.Body,
    scope: Scope,
    blocks: Mapping[str, tree.Body] | None = None,
    known: Facts = NOTHING,
) -> tuple[Finding, ...]:
    """Return what is doubtful about a template that sees `scope`, in the order it is met.

    Blocks are looked into where they are included; a finding about a block has its place there.
    `known` is what is sure of all who read it.
    """
    walk = _Walk(scope, blocks or {})
    found: dict[tuple[str, Span], Finding] = {}
    walk.body(body, View(scope.names, known, found))
    return tuple(found.values())


class _Walk:
    def __init__(self, scope: Scope, blocks: Mapping[str, tree.Body]) -> None:
        self.scope = scope
        self.blocks = blocks
        self.inside: list[str] = []

    def body(self, body: tree.Body, view: View) -> None:
        for piece in body:
            look = _LOOKS.get(type(piece))
            if look is not None:
                look(self, piece, view)

    def output(self, piece: tree.Output, view: View) -> None:
        node = piece.expression
        shape = view.shape(node)
        value = written(node)
        if shape.kind in _UNPRINTABLE:
            message = text("`{value}` cannot be printed as it is", value=value)
            view.tell(
                "unprintable", node, value, (message, _UNPRINTABLE[shape.kind]), shape.declared
            )
        elif shape.optional:
            message = text("`{value}` may be missing", value=value)
            hint = text("write `{value} | default('…')`, or ask `{{% if %}}` first", value=value)
            view.tell("no fallback", node, value, (message, hint), shape.declared)

    def branches(self, piece: tree.If, view: View) -> None:
        for branch in piece.branches:
            view.condition(branch.condition)
            self.body(branch.body, view.knowing(implied(branch.condition, holds=True)))
            view = view.knowing(implied(branch.condition, holds=False))
        self.body(piece.otherwise, view)

    def loop(self, piece: tree.For, view: View) -> None:
        shape = (view.asking() if piece.otherwise else view).shape(piece.of)
        if shape.kind not in {"list", "any"}:
            message = text("`{value}` is no list", value=written(piece.of))
            view.tell("wrong type", piece.of, written(piece.of), (message, None), shape.declared)
        names = {piece.variable: shape.items or ANY, "loop": LOOP}
        inside = view.knowing(there(piece.of, filled=True))
        self.body(piece.body, inside.binding(names))
        self.body(piece.otherwise, view)

    def bound(self, piece: tree.With, view: View) -> None:
        names: dict[str, Shape] = {}
        facts: Facts = NOTHING
        for name, value in piece.bindings:
            names[name] = view.shape(value)
            if view.knows(value, filled=True):
                facts |= {Fact(name), Fact(name, filled=True)}
        self.body(piece.body, view.binding(names, facts))

    def include(self, piece: tree.Include, view: View) -> None:
        known = {*self.blocks, *self.scope.inputs}
        if piece.block not in known:
            near = nearest(piece.block, known)
            hint = text("did you mean `{name}`?", name=near) if near else None
            message = text("there is no block `{name}`", name=piece.block)
            view.tell("unknown block", piece, piece.block, (message, hint))
        for name in self.scope.inputs.get(piece.block, ()):
            if name not in view.names:
                self.missing(piece, name, view)
        if piece.block in self.inside:
            return
        self.inside.append(piece.block)
        self.body(self.blocks.get(piece.block, ()), view)
        self.inside.pop()

    def missing(self, piece: tree.Include, name: str, view: View) -> None:
        message = text("block `{block}` needs `{name}`", block=piece.block, name=name)
        hint = text("put it into `{{% with {name} = … %}}…{{% endwith %}}`", name=name)
        view.tell("missing input", piece, name, (message, hint))


_UNPRINTABLE: Final = {
    "boolean": text("write `{{% if %}}…{{% else %}}…{{% endif %}}`"),
    "list": text("go through it with `for`, or write `first` or `join(', ')`"),
    "object": text("print one of its parts"),
}


_LOOKS: Final[dict[type[tree.Piece], Callable[..., None]]] = {
    tree.Output: _Walk.output,
    tree.If: _Walk.branches,
    tree.For: _Walk.loop,
    tree.With: _Walk.bound,
    tree.Include: _Walk.include,
}
