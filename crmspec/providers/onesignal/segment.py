"""Segments as filters in a row: those between two `OR` must all hold. And the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from crmspec.diagnostics import text
from crmspec.ir.audience import Segment
from crmspec.providers.onesignal.capability import MOST_FILTERS
from crmspec.providers.onesignal.condition import Conditions
from crmspec.providers.onesignal.name import fitting
from crmspec.providers.rest import Encoded, Untold

if TYPE_CHECKING:
    from crmspec.engine.body import Body
    from crmspec.ir.value import Resource
    from crmspec.lower.outcome import Key
    from crmspec.providers.rest import Brief

OR: Body = {"operator": "OR"}


def encode_segment(brief: Brief, key: Key, node: Resource, _: frozenset[int]) -> Encoded:
    """Return the filters of a segment; see `providers.rest.Encoder`."""
    assert isinstance(node, Segment)  # noqa: S101 - encoders are by kind
    untold = Untold(key)
    fitting(brief, untold, node)
    known = len(untold.gaps)
    ways = Conditions(brief, untold).ways(node.condition)
    if () in ways and len(untold.gaps) == known:
        said = text("OneSignal has no segment of everybody made of filters")
        untold.lack("logic", "always", node.condition, said, at=node.condition.subject)
    filters: list[object] = []
    for way in ways:
        filters += [*([OR] if filters else []), *(term.body() for term in way)]
    if len(filters) > MOST_FILTERS:
        said = text("OneSignal takes {limit} filters, each `OR` counted", limit=MOST_FILTERS)
        untold.lack("limit", "terms", node.condition, said, at=node.condition.subject)
    return Encoded({"filters": filters}, tuple(untold.gaps))


def normalised(filters: object) -> list[object]:
    """Return filters without what is understood: `AND` between them, and empty fields."""
    told = [one for one in cast("list[object]", filters or []) if isinstance(one, dict)]
    return [
        {key: _same(value) for key, value in one.items() if value is not None}
        for one in told
        if one.get("operator") != "AND"
    ]


def _same(value: object) -> object:
    if isinstance(value, bool):
        return value
    return f"{value:g}" if isinstance(value, float) else str(value)


# -- the way back -----------------------------------------------------------------------------

_SIGNS = {">": "gt", "<": "lt"}
_LANGUAGE = "language"
_UNEQUAL = "unequal"
"""Values that a tag must not have; without `missing` besides there is no word for it."""
_Ask = dict[str, object]
"""What one alternative asks of a tag: operator → operand."""
_Way = dict[str, _Ask]


def decode_segment(body: Body) -> Body:
    """Return the condition of filters as an author writes it; nothing if it has other words."""
    ways: list[_Way] = [{}]
    for one in cast("list[Body]", body.get("filters") or []):
        if one.get("operator") == "OR":
            ways.append({})
        elif not _read(one, ways[-1]):
            return {}
    merged = _merged([_tidy(way) for way in ways])
    if not all(merged) or any(_UNEQUAL in asked for way in merged for asked in way.values()):
        return {}
    found = [_all(way) for way in merged]
    return found[0] if len(found) == 1 else {"any": found}


def _read(one: Body, way: _Way) -> bool:
    """Put a filter into an alternative; say whether it has words."""
    relation, value = str(one.get("relation")), one.get("value")
    name = one.get("key") if one.get("field") == "tag" else one.get("field")
    if name is None or (name == _LANGUAGE) is (one.get("field") == "tag"):
        return False
    asked = way.setdefault(str(name), {})
    known = set(one) <= {"field", "key", "relation", "value"}
    match relation:
        case "exists" | "not_exists":
            asked["exists" if relation == "exists" else "missing"] = True
        case "=":
            asked["eq"] = typed(value)
        case "!=":
            before = cast("list[object]", asked.get(_UNEQUAL, []))
            asked[_UNEQUAL] = [*before, typed(value)]
        case ">" | "<":
            asked[_SIGNS[relation]] = typed(value)
        case _:
            return False
    return known


def typed(value: object) -> object:
    """Return what a tag's text stands for: a number, yes or no, or a text."""
    written = str(value)
    if written in {"true", "false"}:
        return written == "true"
    for kind in (int, float):
        try:
            number = kind(written)
        except ValueError:
            continue
        if str(number) == written:
            return number
    return written


def _tidy(way: _Way) -> _Way:
    """Return an alternative without `exists` where an order asks for it anyway."""
    made: _Way = {}
    for name, asked in way.items():
        implied = asked.keys() & {"gt", "lt", "eq"}
        made[name] = {key: one for key, one in asked.items() if key != "exists" or not implied}
        if name == _LANGUAGE and asked.keys() == {_UNEQUAL}:
            made[name] = _none_of(asked[_UNEQUAL])
    return made


def _merged(ways: list[_Way]) -> list[_Way]:
    """Return alternatives with those joined that differ in one tag, as `gte` is made of two."""
    for number, one in enumerate(ways):
        for index in range(number + 1, len(ways)):
            joined = _joined(one, ways[index])
            if joined is not None:
                return _merged(
                    [*ways[:number], joined, *ways[number + 1 : index], *ways[index + 1 :]]
                )
    return ways


def _joined(one: _Way, other: _Way) -> _Way | None:
    if one.keys() != other.keys():
        return None
    differing = [name for name in one if one[name] != other[name]]
    if len(differing) != 1:
        return None
    (name,) = differing
    asked = _either(one[name], other[name]) or _either(other[name], one[name])
    return None if asked is None else {**one, name: asked}


def _either(one: _Ask, other: _Ask) -> _Ask | None:
    """Return what means one or the other, None if there is no word for it."""
    if not (len(one) == len(other) == 1):
        return None
    (first, operand), (second, value) = *one.items(), *other.items()
    if first in {"gt", "lt"} and (second, value) == ("eq", operand):
        return {f"{first}e": operand}
    if (first, second) == (_UNEQUAL, "missing"):
        return _none_of(operand)
    if first in {"eq", "in"} and second == "eq":
        known = [operand] if first == "eq" else cast("list[object]", operand)
        return {"in": [*known, value]}
    return None


def _none_of(operand: object) -> _Ask:
    values = cast("list[object]", operand)
    return {"neq": values[0]} if len(values) == 1 else {"not_in": values}


def _all(way: _Way) -> Body:
    leaves: list[Body] = [{"attribute": name} | asked for name, asked in way.items()]
    return leaves[0] if len(leaves) == 1 else {"all": leaves}
