"""The plan: what to do so that the target matches the project, worked out three ways."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

from crmspec.diagnostics import Text
from crmspec.engine.difference import Differences, differences
from crmspec.engine.order import ordered, prerequisites
from crmspec.engine.resource import Address, Desired, Remote, Resource
from crmspec.engine.state import Entry, State

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from crmspec.engine.body import Body
    from crmspec.source import Span

    Normalise = Callable[[Address, Body], Body]
    Where = Callable[[Span], str]


class Kind(StrEnum):
    """What is done to an object."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    ADOPT = "adopt"


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One object to deal with; at most one call.

    `fields` lead from the target's body to the wanted one, `drift` from the last applied body
    to the target's: edits by hand. `after` are the changes to make before; `key` names the call
    for targets that know idempotency keys (empty until the call is announced, unless it was cut
    off before); `source` is `file:line`.
    """

    kind: Kind
    address: Address
    desired: Resource | None = None
    remote: Remote | None = None
    entry: Entry | None = None
    fields: Differences = ()
    drift: Differences = ()
    after: tuple[Address, ...] = ()
    key: str = ""
    source: str = ""

    @property
    def calls(self) -> int:
        """Return how many calls it takes: none if only the state is written."""
        if self.kind is Kind.ADOPT:
            return 1 if self.fields else 0
        return 0 if self.kind is Kind.DELETE and self.remote is None else 1

    @property
    def puts_back(self) -> bool:
        """Say whether it only undoes edits by hand."""
        return self.kind is Kind.UPDATE and bool(self.drift) and self._unmoved

    @property
    def _unmoved(self) -> bool:
        wanted = self.desired.body if self.desired else None
        return self.entry is not None and not differences(self.entry.body, wanted)


class Left(msgspec.Struct, frozen=True):
    """A remark with its place as `file:line`."""

    address: Address
    effect: str
    reason: Text
    source: str


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """Changes in the order of their calls; `ids` are the remote ids of all that exists."""

    state: State
    changes: tuple[Change, ...]
    remarks: tuple[Left, ...]
    unchanged: int
    ids: dict[Address, str]

    @property
    def calls(self) -> int:
        """Return the number of calls."""
        return sum(change.calls for change in self.changes)

    @property
    def empty(self) -> bool:
        """Say whether there is nothing to do."""
        return not self.changes


def known(state: State) -> dict[Address, str]:
    """Return the remote ids that the state knows, for `Provider.read`."""
    return {Address.parse(address): entry.id for address, entry in state.entries.items()}


def _unchanged(_: Address, body: Body) -> Body:
    return body


def _anywhere(span: Span) -> str:
    return span.path


def make(
    desired: Desired,
    state: State,
    actual: Mapping[Address, Remote],
    *,
    where: Where = _anywhere,
    normalise: Normalise = _unchanged,
) -> Plan:
    """Compare what is wanted, what was applied and what is there.

    Raises:
        DependencyCycleError: the changes cannot be ordered.
    """
    wanted = {
        r.address: msgspec.structs.replace(r, body=normalise(r.address, r.body))
        for r in desired.resources
    }
    manual = {remark.address for remark in desired.remarks if remark.effect == "manual"}
    entries = {
        address: msgspec.structs.replace(entry, body=normalise(address, entry.body))
        for text, entry in state.entries.items()
        for address in (Address.parse(text),)
    }
    changes: dict[Address, Change] = {}
    for address in wanted.keys() | ((entries.keys() | actual.keys()) - manual):
        entry, cut_off = entries.get(address), str(address) in state.pending
        change = _change(address, wanted.get(address), entry, actual.get(address), cut_off=cut_off)
        if change is not None:
            changes[address] = change
    needs = prerequisites(wanted, actual, changes.keys())
    return Plan(
        state=state,
        changes=tuple(
            _finish(changes[address], needs[address], state, where) for address in ordered(needs)
        ),
        remarks=tuple(
            Left(r.address, r.effect, r.reason, where(r.origin)) for r in desired.remarks
        ),
        unchanged=len(wanted.keys() - changes.keys()),
        ids={address: remote.id for address, remote in actual.items()},
    )


def _change(
    address: Address,
    desired: Resource | None,
    entry: Entry | None,
    remote: Remote | None,
    *,
    cut_off: bool,
) -> Change | None:
    # After a call that was cut off, a moved object is most likely our own work.
    drift = differences(entry.body, remote.body) if entry and remote and not cut_off else ()
    if desired is None:
        return Change(kind=Kind.DELETE, address=address, remote=remote, entry=entry, drift=drift)
    if remote is None:
        return Change(kind=Kind.CREATE, address=address, desired=desired, entry=entry)
    fields = differences(remote.body, desired.body)
    known = entry is not None and entry.id == remote.id
    if known and not (fields or drift or cut_off):
        return None
    return Change(
        kind=Kind.UPDATE if known and fields else Kind.ADOPT,
        address=address,
        desired=desired,
        remote=remote,
        entry=entry,
        fields=fields,
        drift=drift,
    )


def _finish(change: Change, needs: frozenset[Address], state: State, where: Where) -> Change:
    """Add the order, the place and the key; a call that was cut off keeps its key."""
    pending = state.pending.get(str(change.address))
    return msgspec.structs.replace(
        change,
        after=tuple(sorted(needs)),
        key=pending.key if pending and pending.kind == change.kind else "",
        source=where(change.desired.origin) if change.desired else "",
    )
