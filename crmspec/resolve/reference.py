"""Names: every reference points to a declared resource of the kind that is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args, get_type_hints

from crmspec.diagnostics import Label, text
from crmspec.ir.action import ProfileChange
from crmspec.ir.program import KEYS, KINDS
from crmspec.ir.target import Profile
from crmspec.ir.trial import TestCustomer, TestEvent
from crmspec.ir.trigger import EventTrigger
from crmspec.resolve.codes import UNKNOWN_REFERENCE, WRONG_KIND
from crmspec.resolve.finding import finding, misspelled, replace
from crmspec.resolve.mention import mentioned
from crmspec.resolve.word import A_KIND, KIND
from crmspec.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Diagnostic
    from crmspec.ir.value import Ref
    from crmspec.resolve.scope import Scope

BUILT_IN = {"profile": frozenset(get_args(get_type_hints(Profile)["base"]))}
"""Names that need no declaration: the documented behaviours (semantics 9.8)."""
ONLY_IF_DECLARED = {"tag": "tags", "exclusive": "exclusive"}
"""Kinds whose names are free words until the project declares some of them."""
_CUSTOMER_KEYS = {
    "attributes": "attribute",
    "consents": "consent",
    "suppressed": "channel",
    "related": "object",
    "variants": "experiment",
}
"""Field of a test's customer → the kind of resource that its keys name."""


def check(scope: Scope) -> Iterator[Diagnostic]:
    """Yield CRM201 and CRM202 for references that lead nowhere."""
    by_hand = _by_hand(scope)
    known = {(kind, id_) for kind in KEYS for id_ in scope.ids(kind)}
    known |= {(kind, id_) for kind, ids in BUILT_IN.items() for id_ in ids}
    for _, named, references in scope.references():
        if named <= known:
            continue
        for reference, _ in references:
            if (reference.kind, reference.id) in known:
                continue
            if id(reference) in by_hand:
                yield _manual(reference)
                continue
            yield from explain(scope, reference.kind, reference.id, reference.place.span)
    for kind, id_, span in _keyed(scope):
        if id_ not in scope.ids(kind):
            yield from explain(scope, kind, id_, span)
    yield from _adopted(scope)


def explain(scope: Scope, kind: str, id_: str, span: Span) -> Iterator[Diagnostic]:
    """Yield what is wrong with a name that is not declared as the kind."""
    if kind in ONLY_IF_DECLARED and not scope.ids(kind):
        return
    if scope.is_malformed(kind, id_):
        return
    other = next((k for k in KEYS if id_ in scope.ids(k)), None)
    if other is not None:
        yield _wrong_kind(scope, (kind, other), id_, span)
    elif "." in id_:
        yield _dotted(scope, kind, id_, span)
    else:
        message = text("unknown {kind} `{id}`", kind=KIND[kind], id=id_)
        advice = text("declare it under `{key}`, or correct the name", key=KEYS[kind])
        yield misspelled(UNKNOWN_REFERENCE, span, message, (id_, scope.names(kind)), advice)


def _wrong_kind(scope: Scope, kinds: tuple[str, str], id_: str, span: Span) -> Diagnostic:
    needed, actual = kinds
    place = scope.declared_at(actual, id_)
    message = text(
        "`{id}` is {actual}, not {needed}", id=id_, actual=A_KIND[actual], needed=A_KIND[needed]
    )
    related = () if place is None else (Label(place, text("`{id}` is declared here", id=id_)),)
    advice = text("write the id of {needed} here", needed=A_KIND[needed])
    return finding(WRONG_KIND, span, message, advice, related=related)


def _by_hand(scope: Scope) -> set[int]:
    """Return the events that are none: `trigger: manual`."""
    events = (trigger.event for trigger, _ in scope.every(EventTrigger))
    return {id(event) for event in events if event.id == "manual"}


def _manual(reference: Ref) -> Diagnostic:
    return finding(
        UNKNOWN_REFERENCE,
        reference.place.span,
        text("unknown {kind} `{id}`", kind=KIND["event"], id=reference.id),
        text("to start the chain by hand, write `{{manual: true}}`"),
    )


def _dotted(scope: Scope, kind: str, id_: str, span: Span) -> Diagnostic:
    prefix, _, own = id_.partition(".")
    if prefix in (kind, KEYS[kind]) and own in scope.names(kind):
        return finding(
            UNKNOWN_REFERENCE,
            span,
            text("`{id}` has the kind in front of the id", id=id_),
            text("write `{id}`", id=own),
            fixes=(replace(span, own),),
        )
    return finding(
        UNKNOWN_REFERENCE,
        span,
        text("`{id}` points into another project, which is not supported", id=id_),
        text("declare the resource in this project and write its id without a dot"),
    )


def _keyed(scope: Scope) -> Iterator[tuple[str, str, Span]]:
    """Yield `(kind, id, place)` of the names that stand as keys or as plain words."""
    for change, _ in scope.every(ProfileChange):
        for field in ("set", "increment", "append"):
            for key in getattr(change, field):
                yield "attribute", key, change.place.key(field, key)
    for persona in scope.program.personas.values():
        for key in persona.attributes:
            yield "attribute", key, persona.place.key("attributes", key)
        for key in persona.consents:
            yield "consent", key, persona.place.key("consents", key)
    for stage in scope.program.stages.values():
        for key in stage.moves_to:
            yield "stage", key, stage.place.key("moves_to", key)
    yield from _of_tests(scope)
    yield from _worded(scope)


def _of_tests(scope: Scope) -> Iterator[tuple[str, str, Span]]:
    """Yield `(kind, id, place)` of the keys below a test's customer and events."""
    for customer, _ in scope.every(TestCustomer):
        for field, kind in _CUSTOMER_KEYS.items():
            for key in getattr(customer, field):
                place = customer.place.key(field, key)
                id_ = key.partition(".")[0] if kind == "consent" else key
                end = place.end - len(key) + len(id_)
                yield kind, id_, Span(place.path, place.start, end)
    for happening, _ in scope.every(TestEvent):
        for key in happening.set:
            yield "attribute", key, happening.place.key("set", key)


def _worded(scope: Scope) -> Iterator[tuple[str, str, Span]]:
    """Yield `(kind, id, place)` of the names that stand as plain words or in paths."""
    for chain in scope.program.chains.values():
        if chain.exclusive is not None:
            yield "exclusive", chain.exclusive.id, chain.exclusive.place.span
    for message in scope.program.messages.values():
        for number, path in enumerate(message.requires):
            for kind, id_ in mentioned("{" + path):
                yield kind, id_, message.place.value("requires", number)


def _adopted(scope: Scope) -> Iterator[Diagnostic]:
    """Check the ids of existing objects that a target takes over."""
    for target in scope.program.targets.values():
        for key, ids in target.ids.items():
            place = target.place.key("ids", key)
            if key not in KINDS:
                message = text("`{key}` is no kind of resource", key=key)
                yield misspelled(UNKNOWN_REFERENCE, place, message, (key, KINDS))
                continue
            kind = KINDS[key][0]
            for id_ in ids:
                if id_ not in scope.ids(kind):
                    yield from explain(scope, kind, id_, target.place.key("ids", key, id_))
