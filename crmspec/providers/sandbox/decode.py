"""From bodies back to what an author writes: references as bare ids, folded parts left out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crmspec.engine.encode import written

if TYPE_CHECKING:
    from crmspec.engine.body import Body
    from crmspec.engine.resource import Address
    from crmspec.ir.target import Target

_FOLDED = ("channel", "layout")


def decode(address: Address, body: Body, target: Target, project: str) -> Body:
    """Return the fields of a resource in the language's own keys.

    A template's text stands under `source`, wherever the project keeps it.
    """
    made: Body = {}
    for key, value in body.items():
        if address.kind == "message" and key == "tags":
            continue
        if address.kind == "message" and key in _FOLDED and isinstance(value, dict):
            made[key] = value["id"]
        else:
            made |= written({key: value}, address)
    return made | _names(str(body["title"]), address, target, project)


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
