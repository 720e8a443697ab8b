"""One object three ways: what the project wants, what was applied, what is on the target."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from crmspec.engine.change import LIVE, REMOVALS, STATUS, Change, Kind
from crmspec.engine.difference import UNREADABLE, Action, Difference, differences
from crmspec.engine.merge import conflicts, drift, owned
from crmspec.engine.resource import Address, Remote, Resource
from crmspec.engine.state import Entry, Intent

if TYPE_CHECKING:
    from crmspec.engine.body import Body
    from crmspec.engine.difference import Differences

MARKER = "marker"
_DRAFT = "draft"
_VANISHED = Difference("", Action.REMOVE)


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """All that is known of one object; `intent` is a call that was cut off."""

    address: Address
    desired: Resource | None = None
    entry: Entry | None = None
    remote: Remote | None = None
    intent: Intent | None = None
    was: Address | None = None

    @property
    def astray(self) -> bool:
        """Say whether the object has lost the project's marker, and was not taken over without."""
        foreign = self.entry is not None and self.entry.unmarked
        return self.remote is not None and self.remote.unmarked and not foreign

    @property
    def base(self) -> Body | None:
        """Return the last body that is no edit by hand, if there is one."""
        intent, remote = self.intent, self.remote
        if intent and remote and intent.wanted in {"", remote.fingerprint}:
            return remote.body  # a call that was cut off, but did its work, is no edit
        return self.entry.body if self.entry is not None else None


def changes(case: Case) -> list[Change]:
    """Return what to do: nothing, a change, an activation, or both in this order."""
    if case.desired is None:
        return [_removal(case)]
    if case.remote is None or (case.remote.unreadable and case.entry is None):
        return _split(_creation(case, case.desired))
    if case.remote.unreadable:
        return _split(_rewriting(case, case.desired, case.remote))
    change = _update(case, case.desired, case.remote)
    return [] if change is None else _split(change)


def _removal(case: Case) -> Change:
    edits = _drift(case, {})
    return Change(
        kind=Kind.DELETE,
        address=case.address,
        remote=case.remote,
        entry=case.entry,
        drift=edits,
        conflicts=tuple(one for one in edits if one.path != MARKER),
    )


def _rewriting(case: Case, desired: Resource, remote: Remote) -> Change:
    """Return the change that writes an object anew over what cannot be read as one."""
    return Change(
        kind=_kind(case, known=True),
        address=case.address,
        desired=desired,
        remote=remote,
        entry=case.entry,
        fields=(UNREADABLE,),
        drift=(UNREADABLE,),
        conflicts=(UNREADABLE,),
        was=case.was,
    )


def _creation(case: Case, desired: Resource) -> Change:
    ours = case.intent is not None and case.intent.kind in REMOVALS
    vanished = case.entry is not None and not ours
    return Change(
        kind=Kind.CREATE,
        address=case.address,
        desired=desired,
        entry=case.entry,
        conflicts=(_VANISHED,) if vanished else (),
    )


def _drift(case: Case, owners: dict[str, str]) -> Differences:
    if case.remote is None or case.base is None:
        return ()
    if case.remote.unreadable:
        return (UNREADABLE,)
    found = drift(case.base, case.remote.body, owners)
    if case.entry is not None and case.astray and case.was is None:
        found = (*found, Difference(MARKER, Action.REMOVE, before=str(case.address)))
    return found


def _update(case: Case, desired: Resource, remote: Remote) -> Change | None:
    desired = with_body(desired, owned(desired.body, remote.body, desired.owners))
    edits = _drift(case, desired.owners)
    fields = differences(remote.body, desired.body)
    if case.astray:
        fields = (*fields, Difference(MARKER, Action.ADD, after=str(case.address)))
    known = case.entry is not None and case.entry.id == remote.id
    settled = known and case.entry is not None and case.entry.protected == desired.protected
    if settled and not (fields or edits or case.intent or case.was):
        return None
    return Change(
        kind=_kind(case, known=known and bool(fields)),
        address=case.address,
        desired=desired,
        remote=remote,
        entry=case.entry,
        fields=fields,
        drift=edits,
        conflicts=conflicts(case.base, desired.body, remote.body),
        was=case.was,
    )


def _kind(case: Case, *, known: bool) -> Kind:
    if case.was is not None:
        return Kind.MOVE
    return Kind.UPDATE if known else Kind.ADOPT


def with_body(resource: Resource, body: Body) -> Resource:
    """Return the resource with another body."""
    return msgspec.structs.replace(resource, body=body)


def _split(change: Change) -> list[Change]:
    """Part what only sets the object up from what makes it go live."""
    desired, remote = change.desired, change.remote
    there = remote.body.get(STATUS) if remote is not None else _DRAFT
    if desired is None or desired.body.get(STATUS) != LIVE or there == LIVE:
        return [_noted(change)]
    held = {key: value for key, value in desired.body.items() if key != STATUS}
    if there is not None:
        held[STATUS] = there
    first = _noted(
        msgspec.structs.replace(
            change,
            desired=with_body(desired, held),
            fields=tuple(one for one in change.fields if one.path != STATUS),
            conflicts=tuple(one for one in change.conflicts if one.path != STATUS),
            paused=any(one.path == STATUS for one in change.conflicts),
        )
    )
    activation = msgspec.structs.replace(
        change,
        kind=Kind.ACTIVATE,
        fields=(Difference(STATUS, Action.SET, there, LIVE),),
        conflicts=tuple(one for one in change.conflicts if one.path == STATUS),
        was=None,
    )
    if first.kind is Kind.UPDATE and not first.fields:
        return [activation]
    return [first, msgspec.structs.replace(activation, drift=())]


def _noted(change: Change) -> Change:
    """Return a change that only (un)protects what is there as a note of it in the state."""
    writes = change.kind not in {Kind.UPDATE, Kind.ADOPT} or change.fields
    if writes or change.entry is None or change.protects is None:
        return change
    return msgspec.structs.replace(change, kind=Kind.NOTE)
