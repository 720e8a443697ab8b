"""The order of calls: a change is handed out as soon as all that it comes after is done."""

from __future__ import annotations

from collections import deque
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crmspec.engine.change import Change
    from crmspec.engine.port import Call
    from crmspec.engine.resource import Address


class Queue:
    """Changes by number; of those that may begin, the first of the plan is handed out first.

    A change waits for every earlier one of an address that it comes after, and of its own.
    """

    def __init__(self, changes: Iterable[Change]) -> None:
        self.changes = list(changes)
        self._users: dict[int, list[int]] = {}
        self._waits: list[int] = []
        earlier: dict[Address, list[int]] = {}
        for number, change in enumerate(self.changes):
            needs = {n for a in (*change.after, change.address) for n in earlier.get(a, ())}
            for need in needs:
                self._users.setdefault(need, []).append(number)
            self._waits.append(len(needs))
            earlier.setdefault(change.address, []).append(number)
        self._ready = [number for number, waits in enumerate(self._waits) if not waits]
        heapify(self._ready)

    def take(self) -> int | None:
        """Return the number of a change that may begin, or None."""
        return heappop(self._ready) if self._ready else None

    def finish(self, number: int) -> None:
        """Let go of what waits for a change that is made, failed or skipped."""
        for user in self._users.pop(number, ()):
            self._waits[user] -= 1
            if not self._waits[user]:
                heappush(self._ready, user)


class Serial:
    """Makes one call after another, in the caller's thread."""

    def __init__(self) -> None:
        self._calls: deque[tuple[int, Call]] = deque()

    @property
    def room(self) -> int:
        """Return one, unless a call is waiting."""
        return 0 if self._calls else 1

    @property
    def busy(self) -> bool:
        """Say whether a call is waiting."""
        return bool(self._calls)

    def submit(self, number: int, call: Call) -> None:
        """Take a call."""
        self._calls.append((number, call))

    def ended(self) -> list[tuple[int, Call]]:
        """Return the call: it is made when its result is asked for."""
        return [self._calls.popleft()]
