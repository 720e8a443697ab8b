"""What all stores do alike: take the lock with patience, and know whose state they keep."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from getpass import getuser
from socket import gethostname
from typing import TYPE_CHECKING
from uuid import uuid4

import msgspec

from crmspec.diagnostics import text
from crmspec.engine.error import ForeignStateError, StateLockedError, StoreUnusableError
from crmspec.engine.holder import Holder
from crmspec.engine.state import State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crmspec.diagnostics import Text
    from crmspec.engine.port import Clock

FIRST_PAUSE = 0.25
LONGEST_PAUSE = 2.0


def silent(_: StateLockedError) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Terms:
    """Whose state a store keeps, and how long to wait for its lock.

    `wait` is in seconds; `waiting` is told once, when waiting begins.
    """

    project: str
    target: str
    clock: Clock
    wait: float = 0.0
    waiting: Callable[[StateLockedError], None] = silent


class LockingStore(ABC):
    """A store whose lock is taken once and may be held by several blocks of one run."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self._clock = terms.clock
        self._empty = State(project=terms.project, target=terms.target)
        self._depth = 0

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the state alone; the same store may take it again."""
        if not self._depth:
            self._acquire_patiently()
        self._depth += 1
        try:
            yield
        except BaseException:
            with suppress(StoreUnusableError):  # what went wrong first is what counts
                self._leave()
            raise
        self._leave()

    def glimpse(self) -> Holder | None:
        """Tell nothing: whether the lock is free is only seen by who takes it."""
        return None

    @abstractmethod
    def _acquire(self, holder: Holder) -> None:
        """Take the lock in one try, or raise StateLockedError."""

    @abstractmethod
    def _release(self) -> None:
        """Let the lock go."""

    def _leave(self) -> None:
        self._depth -= 1
        if not self._depth:
            self._release()

    def _acquire_patiently(self) -> None:
        waited, pause = 0.0, FIRST_PAUSE
        while True:
            try:
                self._acquire(self._signature())
            except StateLockedError as error:
                if waited >= self._terms.wait:
                    raise
                if not waited:
                    self._terms.waiting(error)
            else:
                return
            pause = min(pause, self._terms.wait - waited)
            self._clock.sleep(pause)
            waited += pause
            pause = min(pause * 2, LONGEST_PAUSE)

    def _signature(self) -> Holder:
        now = self._clock.now().isoformat(timespec="seconds")
        return Holder(uuid4().hex, f"{_user()}@{gethostname()}", os.getpid(), now)

    def _begun(self, state: State) -> State:
        """Give a state that is saved for the first time its lineage."""
        return state if state.lineage else msgspec.structs.replace(state, lineage=uuid4().hex)

    def _own(self, state: State, name: str) -> State:
        """Return the state if it is that of this project and target.

        Raises:
            ForeignStateError: it is not.
        """
        if (state.project, state.target) == (self._empty.project, self._empty.target):
            return state
        raise ForeignStateError(
            text(
                "`{name}` is the state of project `{project}` and target `{target}`",
                name=name,
                project=state.project,
                target=state.target,
            ),
            *self._ways_out(state),
        )

    def _ways_out(self, state: State) -> Iterator[Text]:
        """Yield what to do about a state that is of another project, or else of another target."""
        if state.project != self._empty.project:
            yield text(
                "if project `{before}` was renamed, name it as before: else all is created anew",
                before=state.project,
            )
        else:
            yield text("if target `{before}` was renamed, name it as before", before=state.target)
        yield text(
            "if not, move that state to where it belongs, and put the one of this target here"
        )
        yield text("without one, what crmspec made here before is found again by its marker")


def _user() -> str:
    try:
        return getuser()
    except (KeyError, OSError):  # a container's user without a name
        return str(os.getuid())
