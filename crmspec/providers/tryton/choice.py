"""Activities side by side as one choice: of whose conditions which holds, in which order."""

from __future__ import annotations

from itertools import islice, product
from typing import TYPE_CHECKING, NamedTuple

from crmspec.providers.tryton.asked import readings
from crmspec.providers.tryton.pyson import Pyson

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crmspec.engine.body import Body
    from crmspec.providers.tryton.asked import Fields

_MANY = 64


class Side(NamedTuple):
    """A condition in PYSON, and the place of its arm, counted from 1; 0 if nothing tells it."""

    condition: object
    place: int = 0


class Arm(NamedTuple):
    """What is asked, None for what is left, and the number of the side; None if nothing is done."""

    asked: Body | None
    side: int | None


class _Case(NamedTuple):
    """A case of a choice: how it is said, in PYSON, and in PYSON that it does not hold."""

    said: Body
    holds: object
    opposite: object


def arms(sides: Sequence[Side], fields: Fields) -> list[Arm] | None:
    """Return the arms of the choice that has these sides, None if there is none.

    Raises:
        WordlessError: there are no words for a condition.
    """
    for last in sides:
        for asked, before in _ends(last.condition):
            for cases in _cases(before, fields):
                found = _placed(sides, cases, asked, fields)
                if found is not None:
                    return found
    return None


def _ends(condition: object) -> Iterator[tuple[object | None, Sequence[object]]]:
    """Yield what a last arm may ask, and what does not hold by then; the shortest first."""
    yield condition, ()
    yield None, (condition,)
    match condition:
        case {"__class__": "And", "s": [asked, {"__class__": "And", "s": list(before)} as one]}:
            yield asked, (one,)
            yield asked, before
            yield None, (asked, one)
        case {"__class__": "And", "s": [asked, one]}:
            yield asked, (one,)
            yield None, (asked, one)
        case {"__class__": "And", "s": list(before)}:
            yield None, before


def _cases(before: Sequence[object], fields: Fields) -> Iterator[list[_Case]]:
    """Yield the cases whose opposites these are."""
    ways = [list(_opposed(one, fields)) for one in before]
    yield from map(list, islice(product(*ways), _MANY))


def _opposed(opposite: object, fields: Fields) -> Iterator[_Case]:
    for one in readings(opposite, fields):
        for other in readings(one.opposite, fields):
            if other.opposite == opposite:
                yield _Case(other.said, one.opposite, opposite)


def _placed(
    sides: Sequence[Side], cases: list[_Case], asked: object | None, fields: Fields
) -> list[Arm] | None:
    """Return the arms if each side is one of them, and the last one is there."""
    opposites = [one.opposite for one in cases]
    wanted = [_alone(one.holds, opposites[:number]) for number, one in enumerate(cases)]
    wanted.append(_alone(asked, opposites))
    found: dict[int, int] = {}
    for number, side in enumerate(sides):
        places = [at for at, one in enumerate(wanted) if one == side.condition and at not in found]
        if not places or side.place not in {0, places[0] + 1}:
            return None
        found[places[0]] = number
    if len(cases) not in found:
        return None
    said = [*(one.said for one in cases), _said(asked, fields)]
    return [Arm(one, found.get(at)) for at, one in enumerate(said)]


def _said(asked: object | None, fields: Fields) -> Body | None:
    return None if asked is None else next(readings(asked, fields)).said


def _alone(asked: object | None, before: Sequence[object]) -> object:
    """Return that a condition holds, and none of those before."""
    parts = [] if asked is None else [asked]
    return Pyson().every([*parts, Pyson().every(before)] if before else parts)
