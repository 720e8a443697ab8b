"""State in a local file: written whole and atomically, with a journal, a backup and a lock."""

from __future__ import annotations

import os
from contextlib import contextmanager
from getpass import getuser
from socket import gethostname
from typing import TYPE_CHECKING
from uuid import uuid4

import msgspec

from crmspec.diagnostics import text
from crmspec.engine import ledger
from crmspec.engine.error import StateCorruptError, StateLockedError
from crmspec.engine.state import State

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from crmspec.engine.port import Clock
    from crmspec.engine.state import Record


class _Owner(msgspec.Struct, frozen=True):
    who: str
    pid: int
    since: str


class FileStore:
    """The state of one target in `path`, beside it `.journal`, `.backup`, `.lock`, `.owner`."""

    def __init__(self, path: Path, *, project: str, target: str, clock: Clock) -> None:
        from filelock import FileLock

        self._path = path
        self._empty = State(project=project, target=target)
        self._clock = clock
        self._lock = FileLock(str(self._beside("lock")), timeout=0)
        self._whole = b""
        self._ready = False

    def load(self) -> State:
        """Return the state with the journal replayed.

        Raises:
            StateCorruptError: a file fails its digest, or belongs to another project or target.
        """
        data = _read(self._path)
        if data is None:
            return self._empty
        journal = _read(self._beside("journal")) or b""
        state = ledger.load_state(data, self._path.name)
        if (state.project, state.target) != (self._empty.project, self._empty.target):
            raise self._foreign(state)
        header = ledger.header(state)
        state, whole = ledger.resume(state, journal, self._beside("journal").name)
        self._whole, self._ready = whole or header, False
        return state

    def append(self, record: Record) -> None:
        """Add a record to the journal and wait until it is on the disk."""
        if not self._whole:
            raise RuntimeError("load or save the state before adding to its journal")
        line = ledger.line(record, self._whole.splitlines(keepends=True)[-1])
        if not self._ready:
            # What a crash left of a torn last line goes away here, under the lock.
            _write(self._beside("journal"), self._whole)
            self._ready = True
        with self._beside("journal").open("ab") as file:
            file.write(line)
            file.flush()
            os.fsync(file.fileno())
        self._whole = line

    def save(self, state: State) -> State:
        """Write the state atomically, keep the one before as backup, and begin a new journal."""
        if not state.lineage:
            state = msgspec.structs.replace(state, lineage=uuid4().hex)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        before = _read(self._path)
        data = ledger.dump_state(state)
        if before is not None and before != data:
            _write(self._beside("backup"), before)
        _write(self._path, data)
        self._whole, self._ready = ledger.header(state), True
        _write(self._beside("journal"), self._whole)
        return state

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the state alone; the same store may take it again.

        Raises:
            StateLockedError: another process holds it; the message says who and since when.
        """
        from filelock import Timeout

        self._path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._lock.acquire()
        except Timeout:
            raise self._held() from None
        try:
            self._sign()
            yield
        finally:
            self._lock.release()

    def _beside(self, suffix: str) -> Path:
        return self._path.with_name(f"{self._path.name}.{suffix}")

    def _sign(self) -> None:
        owner = _Owner(f"{getuser()}@{gethostname()}", os.getpid(), self._now())
        self._beside("owner").write_bytes(msgspec.json.encode(owner))

    def _now(self) -> str:
        return self._clock.now().isoformat(timespec="seconds")

    def _held(self) -> StateLockedError:
        owner = _owner(self._beside("owner"))
        help_ = text("wait until it has ended; a lock of a dead process frees itself")
        if owner is None:
            return StateLockedError(text("another run holds the state"), help_)
        message = text(
            "`{who}` (process {pid}) has held the state since {since}",
            who=owner.who,
            pid=owner.pid,
            since=owner.since,
        )
        return StateLockedError(message, help_)

    def _foreign(self, state: State) -> StateCorruptError:
        return StateCorruptError(
            text(
                "`{name}` is the state of project `{project}` and target `{target}`",
                name=self._path.name,
                project=state.project,
                target=state.target,
            ),
            text("a project that was renamed would be created anew: name it as before"),
        )


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _write(path: Path, data: bytes) -> None:
    """Replace a file in one step that survives a power cut."""
    draft = path.with_name(f"{path.name}.tmp")
    with draft.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _owner(path: Path) -> _Owner | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=_Owner)
    except (FileNotFoundError, msgspec.DecodeError):
        return None
