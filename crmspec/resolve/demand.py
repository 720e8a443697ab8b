"""Places that need a value of a certain type: dates to count from, numbers to sum."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmspec.diagnostics import Label, text
from crmspec.ir.action import ProfileChange
from crmspec.ir.chain import Chain
from crmspec.ir.condition import AttributeIs, EventHappened
from crmspec.ir.data import Computed
from crmspec.ir.step import Until
from crmspec.ir.trigger import DateTrigger
from crmspec.resolve.codes import OPERATOR_MISMATCH
from crmspec.resolve.finding import finding
from crmspec.resolve.word import A_TYPE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Diagnostic
    from crmspec.resolve.catalog import Typed
    from crmspec.resolve.scope import Scope
    from crmspec.source import Span

_DATES = ("date", "datetime")
_NUMBERS = ("number", "integer")
_ORDERED = _NUMBERS + _DATES


class Demand(NamedTuple):
    """A word of the language, the value it is applied to, and the types it can work on."""

    word: str
    typed: Typed | None
    types: tuple[str, ...]
    span: Span


def check(scope: Scope) -> Iterator[Diagnostic]:
    """Yield CRM211 for values that a trigger, wait, sum or change cannot work on."""
    for demand in _demands(scope):
        typed = demand.typed
        if typed is not None and typed.type not in demand.types:
            yield _mismatch(demand, typed)


def _mismatch(demand: Demand, typed: Typed) -> Diagnostic:
    message = text(
        "`{word}` needs {needed}; `{name}` is {type}",
        word=demand.word,
        needed=A_TYPE[demand.types[0]],
        name=typed.name,
        type=A_TYPE[typed.type],
    )
    return finding(
        OPERATOR_MISMATCH,
        demand.span,
        message,
        text("name another value, or correct the `type` of `{name}`", name=typed.name),
        related=(Label(typed.declared, text("declared here")),),
    )


def _demands(scope: Scope) -> Iterator[Demand]:
    yield from _dates(scope)
    yield from _changes(scope)
    for happened, _ in scope.every(EventHappened):
        payload = scope.catalog.payload("event", happened.event.id)
        for word, types in _AGGREGATES.items():
            aggregate = getattr(happened, word, None)
            if aggregate is not None:
                typed = scope.catalog.property(payload, aggregate.property.id)
                yield Demand(word, typed, types, aggregate.property.place.span)
    for computed, _ in scope.every(Computed):
        if computed.of is not None and computed.aggregate in _AGGREGATES:
            payload = scope.catalog.payload("event", computed.event.id)
            typed = scope.catalog.property(payload, computed.of.id)
            types = _AGGREGATES[computed.aggregate]
            yield Demand(computed.aggregate, typed, types, computed.of.place.span)


_AGGREGATES = {"sum": _NUMBERS, "avg": _NUMBERS, "min": _ORDERED, "max": _ORDERED}


def _dates(scope: Scope) -> Iterator[Demand]:
    attribute = scope.catalog.attribute
    for trigger, _ in scope.every(DateTrigger):
        yield Demand("date", attribute(trigger.date.id), _DATES, trigger.date.place.span)
    for leaf, _ in scope.every(AttributeIs):
        if leaf.anniversary is not None:
            typed = attribute(leaf.attribute.id)
            yield Demand("anniversary", typed, _DATES, leaf.attribute.place.span)
    for until, owner in scope.every(Until):
        if until.date is not None:
            yield Demand("date", attribute(until.date.id), _DATES, until.date.place.span)
        if until.property is not None and isinstance(owner, Chain):
            for payload in scope.catalog.triggers(owner) or ():
                typed = scope.catalog.property(payload, until.property.id)
                yield Demand("until", typed, _DATES, until.property.place.span)


def _changes(scope: Scope) -> Iterator[Demand]:
    for change, _ in scope.every(ProfileChange):
        for key in change.increment:
            typed = scope.catalog.attribute(key)
            yield Demand("increment", typed, _NUMBERS, change.place.key("increment", key))
        for key in change.append:
            typed = scope.catalog.attribute(key)
            yield Demand("append", typed, ("array",), change.place.key("append", key))
