"""The most messages one customer can be due in any window: request-bound curves of chains."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

from crmspec.logic.delay import later
from crmspec.logic.track import END
from crmspec.source.record import Value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmspec.logic.repeat import Repeat
    from crmspec.logic.track import Track

MANY = 64
"""Counts are exact up to here; beyond it a chain counts as sending any number."""
ROUNDS = 500
FAR = 1 << 60


class Shape(NamedTuple):
    """What one passage can send of the messages that count.

    `spans[k - 1]` is the least number of minutes between the first and the last of k messages,
    `heads[k - 1]` the least between the entry and the k-th. `late` is the most minutes after the
    entry at which one may still go out, None without an end; `life` likewise of the passage.
    `endless` says that there is no most number.
    """

    spans: tuple[int, ...]
    heads: tuple[int, ...]
    late: int | None
    life: int | None
    endless: bool = False


class Curve(Value, frozen=True):
    """How many counted messages a chain or broadcast can have due for one customer."""

    source: str
    shape: Shape
    repeat: Repeat

    def passage(self, window: int) -> int | None:
        """Return the most messages of one passage in any window; None is any number.

        A window is half-open and given in minutes (semantics 2.8).
        """
        spans = self.shape.spans
        fitting = bisect_left(spans, window)
        return None if self.shape.endless and fitting == len(spans) else fitting

    def most(self, window: int) -> int | None:
        """Return the most messages of all passages in any window; None is any number.

        It is an upper bound, whatever the customer does, and however long the gate holds messages:
        inside a passage a hold delays all that follows, and the next passage begins after it.
        """
        alone = self.passage(window)
        if window <= 0 or not self.shape.spans or alone is None or self.repeat.limit == 1:
            return alone
        again = self._side_by_side(window, alone) if self.repeat.concurrent else self._again(window)
        if self.repeat.limit is None:
            return again
        return self.repeat.limit * alone if again is None else min(again, self.repeat.limit * alone)

    def _side_by_side(self, window: int, alone: int) -> int | None:
        gap, life = self.repeat.gap, self.shape.life
        return None if not gap or life is None else -(-(life + window) // gap) * alone

    def _again(self, window: int) -> int | None:
        """Return the most of the tail of one passage and the heads of those that follow."""
        gap, rest = self.repeat.gap, self.repeat.rest
        step = max(gap, rest + self.shape.heads[0])
        if step * ROUNDS < window:
            return None
        late = self.shape.late
        soonest = max(rest, 0 if late is None else gap - late)
        best = max(self._heads(window, step), bisect_left(self.shape.spans, window))
        for count, span in enumerate(self.shape.spans, 1):
            before = max(span, soonest)
            if before < window:
                best = max(best, count + self._heads(window - before, step))
        return best

    def _heads(self, window: int, step: int) -> int:
        heads = self.shape.heads
        return sum(bisect_left(heads, window - at) for at in range(0, window, step))


def shape(track: Track, counts: Sequence[int]) -> Shape:
    """Return what one passage can send; `counts` says how many messages each node counts for."""
    if not any(counts):
        return Shape((), (), 0, track.lifetime.most)
    if not track.exact:
        return Shape((0,), (0,), None, None, endless=True)
    late: int | None = 0
    for node, counted in zip(track.nodes, counts, strict=True):
        if counted:
            offered = None if node.most is None or node.hold is None else node.most + node.hold
            late = later(late, offered)
    spans = _least(track, counts, anywhere=True)
    heads = _least(track, counts, anywhere=False)
    return Shape(spans, heads, late, track.lifetime.most, endless=len(spans) >= MANY - 1)


def _least(track: Track, counts: Sequence[int], *, anywhere: bool) -> tuple[int, ...]:
    """Return the least minutes to the k-th message, counted from the first one or the entry.

    One pass in the order of the nodes: for each of them the least time by the number of messages
    so far.
    """
    before: list[list[int]] = [[] for _ in track.nodes]
    best: list[int] = []
    if not anywhere:
        before[0] = [0]
    for number, node in enumerate(track.nodes):
        times = before[number]
        counted = counts[number]
        if counted:
            if anywhere:
                times = _least_of(times, [0])
            times = ([FAR] * counted + times)[:MANY]
            best = _least_of(best, times)
        if times:
            for way in node.ways:
                if way.to != END and way.to > number:
                    moved = [time + way.least for time in times]
                    before[way.to] = _least_of(before[way.to], moved)
    return _at_least(best[1:])


def _least_of(one: list[int], other: list[int]) -> list[int]:
    if len(one) < len(other):
        one, other = other, one
    return [*map(min, one, other), *one[len(other) :]]


def _at_least(times: list[int]) -> tuple[int, ...]:
    """Turn times of exactly k messages into times of k or more."""
    found = list(times)
    for number in range(len(found) - 2, -1, -1):
        found[number] = min(found[number], found[number + 1])
    return tuple(found)
