"""How every kind of condition is read: what it asks of which variable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.ir import condition as ir
from crmspec.ir import trait
from crmspec.ir.plain import plain
from crmspec.ir.value import Ref
from crmspec.logic import variable as v
from crmspec.logic.formula import Atom, NotOf, either, every, holds
from crmspec.logic.happened import Happened
from crmspec.logic.value import Subject, aged, canonical, counted, minutes, opaque, tested

if TYPE_CHECKING:
    from collections.abc import Callable

    from crmspec.ir.chain import Chain
    from crmspec.ir.value import Duration, Located, Tests
    from crmspec.logic.formula import Formula
    from crmspec.logic.translate import Translator

_WORKING = ("mon", "tue", "wed", "thu", "fri")
_SCORES = ("recency", "frequency", "monetary")
_REACTIONS = ("received", "delivered", "opened", "clicked", "replied", "converted")


class Reader:
    """Reads the conditions that stand in one place."""

    def __init__(self, translator: Translator, chain: Chain | None, owner: str) -> None:
        self.translator = translator
        self.program = translator.program
        self.chain = chain
        self.owner = owner
        self.in_steps = True

    def read(self, node: Located) -> Formula:
        """Return the formula of a condition."""
        match node:
            case ir.All():
                return every(self.read(part) for part in node.all)
            case ir.Any():
                return either(self.read(part) for part in node.any)
            case ir.Nothing():
                return NotOf(either(self.read(part) for part in node.none))
            case ir.Not():
                return NotOf(self.read(node.not_))
        known = self.translator.known.setdefault(self.owner, {})
        key = (id(node), self.chain.id if self.chain else "", self.in_steps)
        found = known.get(key)
        if found is None:
            found = known[key] = (node, _LEAVES[type(node)](self, node))
        return found[1]

    @property
    def happened(self) -> Happened:
        """Return the reader of conditions about events."""
        return Happened(self.translator.wheres, self.chain.id if self.chain else None)

    def hidden(self, node: Located) -> Formula:
        """Return a condition that is not looked into, known by its text."""
        return holds(v.Opaque(type(node).subject, canonical(plain(node))))  # type: ignore[attr-defined]

    def attribute(self, node: ir.AttributeIs) -> Formula:
        """Read a test of an attribute, computed ones as the aggregate that they are."""
        subject = self.subject(node.attribute.id, sensitive=node.case == "sensitive")
        found = [self._tests(node, subject), *self._histories(node, subject)]
        whole = every(found)
        if node.missing_as is None:
            return whole
        absent = Atom(subject.base, "missing", None)
        return either((absent, whole)) if node.missing_as else every((NotOf(absent), whole))

    def subject(self, id_: str, *, sensitive: bool = False) -> Subject:
        """Return the subject of a test of an attribute."""
        scope = self.chain.id if self.chain is not None else self.owner
        return self.translator.subject(id_, scope)._replace(sensitive=sensitive)

    def _tests(self, node: ir.AttributeIs, subject: Subject) -> Formula:
        declared = self.program.attributes.get(node.attribute.id)
        if declared is not None and declared.computed is not None and node.missing_as is None:
            found = self.happened.computed(declared, node.tests)
            if found is not None:
                return found
        return tested(subject, node.tests)

    def _histories(self, node: ir.AttributeIs, subject: Subject) -> list[Formula]:
        """Return what is asked of the past or the calendar of an attribute."""
        found = []
        if node.anniversary is not None:
            found.append(opaque(subject, "anniversary", _text(node.anniversary)))
        if node.has_been is not None:
            now = tested(subject, node.has_been.tests)
            lasting = v.Opaque("has_been", f"{node.attribute.id} {_text(node.has_been)}")
            found.append(every((now, holds(lasting))))
        if node.changed is not None:
            changed = v.Opaque("changed", f"{node.attribute.id} {_text(node.changed)}")
            found.append(holds(changed))
        return found

    def segment(self, node: ir.InSegment) -> Formula:
        """Read a reference to a segment."""
        inside = self.translator.segment(node.segment.id)
        if node.joined is None:
            return inside
        return every((inside, self._joined("segment", node.segment.id, node.joined)))

    def list(self, node: ir.InList) -> Formula:
        """Read membership in a list."""
        inside = holds(v.InList(node.list.id))
        if node.joined is None:
            return inside
        return every((inside, self._joined("list", node.list.id, node.joined)))

    def _joined(self, kind: str, id_: str, joined: ir.Joined) -> Formula:
        found = []
        for operator, length in (
            ("within_last", joined.within),
            ("older_than", joined.older_than),
        ):
            if length is not None:
                whole = aged(
                    lambda scale: v.JoinedAgo(kind, id_, scale),  # type: ignore[arg-type,return-value]
                    operator,
                    length.months,
                    -(-length.seconds // 60),
                )
                hidden = v.Opaque("joined", f"{kind} {id_} {operator} {length.text}")
                found.append(whole if whole is not None else holds(hidden))
        return every(found)

    def consent(self, node: ir.ConsentIs) -> Formula:
        """Read the state of a consent (semantics 5.25)."""
        topic = node.topic.id if node.topic is not None else None
        wanted = ("subscribed", "opted_in") if node.is_ == "subscribed" else (node.is_,)
        found: list[Formula] = [Atom(v.ConsentStatus(node.consent.id, topic), "in", wanted)]
        name = node.consent.id if topic is None else f"{node.consent.id}.{topic}"
        if node.method:
            found.append(holds(v.Opaque("method", f"{name} {canonical(node.method)}")))
        if node.changed is not None:
            found.append(self._joined("consent", name, node.changed))
        return every(found)

    def reachable(self, node: ir.Reachable) -> Formula:
        """Read whether a channel can be reached."""
        return holds(v.IsReachable(node.reachable.id))

    def suppressed(self, node: ir.Suppressed) -> Formula:
        """Read why a channel refuses the customer."""
        refused = v.SuppressedBy(node.suppressed.id)
        if node.reason is None:
            return NotOf(Atom(refused, "missing", None))
        return Atom(refused, "eq", node.reason)

    def message(self, node: ir.MessageReaction) -> Formula:
        """Read reactions to a message, to all of a tag, or to any."""
        match node.message:
            case None:
                target = ""
            case ir.Tagged():
                target = f"tag:{node.message.tag.id}"
            case _:
                target = f"message:{node.message.id}"
        channel = node.channel.id if node.channel is not None else None
        since = self.happened.since(node.since)
        own = isinstance(node.message, Ref) and self._sends(node.message.id)
        if own and self.chain is not None and node.within is None and node.since is None:
            since = f"{self.chain.id}.passage"
        return self._reactions(node, v.ReactionCount(target, channel, "", node.link, since=since))

    def _sends(self, message: str) -> bool:
        if self.chain is None or not self.in_steps:
            return False
        return message in self.translator.sends(self.chain)

    def channel(self, node: ir.ChannelReaction) -> Formula:
        """Read reactions to all messages of a channel."""
        return self._reactions(node, v.ReactionCount("", node.channel.id, ""))

    def _reactions(
        self, node: ir.MessageReaction | ir.ChannelReaction, base: v.ReactionCount
    ) -> Formula:
        within = node.within
        found = []
        for reaction in _REACTIONS:
            tests: Tests = getattr(node, reaction, ())
            if tests:
                one = v.ReactionCount(
                    base.target,
                    base.channel,
                    reaction,
                    base.link if reaction == "clicked" else None,
                    _minutes(within),
                    base.since,
                    within.months if within is not None else 0,
                )
                found.append(counted(one, tests))
        return every(found)

    def in_chain(self, node: ir.InChain) -> Formula:
        """Read whether the customer is or was in a chain."""
        found = holds(v.InChainState(node.in_chain.id, node.state))
        return found if node.is_ else NotOf(found)

    def experiment(self, node: ir.InExperiment) -> Formula:
        """Read the variant of an experiment."""
        return Atom(v.Variant(node.experiment.id), "eq", node.variant.id)

    def geo(self, node: trait.InPlace) -> Formula:
        """Read where the customer is (semantics 5.34)."""
        geo = node.geo
        of = geo.of_attribute.id if geo.of_attribute is not None else None
        found: list[Formula] = [
            Atom(v.GeoIs(field, of), "in", tuple(getattr(geo, field)))
            for field in ("country", "region", "city", "postal")
            if getattr(geo, field)
        ]
        place = self.program.attributes.get(of) if of is not None else None
        if place is not None and place.directory is not None:
            return self.hidden(node)
        if geo.near:
            circle = canonical([geo.near, geo.radius, of])
            found.append(holds(v.Opaque("geo", circle)))
        return every(found)

    def device(self, node: trait.OnDevice) -> Formula:
        """Read whether a device meets tests."""
        where = self.translator.wheres.device(node.device)
        return holds(v.DeviceIs(where))

    def related(self, node: trait.HasRelated) -> Formula:
        """Read how many related objects meet tests."""
        where = self.translator.wheres.keep("object", node.related.id, node.where)
        count = v.RelatedCount(node.related.id, where)
        return counted(count, node.count) if node.count else Atom(count, "gte", 1)

    def rfm(self, node: trait.RfmIs) -> Formula:
        """Read a cell of RFM scores (semantics 5.37)."""
        rfm = node.rfm
        event = rfm.event.id if rfm.event is not None else None
        value = rfm.value.id if rfm.value is not None else None
        way = canonical([event, value, rfm.over.text, rfm.scale, rfm.best])
        found: list[Formula] = []
        for score in _SCORES:
            cell = v.RfmCell(way, score, event, _minutes(rfm.over) or 0, rfm.over.months)
            wanted = getattr(rfm, score)
            is_scored = NotOf(Atom(cell, "missing", None))
            found.append(Atom(cell, "in", tuple(wanted)) if wanted else is_scored)
        return every(found)

    def random(self, node: trait.RandomShare) -> Formula:
        """Read a share of buckets (semantics 5.38)."""
        salt = node.salt or self.owner
        return Atom(v.Bucket(salt), "lt", node.random.value * 100)

    def trigger(self, node: ir.TriggerProperty) -> Formula:
        """Read a property of the event that started the passage."""
        chain = self.chain.id if self.chain is not None else ""
        subject = self.translator.wheres.trigger(self.chain, chain, node.trigger.id)
        return self.translator.wheres.read(subject, node.trigger.id, node.tests)

    def step(self, node: ir.StepResult) -> Formula:
        """Read what an earlier step came to (semantics 5.40)."""
        chain = self.chain.id if self.chain is not None else ""
        outcome = v.StepResult(chain, node.step.id)
        found: list[Formula] = []
        if node.outcome is not None:
            found.append(Atom(outcome, "eq", node.outcome))
        if node.output is not None:
            output = Subject(v.StepResult(chain, node.step.id, node.output), None)
            found += [
                NotOf(Atom(outcome, "missing", None)),
                self.translator.wheres.read(output, node.output, node.tests),
            ]
        return every(found)

    def now(self, node: trait.NowIs) -> Formula:
        """Read a test of the local time (semantics 5.41)."""
        now = node.now
        found: list[Formula] = []
        weekday = v.LocalTime("weekday")
        if now.weekday:
            found.append(Atom(weekday, "in", tuple(now.weekday)))
        if now.working_day is not None:
            working: Formula = Atom(weekday, "in", _WORKING)
            if self.program.project.region is not None:
                # Holidays are no working days, whatever the weekday (semantics 5.43).
                working = holds(v.Opaque("now", "working_day"))
            found.append(working if now.working_day else NotOf(working))
        if now.time is not None:
            found.append(_period(now.time))
        if now.date is not None:
            found.append(_dates(now.date))
        return every(found)

    def sequence(self, node: ir.InOrder) -> Formula:
        """Read a sequence: each of its events happened, and then something more is asked."""
        happened = self.happened
        parts = [
            happened.once(item.event.id, item.where, node.within)
            for item in node.sequence
            if isinstance(item, ir.EventHappened)
        ]
        return every((*parts, self.hidden(node)))


def _text(node: Located) -> str:
    return canonical(plain(node))


def _minutes(length: Duration | None) -> int | None:
    return None if length is None else -(-(length.months * 2_592_000 + length.seconds) // 60)


def _period(window: trait.TimeWindow) -> Formula:
    time, first, last = v.LocalTime("time"), window.from_.minute, window.to.minute
    from_, to = Atom(time, "gte", first), Atom(time, "lt", last)
    # A period that does not end after it begins ends on the next day (semantics 2.9).
    return every((from_, to)) if last > first else either((from_, to))


def _dates(window: trait.DayWindow) -> Formula:
    today = v.LocalTime("date")
    found: list[Formula] = []
    if window.from_ is not None:
        found.append(Atom(today, "gte", _day(window.from_.iso)))
    if window.to is not None:
        found.append(Atom(today, "lt", _day(window.to.iso) + 1440))
    return every(found)


def _day(iso: str) -> int:
    return minutes(iso) or 0


_LEAVES: dict[type[Located], Callable[..., Formula]] = {
    ir.AttributeIs: Reader.attribute,
    ir.EventHappened: lambda reader, node: reader.happened.event(node),
    ir.EventMissing: lambda reader, node: reader.happened.missing(node),
    ir.FirstEvent: lambda reader, node: reader.happened.first(node),
    ir.LastEvent: lambda reader, node: reader.happened.last(node),
    ir.InOrder: Reader.sequence,
    ir.InSegment: Reader.segment,
    ir.InList: Reader.list,
    ir.ConsentIs: Reader.consent,
    ir.Reachable: Reader.reachable,
    ir.Suppressed: Reader.suppressed,
    ir.MessageReaction: Reader.message,
    ir.ChannelReaction: Reader.channel,
    ir.InChain: Reader.in_chain,
    ir.InExperiment: Reader.experiment,
    trait.InPlace: Reader.geo,
    trait.OnDevice: Reader.device,
    trait.HasRelated: Reader.related,
    trait.RfmIs: Reader.rfm,
    trait.RandomShare: Reader.random,
    ir.TriggerProperty: Reader.trigger,
    ir.StepResult: Reader.step,
    trait.NowIs: Reader.now,
    ir.Raw: Reader.hidden,
}
