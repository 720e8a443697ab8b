"""Segments as dynamic audiences: segments of Knock are joined by OR, their conditions by AND."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

from crmspec.diagnostics import text
from crmspec.engine.body import REFERENCE, is_reference
from crmspec.engine.resource import Address
from crmspec.ir.audience import Segment
from crmspec.providers.knock.condition import Conditions
from crmspec.providers.rest import Encoded, Untold

if TYPE_CHECKING:
    from crmspec.engine.body import Body
    from crmspec.ir.value import Resource
    from crmspec.lower.outcome import Key
    from crmspec.providers.rest import Brief

_TESTS = {
    "equal_to": "eq",
    "not_equal_to": "neq",
    "greater_than": "gt",
    "greater_than_or_equal_to": "gte",
    "less_than": "lt",
    "less_than_or_equal_to": "lte",
    "contains": "contains",
    "not_contains": "not_contains",
}
_ORDERED = frozenset({"gt", "gte", "lt", "lte"})


def encode_segment(brief: Brief, key: Key, node: Resource, _: frozenset[int]) -> Encoded:
    """Return a dynamic audience; see `providers.rest.Encoder`."""
    assert isinstance(node, Segment)  # noqa: S101 - encoders are by kind
    untold = Untold(key)
    ways = Conditions(brief, untold).ways(node.condition)
    if () in ways:
        said = text("Knock has no audience of everybody")
        untold.lack("logic", "always", node.condition, said, at=node.condition.subject)
    segments = [{"conditions": [term.body("property") for term in way]} for way in ways]
    return Encoded({"type": "dynamic", "segments": segments}, tuple(untold.gaps))


def decode_segment(body: Body) -> Body:
    """Return the condition of an audience as an author writes it; nothing if it has other words."""
    found = [_all(cast("Body", one)) for one in cast("list[object]", body.get("segments", []))]
    if not found or None in found:
        return {}
    ways = [one for one in found if one is not None]
    return ways[0] if len(ways) == 1 else {"any": ways}


def _all(segment: Body) -> Body | None:
    leaves = [_leaf(cast("Body", one)) for one in cast("list[object]", segment["conditions"])]
    if not leaves or None in leaves:
        return None
    known = [one for one in leaves if one is not None]
    ordered = [one["attribute"] for one in known if _ORDERED & one.keys()]
    asked = [one for one in known if not (one.get("exists") and one["attribute"] in ordered)]
    return asked[0] if len(asked) == 1 else {"all": asked}


def _leaf(term: Body) -> Body | None:
    operator, argument = str(term["operator"]), term.get("argument")
    if operator in {"is_audience_member", "is_not_audience_member"}:
        if not is_reference(argument):
            return None
        segment = Address.parse(str(cast("Body", argument)[REFERENCE])).id
        return {"segment": segment} if operator == "is_audience_member" else {"not": segment}
    root, _, name = str(term["property"]).partition(".")
    if root != "recipient" or not name:
        return None
    if operator in {"empty", "not_empty"}:
        return {"attribute": name, "missing" if operator == "empty" else "exists": True}
    try:
        value = json.loads(str(argument))
    except ValueError:
        return None
    return {"attribute": name, _TESTS[operator]: value} if operator in _TESTS else None
