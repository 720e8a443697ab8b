"""Values that authors write for attributes and properties fit the declared types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics import Label, text
from crmspec.ir.action import Emit, ProfileChange
from crmspec.ir.audience import ExpectedSize
from crmspec.ir.data import Attribute, Event, Property
from crmspec.ir.trial import Persona, TestCustomer, TestEvent
from crmspec.resolve.codes import CONTRADICTORY_RANGE
from crmspec.resolve.finding import finding
from crmspec.resolve.operand import fits, outside

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Diagnostic
    from crmspec.ir.value import Located
    from crmspec.resolve.catalog import Typed
    from crmspec.resolve.scope import Scope
    from crmspec.source import Span

Written = tuple["Typed | None", object, "Span"]


def check(scope: Scope) -> Iterator[Diagnostic]:
    """Yield CRM212, CRM214, CRM216 and CRM229 for values that are set, sent or shown."""
    for typed, value, span in _written(scope):
        if typed is not None and value is not None:
            problems = list(fits(typed, value, span))
            yield from problems or outside(typed, value, span)


def check_limits(scope: Scope) -> Iterator[Diagnostic]:
    """Yield CRM225 for declarations that allow no value."""
    nodes: list[tuple[Attribute | Property, Located]] = [
        *scope.every(Attribute),
        *scope.every(Property),
    ]
    for size, _ in scope.every(ExpectedSize):
        if size.min is not None and size.max is not None and size.min > size.max:
            yield finding(
                CONTRADICTORY_RANGE,
                size.place.value("max"),
                text("`max` is less than `min`, so no size is expected at all"),
                text("correct one of them"),
                related=(Label(size.place.value("min"), text("the minimum")),),
            )
    for node, _ in nodes:
        low, high = node.minimum, node.maximum
        if low is not None and high is not None and low > high:
            yield finding(
                CONTRADICTORY_RANGE,
                node.place.value("maximum"),
                text("`maximum` is less than `minimum`, so there is no value at all"),
                text("correct one of them"),
                related=(Label(node.place.value("minimum"), text("the minimum")),),
            )


def _written(scope: Scope) -> Iterator[Written]:
    yield from _defaults(scope)
    yield from _payloads(scope)
    for change, _ in scope.every(ProfileChange):
        for key, value in change.set.items():
            yield scope.catalog.attribute(key), value, change.place.value("set", key)
    customers: list[tuple[Persona | TestCustomer, Located]] = [
        *scope.every(Persona),
        *scope.every(TestCustomer),
    ]
    for customer, _ in customers:
        for key, value in customer.attributes.items():
            yield scope.catalog.attribute(key), value, customer.place.value("attributes", key)
    for happening, _ in scope.every(TestEvent):
        for key, value in happening.set.items():
            yield scope.catalog.attribute(key), value, happening.place.value("set", key)


def _defaults(scope: Scope) -> Iterator[Written]:
    for attribute, _ in scope.every(Attribute):
        if attribute.default is not None or attribute.missing_as is not None:
            typed = scope.catalog.typed(attribute.id, attribute)
            yield typed, attribute.default, attribute.place.value("default")
            yield typed, attribute.missing_as, attribute.place.value("missing_as")
    for property_, _ in scope.every(Property):
        if property_.default is not None:
            name = property_.place.entry.key if property_.place.entry else "items"
            typed = scope.catalog.typed(name, property_)
            yield typed, property_.default, property_.place.value("default")


def _payloads(scope: Scope) -> Iterator[Written]:
    property_of, payload = scope.catalog.property, scope.catalog.payload
    for event, _ in scope.every(Event):
        for key, value in event.example.items():
            typed = property_of(payload("event", event.id), key)
            yield typed, value, event.place.value("example", key)
    for step, _ in scope.every(Emit):
        for key, value in step.properties.items():
            typed = property_of(payload("event", step.emit.id), key)
            yield typed, value, step.place.value("properties", key)
    for sent, _ in scope.every(TestEvent):
        if sent.event is None:
            continue
        for key, value in sent.properties.items():
            typed = property_of(payload("event", sent.event.id), key)
            yield typed, value, sent.place.value("properties", key)
