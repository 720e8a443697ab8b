"""The sandbox's memory: objects and the links between them in one SQLite file."""

from __future__ import annotations

import json
import secrets
import sqlite3
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import RLock
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, collection TEXT NOT NULL,
    external_key TEXT, request_key TEXT UNIQUE, revision INTEGER NOT NULL, document TEXT NOT NULL,
    created_at TEXT NOT NULL, updated_at TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS by_key ON objects (collection, external_key);
CREATE TABLE IF NOT EXISTS account (number INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS links (source TEXT NOT NULL, target TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS by_target ON links (target);
CREATE INDEX IF NOT EXISTS by_source ON links (source);
CREATE TABLE IF NOT EXISTS people (id TEXT PRIMARY KEY, count INTEGER NOT NULL);
"""
_NAMELESS = "sandbox"
"""What the account of a file is called that has objects from before files kept a name."""
_COLUMNS = "number, id, collection, revision, document, created_at, updated_at"


class Row(NamedTuple):
    """One stored object; `document` is what clients wrote, as JSON data."""

    number: int
    id: str
    collection: str
    revision: int
    document: dict[str, object]
    created_at: str
    updated_at: str


class Database:
    """Objects by collection; safe for threads and for several processes on one file.

    `account` is the name of its account: for a new file the given one, or one at random.
    """

    def __init__(self, path: str, account: str | None = None) -> None:
        self._guard = RLock()
        self._link = sqlite3.connect(
            path, timeout=20, isolation_level=None, check_same_thread=False
        )
        try:
            self._link.execute("PRAGMA journal_mode=WAL")
            self._link.execute("PRAGMA synchronous=NORMAL")
            self._link.executescript(_SCHEMA)
            self.account = self._named(account)
        except sqlite3.Error:
            self._link.close()
            raise

    def close(self) -> None:
        """Close the file."""
        with self._guard:
            self._link.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Make what happens inside one transaction that no other writer can enter."""
        with self._guard:
            self._link.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._link.execute("COMMIT")
            except BaseException:
                if self._link.in_transaction:
                    self._link.execute("ROLLBACK")
                raise

    def _named(self, first: str | None) -> str:
        """Return the name that the file keeps: `first` if it has none, or else one at random."""
        select = "SELECT name FROM account"
        if self._link.execute(select).fetchone() is None:
            old = self._link.execute("SELECT 1 FROM objects LIMIT 1").fetchone() is not None
            name = first or (_NAMELESS if old else f"sandbox-{secrets.token_hex(4)}")
            self._link.execute("INSERT OR IGNORE INTO account VALUES (1, ?)", (name,))
        return str(self._link.execute(select).fetchone()[0])

    def page(self, collection: str, *, key: str | None, after: int, limit: int) -> list[Row]:
        """Return up to `limit` objects in the order of their making."""
        return self._rows(
            "collection = ? AND number > ? AND (? IS NULL OR external_key = ?)"
            " ORDER BY number LIMIT ?",
            (collection, after, key, key, limit),
        )

    def get(self, collection: str, id_: str) -> Row | None:
        """Return an object, or None."""
        return next(iter(self._rows("collection = ? AND id = ?", (collection, id_))), None)

    def requested(self, key: str) -> Row | None:
        """Return the object that an earlier request with this key made, or None."""
        return next(iter(self._rows("request_key = ?", (key,))), None)

    def exists(self, id_: str) -> bool:
        """Say whether there is an object with this id."""
        return bool(self._rows("id = ?", (id_,)))

    def users(self, id_: str) -> list[str]:
        """Return the ids of the objects that refer to this one."""
        with self._guard:
            found = self._link.execute("SELECT source FROM links WHERE target = ?", (id_,))
            return [source for (source,) in found]

    def people(self, id_: str) -> int:
        """Return how many are said to be on their way in an object; none by themselves."""
        with self._guard:
            found = self._link.execute("SELECT count FROM people WHERE id = ?", (id_,)).fetchone()
        return int(found[0]) if found else 0

    def populate(self, counts: Mapping[str, int]) -> None:
        """Say how many are on their way in some objects."""
        with self.writing():
            self._link.executemany("INSERT OR REPLACE INTO people VALUES (?, ?)", counts.items())

    def insert(
        self, collection: str, document: dict[str, object], links: Iterable[str], key: str | None
    ) -> Row:
        """Add an object under a new id."""
        prefix = {"templates": "tpl", "segments": "seg"}.get(collection, collection[:2])
        id_, now = f"{prefix}_{secrets.token_hex(6)}", _now()
        self._link.execute(
            "INSERT INTO objects (id, collection, external_key, request_key, revision, document,"
            " created_at, updated_at) VALUES (?, ?, ?, ?, 1, ?, ?, ?)",
            (id_, collection, document.get("external_key"), key, json.dumps(document), now, now),
        )
        self._relink(id_, links)
        return self._rows("id = ?", (id_,))[0]

    def update(self, id_: str, document: dict[str, object], links: Iterable[str]) -> Row:
        """Replace an object's document and count its revision up."""
        self._link.execute(
            "UPDATE objects SET document = ?, external_key = ?, revision = revision + 1,"
            " updated_at = ? WHERE id = ?",
            (json.dumps(document), document.get("external_key"), _now(), id_),
        )
        self._relink(id_, links)
        return self._rows("id = ?", (id_,))[0]

    def delete(self, id_: str) -> None:
        """Remove an object."""
        self._link.execute("DELETE FROM objects WHERE id = ?", (id_,))
        self._relink(id_, ())

    def _relink(self, id_: str, links: Iterable[str]) -> None:
        self._link.execute("DELETE FROM links WHERE source = ?", (id_,))
        self._link.executemany(
            "INSERT INTO links VALUES (?, ?)", [(id_, target) for target in sorted(set(links))]
        )

    def _rows(self, where: str, arguments: tuple[object, ...]) -> list[Row]:
        query = f"SELECT {_COLUMNS} FROM objects WHERE {where}"  # noqa: S608 - literals only
        with self._guard:
            found = self._link.execute(query, arguments).fetchall()
        return [Row(n, i, c, r, json.loads(d), made, at) for n, i, c, r, d, made, at in found]


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
