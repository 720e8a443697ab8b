"""Ways to bring more than a number of messages that count into one window, smallest first."""

from __future__ import annotations

from functools import cached_property
from itertools import combinations, islice, permutations, product
from typing import TYPE_CHECKING

from msgspec import field
from msgspec.structs import replace

from crmspec.ir.condition import All, Any, EventHappened
from crmspec.ir.step import WaitFor
from crmspec.ir.trigger import EventTrigger
from crmspec.logic import door, takeover
from crmspec.logic.cast import Entrance, Stage
from crmspec.logic.comeback import apart, followers
from crmspec.logic.counted import Counted
from crmspec.logic.mailshot import mailshots
from crmspec.logic.rush import Rush, densest, rush
from crmspec.logic.steering import SOON
from crmspec.source.record import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crmspec.ir.condition import Condition
    from crmspec.logic.ceiling import Ceiling
    from crmspec.logic.curve import Curve
    from crmspec.logic.load import Class
    from crmspec.logic.mailshot import Fits, Mailshot
    from crmspec.logic.occasion import Occasion
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.track import Node, Track
    from crmspec.semantics.scenario import Happening, Moment
    from crmspec.semantics.trace import Trace

TRIES = 20
"""Timelines that are tried for one limit and number of actions before it is left undecided."""
WIDE = 12
"""Pairs and threes are made of so many chains, those with the most messages."""
CHANGED = 4
"""So many chains are tried on a day on which clocks are changed."""
APART = 60
"""Where a chain's messages do not meet a broadcast, they come an hour before it or after it."""


class Attempt(Record):
    """Chains to be entered so that their messages meet: a rush each, and who enters when.

    `offsets` are the minutes of their messages after the first entrance, as far as is known.
    `occasions` are those of broadcasts among them, which only fit some moments of the first
    entrance, `starts`; `own` are then the offsets of the chains' messages. `zone` is where the
    customer lives, None at the project's home. `extra` is what ends passages early.
    """

    entrances: tuple[Entrance, ...]
    wanted: tuple[str, ...]
    sources: frozenset[str] = field(default_factory=frozenset)
    actions: int = 1
    offsets: tuple[int, ...] = ()
    occasions: tuple[Occasion, ...] = ()
    starts: tuple[Moment, ...] = ()
    zone: str | None = None
    own: tuple[int, ...] = ()
    extra: tuple[Happening, ...] = ()

    def stage(self, aim: Callable[[Trace], bool]) -> Stage:
        """Return what is to be played until it meets an aim."""
        return Stage(
            self.entrances,
            aim,
            self.wanted,
            extra=self.extra,
            occasions=self.occasions,
            starts=self.starts,
            zone=self.zone,
        )


