"""Definitions in a circle: segments made of one another, blocks that include one another."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from crmspec.diagnostics import Text, text
from crmspec.ir.audience import Segment
from crmspec.ir.condition import InSegment
from crmspec.resolve.codes import BLOCK_CYCLE, SEGMENT_CYCLE
from crmspec.resolve.cycle import Edge, circles, labels, route, step
from crmspec.resolve.finding import finding
from crmspec.resolve.mention import included

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Code, Diagnostic
    from crmspec.ir.message import Block
    from crmspec.resolve.scope import Scope
    from crmspec.source import Span

Graph = dict[str, list[Edge[None]]]


def check_segments(scope: Scope) -> Iterator[Diagnostic]:
    """Yield CRM204."""
    graph: Graph = defaultdict(list)
    for leaf, owner in scope.every(InSegment):
        if isinstance(owner, Segment):
            edge = Edge(owner.id, leaf.segment.id, leaf.segment.place.span, None)
            graph[owner.id].append(edge)
    one = text("segment `{id}` is defined by itself")
    yield from _report(
        SEGMENT_CYCLE,
        graph,
        (one, text("segments are defined by one another: {route}")),
        text("take one of the conditions out; nobody can say who belongs to these segments"),
    )


def check_blocks(scope: Scope) -> Iterator[Diagnostic]:
    """Yield CRM205."""
    graph: Graph = defaultdict(list)
    for block in scope.program.blocks.values():
        source, place = _source(scope, block)
        for name in included(source):
            graph[block.id].append(Edge(block.id, name, place, None))
    one = text("block `{id}` includes itself")
    yield from _report(
        BLOCK_CYCLE,
        graph,
        (one, text("blocks include one another: {route}")),
        text("take one of the `include` lines out; such a block never ends"),
    )


def _source(scope: Scope, block: Block) -> tuple[str, Span]:
    if block.template is not None:
        return block.template.source, block.template.place.span
    return scope.program.files.get(block.file or "", ""), block.place.value("file")


def _report(
    code: Code, graph: Graph, messages: tuple[Text, Text], advice: Text
) -> Iterator[Diagnostic]:
    alone, several = messages
    for circle in circles(graph):
        if len(circle) == 1:
            message = Text(alone.template, {"id": circle[0].source})
        else:
            message = Text(several.template, {"route": route(circle)})
        note = step(circle[0]) if len(circle) > 1 else None
        place = circle[0].span
        yield finding(code, place, message, advice, note=note, related=labels(circle))
