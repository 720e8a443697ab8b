"""Where moves lead in the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crmspec.ir.project import Moved


def destinations(moves: Iterable[Moved]) -> dict[str, str | None]:
    """Return for each old address the newest one; None where moves go round in a circle."""
    steps = {move.from_: move.to for move in moves}
    return {start: _end(start, steps) for start in steps}


def _end(start: str, steps: dict[str, str]) -> str | None:
    at, left = start, len(steps)
    while at in steps and left >= 0:
        at, left = steps[at], left - 1
    return at if at not in steps else None
