"""Conditions that hold no other conditions, each in one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from crmspec.ir import condition as c
from crmspec.ir import trait as t

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmspec.ir.value import Day, Duration, Ref, Tests
    from crmspec.render.words import Words

_REACTIONS = ("received", "delivered", "opened", "clicked", "replied", "converted")

Leaf = (
    c.AttributeIs
    | c.EventHappened
    | c.EventMissing
    | c.FirstEvent
    | c.LastEvent
    | c.InOrder
    | c.InSegment
    | c.InList
    | c.ConsentIs
    | c.Reachable
    | c.Suppressed
    | c.MessageReaction
    | c.ChannelReaction
    | c.InChain
    | c.InExperiment
    | t.InPlace
    | t.OnDevice
    | t.HasRelated
    | t.RfmIs
    | t.RandomShare
    | c.TriggerProperty
    | c.StepResult
    | t.NowIs
    | c.Raw
)


def chain_state(it: c.InChain, *, turned: bool = False) -> str:
    """Return the phrase for being, or (if `turned`) not being, in a chain."""
    return f"{'in_chain' if it.is_ != turned else 'not_in_chain'}.{it.state}"


class Leaves:
    """One sentence for each kind of leaf condition."""

    def __init__(self, words: Words) -> None:
        self.ref = words.ref
        self.where = words.where
        self.property = words.property
        self.amount = words.amount
        self.vocabulary = words.vocabulary
        self.program = words.program

    def say(self, it: Leaf) -> str:  # noqa: C901, PLR0911, PLR0912 - one line per kind
        """Return a condition in words."""
        say = self.vocabulary.say
        match it:
            case c.AttributeIs():
                return self._attribute(it)
            case c.EventHappened():
                return self._event(it)
            case c.EventMissing():
                return say("if.no_event", event=self.ref(it.not_event)) + self._narrowed(
                    it, it.not_event
                )
            case c.FirstEvent():
                return say("if.first_event", event=self.ref(it.first_event)) + self._when(
                    it, it.first_event
                )
            case c.LastEvent():
                return say("if.last_event", event=self.ref(it.last_event)) + self._when(
                    it, it.last_event
                )
            case c.InOrder():
                return self._sequence(it)
            case c.InSegment():
                return say("if.segment", segment=self.ref(it.segment)) + self._joined(it.joined)
            case c.InList():
                return say("if.list", list=self.ref(it.list)) + self._joined(it.joined)
            case c.ConsentIs():
                return self._consent(it)
            case c.Reachable():
                return say("if.reachable", channel=self.ref(it.reachable))
            case c.Suppressed():
                reason = f" ({say(f'reason.{it.reason}')})" if it.reason else ""
                return say("if.suppressed", channel=self.ref(it.suppressed)) + reason
            case c.MessageReaction():
                return self._message(it)
            case c.ChannelReaction():
                subject = say("if.channel_messages", channel=self.ref(it.channel))
                return self._reactions(subject, it) + self._window(it.within)
            case c.InChain():
                return say(chain_state(it), chain=self.ref(it.in_chain))
            case c.InExperiment():
                experiment = self.ref(it.experiment)
                return say("if.experiment", variant=it.variant.id, experiment=experiment)
            case t.InPlace():
                return self._geo(it.geo)
            case t.OnDevice():
                return self._device(it.device)
            case t.HasRelated():
                return self._related(it)
            case t.RfmIs():
                return self._rfm(it.rfm)
            case t.RandomShare():
                return say("if.random", percent=self.amount.percent(it.random))
            case c.TriggerProperty():
                return say("if.trigger", p=it.trigger.id, tests=self.amount.tests(it.tests))
            case c.StepResult():
                return self.step_result(it)
            case t.NowIs():
                return self._now(it.now)
            case c.Raw():
                return say("if.raw", targets=", ".join(it.raw))
            case _:
                assert_never(it)

    def _attribute(self, it: c.AttributeIs) -> str:
        say, subject = self.vocabulary.say, self.ref(it.attribute)
        declared = self.program.attributes.get(it.attribute.id)
        unit = declared.unit if declared else None
        said = []
        if it.tests:
            tests = self.amount.tests(it.tests, unit)
            said.append(say("if.attribute", attribute=subject, tests=tests))
        if it.anniversary:
            said.append(self._anniversary(subject, it.anniversary))
        if it.has_been:
            tests = self.amount.tests(it.has_been.tests, unit)
            spell = self.amount.duration(it.has_been.for_)
            said.append(say("if.has_been", attribute=subject, tests=tests, d=spell))
        if it.changed:
            said.append(self._changed(subject, it.changed, unit))
        tail = say("if.case") if it.case == "sensitive" else ""
        if it.missing_as is not None:
            tail += say("if.attribute_missing_as", v=self.amount.value(it.missing_as))
        return self.amount.both(said) + tail

    def _anniversary(self, subject: str, it: c.Anniversary) -> str:
        say = self.vocabulary.say
        text = say("if.anniversary", attribute=subject)
        if it.today:
            text += say("if.anniversary_today")
        if it.within_next:
            text += say("if.anniversary_within_next", d=self.amount.duration(it.within_next))
        if it.within_last:
            text += say("if.anniversary_within_last", d=self.amount.duration(it.within_last))
        return text

    def _changed(self, subject: str, it: c.Changed, unit: str | None) -> str:
        text = self.vocabulary.say("if.changed", attribute=subject)
        return text + self.from_to(it.from_, it.to, unit) + self._window(it.within)

    def from_to(self, from_: Tests, to: Tests, unit: str | None = None) -> str:
        """Return ` from … to …` of a change, or nothing."""
        say = self.vocabulary.say
        text = say("if.from", tests=self.amount.tests(from_, unit)) if from_ else ""
        return text + (say("if.to", tests=self.amount.tests(to, unit)) if to else "")

    def _event(self, it: c.EventHappened) -> str:
        say, event = self.vocabulary.say, self.ref(it.event)
        measures = [
            self._aggregate(kind, found, it.event)
            for kind in ("sum", "avg", "min", "max", "distinct")
            if (found := getattr(it, kind)) is not None
        ]
        if it.count:
            measures.insert(0, self.amount.counted(it.count))
        if not measures:
            return say("if.event", event=event) + self._narrowed(it, it.event)
        text = say("if.event_counted", event=event, count=self.amount.both(measures))
        return text + self._narrowed(it, it.event)

    def _aggregate(self, kind: str, it: c.Aggregate, event: Ref) -> str:
        name, unit = self.property(event, it.property.id)
        tests = self.amount.tests(it.tests, None if kind == "distinct" else unit)
        return self.vocabulary.say(f"aggregate.{kind}", p=name, tests=tests)

    def _narrowed(self, it: c.EventHappened | c.EventMissing, event: Ref) -> str:
        """Return the window and the filter of an event."""
        say, text = self.vocabulary.say, self._window(it.within)
        if len(it.between_ago) == 2:  # noqa: PLR2004 - from and to
            near, far = (self.amount.duration(end) for end in it.between_ago)
            text += say("window.between_ago", a=near, b=far)
        return text + self._since(it.since) + self.where(it.where, event)

    def _window(self, within: Duration | None) -> str:
        if within is None:
            return ""
        return self.vocabulary.say("window.within", d=self.amount.duration(within))

    def _since(self, since: str | None) -> str:
        if since is None:
            return ""
        say = self.vocabulary.say
        if since == "chain_start":
            return say("window.since", since=say("since.chain_start"))
        dated = self.amount.date(since)
        if dated != since or not since[:1].isalpha():
            return say("window.since", since=dated)
        return say("window.since", since=say("since.step", step=since))

    def _when(self, it: c.FirstEvent | c.LastEvent, event: Ref) -> str:
        said = []
        for key, length in (("older_than", it.older_than), ("within", it.within)):
            if length:
                said.append(self.vocabulary.say(f"ago.{key}", d=self.amount.duration(length)))
        if it.on_day:
            said.append(self.vocabulary.say("ago.on_day", day=self.amount.day(it.on_day)))
        return (f" {self.amount.both(said)}" if said else "") + self.where(it.where, event)

    def _sequence(self, it: c.InOrder) -> str:
        say = self.vocabulary.say
        items = say("if.sequence_then").join(self.say(item) for item in it.sequence)
        return say("if.sequence", items=items) + self._window(it.within)

    def _joined(self, it: c.Joined | None, family: str = "joined") -> str:
        if it is None:
            return ""
        spans = (("within", it.within), ("older_than", it.older_than))
        return "".join(
            self.vocabulary.say(f"{family}.{key}", d=self.amount.duration(span))
            for key, span in spans
            if span
        )

    def _consent(self, it: c.ConsentIs) -> str:
        say = self.vocabulary.say
        text = say("if.consent", consent=self.ref(it.consent), status=say(f"consent.{it.is_}"))
        if it.topic:
            text += say("if.topic", topic=it.topic.id)
        if it.method:
            text += say("if.consent_method", methods=self.vocabulary.either(it.method))
        return text + self._joined(it.changed, "consent_changed")

    def _message(self, it: c.MessageReaction) -> str:
        say = self.vocabulary.say
        match it.message:
            case None:
                subject = say("if.any_message")
            case c.Tagged():
                subject = say("if.tagged_message", tag=self.ref(it.message.tag))
            case _:
                subject = self.ref(it.message)
        if it.channel:
            subject += say("if.in_channel", channel=self.ref(it.channel))
        text = self._reactions(subject, it)
        if it.link:
            text += say("if.link", link=it.link)
        return text + self._window(it.within) + self._since(it.since)

    def _reactions(self, subject: str, it: c.MessageReaction | c.ChannelReaction) -> str:
        said = [
            self._reaction(kind, tests) for kind in _REACTIONS if (tests := getattr(it, kind, ()))
        ]
        if not said:
            return subject
        return self.vocabulary.say("if.reactions", subject=subject, reactions=", ".join(said))

    def _reaction(self, kind: str, tests: Tests) -> str:
        plain = tests[0].operand if len(tests) == 1 and tests[0].operator == "eq" else None
        if plain is True:
            return self.vocabulary.say(f"reaction.{kind}")
        if plain is False or plain == 0:
            return self.vocabulary.say(f"no_reaction.{kind}")
        return f"{self.vocabulary.say(f'reaction.{kind}')} {self.amount.counted(tests)}"

    def _geo(self, it: t.Geo) -> str:
        say = self.vocabulary.say
        said = [
            say(f"geo.{kind}", v=", ".join(names))
            for kind in ("country", "region", "city", "postal")
            if (names := getattr(it, kind))
        ]
        if it.near:
            point = ", ".join(str(number) for number in it.near)
            circle = say("geo.radius", r=it.radius, v=point) if it.radius else ""
            said.append(circle or say("geo.near", v=point))
        tail = (
            say("geo.of_attribute", attribute=self.ref(it.of_attribute)) if it.of_attribute else ""
        )
        return "; ".join(said) + tail

    def _device(self, it: t.Device) -> str:
        say = self.vocabulary.say
        said = [
            say(f"device.{kind}", tests=self.amount.tests(tests))
            for kind in ("os", "model", "app_version", "browser", "language")
            if (tests := getattr(it, kind))
        ]
        if it.push_enabled is not None:
            said.append(say("device.push_on" if it.push_enabled else "device.push_off"))
        return self.amount.both(said)

    def _related(self, it: t.HasRelated) -> str:
        say, related = self.vocabulary.say, self.ref(it.related)
        if it.count:
            text = say("if.related_counted", object=related, count=self.amount.counted(it.count))
        else:
            text = say("if.related", object=related)
        return (
            text
            + (say("if.label", label=it.label) if it.label else "")
            + self.where(it.where, it.related)
        )

    def _rfm(self, it: t.Rfm) -> str:
        say = self.vocabulary.say
        scores = [
            say(f"rfm.{kind}", v=", ".join(str(score) for score in found))
            for kind in ("recency", "frequency", "monetary")
            if (found := getattr(it, kind))
        ]
        text = say("if.rfm", d=self.amount.duration(it.over), scores="; ".join(scores))
        return text + (say("rfm.best_low") if it.best == "low" else "")

    def step_result(self, it: c.StepResult) -> str:
        """Return what an earlier step came to."""
        said = [self.vocabulary.say(f"outcome.{it.outcome}")] if it.outcome else []
        if it.output or it.tests:
            said.append(f"{it.output or ''} {self.amount.tests(it.tests)}".strip())
        return self.vocabulary.say("if.step", step=it.step.id, result=self.amount.both(said))

    def _now(self, it: t.Now) -> str:
        say, said = self.vocabulary.say, []
        if it.weekday:
            said.append(say("now.weekday", v=self.amount.weekdays(it.weekday)))
        if it.time:
            ends = (it.time.from_.minute, it.time.to.minute)
            start, end = (self.amount.time(minute) for minute in ends)
            said.append(say("now.time", a=start, b=end))
        if it.date:
            said.append(self.period(it.date.from_, it.date.to))
        if it.working_day is not None:
            said.append(say("now.working_day" if it.working_day else "now.day_off"))
        return self.amount.both(said)

    def period(self, start: Day | None, end: Day | None) -> str:
        """Return `from … until …` of dates, either of which may be open."""
        say = self.vocabulary.say
        said: Sequence[str] = [
            say(f"now.{key}", day=self.amount.day(day))
            for key, day in (("from", start), ("to", end))
            if day
        ]
        return " ".join(said)
