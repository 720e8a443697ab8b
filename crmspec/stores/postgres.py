"""State in PostgreSQL: a row, a journal of rows, and a lock that lives as long as its session."""

from __future__ import annotations

from contextlib import contextmanager
from hashlib import sha256
from threading import Lock
from typing import TYPE_CHECKING, Any

import msgspec

from crmspec.diagnostics import text
from crmspec.engine import ledger
from crmspec.engine.error import StateLockedError, StateMovedError, StoreUnusableError
from crmspec.engine.holder import Holder, locked
from crmspec.source.decode import UndecodableError, decoded
from crmspec.stores.locking import LockingStore

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg import Connection

    from crmspec.engine.state import Record, State
    from crmspec.stores.locking import Terms

FORMAT = 1
"""The version of the tables; it stands in every row."""

_SCHEMA = "CREATE SCHEMA {schema}"
_TABLES = """
CREATE TABLE IF NOT EXISTS {schema}.state (
    project text, target text, format int NOT NULL, lineage text NOT NULL, serial bigint NOT NULL,
    document bytea NOT NULL, previous bytea, written_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (project, target));
CREATE TABLE IF NOT EXISTS {schema}.journal (
    project text, target text, serial bigint, line bytea NOT NULL,
    PRIMARY KEY (project, target, serial));
CREATE TABLE IF NOT EXISTS {schema}.holder (
    project text, target text, holder bytea NOT NULL, backend int NOT NULL,
    PRIMARY KEY (project, target));
"""
_READ = """
SELECT format, document, lineage, serial FROM {schema}.state
WHERE project = %(project)s AND target = %(target)s
"""
_READ_JOURNAL = """
SELECT serial, line FROM {schema}.journal WHERE project = %(project)s AND target = %(target)s
ORDER BY serial
"""
_APPEND = """
INSERT INTO {schema}.journal SELECT project, target, %(serial)s, %(line)s FROM {schema}.state
WHERE project = %(project)s AND target = %(target)s
  AND lineage = %(lineage)s AND serial = %(base)s
"""
_CREATE = """
INSERT INTO {schema}.state (project, target, format, lineage, serial, document)
VALUES (%(project)s, %(target)s, %(format)s, %(lineage)s, %(serial)s, %(document)s)
ON CONFLICT DO NOTHING
"""
_REPLACE = """
UPDATE {schema}.state SET lineage = %(lineage)s, serial = %(serial)s, document = %(document)s,
    previous = document, format = %(format)s, written_at = now()
WHERE project = %(project)s AND target = %(target)s
  AND lineage = %(old_lineage)s AND serial = %(base)s
  AND %(last)s = (SELECT coalesce(max(serial), %(base)s) FROM {schema}.journal
                  WHERE project = %(project)s AND target = %(target)s)
"""
_CLEAR = "DELETE FROM {schema}.journal WHERE project = %(project)s AND target = %(target)s"
_SIGN = """
INSERT INTO {schema}.holder VALUES (%(project)s, %(target)s, %(holder)s, pg_backend_pid())
ON CONFLICT (project, target) DO UPDATE SET holder = %(holder)s, backend = pg_backend_pid()
"""
_HOLDER = """
SELECT h.holder, h.backend FROM {schema}.holder h
WHERE project = %(project)s AND target = %(target)s AND EXISTS (
    SELECT FROM pg_locks l WHERE l.locktype = 'advisory' AND l.granted AND l.pid = h.backend
      AND l.classid = %(high)s::bigint::oid AND l.objid = %(low)s::bigint::oid)
"""
_KEEP_ALIVE = """
SELECT set_config(name, value, false) FROM pg_settings JOIN (VALUES
    ('tcp_keepalives_idle', '60'), ('tcp_keepalives_interval', '10'), ('tcp_keepalives_count', '6'),
    ('idle_session_timeout', '0')) wanted (name, value) USING (name)
"""
"""A client that vanished is noticed within two minutes; one that waits for a target is kept."""


class Database(msgspec.Struct, frozen=True, kw_only=True):
    """Where the tables are; what is not given comes from libpq's variables and files."""

    url: str = ""
    schema: str = "crmspec"
    username: str | None = None
    secret: str | None = None

    def __repr__(self) -> str:
        return f"Database({self.url}, {self.schema})"


