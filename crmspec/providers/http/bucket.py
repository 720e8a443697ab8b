"""Budgets of calls as token buckets, for one endpoint and for the account, shared by threads."""

from __future__ import annotations

import math
from datetime import timedelta
from threading import Lock
from typing import TYPE_CHECKING

from crmspec.diagnostics import text
from crmspec.engine.error import TargetBusyError
from crmspec.engine.retry import LONGEST_RETRY_AFTER
from crmspec.lower.capability import ACCOUNT

if TYPE_CHECKING:
    from datetime import datetime

    from crmspec.engine.port import Clock
    from crmspec.lower.capability import Budget

_NEARLY = 1 - 1e-9


class Buckets:
    """All budgets of one account. A call takes from that of its endpoint and from the account's.

    A quota, whose time is a day or more, may be used up at once.
    """

    def __init__(self, budgets: tuple[Budget, ...], clock: Clock) -> None:
        self._clock, self._lock = clock, Lock()
        self._buckets: dict[str, list[_Bucket]] = {}
        self._held: dict[str, datetime] = {}
        for budget in budgets:
            self._buckets.setdefault(budget.endpoint, []).append(_Bucket(budget, clock.now()))

    def take(self, endpoint: str) -> TargetBusyError | None:
        """Wait until a call may be made; return an error if that would take too long."""
        while True:
            with self._lock:
                seconds = self._taken(endpoint)
            if seconds <= 0:
                return None
            if seconds > LONGEST_RETRY_AFTER:
                return _used_up(endpoint, seconds)
            self._clock.sleep(seconds)

    def hold(self, endpoint: str, seconds: float) -> None:
        """Let no call of the endpoint begin for a while, as the target asks."""
        until = self._clock.now() + timedelta(seconds=min(seconds, LONGEST_RETRY_AFTER))
        with self._lock:
            self._held[endpoint] = max(until, self._held.get(endpoint, until))

    def _taken(self, endpoint: str) -> float:
        """Take a token from each bucket, or return the seconds until there are some."""
        now = self._clock.now()
        buckets = [*self._buckets.get(endpoint, ()), *self._buckets.get(ACCOUNT, ())]
        held = (self._held.get(endpoint, now) - now).total_seconds()
        seconds: float = max([held, *(bucket.wait(now) for bucket in buckets)])
        if seconds <= 0:
            for bucket in buckets:
                bucket.tokens -= 1
        return seconds


class _Bucket:
    """Tokens that come back evenly over time."""

    def __init__(self, budget: Budget, now: datetime) -> None:
        self._room = float(budget.room)
        self._rate = budget.calls / budget.seconds
        self.tokens, self._at = self._room, now

    def wait(self, now: datetime) -> float:
        """Return the seconds until there is a token, rounded up to what clocks can tell."""
        passed = max(0.0, (now - self._at).total_seconds())
        self._at = max(now, self._at)
        self.tokens = min(self._room, self.tokens + passed * self._rate)
        if self.tokens >= _NEARLY:
            return 0.0
        return math.ceil((1 - self.tokens) / self._rate * 1e6) / 1e6


def _used_up(endpoint: str, seconds: float) -> TargetBusyError:
    return TargetBusyError(
        text(
            "{endpoint}: no more calls are allowed for the next {minutes} min",
            endpoint=endpoint,
            minutes=math.ceil(seconds / 60),
        ),
        text("apply again then: what was made stays made"),
        status=429,
        retry_after=seconds,
    )
