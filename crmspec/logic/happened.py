"""Conditions about events as counts: in a window, ever, first and latest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.logic.formula import AllOf, Atom, NotOf, every, holds
from crmspec.logic.value import Subject, canonical, counted, is_number, tested
from crmspec.logic.variable import AttributeValue, EventCount, EventOnDay, EventValue, Opaque

if TYPE_CHECKING:
    from crmspec.ir.condition import EventHappened, EventMissing, FirstEvent, LastEvent
    from crmspec.ir.data import Attribute
    from crmspec.ir.value import Duration, Tests, Where
    from crmspec.logic.formula import Formula
    from crmspec.logic.where import Wheres

AGGREGATES = ("sum", "avg", "min", "max", "distinct")
FILLED = frozenset({"sum", "distinct", "count"})
"""Aggregates that are 0 without events; the others are then missing (semantics 5.15)."""


class Happened:
    """Reads conditions about events that stand in one place."""

    def __init__(self, wheres: Wheres, chain: str | None) -> None:
        self.wheres = wheres
        self.chain = chain

    def since(self, since: str | None) -> str | None:
        """Return a `since` as variables name it: a date, or a moment of one chain."""
        if since is None or since[:1].isdigit():
            return since
        return f"{self.chain or ''}.{since}"

    def count(self, event: str, where: Where, window: Duration | None = None) -> EventCount:
        """Return the count of an event in the window before now."""
        text = self.wheres.keep("event", event, where, self.chain or "")
        if window is None:
            return EventCount(event, text)
        return EventCount(event, text, length(window), months=window.months)

    def once(self, event: str, where: Where, window: Duration | None) -> Formula:
        """Ask for one event at least."""
        return Atom(self.count(event, where, window), "gte", 1)

    def _window(self, node: EventHappened | EventMissing, event: str) -> EventCount:
        count = self.count(event, node.where, node.within)
        start = start_months = 0
        window, months = count.window, count.months
        if node.between_ago:
            near, far = sorted(node.between_ago, key=length)[:2]
            start, start_months = length(near), near.months
            window, months = length(far), far.months
        alone = node.within is None and not node.between_ago
        since = self.since(node.since) if alone else None
        return EventCount(event, count.where, window, since, start, months, start_months)

    def event(self, node: EventHappened) -> Formula:
        """Read `event:` (semantics 5.14-5.16)."""
        count = self._window(node, node.event.id)
        found = [counted(count, node.count) if node.count else Atom(count, "gte", 1)]
        for name in AGGREGATES:
            aggregate = getattr(node, name)
            if aggregate is not None:
                value = EventValue(name, aggregate.property.id, count)
                found.append(numbers(value, aggregate.tests))
        return every(found)

    def missing(self, node: EventMissing) -> Formula:
        """Read `not_event:` (semantics 5.17)."""
        return NotOf(Atom(self._window(node, node.not_event.id), "gte", 1))

    def first(self, node: FirstEvent) -> Formula:
        """Read `first_event:`; what is older than a duration counts from there back."""
        event = node.first_event.id
        ever = self.count(event, node.where)
        found: list[Formula] = [Atom(ever, "gte", 1)]
        if node.older_than is not None:
            found.append(Atom(_before(ever, node.older_than), "gte", 1))
        if node.within is not None:
            found.append(Atom(self.count(event, node.where, node.within), "gte", 1))
            found.append(NotOf(Atom(_before(ever, node.within), "gte", 1)))
        if node.on_day is not None:
            found.append(holds(EventOnDay("first", event, ever.where, node.on_day.iso)))
        return every(found)

    def last(self, node: LastEvent) -> Formula:
        """Read `last_event:`; if the latest is older than a duration, none lies within it."""
        event = node.last_event.id
        ever = self.count(event, node.where)
        found: list[Formula] = [Atom(ever, "gte", 1)]
        if node.older_than is not None:
            found.append(NotOf(self.once(event, node.where, node.older_than)))
            found.append(Atom(_before(ever, node.older_than), "gte", 1))
        if node.within is not None:
            found.append(self.once(event, node.where, node.within))
        if node.on_day is not None:
            found.append(holds(EventOnDay("last", event, ever.where, node.on_day.iso)))
        return every(found)

    def computed(self, attribute: Attribute, tests: Tests) -> Formula | None:
        """Return tests of a computed attribute as those of its aggregate, None if it has no own.

        A missing average may have a stand-in, which only the attribute knows.
        """
        computed = attribute.computed
        if computed is None or attribute.missing_as is not None or attribute.default is not None:
            return None
        count = self.count(computed.event.id, computed.where, computed.within)
        if computed.aggregate == "count" and computed.of is None:
            return numbers(count, tests)
        if computed.aggregate in (*AGGREGATES, "count") and computed.of is not None:
            return numbers(EventValue(computed.aggregate, computed.of.id, count), tests)
        return None


def length(window: Duration) -> int:
    """Return minutes, seconds rounded up and a month counted as 30 days (semantics 2.1)."""
    return -(-(window.months * 2_592_000 + window.seconds) // 60)


def _before(ever: EventCount, age: Duration) -> EventCount:
    """Return the count of what happened at least so long ago."""
    return EventCount(ever.event, ever.where, None, None, length(age), start_months=age.months)


def numbers(variable: EventCount | EventValue, tests: Tests) -> Formula:
    """Return tests of a number that may be missing."""
    if isinstance(variable, EventCount) and all(_is_count(test.operand) for test in tests):
        return counted(variable, tests)
    stand_in = Subject(AttributeValue("", "derived"), "number")
    found = tested(stand_in, tests)
    return _put(found, variable, tests)


def _is_count(operand: object) -> bool:
    values = operand if isinstance(operand, list) else [operand]
    return all(is_number(value) for value in values)


def _put(found: Formula, variable: EventCount | EventValue, tests: Tests) -> Formula:
    """Return a formula over the stand-in as one over the variable itself."""
    match found:
        case Atom() if isinstance(found.variable, AttributeValue):
            return Atom(variable, found.operator, found.operand)
        case AllOf(parts):
            return every(_put(part, variable, tests) for part in parts)
        case NotOf(part):
            return NotOf(_put(part, variable, tests))
    shown = canonical([repr(variable), [[test.operator, test.operand] for test in tests]])
    return holds(Opaque("aggregate", shown))
