"""Mermaid flowcharts: nodes, edges, escaped labels, and parts when a chart grows too big."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

MAX_EDGES = 500
MAX_CHARACTERS = 40_000
"""Mermaid refuses charts with more than 500 edges or 50,000 characters."""

SHAPES = {
    "box": ("[", "]"),
    "round": ("(", ")"),
    "pill": ("([", "])"),
    "choice": ("{", "}"),
    "hexagon": ("{{", "}}"),
    "flag": (">", "]"),
    "double": ("[[", "]]"),
}
_WIDTH = 36
_EDGE_WIDTH = 28
_LINES = 6
_BOUND = re.compile(r"(?<=[=≠<>≤≥]) (?=\w)| (?=\d{3}(?!\d))")
_UNSAFE = re.compile(r'["#<>&`*$\\|{}\[\]]|%(?=[%{])|(?<=%)%|(?<![^\W_])_|_(?![^\W_])')
_LIST_MARK = re.compile(r"^(\d+)\.|^([-+])")


class Node(NamedTuple):
    """A node: its id in the chart, shape and label."""

    id: str
    shape: str
    label: str


class Edge(NamedTuple):
    """An arrow with an optional label."""

    start: str
    end: str
    label: str = ""
    dotted: bool = False


@lru_cache(maxsize=1 << 14)
def escape(text: str, width: int = _WIDTH) -> str:
    """Return text as a quoted label shows it, broken into lines, every special sign an entity."""
    return "<br/>".join(_escape(line) for line in wrapped(text, width))


def wrapped(text: str, width: int = _WIDTH) -> list[str]:
    """Return the lines in which a label is shown, cut when there are too many."""
    whole = _BOUND.sub("\u00a0", " ".join(text.split()))
    lines = _wrap(whole, width)
    if len(lines) > _LINES:
        lines = [*lines[: _LINES - 1], f"{lines[_LINES - 1]} …"]
    return lines


def _wrap(text: str, width: int) -> list[str]:
    """Break text between words; a long word stays whole."""
    lines, line = [], ""
    for word in text.split(" "):
        if line and len(line) + len(word) >= width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return [*lines, line or " "]


def _escape(line: str) -> str:
    line = _UNSAFE.sub(lambda found: f"#{ord(found[0])};", line)
    return _LIST_MARK.sub(lambda m: f"{m[1]}#46;" if m[1] else f"#{ord(m[2])};", line)


class Graph:
    """A flowchart that grows node by node; the same calls give the same text."""

    def __init__(self, direction: str = "TB") -> None:
        self.direction = direction
        self.nodes: list[Node] = []
        self.edges: list[Edge] = []

    def node(self, shape: str, label: str) -> str:
        """Add a node and return its id."""
        id_ = f"n{len(self.nodes) + 1}"
        self.nodes.append(Node(id_, shape, label))
        return id_

    def edge(self, start: str, end: str, label: str = "", *, dotted: bool = False) -> None:
        """Add an arrow."""
        self.edges.append(Edge(start, end, label, dotted))

    def source(self) -> str:
        """Return the whole chart."""
        return _source(self.direction, self.nodes, self.edges)

    def parts(self, label: str = "{n}: {node}") -> list[str]:
        """Return the chart in parts small enough to be drawn.

        An arrow into another part ends at a stand-in; `label` names it by part and node label.
        """
        whole = self.source()
        if len(self.edges) <= MAX_EDGES and len(whole) <= MAX_CHARACTERS:
            return [whole]
        groups = self._groups()
        part_of = {node.id: n for n, group in enumerate(groups) for node in group}
        return [self._part(n, group, part_of, label) for n, group in enumerate(groups)]

    def _groups(self) -> list[list[Node]]:
        """Cut the nodes, in order, so that no group touches too many arrows."""
        touching: dict[str, set[int]] = {node.id: set() for node in self.nodes}
        for n, edge in enumerate(self.edges):
            touching[edge.start].add(n)
            touching[edge.end].add(n)
        groups: list[list[Node]] = [[]]
        touched: set[int] = set()
        for node in self.nodes:
            wider = touched | touching[node.id]
            if groups[-1] and self._too_big([*groups[-1], node], wider):
                groups.append([])
                wider = touching[node.id]
            groups[-1].append(node)
            touched = wider
        return groups

    def _too_big(self, group: list[Node], touched: set[int]) -> bool:
        """Say whether nodes with their arrows, each with a stand-in at worst, are too much."""
        if len(touched) > MAX_EDGES:
            return True
        labels = sum(len(escape(node.label)) + 24 for node in group)
        arrows = (len(escape(self.edges[n].label, _EDGE_WIDTH)) + 40 for n in touched)
        return labels + sum(arrows) > MAX_CHARACTERS

    def _part(self, n: int, group: list[Node], part_of: dict[str, int], label: str) -> str:
        nodes, edges, labels = list(group), [], {node.id: node.label for node in self.nodes}
        stand_ins: dict[str, str] = {}
        for edge in self.edges:
            parts = (part_of[edge.start], part_of[edge.end])
            if n not in parts:
                continue
            ends = []
            for id_, part in zip((edge.start, edge.end), parts, strict=True):
                if part != n and id_ not in stand_ins:
                    stand_ins[id_] = f"{id_}x"
                    shown = label.format(n=part + 1, node=labels[id_])
                    nodes.append(Node(f"{id_}x", "pill", shown))
                ends.append(id_ if part == n else stand_ins[id_])
            edges.append(edge._replace(start=ends[0], end=ends[1]))
        return _source(self.direction, nodes, edges)


def _source(direction: str, nodes: list[Node], edges: list[Edge]) -> str:
    lines = [f"flowchart {direction}"]
    for node in nodes:
        opening, closing = SHAPES[node.shape]
        lines.append(f'    {node.id}{opening}"{escape(node.label)}"{closing}')
    for edge in edges:
        arrow = "-.->" if edge.dotted else "-->"
        label = f'|"{escape(edge.label, _EDGE_WIDTH)}"|' if edge.label else ""
        lines.append(f"    {edge.start} {arrow}{label} {edge.end}")
    return "\n".join(lines) + "\n"
