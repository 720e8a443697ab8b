"""How many messages can one customer get within a while, after a few actions, and how?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

from crmspec.diagnostics import amount, text
from crmspec.logic.bound import bound
from crmspec.logic.length import duration

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crmspec.api.question.answer import Answer, Project
    from crmspec.diagnostics import Text
    from crmspec.logic.witness import Entrance, Witness
    from crmspec.semantics.trace import Entry, Trace

DAY = 24 * 60
_WIDEST = 8
"""Chains that are combined: those that send most by themselves."""
_RISES = 8
"""How often one group of entrances is tried for more messages."""
_TRIES = 24
"""Timelines that are tried at most."""


@dataclass(frozen=True)
class Best:
    """The timeline with the most messages so far, and what starts it."""

    count: int
    entrances: tuple[Entrance, ...]
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
    counts = _counter(project, channel, limit)
    best = _search(project, window, actions, counts)
    if best is None:
        return project.open(text("no timeline with a message was found"))
    words = text(
        "{messages} within {window} (at most {actions})",
        messages=amount("{count} message", "{count} messages", best.count),
        window=duration(_length(window)),
        actions=amount("{count} action", "{count} actions", actions),
    )
    most = bound(
        project.portfolio, project.portfolio.loads.of(_Asked(project, channel, limit)), window
    )
    return project.shown(words, best.witness, *_proved(best.count, most))


def _proved(count: int, most: int | None) -> Iterator[Text]:
    """Say how many messages there can never be more of, whatever customers do."""
    if most == count:
        yield text("more is impossible, whatever customers do")
    elif most is not None:
        yield text(
            "never more than {messages}, whatever customers do",
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


def _search(
    project: Project, window: int, actions: int, counts: Callable[[Entry], bool]
) -> Best | None:
    """Try each way into a chain alone, then the best of them together."""
    from crmspec.logic.witness import Entrance

    singles: list[Best] = []
    for chain in project.program.chains.values():
        if chain.status != "live":
            continue
        for number in range(len(chain.trigger)):
            found = _tried(project, (Entrance(chain.id, number, 0),), window, counts)
            if found is not None and found.count:
                singles.append(found)
    singles.sort(key=lambda one: -one.count)
    best = singles[0] if singles else None
    for entrances in _combined(singles[:_WIDEST], actions):
        found = _tried(project, entrances, window, counts)
        if found is not None and best is not None and found.count > best.count:
            best = found
    return best


def _combined(singles: list[Best], actions: int) -> Iterator[tuple[Entrance, ...]]:
    """Yield groups of entrances, aligned so that their first messages come together."""
    tries = 0
    for size in range(min(actions, len(singles)), 1, -1):
        for group in combinations(singles, size):
            tries += 1
            if tries > _TRIES:
                return
            yield _aligned(group)


def _aligned(group: tuple[Best, ...]) -> tuple[Entrance, ...]:
    firsts = [_first(one.witness) for one in group]
    latest = max(firsts)
    moved = [
        replace(one.entrances[0], at=latest - first)
        for one, first in zip(group, firsts, strict=True)
    ]
    earliest = min(entrance.at for entrance in moved)
    ordered = sorted(moved, key=lambda entrance: (entrance.at, entrance.chain))
    return tuple(replace(entrance, at=entrance.at - earliest) for entrance in ordered)


def _first(witness: Witness) -> int:
    """Return the minutes from the start to the first message."""
    sends = witness.trace.sends()
    return sends[0].moment - witness.scenario.start if sends else 0


def _tried(
    project: Project,
    entrances: tuple[Entrance, ...],
    window: int,
    counts: Callable[[Entry], bool],
) -> Best | None:
    """Enact entrances again and again, each time for more messages."""
    from crmspec.logic.witness import Stage, enact

    wanted = _sends(project, {entrance.chain for entrance in entrances})
    best: Best | None = None
    for _ in range(_RISES):
        least = 1 if best is None else best.count + 1

        def aim(trace: Trace, least: int = least) -> bool:
            return densest(trace, window, counts) >= least

        witness = enact(project.portfolio, Stage(entrances, aim, wanted))
        if witness is None:
            break
        best = Best(densest(witness.trace, window, counts), entrances, witness)
    return best


def _sends(project: Project, chains: set[str]) -> tuple[str, ...]:
    """Return the steps that send, all of which are wanted."""
    tracks = project.portfolio.tracks
    return tuple(node.path for id_ in sorted(chains) for node in tracks[id_].nodes if node.messages)
