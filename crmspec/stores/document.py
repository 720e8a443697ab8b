"""State as one document that is replaced in one step: each record is written before it counts."""

from __future__ import annotations

from abc import abstractmethod
from itertools import count
from threading import Lock
from typing import TYPE_CHECKING

import msgspec

from crmspec.diagnostics import text
from crmspec.engine import ledger
from crmspec.engine.error import StateMovedError, StoreDoubtfulError
from crmspec.engine.state import replay
from crmspec.stores.locking import LockingStore

if TYPE_CHECKING:
    from crmspec.engine.state import Record, State
    from crmspec.stores.locking import Terms

ATTEMPTS = 5
FIRST_PAUSE = 0.25


class Document(msgspec.Struct, frozen=True):
    """The bytes of a state, the tag by which the store tells versions apart, and who wrote it."""

    data: bytes
    tag: str = ""
    writer: str = ""


class DocumentStore(LockingStore):
    """A store that holds the whole state in one document, called `name` in errors.

    It needs no journal: a record is folded into the state, which is written before `append`
    returns. Records that arrive while one is being written go together in the next write.
    """

    def __init__(self, terms: Terms, name: str) -> None:
        super().__init__(terms)
        self._name = name
        self._state: State | None = None
        self._document: Document | None = None
        self._written = -1
        self._writer = ""
        self._folding, self._pressing = Lock(), Lock()

    @abstractmethod
    def _get(self) -> Document | None:
        """Return the document, or None if there is none; repeats what may be repeated."""

    @abstractmethod
    def _put(self, data: bytes, before: Document | None) -> Document:
        """Replace the document in one try, if it is still the one before.

        Raises:
            StateMovedError: it is not, or the lock is not ours any more.
            StoreDoubtfulError: no clear answer came back.
        """

    def load(self) -> State:
        """Return the state as it was written last."""
        self._document = document = self._get()  # what is damaged can be replaced, and is known
        state = self._empty
        if document is not None:
            advice = text("restore an older version of it: `crmspec state push FILE --force`")
            state = self._own(ledger.load_state(document.data, self._name, advice), self._name)
        self._state, self._written = state, state.serial
        return state

    def append(self, *records: Record) -> None:
        """Fold records into the state and write that."""
        with self._folding:
            if self._state is None or not self._state.lineage:
                raise RuntimeError("load or save the state before adding to it")
            for record in records:
                self._state = replay(self._state, record)
            serial = self._state.serial
        with self._pressing:
            if self._written < serial:
                self._write(self._state)

    def save(self, state: State) -> State:
        """Write the state, unless it stands there already."""
        state = self._begun(state)
        with self._pressing:
            self._write(state)
        self._state = state
        return state

    def _write(self, state: State) -> None:
        data = ledger.dump_state(state, indent=False)
        if self._document is None or self._document.data != data:
            self._document = self._put_patiently(data)
        self._written = state.serial

    def _put_patiently(self, data: bytes) -> Document:
        """Write until it is known to be written."""
        for number in count(1):
            try:
                return self._put(data, self._document)
            except (StateMovedError, StoreDoubtfulError) as error:
                found = self._get()
                if found is not None and (found.data, found.writer) == (data, self._writer):
                    return found  # it had arrived after all
                if number == ATTEMPTS or isinstance(error, StateMovedError):
                    raise
            self._clock.sleep(FIRST_PAUSE * 2 ** (number - 1))
        raise AssertionError
