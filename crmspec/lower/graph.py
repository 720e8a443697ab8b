"""A chain as nodes and named edges, with the places where ways meet again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from crmspec.ir.action import Step
from crmspec.ir.step import Branch, ExperimentStep, Jump, Leave, Split, Switch, WaitFor
from crmspec.semantics.route import lay

if TYPE_CHECKING:
    from crmspec.ir.chain import Chain
    from crmspec.semantics.route import Node as Place
    from crmspec.semantics.route import Route

NEXT = "next"
"""The edge of a step that only goes on."""


class Node(msgspec.Struct, frozen=True):
    """A step and where it goes on: names of edges to names of nodes, None for the end.

    A step that goes on has the edge `next`; a branch has `0`, `1` … and `else`, a switch its values
    and `default`, a split and an experiment their arms, a `wait_for` `0`, `1` … and `timeout`, a
    jump that may be refused `jump` and `next`. A step that leaves has none.
    """

    step: Step
    edges: dict[str, str | None]


class Graph(msgspec.Struct, frozen=True):
    """The nodes that can be reached, by the id of the step or else by its path; reading order."""

    start: str | None
    nodes: dict[str, Node]

    def meeting(self) -> frozenset[str]:
        """Return the nodes to which more than one edge leads."""
        found: set[str] = set()
        twice: set[str] = set()
        for node in self.nodes.values():
            for name in node.edges.values():
                if name is not None:
                    (twice if name in found else found).add(name)
        return frozenset(twice)

    @property
    def is_tree(self) -> bool:
        """Say whether ways never meet again."""
        back = self.start in {name for node in self.nodes.values() for name in node.edges.values()}
        return not self.meeting() and not (back and self.start is not None)

    @property
    def is_line(self) -> bool:
        """Say whether there is one way alone."""
        return self.is_tree and all(len(node.edges) <= 1 for node in self.nodes.values())


def graph(chain: Chain) -> Graph:
    """Return the graph of a chain; jumps lead to their steps, what cannot be reached is absent."""
    route = lay(chain)
    found: dict[str, tuple[int, Node]] = {}
    waiting = [route.first]
    while waiting:
        place = waiting.pop()
        if place is None or place.key in found:
            continue
        edges = _edges(place, route)
        step = place.step
        found[place.key] = (
            place.order,
            Node(step, {name: None if to is None else to.key for name, to in edges.items()}),
        )
        waiting += edges.values()
    ordered = sorted(found.items(), key=lambda item: item[1][0])
    start = None if route.first is None else route.first.key
    return Graph(start, {name: node for name, (_, node) in ordered})


def _edges(place: Place, route: Route) -> dict[str, Place | None]:
    match place.step:
        case Leave():
            return {}
        case Jump() as step:
            to = route.by_id.get(step.jump.to.id)
            if to is None:
                return {NEXT: place.after}
            backwards = to.order <= place.order and step.jump.max is not None
            return {"jump": to, NEXT: place.after} if backwards else {"jump": to}
    names = _names(place.step)
    return dict(zip(names, place.ways, strict=True)) if names else {NEXT: place.after}


def _names(step: Step) -> list[str]:
    match step:
        case Branch():
            return [*map(str, range(len(step.branch.cases))), "else"]
        case Switch():
            return [*step.switch.cases, "default"]
        case Split():
            return [*step.split.arms]
        case ExperimentStep():
            return [*step.experiment.arms]
        case WaitFor():
            arms = range(len(step.wait_for.first_of))
            return [*map(str, arms), "timeout"]
    return []
