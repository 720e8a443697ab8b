"""How the elements of one resource fare on a target, by its table and its limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from crmspec.diagnostics import Text, text
from crmspec.ir.condition import StepResult
from crmspec.ir.step import JumpTo
from crmspec.lower import name
from crmspec.lower.capability import Support
from crmspec.lower.element import Element, elements
from crmspec.lower.limit import exceeded
from crmspec.lower.outcome import Key, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir import Located, Program
    from crmspec.ir.target import Target
    from crmspec.ir.value import Resource
    from crmspec.lower.capability import Capabilities, Row
    from crmspec.source import Span


def judge(
    program: Program, capabilities: Capabilities, target: Target, key: Key, nodes: list[Located]
) -> Iterator[Outcome]:
    """Yield the outcome of each element that is not native; `nodes` are those of `element.sent`.

    What people make by hand they make whole: its elements are not told of one by one.
    """
    resource = cast("Resource", nodes[0])
    yield from _name(program, capabilities, target, key, resource)
    row = capabilities.row("kind", key.kind)
    known = {Support.NATIVE}
    if row.support is not Support.NATIVE:
        reason = _reason(capabilities.title, "kind", key.kind, row)
        yield Outcome(key, "kind", key.kind, row.support, resource.place.name, reason, resource)
        known.add(Support.MANUAL if row.support is Support.MANUAL else Support.NATIVE)
    for element in elements(program, resource, nodes):
        row = capabilities.row(element.family, element.name)
        if row.support not in known:
            yield _outcome(capabilities, key, element, row, nodes)
    yield from exceeded(capabilities, key, nodes)


def native(program: Program, capabilities: Capabilities, resource: Resource) -> Iterator[Element]:
    """Yield the elements of a resource that the target has itself."""
    for element in elements(program, resource):
        if capabilities.row(element.family, element.name).support is Support.NATIVE:
            yield element


def _outcome(
    capabilities: Capabilities, key: Key, element: Element, row: Row, nodes: list[Located]
) -> Outcome:
    """Return how an element fares; what a pass should have lowered and is still there is lost."""
    family, name_, node = element[:3]
    support = Support.NONE if row.support is Support.LOWERED else row.support
    reason = _reason(capabilities.title, family, name_, row)
    users = _users(node, nodes) if family == "step" else ()
    return Outcome(key, family, name_, support, element.span, reason, node, users)


def _reason(target: str, family: str, subject: str, row: Row) -> Text:
    match row.support:
        case Support.DEVIATES:
            return text(
                "{target} takes `{subject}` in another way: {note}",
                target=target,
                subject=subject,
                note=row.note or "",
            )
        case Support.MANUAL:
            return text(
                "{target} takes `{subject}` by hand only: {note}",
                target=target,
                subject=subject,
                note=row.note or "",
            )
        case Support.NONE if row.note is not None:
            return row.note
    return _lack(target, family, subject)


def _lack(target: str, family: str, subject: str) -> Text:
    match family:
        case "channel":
            return text("{target} has no `{subject}` channel", target=target, subject=subject)
        case "step":
            return text("{target} has no `{subject}` step", target=target, subject=subject)
        case "trigger":
            return text("{target} has no `{subject}` trigger", target=target, subject=subject)
        case "condition":
            return text("{target} has no `{subject}` condition", target=target, subject=subject)
        case "wait":
            return text("{target} has no wait by `{subject}`", target=target, subject=subject)
    return text("{target} does not take `{subject}`", target=target, subject=subject)


def _users(user: Located, nodes: list[Located]) -> tuple[Span, ...]:
    """Return where a step is referred to: jumps to it and tests of its result."""
    step: str | None = getattr(user, "id", None)
    names = [node.to for node in nodes if isinstance(node, JumpTo)]
    names += [node.step for node in nodes if isinstance(node, StepResult)]
    return tuple(one.place.span for one in names if step is not None and one.id == step)


def _name(
    program: Program, capabilities: Capabilities, target: Target, key: Key, resource: Resource
) -> Iterator[Outcome]:
    limit = capabilities.limits.name
    count = len(name.title(target, program.project.project, resource))
    if limit is None or 0 < count <= limit:
        return
    reason = text(
        "{target} takes names of 1 to {limit} characters; this one has {count}",
        target=capabilities.title,
        limit=limit,
        count=count,
    )
    place = name.place(target, resource)
    yield Outcome(key, "limit", "name", Support.NONE, place, reason, resource)
