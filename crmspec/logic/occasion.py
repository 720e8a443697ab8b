"""When broadcasts go out, and what has to be true of a customer who is to get one then."""

from __future__ import annotations

from functools import partial
from itertools import chain, islice, takewhile
from typing import TYPE_CHECKING, NamedTuple

from crmspec.ir.condition import Any, InSegment, Nothing
from crmspec.logic.wish import Frame, Wish
from crmspec.semantics import clock
from crmspec.semantics.mailing import spread
from crmspec.semantics.scenario import Customer
from crmspec.semantics.schedule import following

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crmspec.ir.audience import Broadcast
    from crmspec.ir.program import Program
    from crmspec.semantics.scenario import Moment

FIRST_DAY = "2027-03-01"
"""A Monday, four weeks before clocks go forward in Europe."""
HORIZON = 40 * clock.DAY
"""So long after the first day repeated broadcasts are looked at; the first time counts anyway."""
MANY = 60
"""No broadcast is looked at more often than that in one stretch of time."""
WIDE = 12
"""So many repeated broadcasts are looked at, and so many days on which one is sent once."""


class Occasion(NamedTuple):
    """A broadcast that goes out at a moment; `again` is the second try (semantics 8.37).

    `begins` is when it is begun: others get it earlier, or this customer for the first time.
    """

    moment: Moment
    broadcast: str
    begins: Moment
    again: bool = False


def occasions(
    program: Program, broadcasts: Iterable[str], zone: str, around: int
) -> tuple[Occasion, ...]:
    """Return when some broadcasts go out for a customer in a zone, in order of time.

    Repeated ones are looked at in the weeks after `FIRST_DAY`, and `around` minutes before and
    after those that go out once.
    """
    someone = Customer(timezone=zone)
    declared = [program.broadcasts[id_] for id_ in broadcasts]
    first = clock.moment(FIRST_DAY, clock.named(zone))
    spans = [(first, first + HORIZON)]
    found: set[Occasion] = set()
    for one in declared:
        once = _next(program, one, someone, first)
        if once is not None:
            found.update(_of(one, once, someone))
            if not first <= once < first + HORIZON:
                spans.append((once - around, once + around + 1))
    for one in [one for one in declared if one.repeat is not None][:WIDE]:
        times = (_between(program, one, someone, *span) for span in spans[: WIDE + 1])
        for moment in chain.from_iterable(times):
            found.update(_of(one, moment, someone))
    return tuple(sorted(found))


def _next(
    program: Program, broadcast: Broadcast, someone: Customer, after: Moment
) -> Moment | None:
    """Return when a broadcast goes out, a repeated one for the first time from a moment on."""
    place = clock.zone(broadcast.timezone, program, someone)
    if broadcast.repeat is not None:
        return following(broadcast.repeat, after - 1, place)
    return None if broadcast.at is None else clock.read(broadcast.at.iso, place)


def _between(
    program: Program, broadcast: Broadcast, someone: Customer, start: Moment, end: Moment
) -> Iterator[Moment]:
    """Yield when a repeated broadcast goes out in a stretch of time."""
    times = _times(partial(_next, program, broadcast, someone), start)
    yield from islice(takewhile(lambda moment: moment < end, times), MANY)


def _times(find: partial[Moment | None], start: Moment) -> Iterator[Moment]:
    found = find(start)
    while found is not None:
        yield found
        found = find(found + 1)


def _of(broadcast: Broadcast, moment: Moment, someone: Customer) -> Iterator[Occasion]:
    """Yield the moment at which the customer's share is sent, and that of the second try."""
    place = moment + spread(broadcast, someone)
    yield Occasion(place, broadcast.id, moment)
    if broadcast.resend is not None:
        zone = clock.named(someone.timezone or "")
        later = clock.add(place, broadcast.resend.after, zone)
        yield Occasion(later, broadcast.id, moment, again=True)


def wishes(program: Program, occasion: Occasion) -> Iterator[Wish]:
    """Yield what must be true of a customer to whom a broadcast is sent (semantics 8.33)."""
    broadcast = program.broadcasts[occasion.broadcast]
    frame, owner = Frame(occasion.moment), f"broadcast {broadcast.id}"
    audience = broadcast.audience
    included = tuple(InSegment(segment=one) for one in audience.include)
    excluded = tuple(InSegment(segment=one) for one in audience.exclude)
    yield Wish(frame, Any(any=included), owner=owner)
    yield Wish(frame, Nothing(none=excluded), owner=owner)
    if occasion.again and broadcast.resend is not None and broadcast.resend.to is not None:
        yield Wish(frame, broadcast.resend.to, owner=owner)
