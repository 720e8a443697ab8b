"""What the project says of its objects beyond their bodies: owners, protection, names, tags."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from crmspec.diagnostics import text
from crmspec.engine.change import LIVE, STATUS
from crmspec.engine.encode import ACTIVATED
from crmspec.engine.resource import Address, Remark
from crmspec.ir.move import destinations
from crmspec.ir.program import KEYS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.engine.resource import Desired, Resource
    from crmspec.ir import Program
    from crmspec.ir.target import Target
    from crmspec.ir.value import Resource as Node


def governed(desired: Desired, program: Program, target: Target) -> Desired:
    """Return what is wanted, with what the project and the target say of it."""
    moves = {
        Address.parse(old): Address.parse(new)
        for old, new in destinations(program.project.moved).items()
        if new is not None
    }
    return msgspec.structs.replace(
        desired,
        resources=tuple(_governed(one, program, target) for one in desired.resources),
        remarks=(*desired.remarks, *_held(desired, program, target)),
        moves=moves,
        max_deletions=target.max_deletions.value / 100,
    )


def _held(desired: Desired, program: Program, target: Target) -> Iterator[Remark]:
    """Yield a remark for each resource that says `status: live` and stays a draft all the same."""
    reason = (
        text("people let it go live: `activate` of the target is `manual`")
        if target.activate == "manual"
        else text("stays a draft: `activate` of the target is `draft`")
    )
    for one in desired.resources if target.activate != "live" else ():
        node = _node(one.address, program)
        told = one.address.kind in ACTIVATED and one.body.get(STATUS) != LIVE
        if told and node is not None and node.status == LIVE:
            span = node.place.key(STATUS)
            if span != node.place.span:  # it is written, not only so by default
                yield Remark(one.address, "deviates", reason, span)


def _node(address: Address, program: Program) -> Node | None:
    return program.find(address.kind, address.id) if address.kind in KEYS else None


def _governed(resource: Resource, program: Program, target: Target) -> Resource:
    kind, node = resource.address.kind, _node(resource.address, program)
    if node is None:
        return resource
    return msgspec.structs.replace(
        resource,
        protected=node.prevent_destroy,
        owners=target.kind_ownership.get(KEYS[kind], {}) | node.ownership,
        tags=tuple(tag.id for tag in node.tags),
    )
