"""The state: what crmspec last applied to a target, and the calls whose end is not known."""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from crmspec.engine.body import Body


class Entry(msgspec.Struct, frozen=True):
    """An object as it was right after crmspec last wrote it; `applied_at` is ISO 8601 UTC."""

    id: str
    revision: str
    fingerprint: str
    body: Body
    applied_at: str


class Intent(msgspec.Struct, frozen=True):
    """A call that was about to be made; `key` makes it recognisable when made again."""

    kind: str
    key: str
    at: str


class State(msgspec.Struct, frozen=True, kw_only=True):
    """Entries and intents by address text; `serial` counts records since the state began.

    `lineage` tells states of different beginnings apart; it is empty until first saved.
    """

    project: str
    target: str
    lineage: str = ""
    serial: int = 0
    entries: dict[str, Entry] = {}
    pending: dict[str, Intent] = {}


class Intended(msgspec.Struct, frozen=True, tag="intended"):
    """A call is about to be made."""

    address: str
    intent: Intent


class Recorded(msgspec.Struct, frozen=True, tag="recorded"):
    """The object is on the target as the entry says."""

    address: str
    entry: Entry


class Forgotten(msgspec.Struct, frozen=True, tag="forgotten"):
    """The object is no longer on the target."""

    address: str


class Cancelled(msgspec.Struct, frozen=True, tag="cancelled"):
    """The call was refused: nothing was done."""

    address: str


Record: TypeAlias = Intended | Recorded | Forgotten | Cancelled


def replay(state: State, record: Record) -> State:
    """Return the state after a record; replaying a record twice changes only the serial."""
    entries, pending = dict(state.entries), dict(state.pending)
    pending.pop(record.address, None)
    match record:
        case Intended():
            pending[record.address] = record.intent
        case Recorded():
            entries[record.address] = record.entry
        case Forgotten():
            entries.pop(record.address, None)
        case Cancelled():
            pass
    return msgspec.structs.replace(state, serial=state.serial + 1, entries=entries, pending=pending)
