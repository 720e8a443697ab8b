"""Calls in threads of their own, a few at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from concurrent.futures import Future

    from crmspec.engine.port import Call
    from crmspec.engine.resource import Remote


class ThreadExecutor:
    """Makes up to `width` calls at once; calls that have not begun are dropped on leaving."""

    def __init__(self, width: int) -> None:
        self._width, self._running = width, 0
        self._pool = ThreadPoolExecutor(width, thread_name_prefix="crmspec-call")
        self._ended: SimpleQueue[tuple[int, Future[Remote | None]]] = SimpleQueue()

    @property
    def room(self) -> int:
        """Return how many more calls would begin at once."""
        return self._width - self._running

    @property
    def busy(self) -> bool:
        """Say whether the end of a call is still to come."""
        return self._running > 0

    def submit(self, number: int, call: Call) -> None:
        """Begin a call."""
        self._running += 1
        future = self._pool.submit(call)
        future.add_done_callback(lambda ended: self._ended.put((number, ended)))

    def ended(self) -> list[tuple[int, Call]]:
        """Wait until a call has ended, and return all that have."""
        found = [self._ended.get()]
        with suppress(Empty):
            while True:
                found.append(self._ended.get_nowait())
        self._running -= len(found)
        return [(number, future.result) for number, future in found]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)
