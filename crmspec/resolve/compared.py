"""Everything that is compared: each set of comparisons with the value that it tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.ir.chain import Chain
from crmspec.ir.condition import (
    AttributeIs,
    ChannelReaction,
    EventHappened,
    MessageReaction,
    TriggerProperty,
)
from crmspec.ir.trait import HasRelated
from crmspec.ir.trigger import AttributeTrigger
from crmspec.resolve.catalog import Typed
from crmspec.resolve.property import AGGREGATES, filters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir.value import Located, Tests
    from crmspec.resolve.scope import Scope

REACTIONS = ("received", "delivered", "opened", "clicked", "replied", "converted")
Compared = tuple[Typed, "Tests"]


def compared(scope: Scope) -> Iterator[Compared]:
    """Yield `(value, comparisons)` for every value whose type is known."""
    yield from _attributes(scope)
    for test, payload in filters(scope):
        typed = scope.catalog.property(payload, test.property)
        if typed is not None:
            yield typed, test.tests
    yield from _counts(scope)
    yield from _aggregates(scope)
    for leaf, owner in scope.every(TriggerProperty):
        typed = _of_trigger(scope, owner, leaf.trigger.id)
        if typed is not None:
            yield typed, leaf.tests
    yield from _reactions(scope)


def _attributes(scope: Scope) -> Iterator[Compared]:
    for leaf, _ in scope.every(AttributeIs):
        typed = scope.catalog.attribute(leaf.attribute.id)
        if typed is None:
            continue
        yield typed, leaf.tests
        if leaf.has_been is not None:
            yield typed, leaf.has_been.tests
        if leaf.changed is not None:
            yield typed, leaf.changed.from_
            yield typed, leaf.changed.to
    for trigger, _ in scope.every(AttributeTrigger):
        typed = scope.catalog.attribute(trigger.attribute.id)
        if typed is not None:
            yield typed, trigger.from_
            yield typed, trigger.to


def _count(node: Located, name: str) -> Typed:
    return Typed(name=name, type="integer", declared=node.place.span, minimum=0)


def _counts(scope: Scope) -> Iterator[Compared]:
    for happened, _ in scope.every(EventHappened):
        if happened.count:
            yield _count(happened, "count"), happened.count
    for related, _ in scope.every(HasRelated):
        if related.count:
            yield _count(related, "count"), related.count


def _aggregates(scope: Scope) -> Iterator[Compared]:
    for happened, _ in scope.every(EventHappened):
        payload = scope.catalog.payload("event", happened.event.id)
        for key in AGGREGATES:
            aggregate = getattr(happened, key)
            if aggregate is None:
                continue
            typed = scope.catalog.property(payload, aggregate.property.id)
            if key == "distinct":
                yield _count(aggregate, key), aggregate.tests
            elif typed is not None and typed.type in ("number", "integer"):
                yield _figure(typed, key), aggregate.tests
            elif typed is not None and key in ("min", "max"):
                yield typed, aggregate.tests


def _figure(typed: Typed, key: str) -> Typed:
    """Return the type of an aggregate: with the unit of the property, and what holds of its bounds.

    A sum of what is never below 0 is never below 0 either, but may be above any maximum.
    """
    low, high = typed.minimum, typed.maximum
    if key == "sum":
        low = 0 if low is not None and low >= 0 else None
        high = 0 if high is not None and high <= 0 else None
    return Typed(
        name=f"{key} of {typed.name}",
        type="number",
        declared=typed.declared,
        unit=typed.unit,
        minimum=low,
        maximum=high,
    )


def _of_trigger(scope: Scope, owner: Located, path: str) -> Typed | None:
    payloads = scope.catalog.triggers(owner) if isinstance(owner, Chain) else None
    for payload in payloads or ():
        typed = scope.catalog.property(payload, path)
        if typed is not None:
            return typed
    return None


def _reactions(scope: Scope) -> Iterator[Compared]:
    leaves: list[tuple[MessageReaction | ChannelReaction, Located]] = [
        *scope.every(MessageReaction),
        *scope.every(ChannelReaction),
    ]
    for leaf, _ in leaves:
        for key in REACTIONS:
            tests: Tests = getattr(leaf, key, ())
            if any(not isinstance(test.operand, bool) for test in tests):
                yield _count(leaf, key), tests