class PostgresStore(LockingStore):
    """The state of one target in the tables of a schema, made on first use.

    The session that holds the lock is the one that writes: who has lost the lock cannot write.
    """

    def __init__(self, place: Database, terms: Terms) -> None:
        super().__init__(terms)
        self._place = place
        self._name = f"{place.schema}.state"
        self._opened: Connection[Any] | None = None
        self._base: State | None = None
        self._last = b""
        self._serial = 0
        self._writing = Lock()
        self._whose = {"project": terms.project, "target": terms.target}
        self._key = _key(place.schema, terms.project, terms.target)

    def close(self) -> None:
        """Close the connection, and with it the lock."""
        if self._opened is not None:
            self._opened.close()

    def load(self) -> State:
        """Return the state with the journal replayed."""
        with self._session() as session:
            if not self._exists(session):
                return self._empty
            with session.transaction():
                session.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                row = self._run(_READ).fetchone()
                added = [(serial, bytes(line)) for serial, line in self._run(_READ_JOURNAL)]
        if row is None:
            self._base = None
            return self._empty
        format_, document, lineage, serial = row
        self._base = msgspec.structs.replace(
            self._empty, lineage=lineage, serial=serial
        )  # even if it is damaged
        self._serial = max([serial, *(number for number, _ in added)])
        return self._replayed(format_, bytes(document), [line for _, line in added])

    def append(self, *records: Record) -> None:
        """Add rows to the journal and wait until they are committed."""
        with self._writing, self._session() as session:
            if self._base is None:
                raise RuntimeError("load or save the state before adding to its journal")
            last, serial = self._last, self._serial
            with session.transaction():
                for record in records:
                    last, serial = ledger.line(record, last), serial + 1
                    self._insert(serial, last)
            self._last, self._serial = last, serial

    def save(self, state: State) -> State:
        """Write the state and empty the journal, in one transaction."""
        state = self._begun(state)
        with self._writing, self._session() as session:
            self._prepare(session)
            with session.transaction():
                self._replace(state)
        self._go_on_from(state)
        return state

    def holder(self) -> Holder | None:
        """Return who holds the lock now, or None."""
        found = self._who()
        return found and found[0]

    def glimpse(self) -> Holder | None:
        """Return who holds the lock now, or None: it is only read."""
        return self.holder()

    def unlock(self, id_: str) -> None:
        """End the session that holds the lock; only needed when its machine has vanished."""
        found = self._who()
        if found is None:
            raise StateLockedError(text("nobody holds the state"))
        holder, backend = found
        if holder.id != id_:
            raise locked(holder, frees_itself=True)
        with self._session() as session:
            session.execute("SELECT pg_terminate_backend(%s)", (backend,))

    def _acquire(self, holder: Holder) -> None:
        with self._session() as session:
            self._prepare(session)
            row = session.execute("SELECT pg_try_advisory_lock(%s)", (self._key,)).fetchone()
            if not (row and row[0]):
                raise locked(self.holder() or Holder(), frees_itself=True)
            self._run(_SIGN, holder=msgspec.json.encode(holder))

    def _release(self) -> None:
        with self._session() as session:
            session.execute("SELECT pg_advisory_unlock(%s)", (self._key,))

    def _who(self) -> tuple[Holder, int] | None:
        high, low = divmod(self._key % 2**64, 2**32)
        with self._session() as session:
            if not self._exists(session):
                return None
            row = self._run(_HOLDER, high=high, low=low).fetchone()
        return row and (_holder(bytes(row[0])), row[1])

    def _replayed(self, format_: int, document: bytes, lines: list[bytes]) -> State:
        if format_ != FORMAT:
            raise StoreUnusableError(
                text("the tables of `{name}` are of another version of crmspec", name=self._name),
                text("use the version of crmspec that wrote them, or a newer one"),
            )
        advice = text("restore the row from its column `previous` or from a backup of the database")
        state = self._own(ledger.load_state(document, self._name, advice), self._name)
        whole = [line.rstrip(b"\n") + b"\n" for line in lines]  # a row is never torn
        journal = ledger.header(state) + b"".join(whole)
        replayed, _ = ledger.resume(state, journal, f"{self._place.schema}.journal")
        self._go_on_from(state)
        if lines:
            self._last, self._serial = lines[-1], replayed.serial
        return replayed

    def _go_on_from(self, state: State) -> None:
        self._base, self._serial, self._last = state, state.serial, ledger.header(state)

    def _insert(self, serial: int, line: bytes) -> None:
        from psycopg.errors import UniqueViolation

        base = self._base or self._empty
        parts = {"line": line, "serial": serial, "lineage": base.lineage, "base": base.serial}
        try:
            made = self._run(_APPEND, **parts).rowcount
        except UniqueViolation:
            made = 0
        if not made:
            raise _moved(self._name)

    def _replace(self, state: State) -> None:
        parts = {
            "lineage": state.lineage,
            "serial": state.serial,
            "document": ledger.dump_state(state),
            "format": FORMAT,
        }
        if self._base is None:
            done = self._run(_CREATE, **parts)
        else:
            base = {"old_lineage": self._base.lineage, "base": self._base.serial}
            done = self._run(_REPLACE, last=self._serial, **base, **parts)
            self._run(_CLEAR)
        if not done.rowcount:
            raise _moved(self._name)

    def _exists(self, session: Connection[Any]) -> bool:
        table = f'"{self._place.schema}".holder'  # the last one that is made
        row = session.execute("SELECT to_regclass(%s)", (table,)).fetchone()
        return row is not None and row[0] is not None

    def _prepare(self, session: Connection[Any]) -> None:
        """Make the tables, one run at a time."""
        if not self._exists(session):
            with session.transaction():
                key = _key(self._place.schema)
                session.execute("SELECT pg_advisory_xact_lock(%s)", (key,))
                schema = f'"{self._place.schema}"'
                found = session.execute("SELECT to_regnamespace(%s)", (schema,)).fetchone()
                if found == (None,):  # who may not make one is not asked to
                    self._run(_SCHEMA)
                self._run(_TABLES)

    def _run(self, query: str, **parts: object) -> Any:  # noqa: ANN401 - a row is a tuple
        from psycopg.sql import SQL, Identifier

        opened = self._opened
        if opened is None:
            raise AssertionError
        made = SQL(query).format(schema=Identifier(self._place.schema))
        # Several statements at once, as those that make the tables, take no parameters.
        return opened.execute(made, self._whose | parts if "%(" in query else None)

    @contextmanager
    def _session(self) -> Iterator[Connection[Any]]:
        """Give the one session; a lost one is never replaced, for its lock is lost with it."""
        if self._opened is None:
            self._opened = _connect(self._place)
        import psycopg

        try:
            yield self._opened
        except psycopg.Error as error:
            raise _unusable(error) from None


