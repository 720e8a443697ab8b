"""What people changed on the target since crmspec last wrote there, in fields of the project."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from crmspec.diagnostics import Text, text
from crmspec.diagnostics.format.width import printable
from crmspec.engine.compare import MARKER
from crmspec.engine.difference import Differences
from crmspec.engine.text import lines_of_differences

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crmspec.engine.change import Change
    from crmspec.engine.plan import Plan

    Say = Callable[[Text], str]

FORMAT = "crmspec-drift"
VERSION = 1
_COLUMN = 36


class Edit(msgspec.Struct, frozen=True, kw_only=True):
    """An object that people changed; `before` is as last applied, `after` as it is there.

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


class Drift(msgspec.Struct, frozen=True, kw_only=True):
    """All that people changed on one target."""

    format: str = FORMAT
    version: int = VERSION
    target: str
    edits: tuple[Edit, ...]


def drift(plan: Plan) -> Drift:
    """Return the edits by hand that a plan would undo."""
    found = [change for change in plan.changes if change.conflicts or _unmarked(change)]
    return Drift(target=plan.state.target, edits=tuple(map(_edit, found)))


def _unmarked(change: Change) -> bool:
    return any(one.path == MARKER for one in change.drift)


def _edit(change: Change) -> Edit:
    remote = change.remote
    return Edit(
        address=str(change.address),
        source=change.source,
        deleted=remote is None,
        known=remote is None or bool(change.drift),
        since=remote.changed_at if remote is not None else None,
        by=remote.changed_by if remote is not None else None,
        fields=change.drift or (change.conflicts if remote is not None else ()),
    )


def render(found: Drift, *, say: Say = Text.english) -> str:
    """Return the edits as people read them, ending in a line break."""
    if not found.edits:
        return say(text("no edits by hand: the target is as it was applied")) + "\n"
    lines = [line for edit in found.edits for line in _lines(edit, say)]
    count = len(found.edits)
    lines.append(say(text("{count} edited by hand: `crmspec pull` keeps it", count=count)))
    return "\n".join(map(printable, lines)) + "\n"


def _lines(edit: Edit, say: Say) -> Iterator[str]:
    left = f"  ⟳ {edit.address:<{_COLUMN}} {say(_what(edit))}"
    yield f"{left:<84} {edit.source}".rstrip()
    for line in lines_of_differences(edit.fields, say):
        yield f"      {line}"


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
