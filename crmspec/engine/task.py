"""What people have still to do by hand: build sheets that nobody confirmed, or not as they are."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

from crmspec.diagnostics import Text, text
from crmspec.engine.body import Body, fingerprint
from crmspec.engine.difference import Differences, differences
from crmspec.engine.move import renamed
from crmspec.engine.resource import Address, Desired, Resource
from crmspec.engine.state import Confirmation, Confirmed
from crmspec.ir.program import KEYS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from crmspec.engine.state import State
    from crmspec.source import Span

    Where = Callable[[Span], str]


_KINDS = list(KEYS)


class Deed(StrEnum):
    """What a person is to do with the object."""

    BUILD = "build"
    CHANGE = "change"
    REMOVE = "remove"


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """A build sheet to be done; `fields` lead from what was done to what is wanted.

    `before` is what was done; `was` is the address under which that was confirmed.
    """

    address: Address
    deed: Deed
    reason: Text
    source: str = ""
    body: Body | None = None
    before: Confirmation | None = None
    fields: Differences = ()
    was: Address | None = None

    def confirmed(self, by: str, at: str) -> Confirmed:
        """Return the record that it is done."""
        done = None
        if self.body is not None:
            done = Confirmation(fingerprint(self.body), self.body, by, at)
        moved = str(self.was) if self.was is not None and self.was != self.address else ""
        return Confirmed(str(self.address), done, moved)


def version(body: Body | None) -> str:
    """Return the short name of what a sheet asks for, to confirm exactly that."""
    return fingerprint(body).removeprefix("sha256:")[:8] if body is not None else "gone"


def tasks(
    desired: Desired, state: State, reasons: Mapping[Address, Text], where: Where
) -> Iterator[Task]:
    """Yield what is to be done by hand; `reasons` say why it is no matter for the target's API."""
    done = {moved: (was, how) for was, moved, how in _done(desired, state)}
    sheets = {sheet.address: sheet for sheet in desired.sheets}
    for address, sheet in sorted(sheets.items(), key=_place):
        was, before = done.get(address, (None, None))
        reason = reasons.get(address, text("to be done by hand"))
        task = _task(sheet, before, reason, where(sheet.origin))
        if task is not None:
            yield msgspec.structs.replace(task, was=was)
    made = {resource.address for resource in desired.resources}
    kinds = desired.kinds if desired.sheet_kinds is None else desired.sheet_kinds
    for address, (was, before) in sorted(done.items()):
        if address not in sheets and (kinds is None or address.kind in kinds):
            yield _removal(address, before, made, was)


def _place(item: tuple[Address, object]) -> tuple[int, str]:
    """Sort as the language does: what chains send and ask for comes before them."""
    return _KINDS.index(item[0].kind), item[0].id


def _done(desired: Desired, state: State) -> Iterator[tuple[Address, Address, Confirmation]]:
    """Yield what was done by hand: the old address, the new one, and how it was done."""
    found = {Address.parse(name): e.by_hand for name, e in state.entries.items() if e.by_hand}
    moves = {old: new for old, new in desired.moves.items() if new not in found}
    names = {str(old): str(new) for old, new in moves.items()}
    for address, how in found.items():
        body = renamed(how.body, names)
        yield address, moves.get(address, address), msgspec.structs.replace(how, body=body)


def _task(sheet: Resource, before: Confirmation | None, reason: Text, source: str) -> Task | None:
    if before is None:
        why = text("build sheet: {reason}", reason=reason)
        return Task(
            address=sheet.address, deed=Deed.BUILD, reason=why, source=source, body=sheet.body
        )
    fields = differences(before.body, sheet.body)
    if not fields:
        return None
    return Task(
        address=sheet.address,
        deed=Deed.CHANGE,
        reason=text(
            "build sheet: changed since it was confirmed, {count} changed", count=len(fields)
        ),
        source=source,
        body=sheet.body,
        before=before,
        fields=fields,
    )


def _removal(address: Address, before: Confirmation, made: Iterable[Address], was: Address) -> Task:
    reason = text("build sheet: to be removed by hand")
    if address in made:
        reason = text("build sheet: crmspec makes its own now; remove what was made by hand")
    return Task(address=address, deed=Deed.REMOVE, reason=reason, before=before, was=was)
