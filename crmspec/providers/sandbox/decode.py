"""From bodies back to what an author writes: references as bare ids, folded parts left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.engine.encode import written
from crmspec.engine.resource import Address
from crmspec.lower.name import author_title

if TYPE_CHECKING:
    from crmspec.engine.body import Body
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
            made |= written({key: value}, address)
    return made | author_title(str(body["title"]), address.id, target, project)


def parts(address: Address, body: Body) -> dict[Address, Body]:
    """Return the channel and the layout that are folded into a message, by address."""
    found: dict[Address, Body] = {}
    for kind in _FOLDED if address.kind == "message" else ():
        folded = body.get(kind)
        if isinstance(folded, dict) and isinstance(folded.get("id"), str):
            own = Address(kind, folded["id"])
            found[own] = {key: one for key, one in written(folded, own).items() if key != "id"}
    return found
