"""Payloads as Knock means them: without what is null or as it is anyway, in one form each.

Names of branches are people's, and say nothing: they count as those that we give.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

from crmspec.providers.knock.deed import as_json

if TYPE_CHECKING:
    from crmspec.engine.body import Body
    from crmspec.engine.resource import Address

_LONGER = {"minutes": ("hours", 60), "hours": ("days", 24)}
_WEEK = 7
_WRITTEN = ("update_properties", "data", "body")
"""Texts that are JSON."""
_EMPTY = ("channel_overrides", "send_windows", "headers", "query_params")
"""Fields that say nothing if there is nothing in them."""
IN_TIME = "In time"
OTHERS = "Default"


def normalise(address: Address, body: Body) -> Body:
    """Return a payload in its only form."""
    made = cast("Body", _normal(body))
    if address.kind == "layout" and not made.get("is_mjml"):
        made.pop("is_mjml", None)
    if address.kind == "chain":
        known = cast("Body", made.get("settings") or {})
        made["settings"] = {"is_commercial": False, "override_preferences": False} | known
    return made


def _normal(value: object) -> object:
    if isinstance(value, list):
        return [_normal(one) for one in value]
    if not isinstance(value, dict):
        return value
    made = {key: _normal(one) for key, one in value.items() if one is not None}
    made = {key: one for key, one in made.items() if one or key not in _EMPTY}
    if made.get("terminates") is False:
        del made["terminates"]
    if "percentage" in made:
        made["percentage"] = f"{float(str(made['percentage'])):g}"
    if made.keys() == {"unit", "value"}:
        return _length(made)
    return _step(made | {key: _json(made[key]) for key in _WRITTEN if key in made})


def _length(duration: Body) -> Body:
    """Return a duration in the longest unit that says it in whole numbers."""
    unit, value = str(duration["unit"]), duration["value"]
    if not isinstance(value, int):
        return duration
    if unit == "weeks":
        unit, value = "days", value * _WEEK
    while unit in _LONGER and value and value % _LONGER[unit][1] == 0:
        unit, size = _LONGER[unit]
        value //= size
    return {"unit": unit, "value": value}


def _json(written: object) -> object:
    try:
        return as_json(json.loads(str(written))) if isinstance(written, str) else written
    except ValueError:
        return written


def _step(step: Body) -> Body:
    template = step.get("template")
    if step.get("channel_type") == "email" and isinstance(template, dict):
        plain = template if template.get("is_mjml") else _without(template, "is_mjml")
        return step | {"template": {"settings": {}} | plain}
    if step.get("channel_type") == "sms" and isinstance(template, dict):
        return step | {
            "template": template if template.get("settings") else _without(template, "settings")
        }
    if step.get("type") == "branch" and isinstance(step.get("branches"), list):
        return step | {"branches": _named(step)}
    return step


def _without(body: Body, name: str) -> Body:
    return {key: value for key, value in body.items() if key != name}


def case(number: int) -> str:
    """Return the name of a branch that has conditions; the first is 1."""
    return f"Case {number}"


def _named(step: Body) -> list[Body]:
    """Return branches under the names that `workflow.py` gives them."""
    ways, made = cast("list[Body]", step["branches"]), []
    ref = str(step.get("ref", "")).removesuffix("_branch")
    for number, way in enumerate(ways, 1):
        name = case(number) if "conditions" in way else OTHERS
        waited = f"refs.{ref}.matched" in str(way.get("conditions"))
        made.append(way | {"name": IN_TIME if waited and ref != step.get("ref") else name})
    return made
