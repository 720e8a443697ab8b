"""Attributes as fields of contacts, lists as lists, and segments that are nothing but a list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import structs

from crmspec.diagnostics import text
from crmspec.dialect.names import load
from crmspec.ir.audience import Segment
from crmspec.ir.channel import List
from crmspec.ir.condition import InList
from crmspec.ir.data import Attribute
from crmspec.providers.rest import Encoded, Untold
from crmspec.template.tree import Path

if TYPE_CHECKING:
    from crmspec.engine.body import Body
    from crmspec.engine.resource import Address
    from crmspec.ir.value import Resource
    from crmspec.lower.outcome import Key
    from crmspec.providers.rest import Brief

_PLATFORM = "unisender"
_TYPES = {"number": "number", "integer": "number", "boolean": "bool", "date": "date"}
_TYPES_BACK = {"number": "number", "bool": "boolean", "date": "date"}
_OWN = frozenset({"email", "phone", "tags", "email_status", "phone_status"})
"""Fields that each contact has; no others may be made of these names."""


def encode_attribute(brief: Brief, key: Key, node: Resource, _: frozenset[int]) -> Encoded:
    """Return a field; e-mail address and telephone are Unisender's own."""
    assert isinstance(node, Attribute)  # noqa: S101 - encoders are by kind
    untold, name = Untold(key), field_name(brief, node)
    if name is None:
        said = text("names of fields are letters, digits and `_`")
        untold.lack("attribute", "name", node, said, at="names")
    if node.type in {"array", "object", "geo"}:
        said = text("fields of Unisender hold one text")
        untold.otherwise("attribute", "type", node, said)
    if node.computed is not None:
        said = text("Unisender computes nothing: your application brings the value")
        untold.otherwise("attribute", "computed", node, said)
    body: Body = {"name": name or node.id, "type": _TYPES.get(node.type, "string")}
    return Encoded(body, tuple(untold.gaps), folded=str(name).lower() in _OWN)


def field_name(brief: Brief, node: Attribute) -> str | None:
    """Return the name by which letters know an attribute, None if they cannot."""
    platforms = {id_ for id_, one in brief.written.targets.items() if one.platform == _PLATFORM}
    names = [name for place, name in node.names.items() if place in {_PLATFORM, *platforms}]
    standard = {node.id: node.standard} if node.standard else {}
    renamed = {f"profile.{node.id}": names[0]} if names else {}
    known = structs.replace(load(_PLATFORM), renamed=renamed, standard=standard)
    found = known.find(Path(root="profile", keys=(node.id,), span=node.place.name))
    return found.text if found is not None else None


def encode_list(_: Brief, key: Key, node: Resource, __: frozenset[int]) -> Encoded:
    """Return a list, which is a title and nothing more."""
    assert isinstance(node, List)  # noqa: S101 - encoders are by kind
    untold = Untold(key)
    if node.purpose == "suppression":
        said = text("Unisender has no lists of those who are never written to")
        untold.lack("list", "purpose", node, said)
    if node.domains:
        untold.lack("list", "domains", node, text("lists of Unisender hold contacts, not domains"))
    if node.opt_in == "double":
        said = text("each form and each call of `subscribe` says whether it asks for confirmation")
        untold.otherwise("list", "opt_in", node, said)
    if node.members_from:
        said = text("your application brings the members, with `importContacts`")
        untold.otherwise("list", "members_from", node, said)
    return Encoded({}, tuple(untold.gaps))


def encode_segment(_: Brief, key: Key, node: Resource, __: frozenset[int]) -> Encoded:
    """Return nothing: a segment that is one list is that list, all else is told by the table."""
    assert isinstance(node, Segment)  # noqa: S101 - encoders are by kind
    untold, condition = Untold(key), node.condition
    if isinstance(condition, InList) and condition.joined is not None:
        said = text("how long somebody is on a list is asked in a saved segment, by hand")
        untold.lack("condition", "joined", condition, said)
    return Encoded({}, tuple(untold.gaps), folded=True)


def list_of(segment: Segment) -> str | None:
    """Return the list that a segment is, None if it is anything else."""
    condition = segment.condition
    return condition.list.id if isinstance(condition, InList) and not condition.joined else None


def decode_attribute(address: Address, body: Body) -> Body:
    """Return the type of a field, and its name where the id does not say it."""
    made: Body = {"type": _TYPES_BACK.get(str(body.get("type")), "string")}
    usual = load(_PLATFORM).find(Path(root="profile", keys=(address.id,)))
    named = usual is not None and usual.text == body.get("name")
    return made | ({} if named else {"names": {_PLATFORM: body.get("name")}})
