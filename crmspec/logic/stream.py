"""Chains that customers may come into again and again, so often that a limit stays full."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from crmspec.ir.trigger import (
    ApiTrigger,
    EventTrigger,
    FormTrigger,
    InboundTrigger,
    ManualTrigger,
    ObjectTrigger,
    ProductTrigger,
)
from crmspec.logic import delay, door
from crmspec.logic.witness import Entrance

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.logic.ceiling import Ceiling
    from crmspec.logic.counted import Counted
    from crmspec.logic.curve import Curve
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.track import Offer

AT_WILL = (
    EventTrigger,
    ApiTrigger,
    FormTrigger,
    InboundTrigger,
    ManualTrigger,
    ObjectTrigger,
    ProductTrigger,
)
"""Triggers of which nobody says how often they may come."""
WIDE = 12
"""Of the chains that may fill a limit for ever, those that send the most."""
STREAMS = 2
"""So many of them are taken together, not more."""
MANY = 24
"""A timeline with more entrances than this is of no use to anybody."""


class Stream(NamedTuple):
    """A chain that is entered every `every` minutes and sends its first message at `at`.

    Each passage sends `sends` messages that the limit counts.
    """

    source: str
    every: int
    at: int
    sends: int
    path: str


class Flow(NamedTuple):
    """Streams that fill a limit without a break, and a chain of lower priority beside them.

    `at` is when it is to be entered after the first entrance of the streams, `again` how much later
    once more, 0 for never.
    """

    streams: tuple[Stream, ...]
    chain: str
    offers: tuple[Offer, ...]
    at: int
    again: int

    def entrances(self, portfolio: Portfolio, window: int, hold: int) -> tuple[Entrance, ...]:
        """Return who comes in when, nobody if that is too much for one timeline.

        The streams go on for as long as a message of the chain may be put off.
        """
        last = self.at + self.again + self.offers[-1].least + hold
        lead = max(one.at for one in self.streams)
        found = [
            Entrance(*door.easiest(portfolio.program, one.source), lead - one.at + moment)
            for one in self.streams
            for moment in range(0, last - lead + min(window, one.every), one.every)
        ]
        entered = door.easiest(portfolio.program, self.chain)
        found += [Entrance(*entered, at) for at in dict.fromkeys((self.at, self.at + self.again))]
        if len(found) > MANY:
            return ()
        first = min(one.at for one in found)
        moved = [Entrance(one.chain, one.trigger, one.at - first) for one in found]
        return tuple(sorted(moved, key=lambda one: (one.at, one.chain)))


def flows(
    portfolio: Portfolio, ceiling: Ceiling, counted: Counted, curves: dict[str, Curve]
) -> Iterator[Flow]:
    """Yield the chains that streams of higher priority may leave no room for, the least first."""
    chains = portfolio.program.chains
    below = sorted((id_ for id_ in curves if id_ in chains), key=lambda id_: chains[id_].priority)
    streams = _streams(portfolio, ceiling, counted, [curves[id_] for id_ in below])
    if not _enough(streams, ceiling):
        return
    for id_ in below:
        above = [
            one
            for one in streams
            if chains[one.source].priority > chains[id_].priority
            and portfolio.lifetimes.may_meet(one.source, id_)
        ]
        enough = _enough(above, ceiling)
        if enough:
            yield _beside(portfolio, ceiling, counted, enough, curves[id_])


def _streams(
    portfolio: Portfolio, ceiling: Ceiling, counted: Counted, curves: list[Curve]
) -> list[Stream]:
    """Return the chains that send the most, of those that are not of the lowest priority."""
    chains = portfolio.program.chains
    least = chains[curves[0].source].priority if curves else 0
    high = [one for one in curves if chains[one.source].priority > least]
    found = [_stream(portfolio, ceiling, counted, one) for one in high]
    known = [one for one in found if one is not None]
    known.sort(key=lambda one: (-one.sends / one.every, one.source))
    return known[:WIDE]


def _offers(portfolio: Portfolio, counted: Counted, id_: str) -> tuple[Offer, ...]:
    """Return the sends of a chain that count."""
    return tuple(
        offer
        for offer in portfolio.tracks[id_].offers
        if any(counted.counts(message, id_) for message in offer.messages)
    )


def _stream(
    portfolio: Portfolio, ceiling: Ceiling, counted: Counted, curve: Curve
) -> Stream | None:
    """Return how often a chain can be entered so that the window is a multiple of it."""
    soonest = _soonest(portfolio, curve)
    if soonest is None or _most(curve, ceiling, soonest) * STREAMS < ceiling.most:
        return None
    entered = door.easiest(portfolio.program, curve.source)
    trigger = portfolio.program.chains[curve.source].trigger[entered.trigger]
    offers = _offers(portfolio, counted, curve.source)
    if not offers or not isinstance(trigger, AT_WILL):
        return None
    every = _even(ceiling.window, soonest, -(-ceiling.most // len(offers)))
    if every is None:
        return None
    return Stream(curve.source, every, offers[0].least, len(offers), offers[0].path)


def _most(curve: Curve, ceiling: Ceiling, soonest: int) -> int:
    """Return how many messages a chain can send at most in the window, for ever."""
    return len(curve.shape.heads) * (ceiling.window // soonest)


def _soonest(portfolio: Portfolio, curve: Curve) -> int | None:
    """Return how soon a customer may come in again, again and again; None if they may not."""
    repeat = curve.repeat
    if repeat.limit is not None:
        return None
    if repeat.concurrent:
        return max(repeat.gap, 1)
    life = portfolio.tracks[curve.source].lifetime.least
    return max(repeat.gap, life + max(repeat.rest, 1))


@lru_cache(maxsize=1024)
def _even(window: int, soonest: int, passages: int) -> int | None:
    """Return the longest part of the window, in days if it can be, that leaves no gap in it.

    Where a chain cannot be entered so often, it is the shortest part that it can.
    """
    shortest = None
    for unit in (delay.DAY, delay.HOUR):
        for number in range(1, window // unit + 1):
            every, rest = divmod(window, number)
            if not rest and not every % unit and every >= soonest:
                if number >= passages:
                    return every
                shortest = min(every, shortest or every)
    return shortest


def _enough(above: list[Stream], ceiling: Ceiling) -> tuple[Stream, ...]:
    """Return the fewest streams that fill the limit, none if they do not."""
    sent = 0
    for number, one in enumerate(above[:STREAMS]):
        sent += one.sends * (ceiling.window // one.every)
        if sent >= ceiling.most:
            return tuple(above[: number + 1])
    return ()


def _beside(
    portfolio: Portfolio,
    ceiling: Ceiling,
    counted: Counted,
    streams: tuple[Stream, ...],
    curve: Curve,
) -> Flow:
    """Let the first message of the chain below fall into the minute of a message above."""
    offers = _offers(portfolio, counted, curve.source)
    every, lead = streams[0].every, max(one.at for one in streams)
    full = lead + ceiling.window
    at = full - offers[0].least
    while at < 0:
        at += every
    soonest = _soonest(portfolio, curve)
    return Flow(
        streams, curve.source, offers, at, 0 if soonest is None else -(-soonest // every) * every
    )
