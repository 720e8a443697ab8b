"""What differs between two bodies, as an author of YAML says it rather than the target."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, TypeAlias, cast

import msgspec

from crmspec.engine.body import REFERENCE, Body, is_reference, same
from crmspec.engine.diff import Fields, atoms, diff, patch
from crmspec.engine.difference import Action, Difference, Differences, differences, walked
from crmspec.engine.merge import owned
from crmspec.engine.way_back import WordlessError

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Set as AbstractSet

    from crmspec.engine.change import Change
    from crmspec.engine.diff import Delta
    from crmspec.engine.port import Provider
    from crmspec.engine.resource import Address

    Words: TypeAlias = "Callable[[Address, Body], Body | None]"
    Say: TypeAlias = "Callable[[Body], Body | None]"

_ENDS = frozenset(".[")
_MOST = 100
"""Single changes that are told apart; more are told as the target has them."""
_HEAD = frozenset({"title", "description", "status"})
"""What bodies have whether the language has words for the rest of them or not."""


class Told(msgspec.Struct, frozen=True):
    """The fields, drift and conflicts of a change in the author's words.

    `body` is what is wanted in these words, None where fields are told as the target has them.
    """

    fields: Differences = ()
    drift: Differences = ()
    conflicts: Differences = ()
    body: Body | None = None


def in_words(provider: Provider, address: Address, body: Body) -> Body | None:
    """Return a body as an author writes it, with what is folded into it by its address.

    Nothing if the language has no words for it.
    """
    try:
        own = provider.decode(address, body)
    except WordlessError:
        return None
    if own.keys() <= _HEAD and not body.keys() <= _HEAD:
        return None
    return own | {str(other): part for other, part in provider.parts(address, body).items()}


def told(change: Change, words: Words) -> Told:
    """Return what a change does, in words as far as the language has some.

    What is told by no word stays as the target has it.
    """
    found = Told(change.fields, change.drift, change.conflicts)
    wanted, remote = change.desired, change.remote

    def say(body: Body) -> Body | None:
        return words(change.address, body)

    if remote is None or remote.unreadable:
        return found
    drift = change.drift
    if change.entry is not None and drift:
        base, owners = change.entry.body, wanted.owners if wanted is not None else {}
        drift = worded(drift, base, owned(remote.body, base, owners), say)
    if wanted is None or not (change.fields or change.conflicts):
        return msgspec.structs.replace(found, drift=drift)
    fields = worded(change.fields, change.start, wanted.body, say)
    sides = _sides(change.conflicts, remote.body, wanted.body, say)
    return Told(fields, drift, sides, say(wanted.body))


def worded(found: Differences, before: Body, after: Body, say: Say) -> Differences:
    """Return differences that lead from a body to another in words.

    A field that has the same name and form in words stays as it is, and so does a change that
    alone makes no difference in words.
    """
    one, two = say(before), say(after)
    if one is None or two is None:
        return found
    own = {name for name in map(_top, found) if _is_own(name, before, one, after, two)}
    start, end = (_without(body, own) for body in (before, after))
    delta = diff(start, end)
    if delta is None:
        return found
    said = differences(_without(one, own), _without(two, own))
    singles = list(islice(atoms(start, delta), _MOST + 1))
    if not said or len(singles) > _MOST:
        return found
    kept = {name: before[name] for name in own if name in before}
    silent = (it for it in singles if _is_silent(say(kept | cast("Body", patch(start, it))), one))
    rest = (difference for it in silent for difference in walked(start, it))
    return (*said, *rest, *(it for it in found if _top(it) in own or _top(it) not in _all(delta)))


def _sides(found: Differences, before: Body, after: Body, say: Say) -> Differences:
    """Return conflicts, which are of whole fields, by the words for these fields."""
    names = {one.path for one in found}
    there = _without(after, names) | {name: before[name] for name in names if name in before}
    one, two = say(there), say(after)
    if not found or one is None or two is None:
        return found
    fields = [name for name in dict.fromkeys((*two, *one)) if not _equal(name, one, two)]
    told = worded(differences(there, after), there, after, say)
    silent = {_top(it) for it in told} - set(fields)
    return (*(_side(name, one, two) for name in fields), *(it for it in found if it.path in silent))


def _side(name: str, there: Body, here: Body) -> Difference:
    if name not in here:
        return Difference(name, Action.REMOVE, before=there[name])
    if name not in there:
        return Difference(name, Action.ADD, after=here[name])
    return Difference(name, Action.SET, there[name], here[name])


def _is_silent(said: Body | None, before: Body) -> bool:
    """Say whether a single change is not heard in words; one that has none is, with others."""
    return said is not None and same(said, before)


def _is_own(name: str, before: Body, one: Body, after: Body, two: Body) -> bool:
    """Say whether a field has the same name and form in words, but for its references."""
    here, there = _bare(after.get(name)), _bare(before.get(name))
    return same(here, two.get(name)) and same(there, one.get(name))


def _all(delta: Delta) -> set[str]:
    if not isinstance(delta, Fields):
        return set()
    return {*delta.changed, *delta.added, *delta.removed}


def _without(body: Body, names: AbstractSet[str]) -> Body:
    return {name: value for name, value in body.items() if name not in names}


def _equal(name: str, one: Body, other: Body) -> bool:
    if name in one and name in other:
        return same(one[name], other[name])
    return name not in one and name not in other


def _top(difference: Difference) -> str:
    """Return the field of a body that a difference is in."""
    path = difference.path
    return next((path[:at] for at, sign in enumerate(path) if sign in _ENDS), path)


def _bare(value: object) -> object:
    if isinstance(value, dict):
        if is_reference(value):
            return str(value[REFERENCE]).partition(".")[2]
        return {key: _bare(item) for key, item in value.items()}
    return [_bare(item) for item in value] if isinstance(value, list) else value
