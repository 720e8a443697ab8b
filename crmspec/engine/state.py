"""The state: what crmspec last applied to a target, and the calls whose end is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import msgspec

from crmspec.engine.body import Body, fingerprint
from crmspec.engine.move import renamed, renamed_reach

if TYPE_CHECKING:
    from collections.abc import Mapping


class Confirmation(msgspec.Struct, frozen=True):
    """A build sheet that a person says they have done; `at` is ISO 8601 UTC.

    `body` is what the sheet asked for, `fingerprint` its digest.
    """

    fingerprint: str
    body: Body
    by: str
    at: str


class Entry(msgspec.Struct, frozen=True, omit_defaults=True):
    """An object as it was right after crmspec last wrote it; `applied_at` is ISO 8601 UTC.

    `protected` is what the project said of it then: it outlives the resource. `unmarked` says
    that it was taken over as it was, and has never had the project's marker. `by_hand` is what a
    person did of it; an entry without an `id` is nothing else. `source` is the file that it was
    written in then; states of version 3 do not tell. `reach` is who got something by it then, as
    far as the project says (`engine.reach`).
    """

    id: str
    revision: str
    fingerprint: str
    body: Body
    applied_at: str
    protected: bool = False
    unmarked: bool = False
    by_hand: Confirmation | None = None
    source: str = ""
    reach: dict[str, tuple[str, ...]] = {}

    @property
    def deployed(self) -> bool:
        """Say whether crmspec made or adopted the object."""
        return bool(self.id)


BY_HAND = Entry("", "", "", {}, "")
"""The entry of what crmspec never wrote."""


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
    brought the project of an earlier commit. `launched` are the addresses that were live after it
    and not before, `stopped` those that were before and not after.
    """

    at: str
    commit: str | None = None
    dirty: bool = False
    rollback: bool = False
    launched: tuple[str, ...] = ()
    stopped: tuple[str, ...] = ()


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


class Confirmed(msgspec.Struct, frozen=True, tag="confirmed", omit_defaults=True):
    """A person did what a build sheet says; None: what was done by hand is taken away again.

    `was` is the old address of what has moved since it was done.
    """

    address: str
    by_hand: Confirmation | None = None
    was: str = ""


Record: TypeAlias = Intended | Recorded | Forgotten | Cancelled | Confirmed | Began

MOST_RUNS = 100
"""How many applies a state remembers."""


def replay(state: State, record: Record) -> State:
    """Return the state after a record; replaying a record twice changes only the serial."""
    if isinstance(record, Began):
        runs = (*state.runs, record.run)[-MOST_RUNS:]
        return msgspec.structs.replace(state, serial=state.serial + 1, runs=runs)
    entries, pending = dict(state.entries), dict(state.pending)
    if not isinstance(record, Confirmed):
        pending.pop(record.address, None)
    match record:
        case Intended():
            pending[record.address] = record.intent
        case Recorded():
            if record.was:
                pending.pop(record.was, None)
                entries = _moved(entries, record.was, record.address)
            entries[record.address] = _kept(
                record.entry, state.entries.get(record.was) or state.entries.get(record.address)
            )
        case Confirmed():
            for address in {record.address, record.was or record.address}:
                done = record.by_hand if address == record.address else None
                entries = _confirmed(entries, address, done)
        case Forgotten():
            entries = _forgotten(entries, record.address)
        case Cancelled():
            pass
    return msgspec.structs.replace(
        state,
        serial=state.serial + 1,
        entries=entries,
        pending=pending,
        runs=_noted(state, entries, {record.address, getattr(record, "was", "")}),
    )


def _noted(state: State, entries: dict[str, Entry], addresses: set[str]) -> tuple[Run, ...]:
    """Return the runs, with the last one told of what is live now, or no more."""
    before = {one for one in addresses if _is_live(state.entries.get(one))}
    after = {one for one in addresses if _is_live(entries.get(one))}
    if before == after or not state.runs:
        return state.runs
    *earlier, last = state.runs
    launched, stopped = set(last.launched), set(last.stopped)
    changed = msgspec.structs.replace(
        last,
        launched=tuple(sorted((launched - (before - after)) | (after - before - stopped))),
        stopped=tuple(sorted((stopped - (after - before)) | (before - after - launched))),
    )
    return (*earlier, changed)


def _is_live(entry: Entry | None) -> bool:
    return entry is not None and entry.body.get("status") == "live"


def live_after(state: State, number: int) -> frozenset[str]:
    """Return the addresses of what was live after a run, by its place in `state.runs`."""
    live = {address for address, entry in state.entries.items() if _is_live(entry)}
    for run in reversed(state.runs[number + 1 :]):
        live = (live - set(run.launched)) | set(run.stopped)
    return frozenset(live)


def _kept(entry: Entry, before: Entry | None) -> Entry:
    """Return the entry with what was done by hand before."""
    by_hand = entry.by_hand or (before.by_hand if before is not None else None)
    return msgspec.structs.replace(entry, by_hand=by_hand)


def _forgotten(entries: dict[str, Entry], address: str) -> dict[str, Entry]:
    """Return the entries without an object; what was done by hand is still to be undone so."""
    entry = entries.pop(address, None)
    kept = entry.by_hand if entry is not None and entry.deployed else None
    return _confirmed(entries, address, kept) if kept is not None else entries


def _confirmed(
    entries: dict[str, Entry], address: str, by_hand: Confirmation | None
) -> dict[str, Entry]:
    """Return the entries with what was done by hand at an address, or with nothing done there."""
    entry = entries.get(address, BY_HAND)
    changed = msgspec.structs.replace(entry, by_hand=by_hand)
    others = {name: one for name, one in entries.items() if name != address}
    return others | {address: changed} if changed.deployed or by_hand is not None else others


def _moved(entries: dict[str, Entry], old: str, new: str) -> dict[str, Entry]:
    """Return the entries without the old address, and with all that refers to it renamed."""
    return {
        address: entry_renamed(entry, {old: new})
        for address, entry in entries.items()
        if address != old
    }


def entry_renamed(entry: Entry, names: Mapping[str, str]) -> Entry:
    """Return the entry with all that it refers to under its new address."""
    if not names:
        return entry
    reach = renamed_reach(entry.reach, names)
    return msgspec.structs.replace(with_body(entry, renamed(entry.body, names)), reach=reach)


def with_body(entry: Entry, body: Body) -> Entry:
    """Return the entry with another body and its fingerprint."""
    return msgspec.structs.replace(entry, body=body, fingerprint=fingerprint(body))
