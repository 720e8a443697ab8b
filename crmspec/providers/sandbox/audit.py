"""What of a program the sandbox cannot express, with places, and what follows from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from crmspec.diagnostics import Diagnostic, Label, Severity, Text, text
from crmspec.ir import Located, Resource, walk
from crmspec.ir.condition import CONDITIONS
from crmspec.ir.message import Message
from crmspec.ir.step import STEPS
from crmspec.ir.trigger import TRIGGERS
from crmspec.providers.codes import UNSUPPORTED
from crmspec.providers.sandbox.capability import CAPABILITIES, COLLECTIONS, Support
from crmspec.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir import Program
    from crmspec.ir.value import OnUnsupported

_FAMILIES: dict[type[Located], str] = {
    **dict.fromkeys(TRIGGERS, "trigger"),
    **dict.fromkeys(CONDITIONS, "condition"),
    **dict.fromkeys(STEPS, "step"),
}


class Gap(msgspec.Struct, frozen=True):
    """One element of a resource that the target lacks; `node` is what could be left out."""

    kind: str
    resource: Resource
    node: Located
    family: str
    subject: str
    span: Span

    def reason(self) -> Text:
        """Return it as a sentence."""
        match self.family:
            case "step":
                return text("the sandbox has no `{subject}` step", subject=self.subject)
            case "trigger":
                return text("the sandbox has no `{subject}` trigger", subject=self.subject)
            case "channel":
                return text("the sandbox has no `{subject}` channel", subject=self.subject)
        return text("the sandbox has no `{subject}` condition", subject=self.subject)


def managed(program: Program, target: str) -> Iterator[tuple[str, Resource]]:
    """Yield what goes to the target: kinds that it takes, unless meant for other targets."""
    for kind, resource in program.resources():
        meant = {ref.id for ref in resource.targets}
        if kind in COLLECTIONS and (not meant or target in meant):
            yield kind, resource


def gaps(program: Program, kind: str, resource: Resource) -> Iterator[Gap]:
    """Yield what of a resource the target lacks."""
    if isinstance(resource, Message):
        channel = program.channels[resource.channel.id]
        if CAPABILITIES["channel"][channel.type] is Support.NONE:
            span = resource.place.value("channel")
            yield Gap(kind, resource, resource, "channel", channel.type, span)
    for node in walk(resource):
        family = _FAMILIES.get(type(node))
        if family is None:
            continue
        subject = str(getattr(type(node), "subject"))  # noqa: B009 - each of these types has it
        if CAPABILITIES[family][subject] is Support.NONE:
            yield Gap(kind, resource, node, family, subject, node.place.key(subject))


def policy(program: Program, resource: Resource) -> OnUnsupported:
    """Return what the author wants done with what the target lacks."""
    return resource.on_unsupported or program.project.on_unsupported


def audit(program: Program, target: str) -> Iterator[Diagnostic]:
    """Yield a finding for each gap: an error, or a warning if the author provided for it."""
    for kind, resource in managed(program, target):
        wish = policy(program, resource)
        for gap in gaps(program, kind, resource):
            yield Diagnostic(
                code=UNSUPPORTED,
                message=gap.reason(),
                label=Label(gap.span),
                help=_help(gap, wish),
                severity=Severity.ERROR if wish == "error" else Severity.WARNING,
            )


def _help(gap: Gap, wish: OnUnsupported) -> tuple[Text, ...]:
    name = f"{gap.kind}.{gap.resource.id}"
    if wish == "error":
        return (
            text("express it otherwise, or set `on_unsupported: manual` to leave it out"),
            text("`targets:` says for which targets `{name}` is meant", name=name),
        )
    if wish == "degrade" and gap.family == "step":
        return (text("the step is left out, the rest of `{name}` is deployed", name=name),)
    return (text("`{name}` is left out: set it up by hand", name=name),)
