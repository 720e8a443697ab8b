"""Properties: what is compared, summed or passed on exists on the event or object."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmspec.diagnostics import Label, text
from crmspec.ir.action import Emit
from crmspec.ir.chain import Chain, Exit, Reentry
from crmspec.ir.condition import EventHappened, EventMissing, FirstEvent, LastEvent, TriggerProperty
from crmspec.ir.data import Computed, Event
from crmspec.ir.frequency import After
from crmspec.ir.measure import Goal
from crmspec.ir.message import Message
from crmspec.ir.step import Batch, SwitchValue, Throttle, Until
from crmspec.ir.trait import HasRelated, Rfm
from crmspec.ir.trial import TestEvent
from crmspec.ir.trigger import EventTrigger, InactionTrigger, ObjectTrigger
from crmspec.resolve.codes import UNKNOWN_PROPERTY
from crmspec.resolve.finding import finding, misspelled
from crmspec.resolve.word import A_KIND, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Diagnostic
    from crmspec.ir.step import BatchWindow, ThrottleLimit
    from crmspec.ir.value import Located, Name, PropertyTest, Ref
    from crmspec.resolve.catalog import Payload
    from crmspec.resolve.scope import Scope
    from crmspec.source import Span

AGGREGATES = ("sum", "avg", "min", "max", "distinct")


class Use(NamedTuple):
    """A property that is named somewhere, and what should have it."""

    payload: Payload | None
    path: str
    span: Span


def check(scope: Scope) -> Iterator[Diagnostic]:
    """Yield CRM213."""
    for use in _uses(scope):
        payload = use.payload
        if payload is not None and payload.lacks(use.path):
            yield _unknown(use, payload)
    for chain, path, span in _of_triggers(scope):
        yield from _of_chain(scope, chain, path, span)
    for trigger, owner in scope.every(TriggerProperty):
        if not isinstance(owner, Chain | Message):
            yield _no_trigger(owner, trigger)


def filters(scope: Scope) -> Iterator[tuple[PropertyTest, Payload | None]]:
    """Yield every comparison of a property with the payload that is compared."""
    for node, reference in _filtered(scope):
        for test in node.where:
            yield test, scope.catalog.payload(reference.kind, reference.id)


_Filtered = (
    EventTrigger
    | InactionTrigger
    | ObjectTrigger
    | Exit
    | EventHappened
    | EventMissing
    | FirstEvent
    | LastEvent
    | HasRelated
    | Goal
    | After
    | Computed
)


def _filtered(scope: Scope) -> Iterator[tuple[_Filtered, Ref]]:
    """Yield every node that has a property filter, with what it filters."""
    every = scope.every
    yield from ((n, n.event) for n, _ in every(EventTrigger))
    yield from ((n, n.no_event) for n, _ in every(InactionTrigger))
    yield from ((n, n.object) for n, _ in every(ObjectTrigger))
    yield from ((n, n.event) for n, _ in every(Exit) if n.event is not None)
    yield from ((n, n.event) for n, _ in every(EventHappened))
    yield from ((n, n.not_event) for n, _ in every(EventMissing))
    yield from ((n, n.first_event) for n, _ in every(FirstEvent))
    yield from ((n, n.last_event) for n, _ in every(LastEvent))
    yield from ((n, n.related) for n, _ in every(HasRelated))
    yield from ((n, n.event) for n, _ in every(Goal) if n.event is not None)
    yield from ((n, n.event) for n, _ in every(After))
    yield from ((n, n.event) for n, _ in every(Computed))


def _uses(scope: Scope) -> Iterator[Use]:
    for test, payload in filters(scope):
        yield Use(payload, test.property, test.place.name)
    for happened, _ in scope.every(EventHappened):
        payload = scope.catalog.payload("event", happened.event.id)
        for key in AGGREGATES:
            aggregate = getattr(happened, key)
            if aggregate is not None:
                yield _use(payload, aggregate.property)
    for name, reference in _named(scope):
        yield _use(scope.catalog.payload("event", reference.id), name)
    for event, _ in scope.every(Event):
        payload = scope.catalog.payload("event", event.id)
        yield from (_use(payload, n) for n in (event.dedupe_key, event.occurred_at) if n)
        yield from (Use(payload, k, event.place.key("example", k)) for k in event.example)
    for emitter, reference in _emitters(scope):
        payload = scope.catalog.payload("event", reference.id)
        for key in emitter.properties:
            yield Use(payload, key, emitter.place.key("properties", key))


def _use(payload: Payload | None, name: Name) -> Use:
    return Use(payload, name.id, name.place.span)


def _named(scope: Scope) -> Iterator[tuple[Name, Ref]]:
    """Yield names of event properties with the event."""
    for rfm, _ in scope.every(Rfm):
        if rfm.value is not None and rfm.event is not None:
            yield rfm.value, rfm.event
    for goal, _ in scope.every(Goal):
        if goal.value is not None and goal.event is not None:
            yield goal.value, goal.event
    for computed, _ in scope.every(Computed):
        if computed.of is not None:
            yield computed.of, computed.event


def _emitters(scope: Scope) -> Iterator[tuple[Emit | TestEvent, Ref]]:
    yield from ((step, step.emit) for step, _ in scope.every(Emit))
    for happening, _ in scope.every(TestEvent):
        if happening.event is not None:
            yield happening, happening.event


def _of_triggers(scope: Scope) -> Iterator[tuple[Chain, str, Span]]:
    """Yield `(chain, property, place)` wherever a chain reads what its trigger carries."""
    for owner, name in _trigger_names(scope):
        if isinstance(owner, Chain):
            yield owner, name.id, name.place.span
    for node, owner in (*scope.every(Reentry), *_keyed_steps(scope)):
        if isinstance(owner, Chain) and node.key is not None and node.key.startswith("event."):
            yield owner, node.key.removeprefix("event."), node.place.value("key")


def _trigger_names(scope: Scope) -> Iterator[tuple[Located, Name]]:
    for leaf, owner in scope.every(TriggerProperty):
        yield owner, leaf.trigger
    for value, owner in scope.every(SwitchValue):
        if value.trigger is not None:
            yield owner, value.trigger
    for until, owner in scope.every(Until):
        if until.property is not None:
            yield owner, until.property


def _keyed_steps(scope: Scope) -> list[tuple[BatchWindow | ThrottleLimit, Located]]:
    return [
        *((step.batch, owner) for step, owner in scope.every(Batch)),
        *((step.throttle, owner) for step, owner in scope.every(Throttle)),
    ]


def _of_chain(scope: Scope, chain: Chain, path: str, span: Span) -> Iterator[Diagnostic]:
    payloads = scope.catalog.triggers(chain)
    if payloads is None or not all(payload.lacks(path) for payload in payloads):
        return
    if payloads:
        yield _unknown(Use(payloads[0], path, span), payloads[0])
    else:
        yield finding(
            UNKNOWN_PROPERTY,
            span,
            text("the trigger of `{chain}` carries no properties", chain=chain.id),
            text("only events and objects do; ask about an attribute instead"),
            related=(Label(chain.place.key("trigger"), text("the trigger")),),
        )


def _unknown(use: Use, payload: Payload) -> Diagnostic:
    message = text("`{owner}` has no property `{name}`", owner=payload.id, name=use.path)
    advice = text("declare it under `properties` of `{owner}`", owner=payload.id)
    return misspelled(UNKNOWN_PROPERTY, use.span, message, (use.path, payload.properties), advice)


def _no_trigger(owner: Located, leaf: TriggerProperty) -> Diagnostic:
    return finding(
        UNKNOWN_PROPERTY,
        leaf.place.key("trigger"),
        text("{kind} has no trigger", kind=A_KIND[kind_of(owner)]),
        text("ask about `trigger` only inside a chain or in the `fallback` of a message"),
    )
