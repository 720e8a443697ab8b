"""From bodies back to what an author writes: references as bare ids, folded parts left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.engine.encode import written
from crmspec.lower.name import author_title

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
    return made | author_title(str(body["title"]), address.id, target, project)
