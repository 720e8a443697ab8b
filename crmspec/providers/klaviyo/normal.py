"""Payloads as Klaviyo means them: without what is nothing, its own, or so anyway."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeAlias, cast

from crmspec.engine.body import REFERENCE, Body
from crmspec.providers.klaviyo import mark
from crmspec.providers.klaviyo.copied import bare, with_copy

Copies: TypeAlias = Mapping[str, Body]
"""Edited copies of templates, by the ids of their messages."""
_NO_COPIES: Copies = MappingProxyType({})
_DEFAULTS: dict[str, object] = {
    "add_info_link": True,
    "add_opt_out_language": False,
    "add_org_prefix": True,
    "add_tracking_params": False,
    "badge": False,
    "custom_tracking_params": [],
    "excluded": [],
    "include_contact_card": False,
    "on_open": "home",
    "options": {"is_local": False},
    "send_past_recipients_immediately": False,
    "shorten_links": True,
    "show_on": "all",
    "smart_sending_enabled": True,
    "sms_quiet_hours_enabled": True,
    "sound": False,
    "timezone": "profile",
    "transactional": False,
}
"""What a field is when it is not said (`default` in the schemas of `FlowEmail`, `FlowSms` …)."""

BRANCHES = ("next_if_true", "next_if_false")
_SPLITS = frozenset({"conditional-split", "trigger-split"})


def normal(value: object) -> object:
    """Return data without nulls and defaults."""
    if isinstance(value, list):
        return [normal(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        key: normal(one)
        for key, one in value.items()
        if one is not None and not _is_default(key, one)
    }


def _is_default(key: str, value: object) -> bool:
    return key in _DEFAULTS and value == _DEFAULTS[key]


def actions(definition: Body) -> list[Body]:
    """Return the actions of a flow in the order in which they are reached, `true` first."""
    listed = cast("list[Body]", definition.get("actions") or [])
    rest = {str(one.get("id")): one for one in listed}
    found, waiting = list[Body](), [definition.get("entry_action_id")]
    while waiting:
        one = rest.pop(str(waiting.pop()), None)
        if one is not None:
            found.append(one)
            links = cast("Body", one.get("links") or {})
            waiting += [links.get(name) for name in reversed(("next", *BRANCHES))]
    return found + [rest[id_] for id_ in sorted(rest)]


def told(found: list[Body], status: object = None, copies: Copies = _NO_COPIES) -> list[Body]:
    """Return actions with numbers for ids, and messages with what they were made of.

    An action has a status of its own where it is not that of the flow (None: nobody asks), and a
    message the copy of its template where `copies`, by its id, has one.
    """
    numbers = {str(one.get("id")): str(number) for number, one in enumerate(found, 1)}
    made = []
    for one in found:
        links = cast("Body", one.get("links") or {})
        turned: Body = {
            name: numbers.get(str(to), to) for name, to in links.items() if to is not None
        }
        body: Body = {"id": numbers[str(one.get("id"))], "type": one.get("type")}
        data = _data(_own(cast("Body", one.get("data") or {}), status), copies)
        made.append(body | {"data": data, "links": turned})
    return made


def _own(data: Body, status: object) -> Body:
    if status is not None and data.get("status") != status:
        return data
    return {key: value for key, value in data.items() if key != "status"}


def _data(data: Body, copies: Copies) -> Body:
    message = data.get("message")
    if not isinstance(message, dict):
        return data
    held = {key: value for key, value in message.items() if key != "id"}
    if held.get("template_id"):
        held |= template_of(held.get("name"))
    return data | {"message": with_copy(held, copies.get(str(message.get("id"))))}


def template_of(name: object) -> Body:
    """Return the template that a message was made of, as its name tells; else nothing."""
    id_ = mark.source(str(name or ""))
    return {} if id_ is None else {"template_id": {REFERENCE: f"message.{id_}"}}


def definition(body: Body) -> Body:
    """Return a flow as Klaviyo takes it; new actions have ids for a while."""
    listed = cast("list[Body]", body.get("actions") or [])
    return {
        "triggers": [body["trigger"]],
        "profile_filter": body.get("profile_filter"),
        "reentry_criteria": body["reentry_criteria"],
        "entry_action_id": str(listed[0]["id"]) if listed else None,
        "actions": [_new(one) for one in listed],
    }


def _new(action: Body) -> Body:
    links = cast("Body", action.get("links") or {})
    names = BRANCHES if action["type"] in _SPLITS else ("next",)
    return {
        "temporary_id": action["id"],
        "type": action["type"],
        "data": bare(cast("Body", action["data"])),
        "links": {name: links.get(name) for name in names},
    }


def alike(known: Body, wanted: Body) -> bool:
    """Say whether two actions do the same; a template is known by the name of its message."""
    return normal(_bare(known)) == normal(_bare(wanted))


def _bare(action: Body) -> Body:
    data = bare(cast("Body", action.get("data") or {}))
    message = data.get("message")
    if not isinstance(message, dict):
        return data
    return data | {"message": {k: v for k, v in message.items() if k != "template_id"}}
