"""Where nodes stand in a tab: from left to right; nodes without a place would be no part of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from crmspec.render.mermaid import Graph
from crmspec.render.sheet.layout import layout

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmspec.engine.body import Body

_LEFT, _TOP = 140, 60
_COLUMN, _HEIGHT = 220, 26.0
_GRID = 20


def arranged(nodes: list[Body], known: Mapping[str, Body]) -> list[Body]:
    """Return nodes with places; those that are `known`, by id, stay where people put them."""
    places = _places(nodes)
    return [
        node
        | (_kept(known[str(node["id"])]) if str(node["id"]) in known else places[str(node["id"])])
        for node in nodes
    ]


def _kept(node: Body) -> Body:
    return {key: node[key] for key in ("x", "y", "g", "l") if key in node}


def _places(nodes: list[Body]) -> dict[str, Body]:
    graph, named = Graph(), {}
    for node in nodes:
        named[str(node["id"])] = graph.node("box", "")
    for node in nodes:
        for wires in cast("list[list[str]]", node["wires"]):
            for end in wires:
                graph.edge(named[str(node["id"])], named[end])
    places = layout(graph, dict.fromkeys(named.values(), _HEIGHT)).places
    return {
        id_: {"x": _LEFT + _COLUMN * places[name].row, "y": _TOP + _rounded(places[name].x)}
        for id_, name in named.items()
    }


def _rounded(number: float) -> int:
    return round(number / _GRID) * _GRID
