"""Exit codes, frozen: scripts depend on them."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What the process says when it ends."""

    CLEAN = 0
    FINDINGS = 1
    USAGE = 2
    CHANGES = 3
    INCOMPLETE = 4
    DRIFT = 5
    BUG = 70
    INTERRUPTED = 130