def _key(*names: str) -> int:
    """Return the number of an advisory lock."""
    return int.from_bytes(sha256("\n".join(names).encode()).digest()[:8], signed=True)


def _holder(data: bytes) -> Holder:
    try:
        return decoded(data, Holder)
    except UndecodableError:
        return Holder()


def _connect(place: Database) -> Connection[Any]:
    try:
        import psycopg
    except ImportError:
        raise StoreUnusableError(
            text("the store `postgres` needs a package that is not installed"),
            text("pip install 'crmspec[postgres]'"),
        ) from None
    given = {"user": place.username, "password": place.secret}
    try:
        session = psycopg.connect(
            place.url,
            autocommit=True,
            connect_timeout=10,
            application_name="crmspec",
            **{key: value for key, value in given.items() if value is not None},  # type: ignore[arg-type]
        )
        session.execute(_KEEP_ALIVE)
    except psycopg.Error as error:
        raise _unusable(error) from None
    return session


def _unusable(error: Exception) -> StoreUnusableError:
    """Say it in the server's words, which hold no secret; only the first line, as the rest may."""
    reason = (str(error).splitlines() or [type(error).__name__])[0]
    return StoreUnusableError(
        text("the database of the state: {reason}", reason=reason),
        text("what was applied and not recorded is found again by its marker: apply again"),
    )


def _moved(name: str) -> StateMovedError:
    return StateMovedError(
        text("`{name}` was written by another run meanwhile", name=name),
        text("plan again: what this run did is found again by its marker"),
    )
