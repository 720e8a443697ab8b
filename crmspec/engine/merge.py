"""Three ways: what was last applied, what the project wants, what is on the target; by field."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.engine.body import same
from crmspec.engine.difference import Action, Difference, Differences, differences
from crmspec.engine.three_way import holds

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmspec.engine.body import Body

CODE = "code"


def owned(wanted: Body, remote: Body, owners: Mapping[str, str]) -> Body:
    """Return the wanted body with the fields that are not the project's as they are there."""
    theirs = {field for field, owner in owners.items() if owner != CODE}
    kept = {field: value for field, value in wanted.items() if field not in theirs}
    return kept | {field: value for field, value in remote.items() if field in theirs}


def drift(base: Body, remote: Body, owners: Mapping[str, str]) -> Differences:
    """Return what was edited by hand in the fields of the project."""
    return differences(base, owned(remote, base, owners))


def conflicts(base: Body | None, wanted: Body, remote: Body) -> tuple[Difference, ...]:
    """Return the fields in which the wanted body would undo an edit by hand.

    Without a base nobody knows who edited: each difference is a conflict. `before` is the
    target's value, `after` the project's. What has the edit, and more, undoes nothing.
    """
    fields = sorted(wanted.keys() | remote.keys())
    return tuple(
        _conflict(field, remote, wanted)
        for field in fields
        if not _equal(field, remote, wanted)
        and (base is None or _undone(field, base, wanted, remote))
    )


def _undone(field: str, base: Body, wanted: Body, remote: Body) -> bool:
    if _equal(field, remote, base):
        return False
    known = all(field in one for one in (base, wanted, remote))
    return not (known and holds(base[field], wanted[field], remote[field]))


def _equal(field: str, one: Body, other: Body) -> bool:
    if field in one and field in other:
        return same(one[field], other[field])
    return field not in one and field not in other


def _conflict(field: str, remote: Body, wanted: Body) -> Difference:
    if field not in wanted:
        return Difference(field, Action.REMOVE, before=remote[field])
    if field not in remote:
        return Difference(field, Action.ADD, after=wanted[field])
    return Difference(field, Action.SET, remote[field], wanted[field])
