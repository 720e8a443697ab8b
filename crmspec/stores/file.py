"""State in a local file: written whole and atomically, with a journal, a backup and a lock."""

from __future__ import annotations

import os
from errno import ENOSPC
from os import strerror
from socket import gethostname
from threading import Lock
from typing import TYPE_CHECKING

import msgspec

from crmspec.diagnostics import text
from crmspec.engine import ledger
from crmspec.engine.error import StateLockedError, StoreUnusableError
from crmspec.engine.holder import Holder, locked
from crmspec.source.decode import UndecodableError, decoded
from crmspec.stores.disk import led, make, usable, write
from crmspec.stores.locking import LockingStore, Terms, silent

if TYPE_CHECKING:
    from collections.abc import Callable
    from io import FileIO
    from pathlib import Path

    from crmspec.engine.port import Clock
    from crmspec.engine.state import Record, State


class FileStore(LockingStore):
    """The state of one target in `path`, beside it `.journal`, `.backup`, `.lock`, `.owner`."""

    def __init__(  # noqa: PLR0913 - whose state it is, and how long to wait
        self,
        path: Path,
        *,
        project: str,
        target: str,
        clock: Clock,
        wait: float = 0.0,
        waiting: Callable[[StateLockedError], None] = silent,
    ) -> None:
        from filelock import FileLock

        super().__init__(Terms(project, target, clock, wait, waiting))
        self._path = path
        self._lock = FileLock(str(self._beside("lock")), timeout=0)
        self._whole = b""
        self._last = b""
        self._unwritten = b""
        self._folding, self._pressing = Lock(), Lock()

    def load(self) -> State:
        """Return the state with the journal replayed.

        Raises:
            StateCorruptError: a file fails its digest, or belongs to another project or target.
        """
        with usable(self._path):
            data = _read(self._path)
            journal = _read(self._beside("journal")) or b""
            if data is None:
                led(self._path.parent)
        if data is None:
            return self._empty
        state = self._own(ledger.load_state(data, self._path.name), self._path.name)
        header = ledger.header(state)
        state, whole = ledger.resume(state, journal, self._beside("journal").name)
        self._whole = whole or header
        self._last = self._whole.splitlines(keepends=True)[-1]
        return state

    def append(self, *records: Record) -> None:
        """Add records to the journal and wait until they are on the disk.

        Records of other threads that came meanwhile are written together with them.
        """
        with self._folding:
            if not self._last:
                raise RuntimeError("load or save the state before adding to its journal")
            for record in records:
                self._last = ledger.line(record, self._last)
                self._unwritten += self._last
        with self._pressing:
            with self._folding:
                data = self._unwritten
            if data:
                with usable(self._beside("journal")):
                    self._press(data)
                with self._folding:
                    self._unwritten = self._unwritten[len(data) :]

    def _press(self, data: bytes) -> None:
        journal = self._beside("journal")
        if self._whole:
            # What a crash left of a torn last line goes away here, under the lock.
            write(journal, self._whole)
            self._whole = b""
        with journal.open("ab", buffering=0) as file:
            size = file.tell()
            try:
                _pour(file, data)
            except BaseException:
                file.truncate(size)  # or the next line would go on from half a line
                raise

    def save(self, state: State) -> State:
        """Write the state atomically, keep the one before as backup, and begin a new journal."""
        state = self._begun(state)
        with usable(self._path):
            make(self._path.parent)
            before = _read(self._path)
            data = ledger.dump_state(state)
            if before is not None and before != data:
                write(self._beside("backup"), before)
            write(self._path, data)
            self._last, self._whole, self._unwritten = ledger.header(state), b"", b""
            write(self._beside("journal"), self._last)
        return state

    def holder(self) -> Holder | None:
        """Return who holds the lock now, or None."""
        try:
            self._acquire(self._signature())
        except StateLockedError:
            return _holder(self._beside("owner")) or Holder()
        self._release()
        return None

    def glimpse(self) -> Holder | None:
        """Return who holds the lock now, or None.

        The lock is only tried, for a moment, where the one who took it last may still be there.
        """
        last = _holder(self._beside("owner"))
        if last is None or _is_gone(last):
            return None
        with usable(self._beside("lock")):
            try:
                self._take()
            except StateLockedError:
                return last
            self._release()
        return None

    def unlock(self, id_: str) -> None:
        """Refuse while the lock is held: it ends with the process that holds it."""
        holder = self.holder()
        if holder is not None:
            pid = holder.process
            raise StateLockedError(
                text("the lock `{id}` is held by a process that still runs", id=id_),
                text("end process {pid} on its machine; its lock then frees itself", pid=pid),
            )

    def _acquire(self, holder: Holder) -> None:
        with usable(self._beside("lock")):
            self._take()
            self._beside("owner").write_bytes(msgspec.json.encode(holder))

    def _take(self) -> None:
        from filelock import Timeout

        make(self._path.parent)
        try:
            self._lock.acquire()
        except Timeout:
            owner = _holder(self._beside("owner")) or Holder()
            raise locked(owner, frees_itself=True) from None
        except NotImplementedError:  # a network share without locks
            raise StoreUnusableError(
                text("the file system of `{path}` has no locks", path=str(self._path.parent)),
                text("keep the state on a disk of this machine, or in another store"),
            ) from None

    def _release(self) -> None:
        self._lock.release()

    def _beside(self, suffix: str) -> Path:
        return self._path.with_name(f"{self._path.name}.{suffix}")


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _pour(file: FileIO, data: bytes) -> None:
    if file.write(data) < len(data):
        raise OSError(ENOSPC, strerror(ENOSPC), str(file.name))
    os.fsync(file.fileno())


def _is_gone(holder: Holder) -> bool:
    """Say whether a process of this machine has ended; of others nobody knows."""
    here = os.name == "posix" and holder.who.rpartition("@")[2] == gethostname()
    if not here or holder.process <= 0:
        return False
    try:
        os.kill(holder.process, 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):  # it is another user's, or its number is none
        return False
    return False


def _holder(path: Path) -> Holder | None:
    try:
        return decoded(path.read_bytes(), Holder)
    except (FileNotFoundError, UndecodableError):
        return None
