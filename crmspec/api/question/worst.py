"""How many messages can one customer get within a while, after a few actions, and how?"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, pairwise, permutations
from typing import TYPE_CHECKING

from msgspec.structs import replace

from crmspec.diagnostics import amount, text
from crmspec.ir.value import Located
from crmspec.logic import takeover
from crmspec.logic.bound import bound
from crmspec.logic.cast import Entrance
from crmspec.logic.ceiling import Ceiling
from crmspec.logic.crowd import Attempt, mailed
from crmspec.logic.length import duration
from crmspec.logic.mailshot import Mailshot, mailshots

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crmspec.api.question.answer import Answer, Project
    from crmspec.diagnostics import Text
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.witness import Witness
    from crmspec.semantics.trace import Entry, Trace

DAY = 24 * 60
_WIDEST = 8
"""Chains that are combined: those that send most by themselves."""
_RISES = 8
"""How often one group of entrances is tried for more messages."""
_TRIES = 24
"""Timelines that are tried at most, without broadcasts and with them."""
_SHOTS = 3
"""So many sets of broadcasts are combined with chains, those with the most messages."""
_TURNS = 3
"""So many chains of an exclusive group are entered one after the other, not more."""
_MANY = 24
"""More broadcasts than that in one timeline would be of no use."""


@dataclass(frozen=True)
class Best:
    """The timeline with the most messages so far, and what was tried for it."""

    count: int
    attempt: Attempt
    witness: Witness


def ask(
    project: Project,
    window: int = DAY,
    actions: int = 2,
    channel: str | None = None,
    limit: str | None = None,
) -> Answer:
    """Find the most messages that one customer gets within `window` minutes.

    At most `actions` things happen from outside. Only messages of the channel, or those that the
    frequency rule `limit` counts, are counted.

    Raises:
        UnknownNameError: there is no such channel or frequency rule.
    """
    if channel is not None:
        project.need("channel", channel)
    if limit is not None:
        project.need("frequency", limit)
    asked = _Asked(project, channel, limit)
    best = Search(project, window, _counter(project, channel, limit), asked).best(actions)
    if best is None:
        return project.open(text("no timeline with a message was found"))
    most = bound(project.portfolio, project.portfolio.loads.of(asked), window)
    messages = amount("{count} message", "{count} messages", best.count)
    words = text(
        "{messages} within {window} (at most {actions})",
        messages=messages if best.count == most else text("at least {count}", count=messages),
        window=duration(_length(window)),
        actions=amount("{count} action", "{count} actions", actions),
    )
    return project.shown(words, best.witness, *_proved(best.count, most))


def _proved(count: int, most: int | None) -> Iterator[Text]:
    """Say how many messages there can never be more of, whatever customers do."""
    if most == count:
        yield text("more is impossible, whatever customers do")
    elif most is not None:
        yield text(
            "at most {messages} are ever due, before limits hold any of them back",
            messages=amount("{count} message", "{count} messages", most),
        )


class _Asked:
    """The messages that are asked about, by message and the chain that sends it."""

    def __init__(self, project: Project, channel: str | None, limit: str | None) -> None:
        self.messages = project.program.messages
        self.channel = channel
        self.counted = None if limit is None else project.portfolio.loads.counted(limit)

    def counts(self, message: str, source: str) -> bool:
        """Say whether a message counts when a chain or broadcast sends it."""
        found = self.messages.get(message)
        if self.channel is not None and (found is None or found.channel.id != self.channel):
            return False
        return self.counted is None or self.counted.counts(message, source)


def _length(minutes: int) -> str:
    if minutes % DAY == 0 and minutes > 2 * DAY:
        return f"{minutes // DAY}d"
    return f"{minutes // 60}h" if minutes % 60 == 0 else f"{minutes}m"


def _counter(project: Project, channel: str | None, limit: str | None) -> Callable[[Entry], bool]:
    if limit is None:
        return lambda entry: channel is None or entry.channel == channel
    counted = project.portfolio.loads.counted(limit)

    def counts(entry: Entry) -> bool:
        named = channel is None or entry.channel == channel
        return named and counted.counts(entry.message or "", entry.chain or entry.broadcast or "")

    return counts


def densest(trace: Trace, window: int, counts: Callable[[Entry], bool]) -> int:
    """Return the most counted messages in any window of a timeline."""
    moments = [entry.moment for entry in trace.sends() if counts(entry)]
    first = most = 0
    for last, moment in enumerate(moments):
        while moments[first] <= moment - window:
            first += 1
        most = max(most, last - first + 1)
    return most


class Search:
    """Looks for the timeline with the most messages: each way in alone, then some together."""

    def __init__(
        self, project: Project, window: int, counts: Callable[[Entry], bool], asked: _Asked
    ) -> None:
        self.project = project
        self.portfolio = project.portfolio
        self.window = window
        self.counts = counts
        self.asked = asked

    def best(self, actions: int) -> Best | None:
        """Return the best timeline after so many actions at most, None if there is no message."""
        singles = list(filter(None, map(self._tried, self._ways_in())))
        singles.sort(key=lambda one: -one.count)
        shots = self._shots()
        found = [*singles, *filter(None, (self._tried(mailed(one)) for one in shots))]
        best = max(found, key=lambda one: one.count, default=None)
        for attempt in _combined(self, singles[:_WIDEST], shots[:_SHOTS], actions):
            better = self._tried(attempt)
            if better is not None and (best is None or better.count > best.count):
                best = better
        return best

    def _ways_in(self) -> Iterator[Attempt]:
        for chain in self.project.program.chains.values():
            if chain.status == "live":
                for number in range(len(chain.trigger)):
                    yield Attempt((Entrance(chain.id, number),), self._sends({chain.id}))

    def _shots(self) -> list[Mailshot]:
        """Return the broadcasts that one customer may get in the window, the most first."""
        curves = self.portfolio.loads.of(self.asked)
        mailings = [id_ for id_ in curves if id_ in self.project.program.broadcasts]
        whole = Ceiling(_MANY, self.window, "", Located())
        found = mailshots(self.portfolio, whole, mailings)
        return sorted(found, key=lambda one: -len(one.occasions))

    def _sends(self, chains: set[str]) -> tuple[str, ...]:
        """Return the steps that send, all of which are wanted."""
        tracks = self.portfolio.tracks
        return tuple(
            node.path for id_ in sorted(chains) for node in tracks[id_].nodes if node.messages
        )

    def _tried(self, attempt: Attempt) -> Best | None:
        """Enact an attempt again and again, each time for more messages."""
        from crmspec.logic.witness import enact

        whole = replace(attempt, wanted=self._sends({one.chain for one in attempt.entrances}))
        best: Best | None = None
        for _ in range(_RISES):
            least = 1 if best is None else best.count + 1

            def aim(trace: Trace, least: int = least) -> bool:
                return densest(trace, self.window, self.counts) >= least

            witness = enact(self.portfolio, whole.stage(aim))
            if witness is None:
                break
            best = Best(densest(witness.trace, self.window, self.counts), attempt, witness)
        return best


def _combined(
    search: Search, singles: list[Best], shots: list[Mailshot], actions: int
) -> Iterator[Attempt]:
    """Yield groups of ways in, with broadcasts and without, so that all messages come together."""
    left = _TRIES * (2 if shots else 1)
    for size in range(min(actions, len(singles)), 0, -1):
        for group in combinations(singles, size):
            made = [_beside(shot, group) for shot in shots]
            made += [_aligned(group)] if size > 1 else []
            made += _in_turn(search.portfolio, group, search.window)
            yield from made[:left]
            left -= len(made)
            if left <= 0:
                return


def _aligned(group: tuple[Best, ...]) -> Attempt:
    """Let the first messages of all fall into one minute."""
    firsts = [_first(one.witness) for one in group]
    latest = max(firsts)
    moved = [
        replace(one.attempt.entrances[0], at=latest - first)
        for one, first in zip(group, firsts, strict=True)
    ]
    ordered = sorted(moved, key=lambda entrance: (entrance.at, entrance.chain))
    return Attempt(tuple(ordered), ())


def _in_turn(portfolio: Portfolio, group: tuple[Best, ...], window: int) -> list[Attempt]:
    """Let each of the chains of an exclusive group begin as soon as the one before lets it in."""
    made = []
    for ordered in permutations(group) if 1 < len(group) <= _TURNS else ():
        entrances = [one.attempt.entrances[0] for one in ordered]
        at = 0
        for number, (one, other) in enumerate(pairwise(ordered), 1):
            chains = (one.attempt.entrances[0].chain, other.attempt.entrances[0].chain)
            wait = takeover.after(portfolio, *chains, _last(one.witness, window))
            if wait is None:
                break
            at += wait
            entrances[number] = replace(entrances[number], at=at)
        else:
            made.append(Attempt(tuple(entrances), ()))
    return made


def _last(witness: Witness, window: int) -> int:
    """Return the minutes from the start to the last message in the window of the first."""
    start, first = witness.scenario.start, _first(witness)
    times = [one.moment - start for one in witness.trace.sends()]
    return max((at for at in times if at < first + window), default=0)


def _beside(shot: Mailshot, group: tuple[Best, ...]) -> Attempt:
    """Let the first messages of all come with the first of some broadcasts."""
    start = shot.occasions[0].moment - max(_first(one.witness) for one in group)
    return replace(_aligned(group), occasions=shot.occasions, starts=(start,), zone=shot.zone)


def _first(witness: Witness) -> int:
    """Return the minutes from the start to the first message."""
    sends = witness.trace.sends()
    return sends[0].moment - witness.scenario.start if sends else 0
