"""Messages that others surely come before: sends that a limit never leaves room for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, NamedTuple

from crmspec.ir.action import AudienceSync
from crmspec.ir.step import Jump
from crmspec.logic.ceiling import ceilings
from crmspec.logic.cell import bits
from crmspec.logic.delay import later, of_quiet_hours, of_rule, plus
from crmspec.logic.fellows import fellows
from crmspec.logic.track import END

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crmspec.ir.frequency import Frequency
    from crmspec.ir.message import Message
    from crmspec.logic.ceiling import Ceiling
    from crmspec.logic.counted import Counted
    from crmspec.logic.door import Door
    from crmspec.logic.portfolio import Portfolio
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
            one
            for ceiling in ceilings(portfolio, rule)
            for one in crowded(portfolio, rule, ceiling)
        )
        for rule in portfolio.program.frequency.values()
        if rule.status == "live" and portfolio.behaviour.exceed(rule.exceed) != "delay"
    }


def crowded(portfolio: Portfolio, rule: Frequency, ceiling: Ceiling) -> Iterator[Crowded]:
    """Yield the sends for which every customer who got the messages before them has no room."""
    started = portfolio.loads.started
    limit = f"crowded {rule.id} {ceiling.most} {ceiling.window} {ceiling.is_gap}"
    for doors in portfolio.doors.values():
        chains = tuple(one.chain for one in doors)
        kind = f"{limit} {doors} {[id_ in started for id_ in chains]}"
        look = partial(_behind, portfolio, rule, ceiling, doors)
        for one in portfolio.of_chains(kind, chains, look):
            yield one._replace(ceiling=ceiling)  # the limit may stand elsewhere by now


def _behind(
    portfolio: Portfolio, rule: Frequency, ceiling: Ceiling, doors: tuple[Door, ...]
) -> tuple[Crowded, ...]:
    """Return the sends without room of the chains that start with one occurrence."""
    sure = {one: _sure(portfolio.tracks[one.chain]) for one in doors}
    if sum(map(len, sure.values())) <= ceiling.most:
        return ()
    meeting = fellows(portfolio, [one.chain for one in doors])
    found: list[Crowded] = []
    for entered, others in zip(doors, meeting, strict=True):
        open_ = tuple(doors[position] for position in bits(others))
        found += _Crowd(portfolio, rule, ceiling, entered, sure, open_).found()
    return tuple(found)


@dataclass(frozen=True)
class _Crowd:
    """What surely comes before the sends of one chain, of those that start with it."""

    portfolio: Portfolio
    rule: Frequency
    ceiling: Ceiling
    entered: Door
    sure: Mapping[Door, list[Node]]
    fellows: tuple[Door, ...]

    @cached_property
    def counted(self) -> Counted:
        """Return what the rule counts."""
        return self.portfolio.loads.counted(self.rule.id)

    @cached_property
    def _window(self) -> int:
        """Return how far apart two sends are surely counted together: midnight parts days."""
        by_calendar = (self.portfolio.behaviour.caps or self.rule.window) == "calendar"
        return 1 if by_calendar and not self.ceiling.is_gap else self.ceiling.window

    def found(self) -> Iterator[Crowded]:
        """Yield the sends that have no room."""
        ceiling, chain = self.ceiling, self.entered.chain
        own = [
            (chain, node)
            for node in self.sure[self.entered]
            if self.counted.counts(node.messages[0], chain)
        ]
        for number, (_, node) in enumerate(own):
            before = own[:number]
            found = [
                one for one in before if _near(self.portfolio, one, (chain, node), self._window)
            ]
            used = [self.entered]
            for other, more in self._others(node, ceiling.most - len(found)):
                found += more
                used.append(other)
            if len(found) >= ceiling.most:
                yield _crowded(chain, node, found, used, ceiling)

    def _others(self, node: Node, wanted: int) -> list[tuple[Door, list[tuple[str, Node]]]]:
        """Return what of other chains comes before a send, if it may be as much as wanted.

        The times are asked first: what the audiences imply takes longer to find.
        """
        if wanted <= 0 or node.hold or node.least != node.most:
            return []
        timely = [(other, list(self._of_other(other, node))) for other in self._above]
        timely = [one for one in timely if one[1]]
        if sum(len(more) for _, more in timely) < wanted:
            return []
        return [one for one in timely if _comes_first(self.portfolio, one[0], self.entered)]

    @cached_property
    def _above(self) -> list[Door]:
        """Return the chains of higher priority that the customer may be in as well."""
        chains, mine = self.portfolio.program.chains, self.entered.chain
        lifetimes = self.portfolio.lifetimes
        return [
            one
            for one in self.fellows
            if chains[one.chain].priority > chains[mine].priority
            and lifetimes.may_meet(one.chain, mine)
        ]

    def _of_other(self, one: Door, node: Node) -> Iterator[tuple[str, Node]]:
        """Yield the sends of the chain above that surely come in the window before a send."""
        for found in self.sure[one]:
            if found.hold or found.least != found.most:
                continue
            is_near = found.least <= node.least < found.least + self._window
            if (
                is_near
                and self.counted.counts(found.messages[0], one.chain)
                and _alike(self.portfolio, found, node)
            ):
                yield one.chain, found


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
    away = plus(away, _hold(portfolio, other))
    return away is not None and away < window


def _hold(portfolio: Portfolio, one: tuple[str, Node]) -> int | None:
    """Return how long a send waits before caps are asked: a full one drops it then (8.1, 8.15)."""
    program = portfolio.program
    message = program.messages[one[1].messages[0]]
    channel = program.channels.get(message.channel.id)
    own = channel.quiet_hours if channel is not None else None
    held = of_quiet_hours(program.chains[one[0]].quiet_hours, own)
    for rule in program.frequency.values():
        held = plus(held, of_rule(rule, portfolio.behaviour) if rule.after is not None else 0)
    return held


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
    """Say whether all who come into a chain come into one of higher priority as well."""
    chains = portfolio.program.chains
    above, below = chains[one.chain], chains[other.chain]
    trigger = above.trigger[one.trigger]
    if getattr(trigger, "where", ()) and trigger != below.trigger[other.trigger]:
        return False
    if above.audience is None:
        return True
    space = portfolio.space
    audience = space.region(above.audience, owner=f"chain {above.id}")
    return space.implies(space.entry(below)[other.trigger], audience) is None
