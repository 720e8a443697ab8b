"""Which events have happened, and when, so that conditions about them are true where they must be.

A small exact search: events are only added, at one moment of each stretch between the ends of the
windows, and the interpreter's own conditions judge every step.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from crmspec.ir.condition import EventMissing, InOrder, TriggerProperty
from crmspec.ir.value import PropertyTest
from crmspec.logic.property_fit import Bundles, distinguish
from crmspec.logic.shortfall import DAY, Occurred, demand, only_breaks, window
from crmspec.logic.wish import Draft, Frame, Wish
from crmspec.semantics import clock
from crmspec.semantics.condition import holds
from crmspec.semantics.scenario import Customer, Happening
from crmspec.semantics.state import State

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir.value import Plain
    from crmspec.logic.shortfall import Demand
    from crmspec.logic.wish import Setting
    from crmspec.semantics.scenario import Moment

NODES = 200
MOVES = 1200
"""Work units of one search: sets of occurrences that are looked at, and ways to add to them."""
ADDED = 80
HALF_HOUR = 30
HOUR = 60


class LogSearch:
    """Looks for events that make all wishes about them true; deeds happen for certain."""

    def __init__(self, setting: Setting, wishes: list[Wish], deeds: list[int]) -> None:
        self.setting = setting
        self.wishes = sorted(wishes, key=_can_be_mended)
        self.deeds = deeds
        self.nodes, self.moves = NODES, MOVES
        self.edges = self._edges()
        self.bundles: dict[str, Bundles] = {}

    def solve(self) -> Draft | None:
        """Return the events as happenings, or None if none were found."""
        found = self._place(0, ())
        return None if found is None else Draft(happenings=self._happenings(found))

    def _happenings(self, found: tuple[Occurred, ...]) -> list[Happening]:
        numbers: dict[str, int] = {}
        made = []
        for one in sorted(found, key=lambda one: one.moment):
            numbers[one.event] = numbers.get(one.event, 0) + 1
            properties = dict(one.properties)
            event = self.setting.program.events.get(one.event)
            distinguish(event, properties, numbers[one.event])
            made.append(Happening(moment=one.moment, subject=one.event, data=properties))
        return made

    def _place(self, position: int, placed: tuple[Occurred, ...]) -> tuple[Occurred, ...] | None:
        """Put in the deeds, one after another, then look for the rest."""
        if position == len(self.deeds):
            return self._search(placed)
        deed = self.setting.deeds[self.deeds[position]]
        for properties in self._bundles(deed.subject).of(deed.where, {}):
            occurred = Occurred(deed.moment, deed.subject, properties | dict(deed.data))
            found = self._place(position + 1, (*placed, occurred))
            if found is not None or self.nodes <= 0:
                return found
        return None

    def _search(self, placed: tuple[Occurred, ...]) -> tuple[Occurred, ...] | None:
        """Mend the first broken wish in each way that does, and go on."""
        self.nodes -= 1
        broken = self._broken(placed, self.wishes)
        if broken is None:
            return placed
        if len(placed) < ADDED:
            for more in self._moves(broken, placed):
                self.moves -= 1
                if self.nodes <= 0 or self.moves <= 0:
                    break
                if self._broken((*placed, *more), [broken]) is None:
                    found = self._search((*placed, *more))
                    if found is not None:
                        return found
        return None

    def _broken(self, placed: tuple[Occurred, ...], wishes: list[Wish]) -> Wish | None:
        state = State(customer=Customer())
        for one in placed:
            state.log.add(one.moment, one.event, one.properties)
        for wish in wishes:
            view = self.setting.view(wish, state, self._own(wish.frame, placed))
            if holds(wish.condition, view) != wish.truth:
                return wish
        return None

    def _own(self, frame: Frame, placed: tuple[Occurred, ...]) -> dict[str, Plain]:
        """Return the properties of the event that started the passage of a frame."""
        if frame.deed is None or frame.deed not in self.deeds:
            return {}
        return placed[self.deeds.index(frame.deed)].properties

    def _moves(self, wish: Wish, placed: tuple[Occurred, ...]) -> Iterator[tuple[Occurred, ...]]:
        """Yield events to add that may mend a broken wish."""
        if isinstance(wish.condition, InOrder):
            if wish.truth:
                yield self._in_order(wish, wish.condition)
            return
        wanted = demand(self.setting, wish, placed)
        if wanted is None:
            return
        for after, until in self._stretches(wanted, placed):
            for properties in self._bundles(wanted.event).of(wanted.where, dict(wanted.values)):
                for count in wanted.counts:
                    moments = _spread(after, until, count)
                    yield tuple(
                        Occurred(moment, wanted.event, properties | _own_value(wanted, number))
                        for number, moment in enumerate(moments)
                    )

    def _in_order(self, wish: Wish, leaf: InOrder) -> tuple[Occurred, ...]:
        """Return the events of a sequence, the latest an hour before the frame or just in time."""
        moment, made = wish.frame.moment - 1, []
        for item in reversed(leaf.sequence):
            gap = HOUR
            if item.within is not None:
                length = clock.minutes(item.within)
                gap = length + 1 if isinstance(item, EventMissing) else min(HOUR, length // 2 or 1)
            if not isinstance(item, EventMissing):
                properties = next(self._bundles(item.event.id).of(item.where, {}), {})
                made.append(Occurred(moment, item.event.id, properties))
            moment -= gap
        return tuple(reversed(made))

    def _stretches(
        self, wanted: Demand, placed: tuple[Occurred, ...]
    ) -> Iterator[tuple[Moment | None, Moment]]:
        """Yield the stretches of a window: history first, latest first, then what is to come."""
        there = {one.moment - late for one in placed for late in (0, 1)}
        inside = [
            edge
            for edge in sorted(there.union(self.edges))
            if edge < wanted.until and (wanted.after is None or wanted.after < edge)
        ]
        ends = [*inside, wanted.until]
        pairs = [(wanted.after, ends[0]), *pairwise(ends)]
        start = self.setting.start
        yield from (pair for pair in reversed(pairs) if pair[0] != pair[1] and pair[1] < start)
        yield from (pair for pair in pairs if pair[0] != pair[1] and pair[1] >= start)

    def _edges(self) -> list[Moment]:
        """Return the moments at which the answer to some wish may change."""
        found = {self.setting.start - 1}
        for wish in self.wishes:
            found.update((wish.frame.moment, wish.frame.moment - 1))
            asked = window(self.setting, wish)
            if asked is not None:
                found.add(asked.until)
                found.update(() if asked.after is None else (asked.after,))
        for number in self.deeds:
            found.update((self.setting.deeds[number].moment, self.setting.deeds[number].moment - 1))
        return sorted(found)

    def _bundles(self, event: str) -> Bundles:
        made = self.bundles.get(event)
        if made is None:
            filters = [test for wish in self.wishes for test in self._filters(wish, event)]
            for number in self.deeds:
                deed = self.setting.deeds[number]
                filters.extend(deed.where if deed.subject == event else ())
            wish = Wish(Frame(self.setting.start), InOrder(sequence=()))
            view = self.setting.view(wish, State(customer=Customer()))
            declared = self.setting.program.events.get(event)
            made = self.bundles[event] = Bundles(declared, filters, view)
        return made

    def _filters(self, wish: Wish, event: str) -> Iterator[PropertyTest]:
        """Yield the tests of a wish that look at properties of an event."""
        leaf, deed = wish.condition, wish.frame.deed
        if isinstance(leaf, TriggerProperty):
            if deed is not None and self.setting.deeds[deed].subject == event:
                yield PropertyTest(property=leaf.trigger.id, tests=leaf.tests)
        elif isinstance(leaf, InOrder):
            for item in leaf.sequence:
                yield from item.where
        else:
            asked = window(self.setting, wish)
            if asked is not None and asked.event == event:
                yield from asked.where


def _can_be_mended(wish: Wish) -> int:
    """Order wishes: first those that more events can only break."""
    return 0 if only_breaks(wish) else 1


def _own_value(wanted: Demand, number: int) -> dict[str, Plain]:
    """Return the value that one of several events has alone."""
    return {} if wanted.each is None else {wanted.each[0]: wanted.each[1][number]}


def _spread(after: Moment | None, until: Moment, count: int) -> list[Moment]:
    """Return moments in (after, until], a day apart if there is room, at round times."""
    if after is None:
        return [until - DAY * number for number in range(1, count + 1)]
    room = until - after
    step = min(DAY, (room - 1) // (count + 1))
    if step <= 0:
        return [until] * count
    first = until - step
    if first - first % HALF_HOUR > after + step * (count - 1):
        first -= first % HALF_HOUR
    return [first - step * number for number in range(count)]
