"""From a program to what it wants on the sandbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.engine.encode import Encoder, head
from crmspec.engine.resource import Address, Desired, Resource, references
from crmspec.ir.action import ProfileChange
from crmspec.ir.message import Message
from crmspec.lower.survey import written
from crmspec.providers.desired import remarks, undeployed
from crmspec.providers.sandbox.capability import CAPABILITIES, COLLECTIONS
from crmspec.providers.sandbox.normalise import normalise

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmspec.engine.body import Body
    from crmspec.ir import Located, Program
    from crmspec.ir.target import Target
    from crmspec.ir.value import Resource as Node
    from crmspec.lower.lowering import Lowered


def compiled(lowered: Lowered) -> Desired:
    """Return bodies for all that the sandbox takes, and remarks on what it does not."""
    survey, target = lowered.survey, lowered.survey.target
    made: list[Resource] = []
    for key, node in sorted(survey.wanted.items()):
        if key not in survey.absent:
            dropped = frozenset(type(gap.node) for gap in survey.dropped(key) if gap.node)
            address = Address(*key)
            body = _body(lowered.program, target, address, node, dropped)
            depends = references(body) | _written(survey.nodes[key])
            made.append(Resource(address, body, tuple(sorted(depends)), node.place.name))
    return Desired(
        tuple(made),
        tuple(remarks(survey)),
        tuple(undeployed(survey, CAPABILITIES, target)),
        survey.kinds,
    )


def _body(
    program: Program,
    target: Target,
    address: Address,
    node: Node,
    dropped: frozenset[type[Located]],
) -> Body:
    encoder = Encoder(address, program, kinds=COLLECTIONS, dropped=dropped)
    body = head(target, program.project.project, address.kind, node) | encoder.encode(node)
    if isinstance(node, Message):
        body |= _surroundings(program, encoder, node)
    return normalise(address, body)


def _surroundings(program: Program, encoder: Encoder, message: Message) -> Body:
    """Fold the channel and the layout into the message: the sandbox has neither.

    Tags go along, since conditions ask for messages by tag.
    """
    channel = program.channels[message.channel.id]
    folded: Body = {"channel": {"id": channel.id, **encoder.encode(channel)}}
    if message.layout is not None:
        layout = program.layouts[message.layout.id]
        folded["layout"] = {"id": layout.id, **encoder.encode(layout)}
    if message.tags:
        folded["tags"] = [tag.id for tag in message.tags]
    return folded


def _written(nodes: Sequence[Located]) -> frozenset[Address]:
    """Return the attributes that steps write: the sandbox takes no others."""
    return frozenset(
        Address(*key)
        for change in nodes
        if isinstance(change, ProfileChange)
        for key, _ in written(change)
    )
