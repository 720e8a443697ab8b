"""Chains that were not made for each other, and customers who are in them at one time."""

from __future__ import annotations

from itertools import combinations, islice
from typing import TYPE_CHECKING, NamedTuple

from crmspec.diagnostics.evidence import Verdict
from crmspec.diagnostics.sentence import Text, text
from crmspec.logic import door
from crmspec.logic.cast import Entrance, Stage
from crmspec.logic.fellows import fellows
from crmspec.logic.flood import intruding
from crmspec.logic.lifetime import together
from crmspec.logic.pressure import LOST

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crmspec.logic.door import Door, Key
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.witness import Witness
    from crmspec.semantics.trace import Entry, Trace

TRIES = 3
BUDGET = 120
"""Timelines that are looked at for all chains."""
WIDE = 40
"""Of more chains behind one door, or with one tag, the first so many are looked at."""


class Meeting(NamedTuple):
    """Two chains of a group, how they are entered, and why they should not meet.

    `key` is what starts both; None if it is their tags that should not meet.
    """

    doors: tuple[Door, Door]
    why: Text
    key: Key | None = None

    @property
    def chains(self) -> tuple[str, str]:
        """Return the two chains."""
        one, other = self.doors
        return one.chain, other.chain


class Shown(NamedTuple):
    """Two chains that meet, and a customer in whom they do."""

    meeting: Meeting
    witness: Witness


class Meetings:
    """What is found of chains that start on one thing, and of those with incompatible tags."""

    def __init__(self, portfolio: Portfolio) -> None:
        self.portfolio = portfolio
        self.shown = tuple(_search(portfolio))
        self._pairs = {frozenset(one.meeting.chains) for one in self.shown}
        self._keys = {one.meeting.key for one in self.shown}

    def tell(self, key: Key, one: str, other: str) -> bool:
        """Say whether two chains behind a door are shown to meet, or others in their place."""
        if frozenset((one, other)) in self._pairs:
            return True
        return one != other and key in self._keys and _may_be_together(self.portfolio, one, other)


def alive(trace: Trace, names: Sequence[str]) -> bool:
    """Say whether the customer is in all of some chains when something happens in one of them."""
    inside: set[str] = set()
    for entry in trace.entries:
        if entry.chain is None or entry.chain not in names:
            continue
        if entry.kind == "enter":
            inside.add(entry.chain)
        elif entry.kind in ("exit", "complete"):
            inside.discard(entry.chain)
        elif len(inside) == len(names):
            return True
    return False


def _search(portfolio: Portfolio) -> Iterator[Shown]:
    """Yield one pair for each trigger, and for each pair of tags, whose chains can meet."""
    left = BUDGET
    told: set[frozenset[str]] = set()
    for meetings in (*_tagged(portfolio), *_same_trigger(portfolio)):
        tries = list(islice(meetings, min(TRIES, left)))
        left -= len(tries)
        for one in tries:
            chains = frozenset(one.chains)
            witness = _shown(portfolio, one) if chains not in told else None
            if witness is not None:
                told.add(chains)
                yield Shown(one, witness)
                break


def _same_trigger(portfolio: Portfolio) -> Iterator[Iterator[Meeting]]:
    """Yield, for each door, pairs of marketing chains that nothing keeps apart."""
    loud = intruding(portfolio.program)
    for key, doors in portfolio.doors.items():
        selling = [one for one in doors if _sells(portfolio, one.chain, loud)][:WIDE]
        if len(selling) > 1:
            yield _pairs(portfolio, key, selling)


def _pairs(portfolio: Portfolio, key: Key, doors: list[Door]) -> Iterator[Meeting]:
    known = fellows(portfolio, [one.chain for one in doors])
    for (here, one), (there, other) in combinations(enumerate(doors), 2):
        if known[here] >> there & 1 and _may_be_together(portfolio, one.chain, other.chain):
            yield Meeting((one, other), text("both start on the same thing"), key)


def _tagged(portfolio: Portfolio) -> Iterator[Iterator[Meeting]]:
    """Yield, for each pair of incompatible tags, pairs of chains that have them."""
    program = portfolio.program
    seen: set[frozenset[str]] = set()
    for tag in program.tags.values():
        for other in tag.incompatible:
            pair = frozenset({tag.id, other.id})
            if len(pair) > 1 and pair not in seen:
                seen.add(pair)
                yield _with_tags(portfolio, tag.id, other.id)


def _with_tags(portfolio: Portfolio, tag: str, other: str) -> Iterator[Meeting]:
    why = text("the tags `{tag}` and `{other}` must not meet", tag=tag, other=other)
    for one in _having(portfolio, tag)[:WIDE]:
        for two in _having(portfolio, other)[:WIDE]:
            if one != two and _may_be_together(portfolio, one, two):
                doors = (door.easiest(portfolio.program, one), door.easiest(portfolio.program, two))
                yield Meeting(doors, why)


def _having(portfolio: Portfolio, tag: str) -> list[str]:
    return [
        chain.id
        for chain in portfolio.program.chains.values()
        if chain.status == "live" and any(one.id == tag for one in chain.tags)
    ]


def _sells(portfolio: Portfolio, chain: str, loud: frozenset[str]) -> bool:
    offers = portfolio.tracks[chain].offers
    return any(loud.intersection(offer.messages) for offer in offers)


def _may_be_together(portfolio: Portfolio, one: str, other: str) -> bool:
    if together(portfolio, one, other).verdict is Verdict.PROVED:
        return False
    return not _stops(portfolio, one, other) and not _stops(portfolio, other, one)


def _stops(portfolio: Portfolio, chain: str, other: str) -> bool:
    """Say whether a chain takes customers out of another one, wherever it does so."""
    return other in portfolio.tracks[chain].stops


def _shown(portfolio: Portfolio, one: Meeting) -> Witness | None:
    names = one.chains
    loud = {name for name in names if portfolio.tracks[name].offers}

    def aim(trace: Trace) -> bool:
        spoken = {entry.chain for entry in trace.of("send", "skip") if _is_due(entry)}
        return alive(trace, names) and loud <= spoken

    wanted = tuple(portfolio.tracks[name].offers[0].path for name in names if name in loud)
    stages = (Stage(entrances, aim, wanted) for entrances in _entrances(portfolio, one))
    return next(filter(None, (portfolio.enact(stage, "both alive") for stage in stages)), None)


def _entrances(portfolio: Portfolio, one: Meeting) -> Iterator[tuple[Entrance, ...]]:
    """Yield both at once; then, if not one thing starts them, each a minute before the other.

    An exit may keep them apart in one of the orders alone.
    """
    yield tuple(Entrance(*entered, 0) for entered in one.doors)
    orders = () if one.key is not None else together(portfolio, *one.chains).orders
    doors = {entered.chain: entered for entered in one.doors}
    for first, then in orders:
        yield Entrance(*doors[first], 0), Entrance(*doors[then], 1)


def _is_due(entry: Entry) -> bool:
    """Say whether a message is sent, or only a frequency rule keeps it back."""
    return entry.kind == "send" or entry.reason in LOST or entry.reason == "pause"
