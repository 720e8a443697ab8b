"""From bodies back to what an author writes: references as bare ids, folded parts left out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crmspec.engine.body import REFERENCE, Body, is_reference
from crmspec.engine.resource import Address

if TYPE_CHECKING:
    from crmspec.ir.target import Target

_FOLDED = ("channel", "layout")


def decode(address: Address, body: Body, target: Target, project: str) -> Body:
    """Return the fields of a resource in the language's own keys.

    A template's text stands under `source`, wherever the project keeps it.
    """
    made: Body = {}
    for key, value in body.items():
        if address.kind == "message" and key in _FOLDED and isinstance(value, dict):
            made[key] = value.get("id")
        else:
            made[_unescape(key)] = _plain(value, address)
    return made | _names(str(body["title"]), address, target, project)


def parts(address: Address, body: Body) -> dict[Address, Body]:
    """Return the channel and the layout that are folded into a message, by address."""
    found: dict[Address, Body] = {}
    for kind in _FOLDED if address.kind == "message" else ():
        folded = body.get(kind)
        if isinstance(folded, dict) and isinstance(folded.get("id"), str):
            own = Address(kind, folded["id"])
            written = {_unescape(key): _plain(one, own) for key, one in folded.items()}
            found[own] = {key: one for key, one in written.items() if key != "id"}
    return found


def _plain(value: object, own: Address) -> object:
    if isinstance(value, dict):
        if is_reference(value):
            return Address.parse(str(value[REFERENCE])).id
        made = {_unescape(key): _plain(item, own) for key, item in value.items()}
        return made | {"message": "any"} if made.get("message", own) is None else made
    if isinstance(value, list):
        return [_plain(item, own) for item in value]
    return own.id if value == "self" else value


def _names(title: str, address: Address, target: Target, project: str) -> Body:
    """Return the title, or the name on this target if no title makes it."""
    parts = {"project": re.escape(project), "id": re.escape(address.id), "title": "(?P<title>.+)"}
    pattern = re.escape(target.naming)
    for name, part in parts.items():
        pattern = pattern.replace(re.escape(f"{{{name}}}"), part, 1)
    found = re.fullmatch(pattern, title)
    if found is not None and "title" in found.groupdict():
        return {"title": found["title"]}
    return {"title": title} if found is None else {}


def _unescape(key: str) -> str:
    return key.removeprefix("$") if key.startswith("$") else key
