"""Random waits that bring two passages near: the first one draws long, the next one short."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from crmspec.ir.step import Wait

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir.step import Between
    from crmspec.logic.cast import Waits
    from crmspec.logic.track import Track


class Longer(NamedTuple):
    """By how many minutes the first passage comes later to a step, and how its waits are drawn."""

    minutes: int
    waits: Waits


def longer(track: Track, path: str, most: int) -> Longer:
    """Lengthen the random waits of one passage before a step, by `most` minutes in all.

    The next passage, which begins no sooner than that after the first, waits as shortly as can be:
    it comes to each step, and draws there, after the first one (semantics 7.41).
    """
    later, waits = 0, []
    for step, between in _before(track, path):
        least = between.min.minutes
        more = min(between.max.minutes - least, most - later)
        if more > 0:
            waits.append((step, (least + more, least)))
            later += more
    return Longer(later, tuple(waits))


def _before(track: Track, path: str) -> Iterator[tuple[str, Between]]:
    """Yield the random waits before a step, but for those that a passage may come to twice."""
    rounds = Counter(node.path for node in track.nodes)
    for node in track.nodes:
        between = node.step.wait.between if isinstance(node.step, Wait) else None
        if between is None or not node.reached or rounds[node.path] > 1:
            continue
        if track.apart(node.path, path) is not None:
            yield node.path, between
