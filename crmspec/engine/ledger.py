"""The bytes of a state file and its journal: versioned JSON under digests."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Final

import msgspec

from crmspec.diagnostics import Text, text
from crmspec.engine.body import canonical, digest
from crmspec.engine.error import StateCorruptError
from crmspec.engine.state import Record, State, replay
from crmspec.source.decode import UndecodableError, decoded

FORMAT = "crmspec-state"
VERSION = 4
READABLE = frozenset({3, 4})
"""3 does not tell the files that entries come from."""
_RECORD: Final[Any] = Record


class _Envelope(msgspec.Struct, frozen=True):
    format: str
    version: int
    digest: str
    state: msgspec.Raw


class _Header(msgspec.Struct, frozen=True):
    lineage: str
    serial: int


class _Line(msgspec.Struct, frozen=True):
    digest: str
    record: msgspec.Raw


def dump_state(state: State, *, indent: bool = True) -> bytes:
    """Return the state file's bytes; without `indent` for machines only, half as long."""
    data = canonical(state)
    envelope = {
        "format": FORMAT,
        "version": VERSION,
        "lineage": state.lineage,  # as GitLab wants it: each version of a state has a serial
        "serial": state.serial,
        "digest": digest(data),
        "state": msgspec.Raw(data),
    }
    encoded = msgspec.json.encode(envelope)
    return (msgspec.json.format(encoded, indent=1) if indent else encoded) + b"\n"


def load_state(data: bytes, name: str, advice: Text | None = None, *, kept: bool = True) -> State:
    """Read a state file; `name` is what to call it in errors, `advice` how to restore it.

    It is `kept` if it is the one of a store, without which objects are found again.

    Raises:
        StateCorruptError: it is truncated, was edited, or is of another version.
    """
    try:
        envelope = decoded(data, _Envelope)
        if envelope.format != FORMAT or envelope.version not in READABLE:
            raise StateCorruptError(
                text("`{name}` was written by another version of crmspec", name=name),
                text("use the version of crmspec that wrote it, or a newer one"),
            )
        state = decoded(envelope.state, State)
    except UndecodableError:
        raise _damaged(name, advice, kept=kept) from None
    if digest(canonical(state)) != envelope.digest:
        raise _damaged(name, advice, kept=kept)
    return state


def header(state: State) -> bytes:
    """Return the first line of a journal that goes on from a state."""
    return canonical(_Header(state.lineage, state.serial)) + b"\n"


def line(record: Record, previous: bytes) -> bytes:
    """Return a journal line; its digest also covers the line before."""
    data = msgspec.json.encode(record)
    return canonical(_Line(digest(previous + data), msgspec.Raw(data))) + b"\n"


def resume(state: State, journal: bytes, name: str) -> tuple[State, bytes]:
    """Replay a journal; return the state and the part of the journal that counts.

    A journal of an older state counts for nothing, nor does a last line without its end: the
    process died while writing it.

    Raises:
        StateCorruptError: a whole line is damaged.
    """
    lines = journal.splitlines(keepends=True)
    if lines and not lines[-1].endswith(b"\n"):
        lines.pop()
    if not lines or (lines[0] != header(state) and _is_header(lines[0])):
        return state, b""
    if lines[0] != header(state):
        raise _broken_journal(name)
    for before, current in pairwise(lines):
        state = replay(state, _record(before, current, name))
    return state, b"".join(lines)


def _record(before: bytes, current: bytes, name: str) -> Record:
    try:
        entry = decoded(current, _Line)
        record: Record = decoded(entry.record, _RECORD)
    except UndecodableError:
        raise _broken_journal(name) from None
    if digest(before + bytes(entry.record)) != entry.digest:
        raise _broken_journal(name)
    return record


def _is_header(line: bytes) -> bool:
    try:
        header = decoded(line, _Header)
    except UndecodableError:
        return False
    return canonical(header) + b"\n" == line


def _broken_journal(name: str) -> StateCorruptError:
    return StateCorruptError(
        text("`{name}` is damaged: its digest does not match", name=name),
        text("it holds what the last apply did before it was cut off, and has no backup"),
        text("delete it: what it told of is found again on the target by its marker"),
        text("the next plan may then call the work of that apply a change by hand: it is not"),
    )


def _damaged(name: str, advice: Text | None, *, kept: bool) -> StateCorruptError:
    beside = text("restore it from `{name}.backup` or from version control", name=name)
    without = (
        text("what was applied after that copy will look like a change by hand in the plan"),
        text("or delete it: objects that crmspec made are found again by their marker"),
    )
    said = text("`{name}` is damaged: its digest does not match", name=name)
    return StateCorruptError(said, advice or beside, *(without if kept else ()))
