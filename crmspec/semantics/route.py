"""A chain laid out for running: every step knows the step that follows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from msgspec import field

from crmspec.resolve.outline import ways
from crmspec.source.record import Record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmspec.ir.chain import Chain, Exit
    from crmspec.ir.step import AnyStep, Steps

Fixed = TypeVar("Fixed")


class Node(Record, eq=False):
    """A step, its path, the node that follows it, and the first node of each way inside it.

    `key` is the id under which conditions find the step, or its path. `order` counts nodes in
    reading order, so a jump to a lower or equal order is a jump back. None stands for the end.
    """

    step: AnyStep
    path: str
    key: str
    order: int
    after: Node | None = None
    ways: tuple[Node | None, ...] = ()

    @property
    def name(self) -> str:
        """Return the chain's id and the step's, or without one the path (semantics 7.31)."""
        return self.path if self.step.id is None else f"{self.path.partition('.')[0]}.{self.key}"

    def told(self, fixed: Mapping[str, Fixed]) -> Fixed | None:
        """Return what a scenario fixes for the step, which it names by its path or its id."""
        return fixed.get(self.path, fixed.get(self.name))


class Route(Record, eq=False):
    """The nodes of a chain; `first` is where a passage begins.

    `by_event` holds the exits that wait for an event, `by_state` those that ask a condition, each
    with its place in the order written (semantics 4.7).
    """

    chain: Chain
    first: Node | None = None
    size: int = 0
    by_id: dict[str, Node] = field(default_factory=dict)
    by_event: dict[str, list[tuple[int, Exit]]] = field(default_factory=dict)
    by_state: list[tuple[int, Exit]] = field(default_factory=list)


def lay(chain: Chain) -> Route:
    """Return the route of a chain."""
    route = Route(chain)
    route.first = _place(route, chain.steps, f"{chain.id}.steps", None)
    for number, leave in enumerate(chain.exit):
        if leave.event is None:
            route.by_state.append((number, leave))
        else:
            route.by_event.setdefault(leave.event.id, []).append((number, leave))
    return route


def _place(route: Route, steps: Steps, prefix: str, after: Node | None) -> Node | None:
    """Lay out steps that go on at `after`; return the first (semantics 7.1).

    Nodes are numbered as they are made, the last step of a list first and what is inside a step
    before the step, so `order` is counted down: it grows in reading order.
    """
    follower = after
    for position in range(len(steps) - 1, -1, -1):
        follower = _node(route, steps[position], f"{prefix}.{position}", follower)
    return follower


def _node(route: Route, step: AnyStep, path: str, after: Node | None) -> Node:
    inside = list(enumerate(ways(step)))
    begins = [_place(route, way, f"{path}.{n}", after) for n, way in reversed(inside)]
    route.size += 1
    node = Node(step, path, step.id or path, -route.size, after, tuple(reversed(begins)))
    if step.id is not None:
        route.by_id[step.id] = node
    return node
