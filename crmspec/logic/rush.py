"""The way through a chain on which the most messages that count come close together."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmspec.logic.track import END

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from crmspec.logic.track import Node, Track

MANY = 12
"""More messages than this are never needed to show that a limit is passed."""


class Rush(NamedTuple):
    """Sends of one passage at their earliest: steps, and minutes after the entry."""

    source: str
    steps: tuple[str, ...] = ()
    offsets: tuple[int, ...] = ()


class _Way(NamedTuple):
    """A way to a node: minutes since its first message, that message's own time, the messages."""

    elapsed: int
    first: int
    sends: tuple[tuple[str, int], ...]


def rush(track: Track, count: Callable[[Node], int], window: int) -> Rush:
    """Return the sends that count, as many as fit into `window` minutes on one way."""
    ways: list[dict[int, _Way]] = [{} for _ in track.nodes]
    best: tuple[int, _Way] | None = None
    for number, node in enumerate(track.nodes):
        here = ways[number]
        counted = count(node) if node.messages and node.reached else 0
        if counted:
            here = _sent(node, here, counted)
            best = _better(best, here)
        for way in node.ways:
            if way.to != END and way.to > number:
                _spread(ways[way.to], here, way.least, window)
    if best is None:
        return Rush(track.id)
    sends = best[1].sends
    return Rush(track.id, tuple(step for step, _ in sends), tuple(at for _, at in sends))


def _sent(node: Node, here: dict[int, _Way], counted: int) -> dict[int, _Way]:
    """Return the ways that go on from a send, a new one among them."""
    found = {counted: _Way(0, node.least, ((node.path, node.least),))}
    for so_far, way in here.items():
        if so_far < MANY:
            sends = (*way.sends, (node.path, way.first + way.elapsed))
            found[so_far + counted] = way._replace(sends=sends)
    return found


def _better(best: tuple[int, _Way] | None, here: dict[int, _Way]) -> tuple[int, _Way]:
    """Return the way with the most messages, of those the one in the least time."""
    most = max(here.items(), key=lambda one: (one[0], -one[1].elapsed))
    if best is None or (most[0], -most[1].elapsed) > (best[0], -best[1].elapsed):
        return most
    return best


def _spread(there: dict[int, _Way], here: dict[int, _Way], least: int, window: int) -> None:
    for count, way in here.items():
        moved = way._replace(elapsed=way.elapsed + least)
        known = there.get(count)
        if moved.elapsed < window and (known is None or moved.elapsed < known.elapsed):
            there[count] = moved


def densest(offsets: Iterable[int], window: int) -> int:
    """Return how many of some moments lie in one window at most."""
    times = sorted(offsets)
    best = first = 0
    for last, at in enumerate(times):
        while times[first] <= at - window:
            first += 1
        best = max(best, last - first + 1)
    return best
