"""Attributes that no step can change: computed ones, and those that are promised to stay."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmspec.diagnostics import Label, Severity, text
from crmspec.ir.action import Update
from crmspec.ir.condition import AttributeIs
from crmspec.ir.walk import walk
from crmspec.resolve.codes import READ_ONLY_ATTRIBUTE
from crmspec.resolve.finding import finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Diagnostic
    from crmspec.ir.data import Attribute
    from crmspec.resolve.scope import Scope
    from crmspec.source import Span


class Change(NamedTuple):
    """An attribute that a step changes, and where it says so."""

    id: str
    span: Span


def check(scope: Scope) -> Iterator[Diagnostic]:
    """Yield CRM231."""
    for step, _ in scope.every(Update):
        for change in _changes(step):
            attribute = scope.program.attributes.get(change.id)
            if attribute is None:
                continue
            if attribute.computed is not None:
                yield _computed(attribute, change)
            elif attribute.mutability == "immutable" and not _asks(step, change.id):
                yield _immutable(attribute, change)


def _changes(step: Update) -> Iterator[Change]:
    update = step.update
    for field in ("set", "increment", "append"):
        for id_ in getattr(update, field):
            yield Change(id_, update.place.key(field, id_))
    for reference in update.unset:
        yield Change(reference.id, reference.place.span)


def _asks(step: Update, id_: str) -> bool:
    """Say whether the step looks at the attribute first, maybe to set it only when missing."""
    conditions = [one for one in (step.only, step.unless) if one is not None]
    return any(
        isinstance(node, AttributeIs) and node.attribute.id == id_
        for condition in conditions
        for node in walk(condition)
    )


def _computed(attribute: Attribute, change: Change) -> Diagnostic:
    return finding(
        READ_ONLY_ATTRIBUTE,
        change.span,
        text("`{id}` is computed from events, so no step can change it", id=change.id),
        text("emit the event that it is computed from, or change another attribute"),
        related=(Label(attribute.place.key("computed"), text("computed here")),),
    )


def _immutable(attribute: Attribute, change: Change) -> Diagnostic:
    return finding(
        READ_ONLY_ATTRIBUTE,
        change.span,
        text("`{id}` is declared immutable, but this changes it", id=change.id),
        text(
            "set it only while it is missing: `only: {{attribute: {id}, missing: true}}`",
            id=change.id,
        ),
        text("if it may change, declare another `mutability`"),
        related=(Label(attribute.place.value("mutability"), text("declared here")),),
        severity=Severity.WARNING,
    )
