"""Stand-ins for what a target names, but does not keep: only the name is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.api.intake.piece import Loss, Piece
from crmspec.diagnostics import text
from crmspec.engine.resource import Address
from crmspec.ir import Ref, walk
from crmspec.ir.channel import Channel
from crmspec.resolve.word import KIND

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crmspec.ir import Program
    from crmspec.ir.value import Resource

_KINDS = frozenset({"consent", "list", "coupon", "object"})
"""Kinds of which a name alone is enough."""
_FREE = frozenset({"tag", "exclusive"})
"""Kinds whose names need no declaration, unless the project declares some."""
REMARK = "not on the target: complete it"


def stubs(program: Program, pieces: Mapping[Address, Piece]) -> Iterator[Piece]:
    """Yield a piece for each name in the pieces that nothing declares."""
    found: dict[Address, Piece] = {}
    for address in pieces:
        node = program.find(address.kind, address.id)
        for one in walk(node) if node is not None else ():
            if isinstance(one, Ref) and _needed(program, one):
                own = Address(one.kind, one.id)
                if own not in pieces and own not in found:
                    found[own] = Piece(own, _fields(own, node), remark=REMARK)
    yield from found.values()


def _needed(program: Program, ref: Ref) -> bool:
    if ref.kind in _FREE:
        declared = program.tags if ref.kind == "tag" else program.exclusive
        return bool(declared) and ref.id not in declared
    return ref.kind in _KINDS and program.find(ref.kind, ref.id) is None


def _fields(address: Address, user: Resource | None) -> dict[str, object]:
    fields: dict[str, object] = {"title": address.id}
    if address.kind == "consent" and isinstance(user, Channel):
        fields["channel"] = user.id
    return fields


def told(stub: Piece) -> Loss:
    """Return what is to be said of a stand-in."""
    address = stub.address
    reason = text("the target knows only the name of this {kind}", kind=KIND[address.kind])
    return Loss("name", address.kind, "", address.id, reason, str(address))
