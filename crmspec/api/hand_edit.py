"""What people edited on a target, field by field: the keys that an author writes for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, cast

from crmspec.engine.body import same
from crmspec.engine.three_way import Clash, Merged, merge
from crmspec.engine.way_back import WordlessError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.engine.body import Body
    from crmspec.engine.plan import Plan
    from crmspec.engine.port import Provider
    from crmspec.engine.resource import Address

Keys: TypeAlias = "dict[str, tuple[object, object]]"
"""Keys of a resource → what they say now, and what they are to say."""
_UI = "ui"


@dataclass(frozen=True)
class Field:
    """A field of a body to bring over, and what becomes of the keys that an author writes for it.

    `body` is the project's with the field as it is to be, `keys` lead from what they say now to
    what they say then; None is absent. `folded` are kinds and keys of resources that are folded
    into the field. It is `merged` if it was changed here as well; `known` says that the state tells
    who changed what.
    """

    address: Address
    name: str
    body: Body
    keys: Keys
    folded: tuple[tuple[str, Keys], ...] = ()
    clashes: tuple[Clash, ...] = ()
    merged: bool = False
    known: bool = True


def fields(plan: Plan, provider: Provider) -> Iterator[Field]:
    """Yield the fields that differ because people edited them, or decide on them."""
    edited = _edited(plan)
    for address, wanted in sorted(plan.wanted.items()):
        remote, bases = plan.actual.get(address), edited.get(address, {})
        if remote is None or remote.unreadable:
            continue
        theirs = [name for name, owner in wanted.owners.items() if owner == _UI]
        for name in dict.fromkeys((*bases, *theirs)):
            here, there = only(name, wanted.body), only(name, remote.body)
            base = bases.get(name, wanted.body)
            if not same(here, there):
                made = _merged(name, base, here, there)
                body = {key: value for key, value in wanted.body.items() if key != name}
                body |= cast("Body", made.value)
                keys = _keys(provider, address, wanted.body, body)
                parts = _folded(provider, address, wanted.body, body)
                both = base is not None and not same(only(name, base), here)
                known = base is not None
                yield Field(address, name, body, keys, parts, made.clashes, both, known)


def _edited(plan: Plan) -> dict[Address, dict[str, Body | None]]:
    """Return the fields that people edited, each with the body that was applied, if known."""
    found: dict[Address, dict[str, Body | None]] = {}
    for change in plan.changes:
        base = change.entry.body if change.entry is not None else None
        if change.desired is not None:
            found.setdefault(change.address, {}).update((c.path, base) for c in change.conflicts)
    return found


def only(name: str, body: Body) -> Body:
    """Return a body with one of its fields."""
    return {key: value for key, value in body.items() if key == name}


def _merged(name: str, base: Body | None, here: Body, there: Body) -> Merged:
    if base is None:
        return Merged(there, (Clash(None, here.get(name), there.get(name)),))
    return merge(only(name, base), here, there)


def _keys(provider: Provider, address: Address, wanted: Body, body: Body) -> Keys:
    """Return the keys that differ between a body and another.

    A body's own words may be an author's or a vendor's: `filters` are `all` and `any` in YAML.
    """
    return _differing(*(_told(provider, address, one) for one in (wanted, body)))


def _folded(
    provider: Provider, address: Address, wanted: Body, body: Body
) -> tuple[tuple[str, Keys], ...]:
    """Return what differs in the resources that are folded into a body, if they are the same."""
    before, after = provider.parts(address, wanted), provider.parts(address, body)
    if before.keys() != after.keys():
        return ()
    found = ((own.kind, _differing(before[own], after[own])) for own in before)
    return tuple((kind, keys) for kind, keys in found if keys)


def _differing(before: Body, after: Body) -> Keys:
    return {
        key: (before.get(key), after.get(key))
        for key in dict.fromkeys((*after, *before))
        if not same(before.get(key), after.get(key))
    }


def _told(provider: Provider, address: Address, body: Body) -> Body:
    """Return what can be said of a body."""
    try:
        return provider.decode(address, body)
    except WordlessError as error:
        return error.known
