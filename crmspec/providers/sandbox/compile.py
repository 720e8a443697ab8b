"""From a program to what it wants on the sandbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics import text
from crmspec.engine.encode import Encoder
from crmspec.engine.naming import title
from crmspec.engine.resource import Desired, Remark, Resource, Undeployed, references
from crmspec.ir import walk
from crmspec.ir.action import ProfileChange
from crmspec.ir.message import Message
from crmspec.ir.program import KINDS
from crmspec.providers.sandbox.absence import Survey, written
from crmspec.providers.sandbox.capability import ACTIVATED, COLLECTIONS, UNDEPLOYED
from crmspec.providers.sandbox.gap import managed_kinds, meant, sent
from crmspec.providers.sandbox.normalise import normalise

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.engine.body import Body
    from crmspec.engine.resource import Address
    from crmspec.ir import Located, Program
    from crmspec.ir.target import Target
    from crmspec.ir.value import Resource as Node
    from crmspec.ir.value import Status


def compile_program(program: Program, target: Target) -> Desired:
    """Return bodies for all that the sandbox takes, and remarks on what it does not."""
    survey = Survey(program, target)
    made: list[Resource] = []
    manual: list[Remark] = []
    deviating: list[Remark] = []
    for address, node in sorted(survey.wanted.items()):
        absence = survey.absent.get(address)
        if absence is not None:
            manual.append(Remark(address, "manual", absence.reason, absence.span))
            continue
        dropped = frozenset(type(gap.node) for gap in survey.gaps[address])
        made.append(_resource(program, target, address, node, dropped))
        deviating += _deviations(survey, address, dropped)
    return Desired(
        tuple(made),
        (*manual, *deviating),
        tuple(_undeployed(program, target)),
        managed_kinds(target),
    )


def _deviations(
    survey: Survey, address: Address, dropped: frozenset[type[Located]]
) -> Iterator[Remark]:
    for gap in survey.gaps[address]:
        reason = text("the `{subject}` step is left out", subject=gap.subject)
        yield Remark(address, "deviates", reason, gap.span)
    for node in sent(survey.wanted[address]) if dropped else ():
        for steps in _lists(node):
            if steps and all(type(step) in dropped for step in steps):
                reason = text("nothing is left to do here, since each step is left out")
                yield Remark(address, "deviates", reason, steps[0].place.span)


def _lists(node: Located) -> Iterator[tuple[Located, ...]]:
    """Yield the lists of a node."""
    for name in node.__struct_fields__:
        value = getattr(node, name)
        for one in value.values() if isinstance(value, dict) else (value,):
            if isinstance(one, tuple):
                yield one


def _undeployed(program: Program, target: Target) -> Iterator[Undeployed]:
    kinds = managed_kinds(target)
    for key, (kind, _) in KINDS.items():
        items: dict[str, Node] = getattr(program, key)
        count = sum(meant(item, target) for item in items.values())
        if not count:
            continue
        if kind in UNDEPLOYED:
            yield Undeployed(kind, count, UNDEPLOYED[kind])
        elif kind in COLLECTIONS and kind not in kinds:
            reason = text(
                "left alone: `{target}` does not manage `{kind}`", target=target.id, kind=key
            )
            yield Undeployed(kind, count, reason)


def _resource(
    program: Program,
    target: Target,
    address: Address,
    node: Node,
    dropped: frozenset[type[Located]],
) -> Resource:
    encoder = Encoder(address, program, kinds=COLLECTIONS, dropped=dropped)
    body = _head(target, program.project.project, address.kind, node) | encoder.encode(node)
    if isinstance(node, Message):
        body |= _surroundings(program, encoder, node)
    body = normalise(address, body)
    depends = references(body) | _written(node)
    return Resource(address, body, tuple(sorted(depends)), node.place.name)


def _head(target: Target, project: str, kind: str, node: Node) -> Body:
    head: Body = {"title": title(target, project, node)}
    if node.description:
        head["description"] = node.description
    if kind in ACTIVATED and target.activate != "manual":
        head["status"] = _status(target, node.status)
    return head


def _status(target: Target, status: Status) -> Status:
    return "draft" if target.activate == "draft" and status == "live" else status


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
    return frozenset(
        address
        for change in walk(node)
        if isinstance(change, ProfileChange)
        for address, _ in written(change)
    )
