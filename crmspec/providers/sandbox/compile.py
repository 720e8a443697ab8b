"""From a program to what it wants on the sandbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics import text
from crmspec.engine.resource import Address, Desired, Remark, Resource, references
from crmspec.ir import walk
from crmspec.ir.action import ProfileChange
from crmspec.ir.message import Message
from crmspec.providers.sandbox.audit import gaps, managed, policy
from crmspec.providers.sandbox.capability import ACTIVATED
from crmspec.providers.sandbox.encode import Encoder
from crmspec.providers.sandbox.normalise import normalise

if TYPE_CHECKING:
    from crmspec.engine.body import Body
    from crmspec.ir import Located, Program
    from crmspec.ir.target import Target
    from crmspec.ir.value import Resource as Node
    from crmspec.ir.value import Status


def compile_program(program: Program, target: Target) -> Desired:
    """Return bodies for all that the sandbox takes, and remarks on what it does not."""
    made: dict[Address, Resource] = {}
    manual: dict[Address, Remark] = {}
    remarks: list[Remark] = []
    for kind, node in managed(program, target.id):
        resource, about = _resource(program, target, kind, node)
        made[resource.address] = resource
        for remark in about:
            if remark.effect == "manual":
                manual.setdefault(remark.address, remark)
            else:
                remarks.append(remark)
    _spread(made, manual)
    kept = tuple(r for address, r in sorted(made.items()) if address not in manual)
    remarks = [remark for remark in remarks if remark.address not in manual]
    return Desired(kept, (*(manual[a] for a in sorted(manual)), *remarks))


def _spread(made: dict[Address, Resource], manual: dict[Address, Remark]) -> None:
    """What refers to something that is not on the target cannot be there either."""
    found = True
    while found:
        found = False
        for address, resource in sorted(made.items()):
            lacks = next((d for d in resource.depends if d in manual or d not in made), None)
            if address not in manual and lacks is not None:
                reason = text("`{lacks}` is not on the target", lacks=str(lacks))
                manual[address] = Remark(address, "manual", reason, resource.origin)
                found = True


def _resource(
    program: Program, target: Target, kind: str, node: Node
) -> tuple[Resource, list[Remark]]:
    address = Address(kind, node.id)
    degrade = policy(program, node) == "degrade"
    remarks: list[Remark] = []
    dropped: set[type[Located]] = set()
    for gap in gaps(program, kind, node):
        if degrade and gap.family == "step":
            dropped.add(type(gap.node))
            reason = text("the `{subject}` step is left out", subject=gap.subject)
            remarks.append(Remark(address, "deviates", reason, gap.span))
        else:
            remarks.append(Remark(address, "manual", gap.reason(), gap.span))
    encoder = Encoder(address, program.files, frozenset(dropped))
    body = _head(target, program.project.project, kind, node) | encoder.encode(node)
    if isinstance(node, Message):
        body |= _surroundings(program, encoder, node)
    body = normalise(address, body)
    depends = references(body) | _written(node)
    return Resource(address, body, tuple(sorted(depends)), node.place.name), remarks


def _head(target: Target, project: str, kind: str, node: Node) -> Body:
    named = target.naming.replace("{project}", project).replace("{id}", node.id)
    title = named.replace("{title}", node.title or node.id)
    head: Body = {"title": node.names.get(target.id, title)}
    if node.description:
        head["description"] = node.description
    if kind in ACTIVATED and target.activate != "manual":
        head["status"] = _status(target, node.status)
    return head


def _status(target: Target, status: Status) -> Status:
    return "draft" if target.activate == "draft" and status == "live" else status


def _surroundings(program: Program, encoder: Encoder, message: Message) -> Body:
    """Fold the channel and the layout into the message: the sandbox has neither."""
    channel = program.channels[message.channel.id]
    folded: Body = {"channel": {"id": channel.id, **encoder.encode(channel)}}
    if message.layout is not None:
        layout = program.layouts[message.layout.id]
        folded["layout"] = {"id": layout.id, **encoder.encode(layout)}
    return folded


def _written(node: Node) -> frozenset[Address]:
    """Return the attributes that steps write to: their names are keys, not references."""
    return frozenset(
        Address("attribute", name)
        for change in walk(node)
        if isinstance(change, ProfileChange)
        for name in (*change.set, *change.increment, *change.append)
    )
