"""Where the boxes and arrows of a flowchart stand: rows from top to bottom, few crossings."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING

import msgspec

from crmspec.render.mermaid import Edge

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crmspec.render.mermaid import Graph

GAP = 34.0
"""Pixels between two neighbours in a row."""
_BEND_WIDTH = 14.0
_SWEEPS = 12
_FAINT, _DETOUR = 0.02, 0.1
"""How much dotted arrows, and those that pass by other boxes, count beside the others."""
_STRAIGHT = 4.0
"""How much more a long arrow wants to be straight than a box wants to be in the middle."""


class Place(msgspec.Struct):
    """A box, or a point that an arrow passes through; `x` is its middle, in pixels."""

    id: str
    row: int
    width: float
    x: float = 0.0
    bend: bool = False


class Arrow(msgspec.Struct):
    """An arrow along places, from the upper to the lower end; `back` if it points upwards."""

    edge: Edge
    along: list[str]
    back: bool = False


class Layout(msgspec.Struct):
    """A flowchart with its places."""

    places: dict[str, Place]
    rows: list[list[str]]
    arrows: list[Arrow]

    @property
    def width(self) -> float:
        """Return how wide it is."""
        return max((one.x + one.width / 2 for one in self.places.values()), default=0.0)


def layout(graph: Graph, widths: Mapping[str, float]) -> Layout:
    """Return a layout; `widths` are those of the boxes by node, in pixels."""
    down = _downwards(graph)
    rank = _ranks([node.id for node in graph.nodes], down)
    places = {id_: Place(id_, row, widths[id_]) for id_, row in rank.items()}
    arrows = [_arrow(at, edge, start, end, places) for at, (edge, start, end) in enumerate(down)]
    rows = _rows(places)
    above, below = _neighbours(arrows)
    _ordered(rows, above, below)
    _spread(rows, places, above, below)
    return Layout(places, rows, arrows)


def _downwards(graph: Graph) -> list[tuple[Edge, str, str]]:
    """Return the edges with their ends so turned that there are no circles."""
    following: dict[str, list[Edge]] = defaultdict(list)
    for edge in graph.edges:
        following[edge.start].append(edge)
    order: dict[str, int] = {}
    for node in graph.nodes:
        _visit(node.id, following, order)
    return [
        (edge, edge.start, edge.end)
        if order[edge.start] > order[edge.end]
        else (edge, edge.end, edge.start)
        for edge in graph.edges
        if edge.start != edge.end
    ]


def _visit(start: str, following: Mapping[str, list[Edge]], order: dict[str, int]) -> None:
    """Number nodes as they are left, depth first: an edge to a higher number leads back."""
    if start in order:
        return
    seen, stack = {start}, [(start, iter(following.get(start, ())))]
    while stack:
        node, edges = stack[-1]
        fresh = next((e.end for e in edges if e.end not in seen and e.end not in order), None)
        if fresh is None:
            order[node] = len(order)
            stack.pop()
        else:
            seen.add(fresh)
            stack.append((fresh, iter(following.get(fresh, ()))))


def _ranks(nodes: Sequence[str], down: Sequence[tuple[Edge, str, str]]) -> dict[str, int]:
    """Return the row of each node: one below the lowest of those that lead to it."""
    above: dict[str, list[str]] = defaultdict(list)
    below: dict[str, list[str]] = defaultdict(list)
    for _, start, end in down:
        above[end].append(start)
        below[start].append(end)
    rank = dict.fromkeys(nodes, 0)
    waiting = {node: len(above[node]) for node in nodes}
    ready = [node for node in nodes if not waiting[node]]
    while ready:
        node = ready.pop(0)
        for end in below[node]:
            rank[end] = max(rank[end], rank[node] + 1)
            waiting[end] -= 1
            if not waiting[end]:
                ready.append(end)
    return rank


def _arrow(number: int, edge: Edge, start: str, end: str, places: dict[str, Place]) -> Arrow:
    along = [start]
    for row in range(places[start].row + 1, places[end].row):
        bend = Place(f"{number}.{row}", row, _BEND_WIDTH, bend=True)
        places[bend.id] = bend
        along.append(bend.id)
    return Arrow(edge, [*along, end], back=edge.start != start)


def _rows(places: Mapping[str, Place]) -> list[list[str]]:
    rows: list[list[str]] = [[] for _ in range(max(one.row for one in places.values()) + 1)]
    for place in places.values():
        rows[place.row].append(place.id)
    return rows


Neighbours = dict[str, list[tuple[str, float]]]
"""The places above or below, and how much each of them counts."""


def _neighbours(arrows: Sequence[Arrow]) -> tuple[Neighbours, Neighbours]:
    above: Neighbours = defaultdict(list)
    below: Neighbours = defaultdict(list)
    for arrow in arrows:
        pull = _FAINT if arrow.edge.dotted else _DETOUR if len(arrow.along) > 2 else 1.0  # noqa: PLR2004
        for upper, lower in pairwise(arrow.along):
            above[lower].append((upper, pull))
            below[upper].append((lower, pull))
    return above, below


def _ordered(rows: list[list[str]], above: Neighbours, below: Neighbours) -> None:
    """Sort each row by the middle of its neighbours, to and fro."""
    for sweep in range(_SWEEPS):
        downwards = sweep % 2 == 0
        near = above if downwards else below
        for row in rows if downwards else reversed(rows):
            at = {id_: float(number) for line in rows for number, id_ in enumerate(line)}
            wishes = {id_: _wish(near[id_], at, at[id_]) for id_ in row}
            row.sort(key=wishes.__getitem__)


def _wish(near: Sequence[tuple[str, float]], x: Mapping[str, float], otherwise: float) -> float:
    """Return the middle of the neighbours, each as heavy as it counts."""
    weight = sum(pull for _, pull in near)
    return sum(x[id_] * pull for id_, pull in near) / weight if weight else otherwise


def _spread(
    rows: Sequence[Sequence[str]], places: dict[str, Place], above: Neighbours, below: Neighbours
) -> None:
    """Move each place towards the middle of its neighbours, keeping order and distance."""
    for row in rows:
        x = 0.0
        for id_ in row:
            x += places[id_].width / 2
            places[id_].x = x
            x += places[id_].width / 2 + GAP
    for sweep in range(2 * _SWEEPS + 1):
        near = (above, below)[sweep % 2]
        for row in rows if sweep % 2 == 0 else reversed(rows):
            _settle([places[id_] for id_ in row], {i: p.x for i, p in places.items()}, near)
    left = min(one.x - one.width / 2 for one in places.values())
    for place in places.values():
        place.x -= left


def _settle(row: Sequence[Place], x: Mapping[str, float], near: Neighbours) -> None:
    """Place a row as near as can be to where its places want to be (isotonic regression)."""
    offsets, offset = [], 0.0
    for at, place in enumerate(row):
        offset += (row[at - 1].width + place.width) / 2 + GAP if at else 0.0
        offsets.append(offset)
    blocks: list[list[float]] = []  # sum of weighted wishes, weight, number of places
    for place, distance in zip(row, offsets, strict=True):
        wish = _wish(near[place.id], x, place.x) - distance
        weight = _STRAIGHT if place.bend else 1.0 if near[place.id] else 0.1
        blocks.append([wish * weight, weight, 1])
        while len(blocks) > 1 and blocks[-2][0] / blocks[-2][1] > blocks[-1][0] / blocks[-1][1]:
            last = blocks.pop()
            blocks[-1] = [a + b for a, b in zip(blocks[-1], last, strict=True)]
    wishes = [total / weight for total, weight, count in blocks for _ in range(int(count))]
    for place, wish, distance in zip(row, wishes, offsets, strict=True):
        place.x = wish + distance
