"""Calls in threads of their own, a few at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
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
    def has_room(self) -> bool:
        """Say whether another call would begin at once."""
        return self._running < self._width

    @property
    def busy(self) -> bool:
        """Say whether the end of a call is still to come."""
        return self._running > 0

    def submit(self, number: int, call: Call) -> None:
        """Begin a call."""
        self._running += 1
        future = self._pool.submit(call)
        future.add_done_callback(lambda ended: self._ended.put((number, ended)))

    def next(self) -> tuple[int, Call]:
        """Wait until a call has ended."""
        number, future = self._ended.get()
        self._running -= 1
        return number, future.result

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)
