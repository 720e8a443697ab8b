"""Stand-ins for what a target names, but does not keep: little more than the name is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.api.intake import fact
from crmspec.api.intake.piece import Loss, Piece
from crmspec.diagnostics import text
from crmspec.engine.resource import Address
from crmspec.ir import Ref, walk
from crmspec.ir.channel import Channel
from crmspec.ir.condition import AttributeIs
from crmspec.ir.data import Attribute, Event
from crmspec.ir.step import ExperimentArms
from crmspec.ir.value import PropertyTest
from crmspec.resolve.word import KIND

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from collections.abc import Set as AbstractSet

    from crmspec.ir import Located, Program
    from crmspec.ir.value import Resource

_KINDS = frozenset(
    {"consent", "list", "coupon", "object", "directory", "channel_group", "feed", "experiment"}
)
"""Kinds that can be stood in for: all else of them is for people and proofs."""
_FREE = {"tag": "tags", "exclusive": "exclusive"}
"""Kinds whose names need no declaration, unless the project declares some."""
_FACTS = frozenset({"attribute", "event"})
"""Kinds that some targets know without keeping an object of them."""
REMARK = "not on the target: complete it"
_NOWHERE = "https://unknown.example/"


def stubs(
    program: Program, pieces: Mapping[Address, Piece], kept: Collection[str]
) -> Iterator[Piece]:
    """Yield a piece for each name in the pieces that nothing declares.

    Of the kinds in `kept` the target has objects: what it lacks of them is not stood in for.
    """
    kinds = _KINDS | (_FACTS - set(kept))
    found: set[Address] = set()
    for address in sorted(pieces, key=lambda one: one.kind != "channel"):
        node = program.find(address.kind, address.id)
        for own in _lacking(program, pieces[address], kinds):
            if own not in pieces and own not in found:
                found.add(own)
                yield Piece(own, _fields(own, node, program), remark=REMARK)


def _lacking(program: Program, piece: Piece, kinds: AbstractSet[str]) -> Iterator[Address]:
    """Yield what a resource names, in its fields or in its texts, and nothing declares."""
    node = program.find(piece.address.kind, piece.address.id)
    for one in walk(node) if node is not None else ():
        if isinstance(one, Ref) and _needed(program, one, kinds):
            yield Address(one.kind, one.id)
    mentioned = (*fact.mentioned(piece.fields), *fact.changed(node))
    for own in mentioned if "attribute" in kinds else ():
        if program.find(own.kind, own.id) is None:
            yield own


def _needed(program: Program, ref: Ref, kinds: AbstractSet[str]) -> bool:
    if ref.kind in _FREE:
        declared = getattr(program, _FREE[ref.kind])
        return bool(declared) and ref.id not in declared
    return ref.kind in kinds and program.find(ref.kind, ref.id) is None


def _fields(address: Address, user: Resource | None, program: Program) -> dict[str, object]:
    """Return what can be told of a name from where it is used."""
    fields: dict[str, object] = {"title": address.id}
    match address.kind:
        case "consent" if isinstance(user, Channel):
            fields["channel"] = user.id
        case "channel_group":
            fields["order"] = sorted(program.channels)
        case "feed":
            fields["url"] = _NOWHERE + address.id
        case "experiment":
            fields["variants"] = _variants(address.id, user)
        case "attribute":
            fields |= fact.attribute(program, address.id)
        case "event":
            fields["properties"] = fact.properties(program, address.id)
        case "directory":
            fields["values"] = dict.fromkeys(_values(address.id, program))
    return fields


def _variants(id_: str, user: Resource | None) -> dict[str, object]:
    """Return the weights of the arms by which a chain splits."""
    return {
        name: {"weight": arm.weight}
        for one in (walk(user) if user is not None else ())
        if isinstance(one, ExperimentArms) and one.id.id == id_
        for name, arm in one.arms.items()
    }


def _values(id_: str, program: Program) -> list[str]:
    """Return the words that conditions and defaults know of a directory."""
    fields, found = set(), {"other"}
    for kind, node in program.resources():
        if isinstance(node, Attribute) and node.directory and node.directory.id == id_:
            fields.add((kind, node.id))
            found |= {one for one in (node.default, node.missing_as) if isinstance(one, str)}
        elif isinstance(node, Event):
            for name, of in node.properties.items():
                if of.directory is not None and of.directory.id == id_:
                    fields.add(("property", name))
    for _, node in program.resources():
        for one in walk(node):
            found |= set(_words(one, fields))
    return sorted(found)


def _words(node: Located, fields: set[tuple[str, str]]) -> Iterator[str]:
    match node:
        case AttributeIs():
            asked = ("attribute", node.attribute.id)
        case PropertyTest():
            asked = ("property", node.property)
        case _:
            return
    for test in node.tests if asked in fields else ():
        operands = test.operand if isinstance(test.operand, list) else [test.operand]
        yield from (one for one in operands if isinstance(one, str))


def told(stub: Piece) -> Loss:
    """Return what is to be said of a stand-in."""
    address = stub.address
    reason = text("the target knows only the name of this {kind}", kind=KIND[address.kind])
    return Loss("name", address.kind, "", address.id, reason, str(address))
