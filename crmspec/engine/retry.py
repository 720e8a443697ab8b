"""Patience: try again what may be tried again, as often and as late as the target asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from crmspec.engine.error import RetryableError

if TYPE_CHECKING:
    from collections.abc import Callable

    from crmspec.engine.port import Clock

ATTEMPTS = 6
FIRST_PAUSE = 0.25
LONGEST_PAUSE = 30.0
LONGEST_RETRY_AFTER = 120.0

T = TypeVar("T")


def pause(number: int, error: RetryableError) -> float | None:
    """Return the seconds to wait after try `number` (from 1), or None to give up."""
    if number >= ATTEMPTS:
        return None
    if error.retry_after is not None:
        return error.retry_after if error.retry_after <= LONGEST_RETRY_AFTER else None
    return float(min(FIRST_PAUSE * 2 ** (number - 1), LONGEST_PAUSE))


def patiently(call: Callable[[], T], clock: Clock) -> T:
    """Make a call that may safely be repeated, such as a read.

    Raises:
        TargetError: the last one, when tries are used up or trying again would not help.
    """
    number = 0
    while True:
        number += 1
        try:
            return call()
        except RetryableError as error:
            seconds = pause(number, error)
            if seconds is None:
                raise
            clock.sleep(seconds)
