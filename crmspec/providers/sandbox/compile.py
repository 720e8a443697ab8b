"""From a program to what it wants on the sandbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.engine.encode import Encoder, head
from crmspec.engine.resource import Address, Desired, Resource, references
from crmspec.ir import walk
from crmspec.ir.action import ProfileChange
from crmspec.ir.message import Message
from crmspec.lower.lowering import lower
from crmspec.lower.survey import written
from crmspec.providers.desired import remarks, undeployed
from crmspec.providers.sandbox.capability import CAPABILITIES, COLLECTIONS
from crmspec.providers.sandbox.normalise import normalise

if TYPE_CHECKING:
    from crmspec.engine.body import Body
    from crmspec.ir import Located, Program
    from crmspec.ir.target import Target
    from crmspec.ir.value import Resource as Node


def compile_program(program: Program, target: Target) -> Desired:
    """Return bodies for all that the sandbox takes, and remarks on what it does not."""
    lowered = lower(program, CAPABILITIES, target)
    survey = lowered.survey
    made: list[Resource] = []
    for key, node in sorted(survey.wanted.items()):
        if key not in survey.absent:
            dropped = frozenset(type(gap.node) for gap in survey.dropped(key) if gap.node)
            made.append(_resource(lowered.program, target, Address(*key), node, dropped))
    return Desired(
        tuple(made),
        tuple(remarks(survey)),
        tuple(undeployed(survey, CAPABILITIES, target)),
        survey.kinds,
    )


def _resource(
    program: Program,
    target: Target,
    address: Address,
    node: Node,
    dropped: frozenset[type[Located]],
) -> Resource:
    encoder = Encoder(address, program, kinds=COLLECTIONS, dropped=dropped)
    body = head(target, program.project.project, address.kind, node) | encoder.encode(node)
    if isinstance(node, Message):
        body |= _surroundings(program, encoder, node)
    body = normalise(address, body)
    depends = references(body) | _written(node)
    return Resource(address, body, tuple(sorted(depends)), node.place.name)


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


def _written(node: Node) -> frozenset[Address]:
    """Return the attributes that steps write: the sandbox takes no others."""
    return frozenset(
        Address(*key)
        for change in walk(node)
        if isinstance(change, ProfileChange)
        for key, _ in written(change)
    )
