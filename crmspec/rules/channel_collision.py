"""One action that brings several marketing messages within an hour."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations, islice, product
from typing import TYPE_CHECKING, NamedTuple

from crmspec.diagnostics import Code, Diagnostic, Label, Severity, text
from crmspec.logic.cell import bits
from crmspec.logic.evidence import evidence
from crmspec.logic.fellows import fellows
from crmspec.logic.flood import intruding
from crmspec.logic.sequel import sequels
from crmspec.logic.witness import Entrance, Stage
from crmspec.rules import meeting

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crmspec.logic.door import Door, Key
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.sequel import Sequel
    from crmspec.logic.track import Offer, Track
    from crmspec.logic.witness import Witness
    from crmspec.semantics.trace import Entry, Trace

CODE = Code(
    "CRM304",
    "channel-collision",
    text("one action that brings several marketing messages within an hour"),
    Severity.WARNING,
)
HOUR = 60
NIGHT = 11 * 60
"""Messages due within so many minutes may come out together when quiet hours end."""
STARTS = (("09:00", HOUR), ("22:30", NIGHT))
"""Local times at which the action may happen, and how far apart messages may be due then."""
LOOKED = 2_000
"""Pairs of sends of different chains that are looked at behind one door."""
TRIES = 3
TIMES = 2
"""Starting times that are tried for one timeline: `STARTS` are what matters here."""
BUDGET = 40
"""Timelines that the whole rule looks at."""


class Pair(NamedTuple):
    """Two sends behind one door, and how many minutes lie between them at least.

    The door of a chain that is started by the other one is that of the other one.
    """

    gap: int
    one: tuple[Door, Offer]
    other: tuple[Door, Offer]


def check(portfolio: Portfolio) -> Iterator[Diagnostic]:
    """Yield a finding for each trigger that can bring messages so close together."""
    loud, started = intruding(portfolio.program), sequels(portfolio)
    budget = BUDGET
    told: set[frozenset[str]] = set()
    for key, doors in portfolio.doors.items():
        for start, within in STARTS:
            pairs = _pairs(portfolio, doors, loud, within)
            if within == HOUR:
                pairs += _followed(portfolio, doors, loud, started)
                pairs.sort(key=lambda pair: pair.gap)
            open_ = (pair for pair in pairs if _is_open(portfolio, key, pair))
            tried = list(islice(open_, min(TRIES, budget)))
            budget -= len(tried)
            found = next(filter(None, (_shown(portfolio, one, start, loud) for one in tried)), None)
            if found is not None:
                sources = frozenset(meeting.source(entry) for entry in found[1])
                if sources not in told:
                    told.add(sources)
                    yield _finding(portfolio, *found)
                break


def _pairs(
    portfolio: Portfolio, doors: tuple[Door, ...], loud: frozenset[str], within: int
) -> list[Pair]:
    """Return the pairs of sends that may come so close, the closest first."""
    offers = [
        (door, offer) for door in doors for offer in _loud(portfolio.tracks[door.chain], loud)
    ]
    found = []
    if len(doors) > 1:
        found = list(islice(_near(portfolio, offers, within), LOOKED))
    if within == HOUR:
        for door in doors:
            found += _in_chain(portfolio, door, loud)
    found.sort(key=lambda pair: pair.gap)
    return found


def _near(portfolio: Portfolio, offers: list[tuple[Door, Offer]], within: int) -> Iterator[Pair]:
    """Yield the pairs of sends of different chains that come so soon after each other."""
    sends: dict[str, list[tuple[Door, Offer]]] = defaultdict(list)
    for one in offers:
        sends[one[0].chain].append(one)
    chains = list(sends)
    for position, others in enumerate(fellows(portfolio, chains)):
        later = (chains[other] for other in bits(others >> position << position))
        for chain in later:
            for one, other in product(sends[chains[position]], sends[chain]):
                gap = abs(other[1].least - one[1].least)
                if gap < within:
                    yield Pair(gap, one, other)


def _in_chain(portfolio: Portfolio, door: Door, loud: frozenset[str]) -> Iterator[Pair]:
    track = portfolio.tracks[door.chain]
    for one, other in combinations(_loud(track, loud), 2):
        gap = track.apart(one.path, other.path)
        if gap is not None and gap < HOUR:
            yield Pair(gap, (door, one), (door, other))


def _followed(
    portfolio: Portfolio,
    doors: tuple[Door, ...],
    loud: frozenset[str],
    started: Mapping[str, tuple[Sequel, ...]],
) -> Iterator[Pair]:
    """Yield the pairs of a chain and of those that it starts itself, maybe in its own place."""
    for door in doors:
        for chain, at in started.get(door.chain, ()):
            tracks = portfolio.tracks[door.chain], portfolio.tracks[chain]
            for one, other in product(*(_loud(track, loud) for track in tracks)):
                gap = abs(at + other.least - one.least)
                if gap < HOUR and chain != door.chain:
                    yield Pair(gap, (door, one), (door, other))


def _loud(track: Track, loud: frozenset[str]) -> list[Offer]:
    return [offer for offer in track.offers if loud.intersection(offer.messages)]


def _is_open(portfolio: Portfolio, key: Key, pair: Pair) -> bool:
    """Say whether one customer may get both, and CRM301 does not tell of their chains already."""
    one, other = (offer.path.partition(".")[0] for _, offer in (pair.one, pair.other))
    if portfolio.meetings.tell(key, one, other):
        return False
    return one == other or portfolio.lifetimes.may_meet(one, other)


def _shown(
    portfolio: Portfolio, pair: Pair, start: str, loud: frozenset[str]
) -> tuple[Witness, tuple[Entry, ...]] | None:
    doors = {pair.one[0]: None, pair.other[0]: None}
    paths = (pair.one[1].path, pair.other[1].path)

    def sent(trace: Trace) -> tuple[Entry, ...]:
        return _together(trace, paths, loud)

    stage = Stage(
        tuple(Entrance(*door, 0) for door in doors),
        lambda trace: not trace.is_stopped and len(sent(trace)) > 1,
        paths,
        start_local=start,
    )
    witness = portfolio.enact(stage, CODE.id, TIMES)
    return (witness, sent(witness.trace)) if witness is not None else None


def _together(trace: Trace, paths: tuple[str, ...], loud: frozenset[str]) -> tuple[Entry, ...]:
    """Return messages of the steps that go out within an hour, if there are several.

    What the customer does after the first of them asks for the next ones: it is another action.
    """
    sends: list[Entry] = []
    emitted = {f"event {(one.subject or '').removeprefix('emit ')}" for one in trace.of("act")}
    for one in trace.entries:
        if one.kind == "send" and one.step in paths and one.message in loud:
            sends = [first for first in sends if one.moment - first.moment < HOUR]
            sends.append(one)
            if len({near.step for near in sends}) > 1:
                return tuple({near.step: near for near in sends}.values())
        elif one.kind == "reaction" or (one.kind == "happening" and one.subject not in emitted):
            sends.clear()
    return ()


def _finding(portfolio: Portfolio, witness: Witness, sent: tuple[Entry, ...]) -> Diagnostic:
    first, second = sent[0], sent[1]
    minutes = second.moment - first.moment
    names = {
        "one": first.message or "",
        "other": second.message or "",
        "here": first.channel or "",
        "there": second.channel or "",
    }
    held = bool(witness.trace.of("defer"))
    if minutes == 0:
        message = text(
            "one action brings `{one}` (`{here}`) and `{other}` (`{there}`) in one minute", **names
        )
    else:
        message = text(
            "one action brings `{one}` (`{here}`) and `{other}` (`{there}`), {count} min apart",
            count=minutes,
            **names,
        )
    advice = [text("let the second wait, or send it only to those whom the first did not reach")]
    if held:
        advice.insert(0, text("both were held until quiet hours ended, and then came at once"))
    if first.chain != second.chain:
        advice.append(text("a frequency rule with `min_gap` keeps messages of all chains apart"))
    return Diagnostic(
        code=CODE,
        message=message,
        label=Label(meeting.spoken(portfolio, second), text("this one comes on top")),
        related=(Label(meeting.spoken(portfolio, first), text("after this one")),),
        help=tuple(advice),
        evidence=evidence(
            portfolio,
            witness,
            code=CODE.id,
            counted=lambda entry: entry in sent,
            harm=meeting.harm(portfolio, witness.chains, len(sent) - 1, sent),
        ),
    )
