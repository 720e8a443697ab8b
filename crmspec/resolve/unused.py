"""Unused resources: declared, but nothing that does anything points to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics import text
from crmspec.ir.action import ProfileChange
from crmspec.ir.chain import Chain
from crmspec.ir.data import Attribute
from crmspec.ir.frequency import Exclusive
from crmspec.ir.journey import Stage
from crmspec.ir.measure import Experiment
from crmspec.ir.message import Message
from crmspec.ir.trial import Persona, Test
from crmspec.ir.value import Resource
from crmspec.resolve.codes import UNUSED_RESOURCE
from crmspec.resolve.finding import finding
from crmspec.resolve.mention import mentioned, texts
from crmspec.resolve.name import is_id
from crmspec.resolve.word import KIND, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Diagnostic
    from crmspec.ir.value import Located
    from crmspec.resolve.scope import Scope

ROOTS = frozenset(
    {
        "chain",
        "broadcast",
        "frequency",
        "stage",
        "job",
        "flow",
        "tag",
        "persona",
        "test",
        "profile",
        "target",
        "environment",
    }
)
"""Kinds that act or document by themselves; nothing has to point to them."""

_OBSERVERS = (Persona, Test)


def check(scope: Scope) -> Iterator[Diagnostic]:
    """Yield CRM203, unless resources that could be the users are broken."""
    if scope.broken:
        return
    used = _used(scope)
    for kind, resource in scope.program.resources():
        if kind not in ROOTS and (kind, resource.id) not in used and not _exempt(resource):
            yield _unused(kind, resource)


def _unused(kind: str, resource: Resource) -> Diagnostic:
    return finding(
        UNUSED_RESOURCE,
        resource.place.name,
        text("nothing uses the {kind} `{id}`", kind=KIND[kind], id=resource.id),
        text("use it, remove it, or give it `status: draft` until it is needed"),
    )


def _exempt(resource: Resource) -> bool:
    """Say whether a resource is of use without being named, or cannot be named as it is."""
    if resource.status in ("draft", "deprecated") or not is_id(resource.id):
        return True
    match resource:
        case Exclusive():
            return bool(resource.chains)
        case Attribute():
            return resource.kind == "contact" or resource.standard is not None
        case Message():
            return resource.show is not None
        case Experiment():
            return resource.type == "holdout" or resource.applies_to is not None
    return False


def _used(scope: Scope) -> set[tuple[str, str]]:
    used: set[tuple[str, str]] = set()
    for owner, named, _ in scope.references():
        if not isinstance(owner, _OBSERVERS):
            used |= named - {_self(owner)} if _self(owner) in named else named
    for owner, source in texts(scope):
        used.update(found for found in mentioned(source) if not _is_own(owner, found))
    used.update(_named(scope))
    used.update(
        ("exclusive", chain.exclusive.id)
        for chain, _ in scope.every(Chain)
        if chain.exclusive is not None
    )
    return used


def _self(owner: Located) -> tuple[str, str] | None:
    return (kind_of(owner), owner.id) if isinstance(owner, Resource) else None


def _is_own(owner: Located, found: tuple[str, str]) -> bool:
    return found == _self(owner)


def _named(scope: Scope) -> Iterator[tuple[str, str]]:
    """Yield what is used by a key, a word or a path instead of a reference."""
    for change, _ in scope.every(ProfileChange):
        for id_ in (*change.set, *change.increment, *change.append):
            yield "attribute", id_
    for stage, _ in scope.every(Stage):
        for id_ in stage.moves_to:
            yield "stage", id_
    for message, _ in scope.every(Message):
        for path in message.requires:
            yield from mentioned("{" + path)
    if scope.program.identity is not None:
        for identifier in scope.program.identity.identifiers:
            yield "attribute", identifier.id
