"""Facts about one chain or broadcast that several maps show, each as a cell."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from crmspec.ir import condition as c
from crmspec.ir.chain import Chain
from crmspec.render.frequency import caps
from crmspec.render.journey import kind_of
from crmspec.render.table import Item

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir.audience import Broadcast
    from crmspec.ir.chain import QuietHours
    from crmspec.ir.channel import Channel
    from crmspec.render.cadence import Cadence, Moment
    from crmspec.render.view import View

Cell = tuple[Item, ...]


class Scenario:
    """A chain or a broadcast as a row of a map."""

    def __init__(self, it: Chain | Broadcast, view: View) -> None:
        self.it = it
        self.view = view
        self.kind = kind_of(it)
        self.say = view.vocabulary.say

    def about(self) -> Item:
        """Return the scenario itself."""
        return self.view.item(self.kind, self.it)

    def who(self) -> Cell:
        """Return the conditions on the audience that admit people, then who is left out."""
        admitted, kept_out = self._admitted(), self._kept_out()
        if not kept_out:
            return admitted or (Item(self.say("everyone")),)
        key = "who.except" if admitted else "who.everyone_except"
        text = self.say(key, them=self.view.words.amount.both(kept_out))
        out: list[object] = [
            item.plain if item.data is None else item.data for item in self.exclusions()
        ]
        return (*admitted, Item(text, data={"text": text, "except": out}))

    def who_words(self) -> str:
        """Return the same in one sentence."""
        admitted, who = len(self._admitted()), [item.text for item in self.who()]
        said = self.view.words.amount.both(who[:admitted])
        return ", ".join(filter(None, [said, *who[admitted:]]))

    def _admitted(self) -> Cell:
        if not isinstance(self.it, Chain):
            return tuple(self.view.ref(ref) for ref in self.it.audience.include)
        admitted = [part for part in _parts(self.it.audience) if not _excluded(part)]
        return tuple(Item(self.view.words.condition(part)) for part in admitted)

    def _kept_out(self) -> list[str]:
        """Return the people who are left out, each group as in `everyone except …`."""
        if not isinstance(self.it, Chain):
            return [self.view.words.ref(ref) for ref in self.it.audience.exclude]
        return [self._them(part) for part in self._exclusions()]

    def _them(self, it: c.Condition) -> str:
        said = self.view.words.condition(it)
        match it:
            case c.InSegment() | c.InList():
                return self.say("them.in", it=said)
            case c.InChain():
                return self.say("them.who", it=said)
            case _:
                return self.say("them.with", it=said)

    def _exclusions(self) -> list[c.Condition]:
        if not isinstance(self.it, Chain):
            return []
        return [found for part in _parts(self.it.audience) for found in _excluded(part)]

    def exclusions(self) -> Cell:
        """Return the conditions under which people are kept out."""
        if not isinstance(self.it, Chain):
            return tuple(self.view.ref(ref) for ref in self.it.audience.exclude)
        return tuple(Item(self.view.words.condition(part)) for part in self._exclusions())

    def trigger(self) -> Cell:
        """Return what starts the scenario."""
        triggers = self.view.triggers
        if isinstance(self.it, Chain):
            return tuple(Item(triggers.say(trigger)) for trigger in self.it.trigger)
        if self.it.repeat:
            rule = triggers.schedule(self.it.repeat)
            return (Item(self.say("on.schedule", rule=rule)),)
        if self.it.at:
            return (Item(self.say("on.day", day=self.view.words.amount.day(self.it.at))),)
        return (Item(self.say("on.manual")),)

    @cached_property
    def channels(self) -> tuple[Channel, ...]:
        """The channels of the scenario's messages in the order of first use."""
        program = self.view.program
        found: dict[str, Channel] = {}
        for id_ in self.view.index.sends(self.kind, self.it):
            message = program.messages.get(id_)
            channel = program.channels.get(message.channel.id) if message else None
            if channel:
                found.setdefault(channel.id, channel)
        return tuple(found.values())

    def chain(self) -> Cell:
        """Return how many messages at which intervals."""
        if not isinstance(self.it, Chain):
            return (Item(self.view.vocabulary.count("message", 1)),)
        rhythm = self.view.cadence(self.it)
        moments = dict.fromkeys(sending.moment._replace(after=None) for sending in rhythm.sendings)
        data: dict[str, object] = {
            "text": self._cadence(rhythm),
            "fewest": rhythm.fewest,
            "most": rhythm.most,
            "possible": len(rhythm.sendings),
            "after": [{"minutes": m.minutes, "exact": m.exact} for m in moments],
        }
        return (Item(str(data["text"]), data=data),)

    def _cadence(self, rhythm: Cadence) -> str:
        """Say how many messages when; more moments than messages are told as possible ones."""
        if not rhythm.most:
            return self.say("cadence.none")
        vocabulary = self.view.vocabulary
        count = vocabulary.count("message", rhythm.most)
        if rhythm.fewest < rhythm.most:
            count = vocabulary.count("up_to_messages", rhythm.most)
            count = self.say("cadence.up_to", count=count)
        moments = (sending.moment for sending in rhythm.sendings)
        said = list(dict.fromkeys(moment_words(moment, self.view) for moment in moments))
        if len(said) > rhythm.most:
            possible = vocabulary.count("possible", len(rhythm.sendings))
            count = self.say("cadence.of_possible", count=count, possible=possible)
        return self.say("cadence", count=count, moments=", ".join(said))

    def goal(self) -> Cell:
        """Return what the scenario is for."""
        if isinstance(self.it, Chain):
            within = [(goal, goal.within) for goal in self.it.goal]
            spells = [self.view.words.amount.duration(d) if d else "" for _, d in within]
            notes = [self.say("goal.within", d=spell).strip() if spell else "" for spell in spells]
            refs = zip(self.it.goal, notes, strict=True)
            return tuple(self.view.ref(goal.goal, note) for goal, note in refs)
        return (self.view.ref(self.it.goal),) if self.it.goal else ()

    def metric(self) -> Cell:
        """Return the figures to watch."""
        metrics = self.it.metrics if isinstance(self.it, Chain) else ()
        return tuple(Item(self.view.triggers.metric(metric)) for metric in metrics)

    def caps(self) -> Cell:
        """Return the frequency rules that hold for the scenario's messages."""
        return caps(self.it, self.view)

    def quiet_hours(self) -> Cell:
        """Return when nothing is sent: own or the project's hours, and the channels'."""
        triggers = self.view.triggers
        own = self._own_quiet_hours()
        said = [Item(triggers.quiet_hours(own))] if own else []
        for channel in self.channels:
            if channel.quiet_hours:
                hours = triggers.quiet_hours(channel.quiet_hours)
                named = self.view.words.name(channel)
                said.append(Item(self.say("quiet.channel", channel=named, hours=hours)))
        return tuple(said)

    def _own_quiet_hours(self) -> QuietHours | None:
        defaults = self.view.program.project.defaults
        shared = defaults.chain.quiet_hours if defaults and defaults.chain else None
        return (self.it.quiet_hours or shared) if isinstance(self.it, Chain) else None

    def exits(self) -> Cell:
        """Return why people leave early."""
        if not isinstance(self.it, Chain):
            return ()
        said = [self.view.triggers.exit(exit_) for exit_ in self.it.exit]
        goals = [goal for goal in self.it.goal if goal.exits]
        said += [self.say("exit.goal", goal=self.view.words.ref(goal.goal)) for goal in goals]
        return tuple(Item(text) for text in said)

    def reentry(self) -> Cell:
        """Return whether people may come again."""
        if not isinstance(self.it, Chain):
            return ()
        return (Item(self.view.triggers.reentry(self.it.reentry)),)

    def limits(self) -> Cell:
        """Return the other limits: group, control share, rate, period, resend."""
        limits = (
            self._chain_limits(self.it) if isinstance(self.it, Chain) else self._resend(self.it)
        )
        return tuple(Item(text) for text in limits)

    def _chain_limits(self, chain: Chain) -> Iterator[str]:
        for group in self._groups(chain):
            yield self.say("limit.exclusive", group=group)
        if chain.holdout:
            share = self.view.words.amount.percent(chain.holdout.percent)
            yield self.say("limit.holdout", percent=share)
        if chain.rate_limit:
            yield self.say("limit.rate", rate=self.view.words.amount.rate(chain.rate_limit))
        if chain.running:
            period = self.view.words.leaves.period(chain.running.from_, chain.running.to)
            yield self.say("limit.running", period=period)

    def _groups(self, chain: Chain) -> Iterator[str]:
        """Yield the groups of which a customer is in one chain at a time."""
        if chain.exclusive and chain.exclusive.id not in self.view.program.exclusive:
            yield chain.exclusive.id
        for group in self.view.program.exclusive.values():
            if groups(chain, group.id) or chain.id in {ref.id for ref in group.chains}:
                yield self.view.words.name(group)

    def _resend(self, broadcast: Broadcast) -> Iterator[str]:
        again = broadcast.resend
        if again:
            to = (
                self.view.words.condition(again.to)
                if again.to is not None
                else self.say("everyone")
            )
            yield self.say("limit.resend", d=self.view.words.amount.duration(again.after), to=to)
        if broadcast.throttle:
            yield self.say("limit.rate", rate=self.view.words.amount.rate(broadcast.throttle))


