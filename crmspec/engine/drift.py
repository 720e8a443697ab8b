"""What people changed on the target since crmspec last wrote there, in fields of the project."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from crmspec.diagnostics import Text, text
from crmspec.diagnostics.format.width import printable
from crmspec.engine.compare import MARKER
from crmspec.engine.difference import Differences
from crmspec.engine.text import lines_of_differences
from crmspec.engine.wording import Told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from crmspec.engine.change import Change
    from crmspec.engine.plan import Plan
    from crmspec.engine.resource import Address

    Reasons = Mapping[tuple[str, str], Text]
    Say = Callable[[Text], str]

FORMAT = "crmspec-drift"
VERSION = 1
_COLUMN = 36


class Edit(msgspec.Struct, frozen=True, kw_only=True):
    """An object that people changed; `before` is as last applied, `after` as it is there.

    `left` are the fields that `pull` does not bring into the project, "" for the whole object;
    `deleted` if it is there no more; `since` and `by` are as far as the target tells; `known` is
    false if nobody knows who changed it, since the state is lost.
    """

    address: str
    source: str
    deleted: bool = False
    known: bool = True
    since: str | None = None
    by: str | None = None
    fields: Differences = ()
    left: tuple[str, ...] = ()


class Drift(msgspec.Struct, frozen=True, kw_only=True):
    """All that people changed on one target."""

    format: str = FORMAT
    version: int = VERSION
    target: str
    edits: tuple[Edit, ...]


def drift(plan: Plan, left: Reasons | None = None) -> Drift:
    """Return the edits by hand that a plan would undo; `left` are those that `pull` leaves."""
    by_object: dict[Address, list[Change]] = {}
    for change in plan.changes:
        by_object.setdefault(change.address, []).append(change)
    found = [_whole(of_one) for of_one in by_object.values() if any(map(_is_edited, of_one))]
    return Drift(target=plan.state.target, edits=tuple(_edit(one, left or {}) for one in found))


def _whole(changes: list[Change]) -> Change:
    """Return the first change of an object with the edits that all of its changes tell of."""
    told = [change.told for change in changes]
    said = Told(
        drift=tuple(one for each in told for one in each.drift),
        conflicts=tuple(one for each in told for one in each.conflicts),
    )
    edits = tuple(one for change in changes for one in change.drift)
    return msgspec.structs.replace(changes[0], drift=edits, words=said)


def _is_edited(change: Change) -> bool:
    return bool(change.conflicts) or any(one.path == MARKER for one in change.drift)


def _edit(change: Change, left: Reasons) -> Edit:
    remote, address = change.remote, str(change.address)
    return Edit(
        address=address,
        left=tuple(field for one, field in left if one == address),
        source=change.source,
        deleted=remote is None,
        known=remote is None or bool(change.drift),
        since=remote.changed_at if remote is not None else None,
        by=remote.changed_by if remote is not None else None,
        fields=change.told.drift or (change.told.conflicts if remote is not None else ()),
    )


def render(
    found: Drift, left: Reasons | None = None, *, kept: bool = True, say: Say = Text.english
) -> str:
    """Return the edits as people read them, ending in a line break.

    `left` is as for `drift`; `kept` says whether `pull` would bring any field.
    """
    if not found.edits:
        return say(text("no edits by hand: the target is as it was applied")) + "\n"
    lines = [line for edit in found.edits for line in _lines(edit, left or {}, say)]
    count = len(found.edits)
    keeps = text("{count} edited by hand: `crmspec pull` keeps it", count=count)
    if not kept:
        keeps = text("{count} edited by hand: `crmspec pull` cannot keep it", count=count)
    elif any(edit.left for edit in found.edits):
        keeps = text("{count} edited by hand: `crmspec pull` keeps all but `!`", count=count)
    lines.append(say(keeps))
    return "\n".join(map(printable, lines)) + "\n"


def _lines(edit: Edit, reasons: Reasons, say: Say) -> Iterator[str]:
    left = f"  ⟳ {edit.address:<{_COLUMN}} {say(_what(edit))}"
    yield f"{left:<84} {edit.source}".rstrip()
    for line in lines_of_differences(edit.fields, say):
        yield f"      {line}"
    for field in edit.left:
        reason = reasons.get((edit.address, field))
        head = f"{field}: " if field else ""
        yield f"      ! {head}{say(reason) if reason is not None else ''}".rstrip(" :")


def _what(edit: Edit) -> Text:
    if edit.deleted:
        return text("deleted by hand")
    if not edit.known:
        return text("differs, and the state does not tell why")
    if edit.by is not None and edit.since is not None:
        return text("changed by {by} at {since}", by=edit.by, since=edit.since)
    if edit.since is not None:
        return text("changed by hand, last at {since}", since=edit.since)
    return text("changed by hand")
