"""What the project says of its objects beyond their bodies: owners, protection, names, tags."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from crmspec.engine.resource import Address
from crmspec.ir.move import destinations
from crmspec.ir.program import KEYS

if TYPE_CHECKING:
    from crmspec.engine.resource import Desired, Resource
    from crmspec.ir import Program
    from crmspec.ir.target import Target


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
        moves=moves,
        max_deletions=target.max_deletions.value / 100,
    )


def _governed(resource: Resource, program: Program, target: Target) -> Resource:
    kind, id_ = resource.address.kind, resource.address.id
    node = program.find(kind, id_) if kind in KEYS else None
    if node is None:
        return resource
    return msgspec.structs.replace(
        resource,
        protected=node.prevent_destroy,
        owners=target.kind_ownership.get(KEYS[kind], {}) | node.ownership,
        tags=tuple(tag.id for tag in node.tags),
    )
