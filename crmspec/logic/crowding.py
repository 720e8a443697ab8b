"""Messages that others surely come before: sends that a limit never leaves room for."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmspec.ir.action import AudienceSync
from crmspec.ir.step import Jump
from crmspec.logic.delay import later, plus
from crmspec.logic.pressure import ceilings
from crmspec.logic.track import END

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir.frequency import Frequency
    from crmspec.ir.message import Message
    from crmspec.logic.door import Door
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.pressure import Ceiling
    from crmspec.logic.track import Node, Track


class Crowded(NamedTuple):
    """A send before which at least as many counted messages go out as `ceiling` allows.

    `before` are (chain, path, message) of these; `doors` enters the chains they stand in.
    """

    chain: str
    path: str
    message: str
    before: tuple[tuple[str, str, str], ...]
    doors: tuple[Door, ...]
    ceiling: Ceiling


def crowdings(portfolio: Portfolio) -> dict[str, tuple[Crowded, ...]]:
    """Return the sends without room of every live rule that drops what is over its limits."""
    return {
        rule.id: tuple(
            one for ceiling in ceilings(rule) for one in crowded(portfolio, rule, ceiling)
        )
        for rule in portfolio.program.frequency.values()
        if rule.status == "live" and rule.exceed != "delay"
    }


def crowded(portfolio: Portfolio, rule: Frequency, ceiling: Ceiling) -> Iterator[Crowded]:
    """Yield the sends for which every customer who got the messages before them has no room."""
    counted = portfolio.loads.counted(rule.id)
    for doors in portfolio.doors.values():
        for entered in doors:
            own = [
                (entered.chain, node)
                for node in _sure(portfolio.tracks[entered.chain])
                if counted.counts(node.messages[0], entered.chain)
            ]
            above = [one for one in doors if _comes_first(portfolio, one, entered)]
            for number, (_, node) in enumerate(own):
                found = [
                    one
                    for one in own[:number]
                    if _near(portfolio, one, (entered.chain, node), ceiling.window)
                ]
                used = [entered]
                for other in above:
                    more = list(_of_other(portfolio, other, node, rule, ceiling.window))
                    found += more
                    used += [other] if more else []
                if len(found) >= ceiling.most:
                    yield _crowded(entered.chain, node, found, used, ceiling)


def _crowded(
    chain: str, node: Node, found: list[tuple[str, Node]], used: list[Door], ceiling: Ceiling
) -> Crowded:
    before = tuple((id_, one.path, one.messages[0]) for id_, one in found)
    return Crowded(chain, node.path, node.messages[0], before, tuple(used), ceiling)


def _sure(track: Track) -> list[Node]:
    """Return the sends of one message that every passage comes to that gets so far."""
    if any(isinstance(node.step, Jump) for node in track.nodes):
        return []
    return [
        node
        for node in track.nodes
        if len(node.messages) == 1
        and node.path.count(".") == 2  # noqa: PLR2004 - chain.steps.position
        and node.step.only is None
        and node.step.unless is None
        and not isinstance(node.step, AudienceSync)
    ]


def _near(
    portfolio: Portfolio, one: tuple[str, Node], other: tuple[str, Node], window: int
) -> bool:
    """Say whether a send surely lies in the window before another one of its chain."""
    if not _alike(portfolio, one[1], other[1]):
        return False
    track = portfolio.tracks[one[0]]
    away = _longest(track, track.nodes.index(one[1]), track.nodes.index(other[1]))
    away = plus(away, other[1].hold)
    return away is not None and away < window


def _longest(track: Track, first: int, last: int) -> int | None:
    """Return the most minutes from one node to another; None without an end."""
    times: dict[int, int | None] = {first: 0}
    for number in range(first, last):
        if number in times:
            hold = track.nodes[number].hold if number == first else 0
            for way in track.nodes[number].ways:
                if way.to != END:
                    # A hold at the first comes before it goes out.
                    most = way.most if not hold or way.most is None else way.most - hold
                    at = plus(times[number], most)
                    times[way.to] = later(times[way.to], at) if way.to in times else at
    return times.get(last)


def _alike(portfolio: Portfolio, one: Node, other: Node) -> bool:
    """Say whether whoever may get the second message may get the first as well."""
    first, second = (portfolio.program.messages.get(node.messages[0]) for node in (one, other))
    if first is None or second is None or first.fallback is not None:
        return False
    return _gate(first) == _gate(second) and second.category != "transactional"


def _gate(message: Message) -> tuple[str, str | None, str | None]:
    consent = message.consent.id if message.consent is not None else None
    return message.channel.id, consent, message.topic.id if message.topic is not None else None


def _comes_first(portfolio: Portfolio, one: Door, other: Door) -> bool:
    """Say whether all who come into a chain come into one of higher priority first."""
    chains = portfolio.program.chains
    above, below = chains[one.chain], chains[other.chain]
    if one == other or above.priority <= below.priority:
        return False
    trigger = above.trigger[one.trigger]
    if getattr(trigger, "where", ()) and trigger != below.trigger[other.trigger]:
        return False
    if above.audience is None:
        return True
    space = portfolio.space
    audience = space.region(above.audience, owner=f"chain {above.id}")
    return space.implies(space.entry(below)[other.trigger], audience) is None


def _of_other(
    portfolio: Portfolio, one: Door, node: Node, rule: Frequency, window: int
) -> Iterator[tuple[str, Node]]:
    """Yield the sends of the chain above that surely come in the window before a send."""
    counted = portfolio.loads.counted(rule.id)
    for found in _sure(portfolio.tracks[one.chain]):
        exact = found.least == found.most and node.least == node.most
        if not exact or found.hold or node.hold or not _alike(portfolio, found, node):
            continue
        is_counted = counted.counts(found.messages[0], one.chain)
        if is_counted and found.least <= node.least < found.least + window:
            yield one.chain, found
