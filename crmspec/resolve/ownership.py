"""Ownership: the fields that are given to someone are fields of the resource's kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics import text
from crmspec.ir.convert import fields_of
from crmspec.ir.program import KINDS
from crmspec.resolve.codes import UNKNOWN_OWNED_FIELD
from crmspec.resolve.finding import misspelled

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crmspec.diagnostics import Diagnostic
    from crmspec.ir.place import Place
    from crmspec.ir.target import Target
    from crmspec.ir.value import Resource
    from crmspec.resolve.scope import Scope


def check(scope: Scope) -> Iterator[Diagnostic]:
    """Yield CRM236 for each field that is owned, but that there is not."""
    for _, resource in scope.program.resources():
        if resource.ownership:
            known = _ownable(type(resource))
            yield from _unknown(resource.ownership, known, resource.place, "ownership")
    for target in scope.program.targets.values():
        yield from _of_target(target)


def _of_target(target: Target) -> Iterator[Diagnostic]:
    yield from _unknown(target.kind_ownership, KINDS, target.place, "kind_ownership")
    for kind, owners in target.kind_ownership.items():
        if kind in KINDS:
            known = _ownable(KINDS[kind][1])
            yield from _unknown(owners, known, target.place, "kind_ownership", kind)


def _ownable(cls: type[Resource]) -> tuple[str, ...]:
    """Return the fields of a kind; the text of a file may be called as `pull` calls it."""
    known = tuple(fields_of(cls))
    return (*known, "source") if "file" in known and "source" not in known else known


def _unknown(
    named: Iterable[str], known: Iterable[str], place: Place, *path: str
) -> Iterator[Diagnostic]:
    for name in named:
        if name not in (names := tuple(known)):
            yield misspelled(
                UNKNOWN_OWNED_FIELD,
                place.key(*path, name),
                text("there is no `{name}` to own", name=name),
                (name, names),
            )
