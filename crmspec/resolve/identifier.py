"""Identifiers: events and flows recognise customers by what `identity` declares."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics import text
from crmspec.resolve.codes import UNKNOWN_IDENTIFIER
from crmspec.resolve.finding import misspelled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Diagnostic
    from crmspec.ir.data import Identity
    from crmspec.resolve.scope import Scope
    from crmspec.source import Span


def check(scope: Scope) -> Iterator[Diagnostic]:
    """Yield CRM227, if the project declares its identifiers."""
    identity = scope.program.identity
    if identity is None:
        return
    known = {identifier.id for identifier in identity.identifiers}
    for id_, span in (*_own(identity), *_used(scope)):
        if id_ not in known:
            yield misspelled(
                UNKNOWN_IDENTIFIER,
                span,
                text("`identity` does not declare `{id}`", id=id_),
                (id_, known),
                text("add it to `identifiers`, or use one of those"),
            )


def _own(identity: Identity) -> Iterator[tuple[str, Span]]:
    yield identity.primary, identity.place.value("primary")
    if identity.merge is not None:
        for number, id_ in enumerate(identity.merge.never_merge):
            yield id_, identity.merge.place.value("never_merge", number)


def _used(scope: Scope) -> Iterator[tuple[str, Span]]:
    for event in scope.program.events.values():
        for number, id_ in enumerate(event.identity):
            yield id_, event.place.value("identity", number)
    for flow in scope.program.flows.values():
        for number, id_ in enumerate(flow.identifiers):
            yield id_, flow.place.value("identifiers", number)
