"""A time by which a call is over, however slowly its answer trickles in."""

from __future__ import annotations

import socket
from contextlib import suppress
from threading import Lock, Timer, local
from typing import Self

_current = local()


class Deadline:
    """Cuts the connection of the call made within it after some seconds.

    `passed` says whether it did, `sent` whether any of the request may have reached the target.
    """

    def __init__(self, seconds: float) -> None:
        self.passed = self.sent = False
        self._socket: socket.socket | None = None
        self._lock = Lock()
        self._timer = Timer(seconds, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        _current.deadline = self
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        _current.deadline = None
        self._timer.cancel()
        with self._lock:
            self._socket = None

    def watch(self, connected: socket.socket, *, sent: bool) -> None:
        """Note the connection that the call goes over; a late one is cut at once."""
        with self._lock:
            self._socket, self.sent = connected, self.sent or sent
        if self.passed:
            self._cut()

    def _cut(self) -> None:
        with self._lock:
            self.passed = True
            if self._socket is not None:
                with suppress(OSError):  # it is closed already
                    socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


def watch(connected: socket.socket, *, sent: bool) -> None:
    """Tell the deadline of this thread, if there is one, over what its call is about to be sent.

    `sent` is false for what goes to a proxy before the target itself is reached.
    """
    deadline: Deadline | None = getattr(_current, "deadline", None)
    if deadline is not None:
        deadline.watch(connected, sent=sent)
