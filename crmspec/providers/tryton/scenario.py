"""Chains as scenarios: a domain that finds customers, and a tree of activities.

An activity waits its `delay`, asks its `condition`, acts, and then its children begin. So waits go
into the next activity, and a choice becomes activities side by side; one of their conditions holds.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from crmspec.diagnostics import text
from crmspec.ir import walk
from crmspec.ir.action import Step
from crmspec.ir.chain import Chain
from crmspec.ir.condition import All, AttributeIs, InSegment, MessageReaction, Nothing
from crmspec.ir.step import Branch, Leave, Note, Send, Switch, Wait, WaitFor
from crmspec.ir.trigger import SegmentTrigger
from crmspec.ir.value import Ref, Test
from crmspec.providers.rest import Encoded, Untold
from crmspec.providers.tryton.condition import Conditions
from crmspec.providers.tryton.domain import Domain, clause
from crmspec.providers.tryton.letter import Letters
from crmspec.providers.tryton.pyson import Pyson

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmspec.engine.body import Body
    from crmspec.ir.condition import Condition
    from crmspec.ir.step import Steps
    from crmspec.ir.value import Resource
    from crmspec.lower.outcome import Key
    from crmspec.providers.rest import Brief

MODEL = "party.party"
"""Whom scenarios are about."""
EVENTS = {"opened": "email_opened", "clicked": "email_clicked"}
_REFUSED = ("received", "delivered", "replied", "converted", "link", "within", "since", "channel")


class Way(NamedTuple):
    """What lies between an activity and the next: the time, and what the customer must do.

    `first` is the way in, where Tryton asks conditions twice; `sent` the message just sent.
    """

    seconds: int = 0
    event: str = ""
    negative: bool = False
    first: bool = False
    sent: str | None = None

    def words(self) -> Body:
        """Return it as fields of the next activity."""
        made: Body = {"delay": self.seconds} if self.seconds else {}
        if self.event:
            made["event"] = self.event
        return made | ({"negative": True} if self.negative else {})


def encode_chain(brief: Brief, key: Key, node: Resource, dropped: frozenset[int]) -> Encoded:
    """Return a scenario; see `providers.rest.Encoder`."""
    assert isinstance(node, Chain)  # noqa: S101 - encoders are by kind
    work = _Scenario(brief, Untold(key), node, dropped)
    return Encoded(work.body(), tuple(work.untold.gaps))


class _Scenario:
    """One scenario in the making."""

    def __init__(self, brief: Brief, untold: Untold, chain: Chain, dropped: frozenset[int]) -> None:
        self.untold = untold
        self._brief, self._chain, self._dropped = brief, chain, dropped
        self._letters = Letters(brief, untold)
        self._asked = Conditions(brief, untold, Pyson())
        self._taken = Counter({one.id for one in walk(chain) if isinstance(one, Step)} - {None})

    def body(self) -> Body:
        """Return the scenario."""
        self._reentry()
        return {
            "model": MODEL,
            "domain": clause(self._domain()),
            "unsubscribable": self._sells(),
            "activities": self._list(self._chain.steps, Way(first=True)),
        }

    def _reentry(self) -> None:
        again = self._chain.reentry
        if again is not None and (again.mode != "never" or again.limit is not None):
            said = text("in Tryton a customer comes into a scenario once, for ever")
            self.untold.lack("policy", "reentry", self._chain, said)

    def _domain(self) -> object:
        """Return whom the scenario takes in: who is in the segment, and in the audience."""
        chain, domain = self._chain, Domain()
        asked = Conditions(self._brief, self.untold, domain)
        found: list[object] = []
        for trigger in chain.trigger:
            if not isinstance(trigger, SegmentTrigger):
                continue  # the table says that Tryton has none
            if trigger.transition != "entered" or trigger.volume_limit:
                said = text("Tryton takes in all who are in the segment, whenever it looks")
                self.untold.lack("trigger", "segment", trigger, said)
            elif not trigger.backfill:
                said = text(
                    "Tryton takes in who is in the segment already, as `backfill: true` does"
                    " (semantics 6.5)"
                )
                self.untold.otherwise("trigger", "segment", trigger, said)
            leaf = InSegment(segment=trigger.segment, place=trigger.place)
            found.append(asked.said(leaf))
        every = [domain.some(found)]
        if chain.audience is not None:
            every.append(asked.said(chain.audience))
        return domain.every(every)

    def _sells(self) -> bool:
        """Say whether who unsubscribes is to stay out of the scenario for good."""
        sends = [one.send.message for one in walk(self._chain) if isinstance(one, Send)]
        messages = self._brief.written.messages
        return any(messages[one.id].category == "marketing" for one in sends if one is not None)

    # -- the tree -----------------------------------------------------------------------------

    def _list(self, steps: Steps, way: Way) -> list[Body]:
        """Return the activities that begin where steps begin."""
        for number, step in enumerate(steps):
            rest = steps[number + 1 :]
            if isinstance(step, Leave):
                return []
            if id(step) in self._dropped or isinstance(step, Note):
                continue
            match step:
                case Wait() if way.event:  # each further click would begin the time anew
                    name, after = self._name(step), self._list(steps[number:], Way())
                    return [self._activity(name, way, {}, after)] if after else []
                case Wait():
                    way = way._replace(seconds=way.seconds + self._length(step))
                case Send():
                    return [self._send(step, way, rest)]
                case Branch() | Switch():
                    return self._fork(step, way, rest)
                case WaitFor():
                    return self._race(step, way, rest)
        return []

    def _length(self, step: Wait) -> int:
        return 0 if step.wait.for_ is None else step.wait.for_.seconds

    def _name(self, step: Step) -> str:
        """Return the id of a step, or else its message or what it is, and which one of these."""
        if step.id is not None:
            return step.id
        name = _subject(step)
        self._taken[name] += 1
        return name if self._taken[name] == 1 else f"{name}_{self._taken[name]}"

    def _activity(self, name: str, way: Way, more: Body, children: list[Body]) -> Body:
        made: Body = {"name": name, **way.words(), **more}
        return made | ({"children": _sorted(children)} if children else {})

    def _send(self, step: Send, way: Way, rest: Steps) -> Body:
        name, ref = self._name(step), step.send.message
        if ref is None:
            said = text("Tryton chooses no message")
            self.untold.lack("policy", "choice", step, said, at="send")
            return self._activity(name, way, {}, self._list(rest, Way()))
        fields = self._letters.fields(self._brief.written.messages[ref.id])
        return self._activity(name, way, fields, self._list(rest, Way(sent=ref.id)))

    def _fork(self, step: Branch | Switch, way: Way, rest: Steps) -> list[Body]:
        """Return a choice; its conditions are asked when the time has come, and only then.

        What follows it is done in the ways that do not leave, which is one at most.
        """
        name, arms = self._name(step), self._arms(step, rest)
        if way.first or way.event:
            made = self._sides(name, arms, Way())
            return [self._activity(name, way, {}, made)] if made else []
        return self._sides(name, arms, way._replace(sent=None))

    def _sides(self, name: str, arms: list[tuple[object, Steps]], way: Way) -> list[Body]:
        found = [self._side(f"{name}.{n}", *arm, way) for n, arm in enumerate(arms, 1)]
        return _sorted([one for one in found if one is not None])

    def _side(self, name: str, asked: object, steps: Steps, way: Way) -> Body | None:
        """Return one way of a choice, None if nothing happens in it."""
        if asked is False:
            return None
        said: Body = {} if asked is True else {"condition": asked}
        first = next((one for one in steps if not isinstance(one, Note)), None)
        if isinstance(first, Send) and id(first) not in self._dropped:
            (made,) = self._list(steps, way)
            return made | said
        children = self._list(steps, Way())
        return self._activity(name, way, said, children) if children else None

    def _arms(self, step: Branch | Switch, rest: Steps) -> list[tuple[object, Steps]]:
        """Return conditions of which exactly one holds, and what is done then."""
        if isinstance(step, Switch):
            pairs, otherwise = self._cases(step), step.switch.default
        else:
            pairs = [(one.if_, one.then) for one in step.branch.cases]
            otherwise = step.branch.else_
        made: list[tuple[object, Steps]] = []
        before: list[Condition] = []
        for asked, then in pairs:
            made.append((self._alone(asked, before, step), then + rest))
            before.append(asked)
        if any(not isinstance(one, (Leave, Note)) for one in otherwise + rest):
            made.append((self._alone(None, before, step), otherwise + rest))
        return made

    def _alone(self, asked: Condition | None, before: Sequence[Condition], step: Step) -> object:
        """Return that a condition holds, and none of those before."""
        parts: list[Condition] = [] if asked is None else [asked]
        if before:
            parts.append(Nothing(none=tuple(before), place=step.place))
        return self._asked.said(All(all=tuple(parts), place=step.place))

    def _cases(self, step: Switch) -> list[tuple[Condition, Steps]]:
        attribute = step.switch.value.attribute
        if attribute is None:
            said = text("Tryton chooses by attributes alone")
            self.untold.lack("step", "switch", step, said)
            return []
        return [(_is(attribute, case, step), then) for case, then in step.switch.cases.items()]

    # -- races --------------------------------------------------------------------------------

    def _race(self, step: WaitFor, way: Way, rest: Steps) -> list[Body]:
        """Return what happens when the customer reacts, and what if they do not in time."""
        name, race = self._name(step), step.wait_for
        event = self._event(step, way)
        months = race.timeout is not None and race.timeout.months
        if event is None or months or race.since != "step" or way.seconds or len(race.first_of) > 1:
            said = text("Tryton waits for one reaction to the message that was just sent")
            self.untold.lack("step", "wait_for", step, said)
            return []
        made = self._raced(name, race.first_of[0].then + rest, Way(event=event))
        if race.timeout is None:
            return made
        late = Way(seconds=race.timeout.seconds, event=event, negative=True)
        return _sorted(made + self._raced(f"{name}.late", race.otherwise + rest, late))

    def _raced(self, name: str, steps: Steps, way: Way) -> list[Body]:
        """Return one outcome of a race; it is there even if it does nothing, to end the other."""
        if way.negative:
            return [self._activity(name, way, {}, self._list(steps, Way()))]
        found = self._list(steps, way)
        return found or [self._activity(name, way, {}, [])]

    def _event(self, step: WaitFor, way: Way) -> str | None:
        asked = step.wait_for.first_of[0].if_
        if not isinstance(asked, MessageReaction) or not isinstance(asked.message, Ref):
            return None
        found = {name: getattr(asked, name) for name in EVENTS if getattr(asked, name)}
        plain = [[test.operand for test in tests] for tests in found.values()] == [[True]]
        if not plain or asked.message.id != way.sent or any(getattr(asked, n) for n in _REFUSED):
            return None
        if "opened" in found:
            said = text("in Tryton a click is no open, as it is in the language (semantics 5.30)")
            self.untold.otherwise("step", "wait_for", step, said)
        return EVENTS[next(iter(found))]


def _is(attribute: Ref, case: str, step: Switch) -> Condition:
    tests = (Test(operator="eq", operand=case, place=step.place),)
    return AttributeIs(attribute=attribute, tests=tests, place=step.place)


def _sorted(activities: list[Body]) -> list[Body]:
    """Return activities side by side in an order that does not depend on who made them when."""
    return sorted(activities, key=lambda one: str(one["name"]))


def _subject(step: Step) -> str:
    if isinstance(step, Send) and step.send.message is not None:
        return step.send.message.id
    return str(getattr(type(step), "subject"))  # noqa: B009 - each step has it
