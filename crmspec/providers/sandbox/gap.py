"""What goes to the sandbox, and what of it the sandbox lacks, with places."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from crmspec.diagnostics import Text, text
from crmspec.engine.encode import UNSENT
from crmspec.engine.naming import title
from crmspec.ir import Located, Resource, walk
from crmspec.ir.condition import CONDITIONS, StepResult
from crmspec.ir.message import Message
from crmspec.ir.program import KEYS
from crmspec.ir.step import STEPS, JumpTo
from crmspec.ir.trigger import TRIGGERS
from crmspec.providers.sandbox.capability import (
    CAPABILITIES,
    COLLECTIONS,
    NAME_LIMIT,
    Support,
)
from crmspec.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir import Program
    from crmspec.ir.target import Target
    from crmspec.ir.value import OnUnsupported

_FAMILIES: dict[type[Located], str] = {
    **dict.fromkeys(TRIGGERS, "trigger"),
    **dict.fromkeys(CONDITIONS, "condition"),
    **dict.fromkeys(STEPS, "step"),
}


class Gap(msgspec.Struct, frozen=True):
    """One element of a resource that the target lacks.

    `node` is what could be left out, `users` are the places that need it to stay.
    """

    node: Located
    subject: str
    reason: Text
    span: Span
    step: bool = False
    users: tuple[Span, ...] = ()

    def degradable(self, wish: OnUnsupported) -> bool:
        """Say whether it is left out on its own, and the rest of its resource is deployed."""
        return wish == "degrade" and self.step


def meant(resource: Resource, target: Target) -> bool:
    """Say whether a resource is for this target."""
    return not resource.targets or target.id in {ref.id for ref in resource.targets}


def managed_kinds(target: Target) -> frozenset[str]:
    """Return the kinds that are deployed: those that the sandbox takes and the target manages."""
    named = target.manages
    return frozenset(kind for kind in COLLECTIONS if not named or KEYS[kind] in named)


def managed(program: Program, target: Target) -> Iterator[tuple[str, Resource]]:
    """Yield what goes to the target: of the managed kinds, unless meant for other targets."""
    kinds = managed_kinds(target)
    for kind, resource in program.resources():
        if kind in kinds and meant(resource, target):
            yield kind, resource


def policy(program: Program, resource: Resource) -> OnUnsupported:
    """Return what the author wants done with what the target lacks."""
    return resource.on_unsupported or program.project.on_unsupported


def sent(resource: Resource) -> Iterator[Located]:
    """Yield the nodes of a resource that are for the target, not only for people and proofs."""
    yield resource
    for name in resource.__struct_fields__:
        if name not in UNSENT:
            for node in _nodes(getattr(resource, name)):
                yield from walk(node)


def _nodes(value: object) -> Iterator[Located]:
    if isinstance(value, Located):
        yield value
    elif isinstance(value, (tuple, dict)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _nodes(item)


def gaps(program: Program, target: Target, resource: Resource) -> Iterator[Gap]:
    """Yield what of a resource the target lacks."""
    yield from _name(program, target, resource)
    if isinstance(resource, Message):
        channel = program.channels[resource.channel.id]
        if CAPABILITIES["channel"][channel.type] is Support.NONE:
            reason = text("the sandbox has no `{subject}` channel", subject=channel.type)
            yield Gap(resource, channel.type, reason, resource.place.value("channel"))
    nodes = list(sent(resource))
    for node in nodes:
        family = _FAMILIES.get(type(node))
        if family is None:
            continue
        subject = str(getattr(type(node), "subject"))  # noqa: B009 - each of these types has it
        if CAPABILITIES[family][subject] is Support.NONE:
            span, step = node.place.key(subject), family == "step"
            users = _users(getattr(node, "id", None), nodes) if step else ()
            yield Gap(node, subject, _lack(family, subject), span, step, users)


def _lack(family: str, subject: str) -> Text:
    match family:
        case "step":
            return text("the sandbox has no `{subject}` step", subject=subject)
        case "trigger":
            return text("the sandbox has no `{subject}` trigger", subject=subject)
    return text("the sandbox has no `{subject}` condition", subject=subject)


def _users(step: str | None, nodes: list[Located]) -> tuple[Span, ...]:
    """Return where a step is referred to: jumps to it and tests of its result."""
    names = [node.to for node in nodes if isinstance(node, JumpTo)]
    names += [node.step for node in nodes if isinstance(node, StepResult)]
    return tuple(name.place.span for name in names if step is not None and name.id == step)


def _name(program: Program, target: Target, resource: Resource) -> Iterator[Gap]:
    name = title(target, program.project.project, resource)
    if 0 < len(name) <= NAME_LIMIT:
        return
    reason = text(
        "the sandbox takes names of 1 to {limit} characters; this one has {count}",
        limit=NAME_LIMIT,
        count=len(name),
    )
    given = ("names", target.id) if target.id in resource.names else ("title",)
    place = resource.place
    span = place.value(*given) if resource.title or len(given) > 1 else place.name
    yield Gap(resource, "title", reason, span)