class Crowd:
    """Ways to bring more than a number of messages that count into one window, smallest first."""

    def __init__(
        self,
        portfolio: Portfolio,
        ceiling: Ceiling,
        counted: Class,
        curves: dict[str, Curve],
        fits: Fits | None = None,
    ) -> None:
        self.portfolio = portfolio
        self.fits = fits
        self.ceiling = ceiling
        self.counted = counted
        self.curves = curves

    def attempts(self) -> Iterator[Attempt]:
        """Yield what may pass the limit: broadcasts alone, then one action, two, and three."""
        singles, most = self._singles(self.ceiling.likely), self.ceiling.most
        yield from self._mailed()
        yield from (attempt((one,), self.portfolio) for one in singles if len(one.offsets) > most)
        yield from self._behind_one_door()
        yield from self._beside(singles, 1)
        yield from self._again(singles, 2)
        yield from self._following(singles)
        yield from self._several(singles, 2)
        yield from self._in_turn(singles)
        yield from self._released(singles)
        yield from self._beside(singles, 2)
        yield from self._again([one for one in singles if 3 * len(one.offsets) > most], 3)
        yield from self._several(singles, 3)

    @cached_property
    def mailshots(self) -> list[Mailshot]:
        """Return the broadcasts that one customer may get within the window."""
        broadcasts = [id_ for id_ in self.curves if id_ in self.portfolio.program.broadcasts]
        return mailshots(self.portfolio, self.ceiling, broadcasts, self.fits)

    def _mailed(self) -> Iterator[Attempt]:
        """Yield the broadcasts that pass the limit without any action."""
        for one in self.mailshots:
            if len(one.occasions) > self.ceiling.most:
                yield mailed(one)

    def _beside(self, singles: list[Rush], size: int) -> Iterator[Attempt]:
        """Yield so many chains that pass the limit together with broadcasts, but not alone."""
        most = self.ceiling.most
        shots = [one for one in self.mailshots if len(one.occasions) <= most]
        seen: set[tuple[object, ...]] = set()
        for shot, some in product(shots, combinations(singles, size)):
            left = most + 1 - _weight(some)
            if not 0 < left <= len(shot.occasions) or not self._may_share(some):
                continue
            fewer = shot._replace(occasions=shot.occasions[:left])
            key = (fewer.sources, some)
            if key not in seen:
                seen.add(key)
                yield beside(fewer, some, self.portfolio)

    def _may_share(self, some: tuple[Rush, ...]) -> bool:
        return all(one.offsets for one in some) and all(map(self._can_meet, combinations(some, 2)))

    def _singles(self, window: int) -> list[Rush]:
        """Return the densest rush of the chains with the most messages in a window."""
        chains = [one for one in self.curves.values() if one.source in self.portfolio.tracks]
        chains.sort(key=lambda one: (-_number(one.passage(window)), one.source))
        return [self.rush(one.source, window) for one in chains[:WIDE]]

    def rush(self, chain: str, window: int) -> Rush:
        """Return the densest rush of one chain in a window."""
        return rush(self.portfolio.tracks[chain], self._count(chain), window)

    def _count(self, chain: str) -> Callable[[Node], int]:
        def count(node: Node) -> int:
            hits = [self.counted.counts(message, chain) for message in node.messages]
            return sum(hits) if node.every else int(any(hits))

        return count

    def _behind_one_door(self) -> Iterator[Attempt]:
        """Yield the chains that one occurrence starts, as few as pass the limit together."""
        for doors in self.portfolio.doors.values():
            open_ = [one for one in doors if one.chain in self.curves]
            if len(open_) > 1:
                yield from self._together(open_[:WIDE])

    def _together(self, doors: list[door.Door]) -> Iterator[Attempt]:
        chains, started = tuple(one.chain for one in doors), self.portfolio.loads.started
        rule = self.counted.rule.id if isinstance(self.counted, Counted) else "no rule"
        limit = f"{self.ceiling.most} {self.ceiling.likely}"
        yield from self.portfolio.of_chains(
            f"crowd {rule} {limit} {doors} {[id_ in started for id_ in chains]}",
            chains,
            lambda: tuple(self._fewest(doors)),
        )

    def _fewest(self, doors: list[door.Door]) -> Iterator[Attempt]:
        window, limit = self.ceiling.likely, self.ceiling.most
        rushes = {one: self.rush(one.chain, 1 << 40) for one in doors}
        alone = {one: densest(found.offsets, window) for one, found in rushes.items()}
        most = sorted(alone.values(), reverse=True)
        for size in range(2, len(doors) + 1):
            found = False
            some_of = combinations(doors, size) if sum(most[:size]) > limit else ()
            for some in islice(some_of, TRIES * WIDE):
                offsets = (at for one in some for at in rushes[one].offsets)
                is_enough = sum(map(alone.__getitem__, some)) > limit and self._meet(some[:2])
                if is_enough and densest(offsets, window) > limit and self._meet(some):
                    found = True
                    yield _behind(some, [rushes[one] for one in some])
            if found:
                return

    def _meet(self, doors: tuple[door.Door, ...]) -> bool:
        """Say whether one customer may come through all of these doors."""
        meets = self.portfolio.lifetimes.may_meet
        return all(meets(one.chain, other.chain) for one, other in combinations(doors, 2))

    def _again(self, singles: list[Rush], times: int) -> Iterator[Attempt]:
        """Yield chains that a customer comes into so many times within the window."""
        for one in singles:
            curve = self.curves[one.source]
            most, limit = curve.most(self.ceiling.widest), curve.repeat.limit
            if limit in range(times) or (most is not None and most <= self.ceiling.most):
                continue
            entrance = door.easiest(self.portfolio.program, one.source)
            begins = [number * apart(self.portfolio, curve) for number in range(times)]
            yield Attempt(
                tuple(Entrance(*entrance, at) for at in begins),
                one.steps,
                frozenset({one.source}),
                times,
                tuple(sorted(begin + at for begin in begins for at in one.offsets)),
            )

    def _following(self, singles: list[Rush]) -> Iterator[Attempt]:
        """Yield pairs of which one begins when the other has begun, or ends early or late."""
        known = {one.source: one for one in singles}
        for other in singles:
            for id_, ends in followers(self.portfolio, other.source):
                one = known.get(id_)
                if one is not None and self._passes((one, other)):
                    entrance = Entrance(*door.easiest(self.portfolio.program, id_))
                    wanted, both = (*one.steps, *other.steps), frozenset({id_, other.source})
                    yield Attempt((entrance,), wanted, both, 1 + len(ends), extra=ends)

    def _several(self, singles: list[Rush], size: int) -> Iterator[Attempt]:
        """Yield so many chains that pass the limit together; of three, no two may do so."""
        found = [some for some in combinations(singles, size) if self._passes(some)]
        if size > 2:  # noqa: PLR2004 - pairs come before
            found = [some for some in found if not any(map(self._passes, combinations(some, 2)))]
        found.sort(key=_weight, reverse=True)
        yield from (
            attempt(some, self.portfolio)
            for some in found
            if all(map(self._can_meet, combinations(some, 2)))
        )

    def _in_turn(self, singles: list[Rush]) -> Iterator[Attempt]:
        """Yield pairs of an exclusive group of which one follows, or takes the other's place."""
        for one, other in permutations((one for one in singles if one.offsets), 2):
            needed = max(self.ceiling.most + 1 - len(other.offsets), 1)
            last = one.offsets[:needed][-1]
            at = takeover.after(self.portfolio, one.source, other.source, last)
            if at is None or not self.portfolio.lifetimes.may_meet(one.source, other.source):
                continue
            offsets = tuple(sorted((*one.offsets[:needed], *(at + it for it in other.offsets))))
            if densest(offsets, self.ceiling.likely) > self.ceiling.most:
                first, second = (
                    door.easiest(self.portfolio.program, it.source) for it in (one, other)
                )
                yield replace(
                    attempt((one, other), self.portfolio),
                    entrances=(Entrance(*first, 0), Entrance(*second, at)),
                    wanted=(*one.steps[:needed], *other.steps),
                    offsets=offsets,
                )

    def _released(self, singles: list[Rush]) -> Iterator[Attempt]:
        """Yield pairs of which the event that starts one ends a wait in the other."""
        program = self.portfolio.program
        for one, other in product(singles, repeat=2):
            if one is other or not self._passes((one, other)) or not self._can_meet((one, other)):
                continue
            waits = dict(_waits(self.portfolio.tracks[one.source]))
            for number, trigger in enumerate(program.chains[other.source].trigger):
                if isinstance(trigger, EventTrigger) and trigger.event.id in waits:
                    first = Entrance(*door.easiest(program, one.source), 0)
                    second = Entrance(other.source, number, waits[trigger.event.id])
                    yield replace(attempt((one, other), self.portfolio), entrances=(first, second))

    def on(self, start: Moment) -> Iterator[Attempt]:
        """Yield the chains whose messages may meet on the day on which clocks are changed."""
        for one in self._singles(self.ceiling.widest)[:CHANGED]:
            if len(one.offsets) > self.ceiling.most:
                alone = attempt((one,), self.portfolio)
                yield replace(alone, starts=(start - one.offsets[0],))
            else:
                twice = islice(self._again([one], 2), 1)
                yield from (replace(again, starts=(start,)) for again in twice)

    def _passes(self, some: tuple[Rush, ...]) -> bool:
        return _weight(some) > self.ceiling.most

    def _can_meet(self, pair: tuple[Rush, Rush]) -> bool:
        """Say whether one customer may get the messages of both, aligned as `attempt` does.

        Of chains in one exclusive group the first must have sent its own when the other begins.
        """
        one, other = sorted(pair, key=lambda rush: -rush.offsets[0])
        lifetimes = self.portfolio.lifetimes
        if lifetimes.group(one.source, other.source) is not None and other.offsets[0]:
            return False
        return lifetimes.may_meet(one.source, other.source)


