"""Find circles in a graph of names without recursion."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

import msgspec

from crmspec.diagnostics import Label, text
from crmspec.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crmspec.diagnostics import Text

DetailT = TypeVar("DetailT")


class Edge(msgspec.Struct, Generic[DetailT], frozen=True):
    """One name leads to another; `span` is where that is written."""

    source: str
    target: str
    span: Span
    detail: DetailT


def circles(
    graph: Mapping[str, Sequence[Edge[DetailT]]],
) -> Iterator[tuple[Edge[DetailT], ...]]:
    """Yield circles as their edges in order; each name is in at most one of them."""
    done: set[str] = set()
    reported: set[str] = set()
    for start in sorted(graph):
        for circle in _from(start, graph, done):
            names = {edge.source for edge in circle}
            if not names & reported:
                reported |= names
                yield _rotated(circle)


def _from(
    start: str, graph: Mapping[str, Sequence[Edge[DetailT]]], done: set[str]
) -> Iterator[tuple[Edge[DetailT], ...]]:
    """Search depth first from `start`; yield a circle for every edge back into the path."""
    if start in done:
        return
    path: list[Edge[DetailT]] = []
    depth = {start: 0}
    stack = [iter(graph[start])]
    while stack:
        edge = next(stack[-1], None)
        if edge is None:
            stack.pop()
            name = path.pop().target if path else start
            del depth[name]
            done.add(name)
        elif edge.target in depth:
            yield (*path[depth[edge.target] :], edge)
        elif edge.target in graph and edge.target not in done:
            path.append(edge)
            depth[edge.target] = len(path)
            stack.append(iter(graph[edge.target]))


def _rotated(circle: tuple[Edge[DetailT], ...]) -> tuple[Edge[DetailT], ...]:
    first = min(range(len(circle)), key=lambda i: circle[i].source)
    return circle[first:] + circle[:first]


def route(circle: tuple[Edge[DetailT], ...]) -> str:
    """Return the names on a circle as `a → b → a`."""
    return " → ".join((*(edge.source for edge in circle), circle[0].source))


def step(edge: Edge[DetailT]) -> Text:
    """Return what is said at the place of an edge."""
    return text("`{a}` leads to `{b}`", a=edge.source, b=edge.target)


def labels(circle: tuple[Edge[DetailT], ...]) -> tuple[Label, ...]:
    """Return a label for every edge after the first."""
    return tuple(Label(edge.span, step(edge)) for edge in circle[1:])
