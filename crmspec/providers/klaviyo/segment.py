"""Segments and lists: conditions in groups, and the way back to an author's words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from crmspec.diagnostics import text
from crmspec.engine.body import REFERENCE, is_reference
from crmspec.engine.resource import Address
from crmspec.ir.audience import Segment
from crmspec.ir.channel import List
from crmspec.providers.klaviyo.clause import groups
from crmspec.providers.klaviyo.condition import STANDARD, Conditions
from crmspec.providers.klaviyo.consent import ASKS, REACTIONS, asked, unpaired
from crmspec.providers.klaviyo.filter import NOT_SET, OPPOSITE, ORDER, TEXT
from crmspec.providers.klaviyo.mark import copies_of
from crmspec.providers.rest import Encoded, Untold

if TYPE_CHECKING:
    from crmspec.engine.body import Body
    from crmspec.ir.value import Resource
    from crmspec.lower.outcome import Key
    from crmspec.providers.rest import Brief

_NAMES = {called: name for name, called in STANDARD.items()}
_CUSTOM = re.compile(r"properties\['([a-z][a-z0-9_]*)'\]")
ID = re.compile(r"[a-z][a-z0-9_]*")
TESTS = {
    "equals": "eq",
    "not-equals": "neq",
    "contains": "contains",
    "not-contains": "not_contains",
    "in": "in",
    "not-in": "not_in",
    **{operator: name for name, operator in ORDER.items()},
    **{operator: name for name, operator in TEXT.items()},
}
_UNITS = {"hour": (1, "h"), "day": (1, "d"), "week": (7, "d")}
_DONE = {called: name for name, called in REACTIONS.items()}
_COPY = re.compile(r"\(([a-z][a-z0-9_]*)@")


def encode_segment(brief: Brief, key: Key, node: Resource, _: frozenset[int]) -> Encoded:
    """Return a segment; see `providers.rest.Encoder`."""
    assert isinstance(node, Segment)  # noqa: S101 - encoders are by kind
    untold = Untold(key)
    clauses = Conditions(brief, untold).clauses(node.condition)
    if not untold.gaps and (not clauses or () in clauses):
        said = text("Klaviyo has no segment of everybody or nobody")
        untold.lack("logic", "always", node.condition, said, at=node.condition.subject)
    if any(term.about == "event" for clause in clauses for term in clause):
        said = text("Klaviyo has no `{subject}` condition here", subject="trigger")
        untold.lack("condition", "trigger", node.condition, said, at=node.condition.subject)
    return Encoded({"definition": groups(clauses)}, tuple(untold.gaps))


def encode_list(_: Brief, key: Key, node: Resource, __: frozenset[int]) -> Encoded:
    """Return a list; without a word on it its members confirm, as Klaviyo has it by itself."""
    assert isinstance(node, List)  # noqa: S101 - encoders are by kind
    untold = Untold(key)
    if node.domains:
        said = text("lists of Klaviyo hold profiles, not domains")
        untold.lack("kind", "list", node, said, at="domains")
    confirmed = node.opt_in != "single"
    return Encoded(
        {"opt_in_process": "double_opt_in" if confirmed else "single_opt_in"}, tuple(untold.gaps)
    )


def decode_list(body: Body) -> Body:
    """Return how the members of a list join it."""
    return {"opt_in": "double" if body.get("opt_in_process") == "double_opt_in" else "single"}


def decode_segment(body: Body) -> Body:
    """Return the condition of a segment as authors write it; nothing if it has other words."""
    try:
        return _segment(body)
    except (LookupError, TypeError, AttributeError, ValueError):  # nothing of ours is so shaped
        return {}


def _segment(body: Body) -> Body:
    definition = cast("Body", body.get("definition") or {})
    listed = cast("list[Body]", definition.get("condition_groups") or [])
    found = [_any(cast("list[Body]", one["conditions"])) for one in listed]
    known = [one for one in found if one is not None]
    if not known or len(known) < len(found):
        return {}
    return known[0] if len(known) == 1 else {"all": known}


def _any(conditions: list[Body]) -> Body | None:
    """Return one group; what is not something, or not there, is one condition of ours."""
    gone = [one["property"] for one in conditions if one.get("filter") == NOT_SET]
    made: list[Body] = []
    for one in unpaired(conditions):
        paired = len(conditions) > 1 and one.get("property") in gone
        if paired and one.get("filter") == NOT_SET:
            continue
        found = _negative(one) if paired else _leaf(one)
        if found is None:
            return None
        made.append(found)
    if len(made) == 1:
        return made[0]
    return {"any": made} if made else None


def _negative(one: Body) -> Body | None:
    """Return what holds of what is missing too: a negative test, or `not` of a positive one."""
    asked = cast("Body", one["filter"])
    if asked["type"] == "boolean":
        positive: Body = {"filter": asked | {"value": not asked["value"]}}
    elif asked["operator"] in OPPOSITE:
        positive = {"filter": asked | {"operator": OPPOSITE[str(asked["operator"])]}}
    else:
        return None
    found = _leaf(one | positive)
    return None if found is None else {"not": found}


def _leaf(one: Body) -> Body | None:
    match one.get("type"):
        case "profile-property":
            return _attribute(one)
        case "profile-group-membership":
            return _member(one)
        case "profile-metric":
            return _event(one)
        case "profile-marketing-consent":
            return asked(one)
    return None


def _attribute(one: Body) -> Body | None:
    called, asked = str(one["property"]), cast("Body", one["filter"])
    custom = _CUSTOM.fullmatch(called)
    name = custom[1] if custom else _NAMES.get(called)
    if name is None:
        return None
    if asked["type"] == "existence":
        return {"attribute": name, "exists" if asked["operator"] == "is-set" else "missing": True}
    test = TESTS.get(str(asked["operator"]))
    return (
        None if test is None or "value" not in asked else {"attribute": name, test: asked["value"]}
    )


def _member(one: Body) -> Body | None:
    ids = cast("list[object]", one["group_ids"])
    if len(ids) != 1 or not is_reference(ids[0]) or one.get("timeframe_filter"):
        return None
    address = Address.parse(str(cast("Body", ids[0])[REFERENCE]))
    found: Body = {address.kind: address.id}
    return found if one["is_member"] else {"not": found}


def _event(one: Body) -> Body | None:
    """Return how often an event happened, or what became of e-mails; None if there are no words.

    A metric of Klaviyo's own is no event of ours, others are if they are called like one.
    """
    counted, made = cast("Body", one["measurement_filter"]), _counted(one)
    lately = _lately(cast("Body", one["timeframe_filter"]))
    if made is None or lately is None:
        return None
    if "message" in made:  # in a chain it is this passage that counts (semantics 5.29)
        lately.pop("since", None)
    said = (counted["operator"], counted["value"])
    often = {TESTS[str(counted["operator"])]: counted["value"]}
    done = _DONE.get(str(one["metric_id"]))
    if done is not None:
        known: dict[object, bool] = {("greater-than", 0): True, ("equals", 0): False}
        return made | {done: known.get(said, often)} | lately
    made |= lately
    if said == ("equals", 0):
        return {"not": made}
    return made if said == ("greater-than", 0) else made | {"count": often}


def _counted(one: Body) -> Body | None:
    """Return what is counted: an event with its properties, a message, or what a channel sent."""
    id_, where = str(one["metric_id"]), cast("list[Body]", one.get("metric_filters") or [])
    if id_ in _DONE:
        return _letter(where) if where else cast("Body | None", one.get(ASKS))
    if not ID.fullmatch(id_):
        return None
    tests: dict[str, Body] = {}
    for test in where:
        said = cast("Body", test["filter"])
        if not ID.fullmatch(str(test["property"])) or str(said["operator"]).startswith("not-"):
            return None
        tests.setdefault(str(test["property"]), {}).update(tested(said))
    return {"event": id_} | ({"where": tests} if tests else {})


def _letter(where: list[Body]) -> Body | None:
    """Return the message whose copies are counted."""
    found = _COPY.fullmatch(str(cast("Body", where[0]["filter"]).get("value")))
    if found is None or copies_of(found[1]) != {"metric_filters": where}:
        return None
    return {"message": found[1]}


def _lately(frame: Body) -> Body | None:
    """Return when something must have happened."""
    match frame["operator"]:
        case "alltime":
            return {}
        case "flow-start":
            return {"since": "chain_start"}
        case "in-the-last":
            return {"within": length(frame["quantity"], frame["unit"])}
    return None


def length(count: object, unit: object) -> str:
    """Return a length of time as an author writes it: a week is seven days."""
    times, sign = _UNITS[str(unit)]
    return f"{cast('int', count) * times}{sign}"


def tested(one: Body) -> Body:
    """Return how the property of an event is compared."""
    if one["type"] == "existence":
        return {"exists" if one["operator"] == "is-set" else "missing": True}
    return {TESTS[str(one["operator"])]: one["value"]}
