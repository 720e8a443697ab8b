"""What the project says of its objects beyond their bodies: owners, protection, names, tags."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from crmspec.diagnostics import text
from crmspec.engine.change import LIVE, STATUS
from crmspec.engine.encode import ACTIVATED
from crmspec.engine.merge import CODE
from crmspec.engine.need import Needs
from crmspec.engine.resource import Address, Remark
from crmspec.ir.move import destinations
from crmspec.ir.program import KEYS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from collections.abc import Set as AbstractSet

    from crmspec.engine.body import Body
    from crmspec.engine.resource import Desired, Resource
    from crmspec.ir import Program
    from crmspec.ir.target import Target
    from crmspec.ir.value import Resource as Node

    Keeps = Callable[[Address, str, Body], tuple[str, ...]]


def _by_name(_: Address, field: str, __: Body) -> tuple[str, ...]:
    return (field,)


def governed(
    desired: Desired, program: Program, target: Target, keeps: Keeps = _by_name
) -> Desired:
    """Return what is wanted, with what the project and the target say of it.

    `keeps` says in which fields of a body the target keeps a field of the language.
    """
    own, needs = {one.address for one in desired.resources}, Needs(program)
    resources = (
        _needing(one, (needs.of(one.address) & own) - {one.address}) for one in desired.resources
    )
    return msgspec.structs.replace(
        desired,
        resources=tuple(_governed(one, program, target, keeps) for one in resources),
        remarks=(
            *desired.remarks,
            *_held(desired, program, target),
            *_unowned(desired, program, target, keeps),
        ),
        moves=dict(_moves(program)),
        max_deletions=target.max_deletions.value / 100,
    )


def _moves(program: Program) -> Iterator[tuple[Address, Address]]:
    """Yield the old and new addresses; what was deleted after it was moved is moved no more."""
    for old, new in destinations(program.project.moved).items():
        goal = Address.parse(new) if new is not None else None
        if goal is not None and _node(goal, program) is not None:
            yield Address.parse(old), goal


def _needing(resource: Resource, needs: AbstractSet[Address]) -> Resource:
    depends = tuple(sorted({*resource.depends, *needs}))
    return msgspec.structs.replace(resource, depends=depends)


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


def _unowned(desired: Desired, program: Program, target: Target, keeps: Keeps) -> Iterator[Remark]:
    """Yield a remark for each field that is given to people, but has no place of its own there."""
    told = set[tuple[str, str]]()
    for one in desired.resources:
        address, node = one.address, _node(one.address, program)
        if node is None:
            continue
        for field, owner in _owners(node, address, target).items():
            if owner == CODE or keeps(address, field, one.body):
                continue
            own = field in node.ownership
            if own or (address.kind, field) not in told:
                told.add((address.kind, field))
                reason = text(
                    "`{field}: {owner}` changes nothing: the target keeps no such field apart",
                    field=field,
                    owner=owner,
                )
                place = node.place if own else target.place
                path = ("ownership",) if own else ("kind_ownership", KEYS[address.kind])
                yield Remark(address, "deviates", reason, place.key(*path, field))


def _owners(node: Node, address: Address, target: Target) -> Mapping[str, str]:
    return target.kind_ownership.get(KEYS[address.kind], {}) | node.ownership


def _governed(resource: Resource, program: Program, target: Target, keeps: Keeps) -> Resource:
    address, node = resource.address, _node(resource.address, program)
    if node is None:
        return resource
    return msgspec.structs.replace(
        resource,
        protected=node.prevent_destroy,
        owners={
            name: owner
            for field, owner in _owners(node, address, target).items()
            for name in keeps(address, field, resource.body)
        },
        tags=tuple(tag.id for tag in node.tags),
    )
