"""The plan: what to do so that the target matches the project, worked out three ways."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

from crmspec.diagnostics import Text, text
from crmspec.engine.difference import Action, Difference, Differences, differences
from crmspec.engine.error import TargetRejectedError
from crmspec.engine.order import ordered, prerequisites
from crmspec.engine.resource import Address, Desired, Remark, Remote, Resource, Undeployed
from crmspec.engine.state import Entry, State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from collections.abc import Set as AbstractSet

    from crmspec.engine.body import Body
    from crmspec.source import Span

    Normalise = Callable[[Address, Body], Body]
    Where = Callable[[Span], str]


_MARKER = "marker"


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
    """A remark with its place as `file:line`; `stays` if the object is on the target meanwhile.

    The effects are those of remarks and `unknown`: an object with the project's marker that
    neither the project nor the state knows.
    """

    address: Address
    effect: str
    reason: Text
    source: str
    stays: bool = False


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """Changes in the order of their calls; `ids` are the remote ids of all that exists."""

    state: State
    changes: tuple[Change, ...]
    remarks: tuple[Left, ...]
    unchanged: int
    ids: dict[Address, str]
    undeployed: tuple[Undeployed, ...] = ()

    @property
    def calls(self) -> int:
        """Return the number of calls."""
        return sum(change.calls for change in self.changes)

    @property
    def empty(self) -> bool:
        """Say whether there is nothing to do."""
        return not self.changes

    @property
    def matches(self) -> bool:
        """Say whether the target holds nothing but what the plan is about."""
        return self.empty and not any(remark.stays for remark in self.remarks)


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
        for name, entry in state.entries.items()
        for address in (Address.parse(name),)
    }
    # What only its marker shows may be another state's: it is never deleted.
    cut_off_calls = actual.keys() & set(map(Address.parse, state.pending))
    ours = _of(desired, entries.keys() | cut_off_calls)
    _complete(desired, wanted, actual)
    changes: dict[Address, Change] = {}
    for address in wanted.keys() | (ours - manual):
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
        remarks=(
            *(_left(remark, entries, actual, where) for remark in desired.remarks),
            *_unknown(_of(desired, actual.keys() - wanted.keys() - ours - manual)),
        ),
        unchanged=len(wanted.keys() - changes.keys()),
        ids={address: remote.id for address, remote in actual.items()},
        undeployed=desired.undeployed,
    )


def _of(desired: Desired, addresses: AbstractSet[Address]) -> AbstractSet[Address]:
    """Return those of the kinds that the target manages."""
    kinds = desired.kinds
    return {address for address in addresses if kinds is None or address.kind in kinds}


def _complete(
    desired: Desired, wanted: Mapping[Address, Resource], actual: Mapping[Address, Remote]
) -> None:
    """Make sure that what is not deployed, but needed, is on the target already.

    Raises:
        TargetRejectedError: it is not.
    """
    kinds = desired.kinds
    for address, resource in sorted(wanted.items()):
        for lacks in resource.depends if kinds is not None else ():
            if lacks not in wanted and lacks not in actual:
                raise TargetRejectedError(
                    text(
                        "`{address}` needs `{lacks}`, which is not on the target",
                        address=str(address),
                        lacks=str(lacks),
                    ),
                    text("make it there first, or add its kind to `manages` of the target"),
                    status=422,
                )


def _left(
    remark: Remark,
    entries: Mapping[Address, Entry],
    actual: Mapping[Address, Remote],
    where: Where,
) -> Left:
    reason, stays = remark.reason, remark.effect == "manual" and remark.address in actual
    if stays and remark.address in entries:
        reason = text("{reason}; still on the target as last applied", reason=reason)
    elif stays:
        reason = text("{reason}; still on the target", reason=reason)
    return Left(remark.address, remark.effect, reason, where(remark.origin), stays)


def _unknown(addresses: AbstractSet[Address]) -> Iterator[Left]:
    reason = text("on the target with this project's marker, but not in this state: left alone")
    for address in sorted(addresses):
        yield Left(address, "unknown", reason, "", stays=True)


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
    if entry and remote and remote.unmarked:
        drift = (*drift, Difference(_MARKER, Action.REMOVE, before=str(address)))
    if desired is None:
        return Change(kind=Kind.DELETE, address=address, remote=remote, entry=entry, drift=drift)
    if remote is None:
        return Change(kind=Kind.CREATE, address=address, desired=desired, entry=entry)
    fields = differences(remote.body, desired.body)
    if remote.unmarked:
        fields = (*fields, Difference(_MARKER, Action.ADD, after=str(address)))
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
