"""What a frequency rule counts, as conditions about what the customer was sent (8.12, 8.17)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from crmspec.diagnostics import Text, text
from crmspec.ir import Ref, walk
from crmspec.ir.action import AudienceChange
from crmspec.ir.condition import (
    All,
    ChannelReaction,
    EventHappened,
    EventMissing,
    MessageReaction,
    Tagged,
)
from crmspec.ir.step import SendChoice
from crmspec.ir.value import Test
from crmspec.lower.capability import Support
from crmspec.lower.survey import meant
from crmspec.semantics.scope import Source, over

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir import Program
    from crmspec.ir.audience import Broadcast
    from crmspec.ir.chain import Chain
    from crmspec.ir.condition import Condition
    from crmspec.ir.frequency import Frequency
    from crmspec.ir.place import Place
    from crmspec.ir.value import Duration
    from crmspec.lower.scene import Scene

Leaf = ChannelReaction | MessageReaction


class Counters:
    """The conditions of one target that count what customers were sent."""

    def __init__(self, program: Program, scene: Scene) -> None:
        self._program, self._table = program, scene.capabilities
        self._sources = list(_sources(program))
        self._away = {
            source.message: sender.id
            for source, sender in self._sources
            if not meant(sender, scene.target)
        }

    def refusal(self, rule: Frequency) -> Text | None:
        """Say why a rule cannot be asked, None if it can."""
        if rule.after is not None and self._silence() is None:
            return text("no condition asks for the event that makes it pause")
        if not rule.limits and rule.min_gap is None:
            return None
        counted = self._counted(rule)
        return counted if isinstance(counted, Text) else self._uncounted(rule, counted)

    def _uncounted(self, rule: Frequency, counted: frozenset[str]) -> Text | None:
        if rule.limits and rule.window == "calendar":
            return text("no condition counts since the start of a day (`window: calendar`)")
        numbers = [one.max for one in rule.limits] or [1]
        if min(numbers) < 1:
            return text("it lets nothing through")
        if self._leaves(rule, counted, max(numbers)) is None:
            return text("no condition counts just these messages")
        return None

    def cap(self, rule: Frequency) -> Condition:
        """Return when fewer messages than the limits allow were sent (8.12, 8.16, 8.18)."""
        counted, place = self._counted(rule), rule.place
        asked = [(one.max, one.per) for one in rule.limits]
        asked += [] if rule.min_gap is None else [(1, rule.min_gap)]
        parts = tuple(
            _fewer(leaf, most, per)
            for most, per in asked
            for leaf in self._leaves(rule, counted, most) or ()  # type: ignore[arg-type]
        )
        return parts[0] if len(parts) == 1 else All(all=parts, place=place)

    def pause(self, rule: Frequency) -> Condition:
        """Return when the event that makes a rule pause is long enough ago (8.11)."""
        after, place = rule.after, rule.place
        assert after is not None  # noqa: S101 - a rule that pauses has one
        if self._silence() == "not_event":
            return EventMissing(
                not_event=after.event, where=after.where, within=rule.for_, place=place
            )
        none = (Test(operator="eq", operand=0, place=place),)
        return EventHappened(
            event=after.event, count=none, where=after.where, within=rule.for_, place=place
        )

    def _silence(self) -> str | None:
        return next((one for one in ("not_event", "event") if self._has(one)), None)

    def _has(self, condition: str) -> bool:
        row = self._table.row("condition", condition)
        return row.support in {Support.NATIVE, Support.DEVIATES}

    def _counted(self, rule: Frequency) -> frozenset[str] | Text:
        """Return the messages that a rule counts, whoever sends them; else why there are none."""
        counts: dict[str, set[bool]] = {}
        for source, _ in self._sources:
            found = rule.id in over(self._program, source).counted
            counts.setdefault(source.message, set()).add(found)
        for message, answers in counts.items():
            if answers == {True, False}:
                return text("it counts `{message}` of some chains only", message=message)
            if answers == {True} and message in self._away:
                who = self._away[message]
                return text("`{who}`, which it counts, is meant for other targets", who=who)
        return frozenset(message for message, answers in counts.items() if answers == {True})

    def _leaves(self, rule: Frequency, counted: frozenset[str], most: int) -> list[Leaf] | None:
        """Return conditions that count some messages; several only where none may be there."""
        known = sorted(self._known(rule.place), key=lambda one: not _names(rule, one.kind))
        exact = next((one for one in known if one.messages == counted), None)
        if exact is not None:
            return [exact.leaf]
        parts, rest = [], set(counted)
        for one in known:
            if one.messages <= counted and one.messages & rest:
                parts.append(one.leaf)
                rest -= one.messages
        return None if rest or most > 1 else parts

    def _known(self, place: Place) -> Iterator[Counted]:
        """Yield what the target can count, widest first."""
        every = sorted({source.message for source, _ in self._sources})
        messages = [self._program.messages[one] for one in every]
        exact = self._table.row("condition", "message").support is Support.NATIVE
        if exact:
            yield Counted("", MessageReaction(message=None, place=place), frozenset(every))
        for channel in self._program.channels if self._has("channel") else ():
            ref = Ref(kind="channel", id=channel, place=place)
            found = frozenset(one.id for one in messages if one.channel.id == channel)
            yield Counted("channels", ChannelReaction(channel=ref, place=place), found)
        for tag in self._program.tags if exact else ():
            named = Tagged(tag=Ref(kind="tag", id=tag, place=place), place=place)
            found = frozenset(one.id for one in messages if tag in {t.id for t in one.tags})
            yield Counted("tags", MessageReaction(message=named, place=place), found)
        for message in every if exact else ():
            ref = Ref(kind="message", id=message, place=place)
            leaf = MessageReaction(message=ref, place=place)
            yield Counted("messages", leaf, frozenset({message}))


class Counted(NamedTuple):
    """A condition that counts, the key of a scope that it is like, and the messages it counts."""

    kind: str
    leaf: Leaf
    messages: frozenset[str]


def _names(rule: Frequency, kind: str) -> bool:
    """Say whether a rule itself speaks of channels, tags or messages."""
    return rule.applies_to is not None and bool(getattr(rule.applies_to, kind, ()))


def _fewer(leaf: Leaf, most: int, per: Duration) -> Condition:
    """Return that fewer than so many of these messages were sent in the window."""
    test = (
        Test(operator="eq", operand=False, place=leaf.place)
        if most == 1
        else Test(operator="lt", operand=most, place=leaf.place)
    )
    return replace(leaf, received=(test,), within=per)


def _sources(program: Program) -> Iterator[tuple[Source, Chain | Broadcast]]:
    """Yield what may be sent, by whom, with the chain or broadcast itself."""
    for chain in program.chains.values():
        for node in walk(chain):
            if isinstance(node, (SendChoice, AudienceChange)):
                named = (node.message, *getattr(node, "messages", ()))
                for ref in named:
                    if ref is not None and ref.id in program.messages:
                        yield Source(ref.id, chain.id, None), chain
    for broadcast in program.broadcasts.values():
        if broadcast.message.id in program.messages:
            yield Source(broadcast.message.id, None, broadcast.id), broadcast
