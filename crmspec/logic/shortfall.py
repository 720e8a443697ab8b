"""Which more events could make a condition true that is false (or false that is true)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmspec.ir.condition import AttributeIs, EventHappened, EventMissing, FirstEvent, LastEvent
from crmspec.logic.candidate import candidates
from crmspec.semantics import clock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir.value import Duration, Plain, Tests, Where
    from crmspec.logic.wish import Setting, Wish
    from crmspec.semantics.scenario import Moment

DAY = 24 * 60
MOST = 60
"""No condition is met by more occurrences than that at once."""
SHARES = (1, 2, 3, 5)
"""A sum is made up of so many equal events."""
Values = tuple[tuple[str, tuple["Plain", ...]], ...]


class Occurred(NamedTuple):
    """An event at a moment."""

    moment: Moment
    event: str
    properties: dict[str, Plain]


class Demand(NamedTuple):
    """Events that may be missing: in (`after`, `until`], `after` None meaning at any time before.

    `counts` are how many more of them, `values` what their properties may have to be; of `each`,
    every event takes the next value.
    """

    event: str
    where: Where
    after: Moment | None
    until: Moment
    counts: tuple[int, ...] = (1,)
    values: Values = ()
    each: tuple[str, tuple[Plain, ...]] | None = None


def demand(setting: Setting, wish: Wish, placed: tuple[Occurred, ...]) -> Demand | None:
    """Return what more events could turn the answer of a condition round, None if none could."""
    bare = window(setting, wish)
    if bare is None or only_breaks(wish):
        return None
    present = [one for one in placed if _inside(one, bare)]
    match wish.condition:
        case EventHappened() as leaf:
            return _counted(setting, bare, leaf, present)
        case AttributeIs() as leaf:
            return _computed(setting, bare, leaf, present)
        case _:
            return bare


def only_breaks(wish: Wish) -> bool:
    """Say whether more events can only break a wish: one that asks for none of them."""
    leaf = wish.condition
    if isinstance(leaf, EventMissing):
        return wish.truth
    if isinstance(leaf, EventHappened) and not wish.truth:
        return not (leaf.count or leaf.sum or leaf.avg or leaf.min or leaf.max or leaf.distinct)
    return False


def window(setting: Setting, wish: Wish) -> Demand | None:
    """Return the event and period that a condition looks at, None if it looks at no event."""
    match wish.condition:
        case EventHappened() as leaf:
            ends = _period(setting, wish, leaf.within, leaf.between_ago, leaf.since)
            return Demand(leaf.event.id, leaf.where, *ends)
        case EventMissing() as leaf:
            ends = _period(setting, wish, leaf.within, leaf.between_ago, leaf.since)
            return Demand(leaf.not_event.id, leaf.where, *ends)
        case FirstEvent() as leaf:
            return Demand(leaf.first_event.id, leaf.where, *_edge(setting, wish, leaf))
        case LastEvent() as leaf:
            return Demand(leaf.last_event.id, leaf.where, *_edge(setting, wish, leaf))
        case AttributeIs() as leaf:
            declared = setting.program.attributes.get(leaf.attribute.id)
            computed = declared.computed if declared is not None else None
            if computed is not None:
                ends = _period(setting, wish, computed.within, (), None)
                return Demand(computed.event.id, computed.where, *ends)
    return None


def _period(
    setting: Setting,
    wish: Wish,
    within: Duration | None,
    ago: tuple[Duration, ...],
    since: str | None,
) -> tuple[Moment | None, Moment]:
    now, zone = wish.frame.moment, setting.zone
    after, until = None, now
    if within is not None:
        after = clock.subtract(now, within, zone)
    if len(ago) == 2:  # noqa: PLR2004 - two ends
        after, until = sorted(clock.subtract(now, end, zone) for end in ago)
    if since == "chain_start" and wish.frame.entered is not None:
        after = wish.frame.entered
    elif since is not None:
        day = clock.read(since, zone)
        after = after if day is None else day - 1
    return after, until


def _edge(
    setting: Setting, wish: Wish, leaf: FirstEvent | LastEvent
) -> tuple[Moment | None, Moment]:
    """Return the period in which the first or latest event must lie."""
    now, zone = wish.frame.moment, setting.zone
    after, until = None, now
    if leaf.older_than is not None:
        until = clock.subtract(now, leaf.older_than, zone)
    if leaf.within is not None:
        after = clock.subtract(now, leaf.within, zone)
    if leaf.on_day is not None:
        day = clock.read(leaf.on_day.iso, zone)
        if day is not None:
            after, until = day - 1, min(until, day - 1 + DAY)
    if not wish.truth and after is None:
        after, until = until, now
    return after, until


def _inside(one: Occurred, asked: Demand) -> bool:
    after = asked.after
    return (
        one.event == asked.event
        and one.moment <= asked.until
        and (after is None or after < one.moment)
    )


def _counted(
    setting: Setting, bare: Demand, leaf: EventHappened, present: list[Occurred]
) -> Demand:
    values = [
        (one.property.id, _amounts(one.tests, present, one.property.id))
        for one in (leaf.sum, leaf.avg, leaf.min, leaf.max)
        if one is not None
    ]
    counts = _more(leaf.count, len(present)) if leaf.count else (1,)
    if leaf.sum is not None and not leaf.count:
        counts = SHARES
    if leaf.distinct is not None:
        name, tests = leaf.distinct.property.id, leaf.distinct.tests
        return _different(setting, bare, name, tests, present)
    return bare._replace(counts=counts, values=tuple(values))


def _different(
    setting: Setting, bare: Demand, name: str, tests: Tests, present: list[Occurred]
) -> Demand:
    """Ask for events whose property has values that are not there yet."""
    event = setting.program.events.get(bare.event)
    declared = event.properties.get(name) if event is not None else None
    there = {repr(one.properties.get(name)) for one in present} - {repr(None)}
    near = candidates(setting.program, declared, (), bare.until, setting.zone)
    known: list[Plain] = near if declared is not None and declared.type == "enum" else []
    if not known:
        number = declared is not None and declared.type in ("number", "integer")
        known = [n if number else f"{name} {n}" for n in range(1, MOST)]
    fresh = tuple(one for one in known if one is not None and repr(one) not in there)
    counts = tuple(count for count in _more(tests, len(there)) if count <= len(fresh))
    return bare._replace(counts=counts, each=(name, fresh))


def _computed(setting: Setting, bare: Demand, leaf: AttributeIs, present: list[Occurred]) -> Demand:
    computed = setting.program.attributes[leaf.attribute.id].computed
    if computed is None or computed.of is None:
        return bare._replace(counts=_more(leaf.tests, len(present)))
    name = computed.of.id
    if computed.aggregate == "distinct":
        return _different(setting, bare, name, leaf.tests, present)
    amounts = _amounts(leaf.tests, present, name)
    return bare._replace(values=((name, amounts),))


def _more(tests: Tests, present: int) -> tuple[int, ...]:
    """Return how many more events may bring a count to where the tests want it."""
    aims = {int(number) + extra for number in _numbers(tests) for extra in (0, 1)}
    aims = aims or {present + 1}
    return tuple(aim - present for aim in sorted(aims) if present < aim <= MOST)


def _amounts(tests: Tests, present: list[Occurred], name: str) -> tuple[Plain, ...]:
    """Return amounts near the operands, and what makes a sum, its shares or a mean come to them."""
    there = [one.properties.get(name) for one in present]
    total = sum(value for value in there if isinstance(value, int | float))
    made: dict[Plain, None] = {}
    for number in _numbers(tests):
        made.update(dict.fromkeys((number, number + 1, number - 1)))
        made.update(dict.fromkeys(-(-(number - total) // share) + 1 for share in SHARES))
        mean = number * (len(there) + 1) - total
        made.update(dict.fromkeys((number - total, mean, mean - 1)))
    for test in tests:
        items = test.operand if isinstance(test.operand, list) else [test.operand]
        made.update((item, None) for item in items if isinstance(item, str))
    return tuple(made)


def _numbers(tests: Tests) -> Iterator[float]:
    for test in tests:
        for item in test.operand if isinstance(test.operand, list) else [test.operand]:
            if isinstance(item, int | float) and not isinstance(item, bool):
                yield item
