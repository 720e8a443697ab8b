"""The state: what crmspec last applied to a target, and the calls whose end is not known."""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from crmspec.engine.body import Body, fingerprint
from crmspec.engine.move import renamed


class Entry(msgspec.Struct, frozen=True, omit_defaults=True):
    """An object as it was right after crmspec last wrote it; `applied_at` is ISO 8601 UTC.

    `protected` is what the project said of it then: it outlives the resource. `unmarked` says
    that it was taken over as it was, and has never had the project's marker.
    """

    id: str
    revision: str
    fingerprint: str
    body: Body
    applied_at: str
    protected: bool = False
    unmarked: bool = False


class Intent(msgspec.Struct, frozen=True, omit_defaults=True):
    """A call that was about to be made; `key` makes it recognisable when made again.

    `wanted` is the fingerprint of the body that it was to bring there.
    """

    kind: str
    key: str
    at: str
    wanted: str = ""


class Run(msgspec.Struct, frozen=True, omit_defaults=True):
    """An apply: when it began (ISO 8601 UTC), and what the project was then.

    `commit` is None without git; `dirty` if its files differed from the commit. A `rollback`
    brought the project of an earlier commit.
    """

    at: str
    commit: str | None = None
    dirty: bool = False
    rollback: bool = False


class State(msgspec.Struct, frozen=True, kw_only=True):
    """Entries and intents by address text; `serial` counts records since the state began.

    `lineage` tells states of different beginnings apart; it is empty until first saved.
    `account` is what the target calls the account that was written to; `runs` are the latest
    applies that had something to do.
    """

    project: str
    target: str
    lineage: str = ""
    serial: int = 0
    entries: dict[str, Entry] = {}
    pending: dict[str, Intent] = {}
    account: str = ""
    runs: tuple[Run, ...] = ()


class Intended(msgspec.Struct, frozen=True, tag="intended"):
    """A call is about to be made."""

    address: str
    intent: Intent


class Recorded(msgspec.Struct, frozen=True, tag="recorded", omit_defaults=True):
    """The object is on the target as the entry says; `was` is its old address, if it moved."""

    address: str
    entry: Entry
    was: str = ""


class Forgotten(msgspec.Struct, frozen=True, tag="forgotten"):
    """The object is no longer on the target."""

    address: str


class Cancelled(msgspec.Struct, frozen=True, tag="cancelled"):
    """The call was refused: nothing was done."""

    address: str


class Began(msgspec.Struct, frozen=True, tag="began"):
    """An apply begins."""

    run: Run


Record: TypeAlias = Intended | Recorded | Forgotten | Cancelled | Began

MOST_RUNS = 100
"""How many applies a state remembers."""


def replay(state: State, record: Record) -> State:
    """Return the state after a record; replaying a record twice changes only the serial."""
    if isinstance(record, Began):
        runs = (*state.runs, record.run)[-MOST_RUNS:]
        return msgspec.structs.replace(state, serial=state.serial + 1, runs=runs)
    entries, pending = dict(state.entries), dict(state.pending)
    pending.pop(record.address, None)
    match record:
        case Intended():
            pending[record.address] = record.intent
        case Recorded():
            if record.was:
                pending.pop(record.was, None)
                entries = _moved(entries, record.was, record.address)
            entries[record.address] = record.entry
        case Forgotten():
            entries.pop(record.address, None)
        case Cancelled():
            pass
    return msgspec.structs.replace(state, serial=state.serial + 1, entries=entries, pending=pending)


def _moved(entries: dict[str, Entry], old: str, new: str) -> dict[str, Entry]:
    """Return the entries without the old address, and with all that refers to it renamed."""
    return {
        address: with_body(entry, renamed(entry.body, {old: new}))
        for address, entry in entries.items()
        if address != old
    }


def with_body(entry: Entry, body: Body) -> Entry:
    """Return the entry with another body and its fingerprint."""
    return msgspec.structs.replace(entry, body=body, fingerprint=fingerprint(body))
