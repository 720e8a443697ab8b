"""Patience: try again what may be tried again, as often and as late as the target asks."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crmspec.engine.error import RetryableError

ATTEMPTS = 6
FIRST_PAUSE = 0.25
LONGEST_PAUSE = 30.0
LONGEST_RETRY_AFTER = 120.0


def pause(number: int, error: RetryableError, call: str = "") -> float | None:
    """Return the seconds to wait after try `number` (from 1), or None to give up.

    Calls of different names wait up to a quarter longer, each its own share of it: what failed at
    once is not tried again at once.
    """
    if number >= ATTEMPTS:
        return None
    share = 1 + _share(f"{call} {number}") / 4 if call else 1.0
    if error.retry_after is not None:
        return error.retry_after * share if error.retry_after <= LONGEST_RETRY_AFTER else None
    return float(min(FIRST_PAUSE * 2 ** (number - 1), LONGEST_PAUSE)) * share


def _share(name: str) -> float:
    """Return a number from 0 to 1 that the name decides."""
    return zlib.crc32(name.encode()) / 2**32
