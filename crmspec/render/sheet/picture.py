"""A flowchart as an SVG picture that needs nothing else: no script, no network."""

from __future__ import annotations

from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING

from crmspec.render.mermaid import wrapped
from crmspec.render.sheet.layout import layout

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crmspec.render.mermaid import Graph, Node
    from crmspec.render.sheet.layout import Arrow, Layout

_LETTER = 7.6
_LINE = 18.0
_PAD = 14.0
_ROW_GAP = 46.0
_MARGIN = 12.0
_WIDTH = 32
_LABEL_WIDTH = 24
_WIDER = {"choice": 26.0, "hexagon": 22.0, "pill": 14.0, "double": 8.0, "flag": 12.0}
_SLANT = 13.0
_NAMES = "http://www.w3.org/2000/svg"
_TIP = (
    '<defs><marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" '
    'markerHeight="8" orient="auto-start-reverse"><path d="M0 0 10 5 0 10z"/></marker></defs>'
)


class _Box:
    """A node with its lines of text and its size."""

    def __init__(self, node: Node) -> None:
        self.shape = node.shape
        self.lines = wrapped(node.label, _WIDTH)
        letters = max(map(len, self.lines))
        self.width = max(60.0, letters * _LETTER + 2 * (_PAD + _WIDER.get(node.shape, 0.0)))
        self.height = len(self.lines) * _LINE + _PAD


def picture(graph: Graph, title: str) -> str:
    """Return the picture; `title` is what screen readers say."""
    boxes = {node.id: _Box(node) for node in graph.nodes}
    made = layout(graph, {id_: box.width for id_, box in boxes.items()})
    tops, height = _tops(made, boxes)
    width = made.width + 2 * _MARGIN
    size = f'width="{width:.0f}" height="{height:.0f}"'
    view = f"{-_MARGIN:.0f} {-_MARGIN:.0f} {width:.0f} {height:.0f}"
    nodes = ((boxes[id_], one) for id_, one in made.places.items() if id_ in boxes)
    parts = [
        f'<svg class="flow" xmlns="{_NAMES}" role="img" {size} viewBox="{view}">',
        f"<title>{escape(title)}</title>{_TIP}",
        *(_arrow(arrow, made, boxes, tops) for arrow in made.arrows),
        *(_box(box, place.x, tops[place.row]) for box, place in nodes),
        *(_label(arrow, made, boxes, tops) for arrow in made.arrows),
        "</svg>",
    ]
    return "\n".join(part for part in parts if part)


def _tops(made: Layout, boxes: dict[str, _Box]) -> tuple[list[tuple[float, float]], float]:
    """Return the top and height of each row, and the height of all."""
    rows, y = [], 0.0
    for row in made.rows:
        height = max((boxes[id_].height for id_ in row if id_ in boxes), default=0.0)
        rows.append((y, height))
        y += height + _ROW_GAP
    return rows, y - _ROW_GAP + 2 * _MARGIN


def _box(box: _Box, x: float, row: tuple[float, float]) -> str:
    top = row[0] + (row[1] - box.height) / 2
    left, right, bottom = x - box.width / 2, x + box.width / 2, top + box.height
    middle = top + box.height / 2
    match box.shape:
        case "choice" | "hexagon":
            slant = _SLANT + (box.height - _LINE) / 6
            points = [
                (left, middle),
                (left + slant, top),
                (right - slant, top),
                (right, middle),
                (right - slant, bottom),
                (left + slant, bottom),
            ]
            outline = f'<polygon points="{_points(points)}"/>'
        case "flag":
            points = [
                (left, top),
                (right, top),
                (right, bottom),
                (left, bottom),
                (left + 10, middle),
            ]
            outline = f'<polygon points="{_points(points)}"/>'
        case shape:
            round_ = {"pill": box.height / 2, "round": 12.0}.get(shape, 4.0)
            outline = (
                f'<rect x="{left:.1f}" y="{top:.1f}" width="{box.width:.1f}" '
                f'height="{box.height:.1f}" rx="{min(round_, 22.0):.1f}"/>'
            )
    return f'<g class="{box.shape}">{outline}{_words(box.lines, x, middle)}</g>'


def _points(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _words(lines: Sequence[str], x: float, middle: float) -> str:
    first = middle - (len(lines) - 1) * _LINE / 2
    spans = (
        f'<tspan x="{x:.1f}" y="{first + at * _LINE:.1f}">{escape(line)}</tspan>'
        for at, line in enumerate(lines)
    )
    return f"<text>{''.join(spans)}</text>"


def _track(
    arrow: Arrow, made: Layout, boxes: dict[str, _Box], tops: Sequence[tuple[float, float]]
) -> list[tuple[float, float]]:
    """Return the points of an arrow from its upper to its lower end."""
    return list(_passed(arrow, made, boxes, tops))


def _passed(
    arrow: Arrow, made: Layout, boxes: dict[str, _Box], tops: Sequence[tuple[float, float]]
) -> Iterator[tuple[float, float]]:
    first, *between, last = (made.places[id_] for id_ in arrow.along)
    top, height = tops[first.row]
    yield first.x, top + (height + boxes[first.id].height) / 2
    for place in between:
        top, height = tops[place.row]
        yield place.x, top
        yield place.x, top + height
    top, height = tops[last.row]
    yield last.x, top + (height - boxes[last.id].height) / 2


def _arrow(
    arrow: Arrow, made: Layout, boxes: dict[str, _Box], tops: Sequence[tuple[float, float]]
) -> str:
    points = _track(arrow, made, boxes, tops)
    path = f"M{points[0][0]:.1f} {points[0][1]:.1f}"
    for (x0, y0), (x1, y1) in pairwise(points):
        half = (y1 - y0) / 2
        straight = abs(x1 - x0) < 1
        path += (
            f"L{x1:.1f} {y1:.1f}"
            if straight
            else f"C{x0:.1f} {y0 + half:.1f} {x1:.1f} {y1 - half:.1f} {x1:.1f} {y1:.1f}"
        )
    end = "start" if arrow.back else "end"
    dotted = ' class="dotted"' if arrow.edge.dotted else ""
    return f'<path{dotted} d="{path}" marker-{end}="url(#tip)"/>'


def _label(
    arrow: Arrow, made: Layout, boxes: dict[str, _Box], tops: Sequence[tuple[float, float]]
) -> str:
    """Return the label of an arrow, just below where it begins."""
    if not arrow.edge.label:
        return ""
    points = _track(arrow, made, boxes, tops)
    (x0, y0), (x1, y1) = (points[-1], points[-2]) if arrow.back else (points[0], points[1])
    lines = wrapped(arrow.edge.label, _LABEL_WIDTH)[:3]
    x, y = x0 + (x1 - x0) * 0.5, y0 + (y1 - y0) * 0.5
    return f'<g class="label">{_words(lines, x, y)}</g>'
