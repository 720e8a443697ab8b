"""A stage and who plays on it: the entrances, and the customer that lets messages through."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from msgspec import field

from crmspec.ir.action import AudienceSync
from crmspec.ir.step import Send
from crmspec.ir.walk import walk
from crmspec.semantics.same import Same
from crmspec.semantics.scenario import Customer, Scenario
from crmspec.source.record import Record, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from crmspec.ir.chain import Chain
    from crmspec.ir.message import Message
    from crmspec.ir.program import Program
    from crmspec.ir.value import Plain, Ref
    from crmspec.logic.occasion import Occasion
    from crmspec.logic.wish import Draft
    from crmspec.semantics.scenario import Happening, Moment, Reaction
    from crmspec.semantics.trace import Trace

DAY = 24 * 60
Waits: TypeAlias = tuple[tuple[str, tuple[int, ...]], ...]
"""Random waits by the path of their step: their lengths in minutes, one after another."""


class Entrance(Value, frozen=True):
    """A trigger of a chain, by position, that fires `at` minutes after the first entrance."""

    chain: str
    trigger: int = 0
    at: int = 0


class Stage(Value, frozen=True):
    """What is to be shown: entrances, steps to be reached, and an aim that the trace must meet.

    Moments of the happenings in `before` and `extra` are minutes after the first entrance, which
    those of `before` precede. `start_local` is the preferred local time of the first entrance,
    `start_day` its day after the first Monday, `days` how long the run goes on after the last one
    (None: as long as the chains may last). `occasions` are of broadcasts that the customer gets;
    they only fit the moments `starts` of the first entrance. `zone` is where the customer lives,
    None at the project's home. `waits` are random waits, as a scenario fixes them.
    """

    entrances: tuple[Entrance, ...]
    aim: Callable[[Trace], bool]
    wanted: tuple[str, ...] = ()
    before: tuple[Happening, ...] = ()
    extra: tuple[Happening, ...] = ()
    reactions: tuple[Reaction, ...] = ()
    start_local: str = "09:00"
    start_day: int = 0
    days: int | None = None
    occasions: tuple[Occasion, ...] = ()
    starts: tuple[Moment, ...] = ()
    zone: str | None = None
    waits: Waits = ()

    def is_given(self, scenario: Scenario) -> bool:
        """Say whether what `before` brings about is in a scenario, and nothing there undoes it."""
        last = {(one.kind, one.subject): one.data for one in scenario.happenings}
        return all(last.get((one.kind, one.subject)) == one.data for one in self.before)

    def is_met(self, trace: Trace) -> bool:
        """Say whether a timeline meets the aim and breaks nothing declared of events (3.15)."""
        return self.aim(trace) and not any(one.subject for one in trace.of("trouble"))


class Choices(Record):
    """What chance and the customer decide in one attempt, so far."""

    arms: dict[str, str] = field(default_factory=dict)
    waits: dict[str, tuple[int, ...]] = field(default_factory=dict)
    reactions: list[Reaction] = field(default_factory=list)
    locale: str | None = None


def messages_of(program: Program, chain: Chain) -> Iterator[Message]:
    """Yield the messages that the steps of a chain may send."""
    for id_ in _named(Same(chain)):
        message = program.messages.get(id_)
        if message is not None:
            yield message


@lru_cache(maxsize=4096)
def _named(chain: Same[Chain]) -> tuple[str, ...]:
    nodes = (node for step in chain.it.steps for node in walk(step))
    return tuple(reference.id for node in nodes for reference in _sent(node))


def _sent(node: object) -> tuple[Ref, ...]:
    if isinstance(node, Send):
        one = node.send.message
        return (*(() if one is None else (one,)), *node.send.messages)
    return (node.audience_sync.message,) if isinstance(node, AudienceSync) else ()


def permissions(program: Program, sources: Iterable[str]) -> tuple[dict[str, str], set[str]]:
    """Return the consents, given, and the channels, reachable, that let all messages through."""
    return permissions_of(program, (one for id_ in sources for one in _messages(program, id_)))


def _messages(program: Program, source: str) -> Iterator[Message]:
    """Yield the messages of a chain or broadcast."""
    if source in program.chains:
        yield from messages_of(program, program.chains[source])
    else:
        yield program.messages[program.broadcasts[source].message.id]


def permissions_of(
    program: Program, messages: Iterable[Message]
) -> tuple[dict[str, str], set[str]]:
    """Return the consents and channels that let some messages through."""
    consents: dict[str, str] = {}
    channels: set[str] = set()
    for message in messages:
        channel = program.channels.get(message.channel.id)
        channels.add(message.channel.id)
        consent = message.consent or (channel.consent if channel is not None else None)
        if consent is not None:
            consents[consent.id] = "subscribed"
            if message.topic is not None:
                consents[f"{consent.id}.{message.topic.id}"] = "subscribed"
    return consents, channels


def customer(
    program: Program, draft: Draft, sources: Iterable[str], zone: str | None = None
) -> Customer:
    """Return the customer of a draft, who lets the messages of chains and broadcasts through."""
    consents, channels = permissions(program, sources)
    decided = {key.partition(".")[0] for key in draft.consents}
    consents = {key: one for key, one in consents.items() if key.partition(".")[0] not in decided}
    channels = {id_ for id_ in channels if draft.reachable.get(id_, True)}
    channels.update(id_ for id_, value in draft.reachable.items() if value)
    attributes: dict[str, Plain] = dict(sorted(draft.attributes.items()))
    return Customer(
        id=next(iter(draft.customer), "customer"),
        timezone=zone or program.project.timezone,
        created=min(draft.created, default=None),
        attributes=attributes,
        consents=dict(sorted((consents | draft.consents).items())),
        reachable=frozenset(channels),
        suppressed=draft.suppressed,
        lists=frozenset(id_ for id_, inside in draft.lists.items() if inside),
        segments=draft.segments,
        devices=tuple(draft.devices),
        place=draft.place,
        related=draft.related,
        variants=draft.variants,
    )


def scenario(
    someone: Customer, draft: Draft, choices: Choices, start: Moment, until: Moment
) -> Scenario:
    """Return the scenario of a draft."""
    happenings = sorted(draft.happenings, key=lambda one: one.moment)
    reactions = dict.fromkeys(
        (one.message, one.reaction, one.link) for one in (*choices.reactions, *draft.reactions)
    )
    first: dict[tuple[str, str, str | None], Reaction] = {}
    for one in (*choices.reactions, *draft.reactions):
        first.setdefault((one.message, one.reaction, one.link), one)
    return Scenario(
        customer=someone,
        start=start,
        until=until,
        happenings=tuple(happenings),
        reactions=tuple(first[key] for key in reactions),
        arms=choices.arms,
        waits=choices.waits,
        answers=draft.answers,
        holdouts=True,
    )
