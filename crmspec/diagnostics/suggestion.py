"""Which name the author probably meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST = 100


def nearest(name: str, candidates: Iterable[str]) -> str | None:
    """Return the candidate closest to `name`, or None when none is within a third of its length.

    Case and dashes do not count; of equally close candidates the alphabetically first wins,
    so the answer does not depend on the order of `candidates`.
    """
    if len(name) > LONGEST:
        return None
    limit = len(name) // 3
    wanted = _fold(name)
    best: tuple[int, str] | None = None
    for candidate in candidates:
        if candidate == name or abs(len(candidate) - len(name)) > limit:
            continue
        found = (distance(wanted, _fold(candidate), limit), candidate)
        if found[0] <= limit and (best is None or found < best):
            best = found
    return best[1] if best else None


def distance(left: str, right: str, limit: int) -> int:
    """Count the edits (insert, delete, replace, swap neighbours) from `left` to `right`.

    Counting stops above `limit`: any larger result only says "more than `limit`".
    """
    before: list[int] = []
    above = list(range(len(right) + 1))
    for row, a in enumerate(left, 1):
        current = [row]
        for column, b in enumerate(right, 1):
            edits = min(above[column] + 1, current[-1] + 1, above[column - 1] + (a != b))
            if row > 1 and column > 1 and a == right[column - 2] and b == left[row - 2]:
                edits = min(edits, before[column - 2] + 1)
            current.append(edits)
        if min(current) > limit and min(above) > limit:
            return limit + 1
        before, above = above, current
    return above[-1]


def _fold(name: str) -> str:
    return name.lower().replace("-", "_")