def _weight(some: tuple[Rush, ...]) -> int:
    return sum(len(one.offsets) for one in some)


def _number(count: int | None) -> int:
    return 1 << 40 if count is None else count


def _waits(track: Track) -> Iterator[tuple[str, int]]:
    """Yield the events that waits of a chain may end with, and when they are to come."""
    for node in track.nodes:
        if node.reached and isinstance(node.step, WaitFor):
            body = node.step.wait_for
            limit = None if body.timeout is None else body.timeout.minutes
            soon = SOON if limit is None or limit > SOON else max(limit // 2, 1)
            for arm in body.first_of:
                yield from ((event, node.least + soon) for event in _events(arm.if_))


def _events(condition: Condition) -> Iterator[str]:
    match condition:
        case All(all=items) | Any(any=items):
            for item in items:
                yield from _events(item)
        case EventHappened():
            yield condition.event.id


def attempt(rushes: tuple[Rush, ...], portfolio: Portfolio) -> Attempt:
    """Let the first messages of all rushes fall into one minute."""
    latest = max(one.offsets[0] for one in rushes)
    entrances = [
        Entrance(*door.easiest(portfolio.program, one.source), latest - one.offsets[0])
        for one in rushes
    ]
    entrances.sort(key=lambda one: (one.at, one.chain))
    return Attempt(
        tuple(entrances),
        tuple(step for one in rushes for step in one.steps),
        frozenset(one.source for one in rushes),
        len(rushes),
        tuple(sorted(latest - one.offsets[0] + at for one in rushes for at in one.offsets)),
    )


def _behind(doors: tuple[door.Door, ...], rushes: list[Rush]) -> Attempt:
    return Attempt(
        tuple(Entrance(*one, 0) for one in doors),
        tuple(step for one in rushes for step in one.steps),
        frozenset(one.chain for one in doors),
        offsets=tuple(sorted(at for one in rushes for at in one.offsets)),
    )


def mailed(shot: Mailshot) -> Attempt:
    """Let a customer get broadcasts, and do nothing."""
    first = shot.occasions[0].moment
    return Attempt(
        (),
        (),
        shot.sources,
        0,
        tuple(one.moment - first for one in shot.occasions),
        shot.occasions,
        (first,),
        shot.zone,
    )


def beside(shot: Mailshot, rushes: tuple[Rush, ...], portfolio: Portfolio) -> Attempt:
    """Let the messages of chains begin with the first of some broadcasts, or before, or after."""
    alone = attempt(rushes, portfolio)
    first, last = shot.occasions[0].moment, shot.occasions[-1].moment
    begin = first - alone.offsets[0]
    times = [one.moment - begin for one in shot.occasions]
    return replace(
        alone,
        sources=alone.sources | shot.sources,
        offsets=tuple(sorted((*alone.offsets, *times))),
        occasions=shot.occasions,
        starts=(begin, first - APART - alone.offsets[-1], last + APART - alone.offsets[0]),
        zone=shot.zone,
        own=alone.offsets,
    )