def groups(chain: Chain, group: str) -> bool:
    """Say whether a chain names a group as the one it belongs to."""
    return chain.exclusive is not None and chain.exclusive.id == group


def moment_words(moment: Moment, view: View) -> str:
    """Return a moment since entry in words."""
    say = view.vocabulary.say
    if moment.after is not None:
        return say("cadence.after_wait", wait=view.steps.wait(moment.after))
    if not (moment.months or moment.seconds):
        return say("cadence.at_once" if moment.exact else "cadence.after_event")
    key = "cadence.after" if moment.exact else "cadence.not_before"
    return say(key, d=view.words.amount.brief(moment.months, moment.seconds))


def _parts(audience: c.Condition | None) -> tuple[c.Condition, ...]:
    """Return the conditions of an audience that must all hold."""
    if audience is None:
        return ()
    return audience.all if isinstance(audience, c.All) else (audience,)


def _excluded(it: c.Condition) -> tuple[c.Condition, ...]:
    """Return the conditions under which a negative condition keeps people out."""
    match it:
        case c.Not():
            return (it.not_,)
        case c.Nothing():
            return it.none
        case c.EventMissing():
            return (_happened(it),)
        case c.InChain(is_=False):
            return (msgspec.structs.replace(it, is_=True),)
        case _:
            return ()


def _happened(it: c.EventMissing) -> c.EventHappened:
    return c.EventHappened(
        event=it.not_event,
        where=it.where,
        within=it.within,
        between_ago=it.between_ago,
        since=it.since,
    )
