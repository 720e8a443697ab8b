"""How fast the machine is right now: the seconds of a loop that tells slow machines apart."""

from __future__ import annotations

import time
from statistics import median
from typing import Final

ROUNDS: Final = 5_000_000
USUAL: Final = 0.22
"""CPU seconds that the loop takes on a usual machine with nothing else to do."""


def seconds() -> float:
    """Return the CPU seconds of the loop, the median of three."""
    return median(_once() for _ in range(3))


def told() -> str:
    """Return what is to be said of the machine."""
    found = seconds()
    return f"reference loop {found:.2f} CPU s, {found / USUAL:.1f} times the usual {USUAL} s"


def _once() -> float:
    started, found = time.process_time(), 0
    for number in range(ROUNDS):
        found += number & 7
    return time.process_time() - started
