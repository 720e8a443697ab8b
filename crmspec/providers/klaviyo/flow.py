"""Chains as flows: a trigger, a filter of profiles, and actions linked by their ids.

Ids of actions are numbers in the order in which they are reached, `true` before `false`: Klaviyo's
own are put into the same order when a flow is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics import text
from crmspec.engine.body import REFERENCE
from crmspec.ir import walk
from crmspec.ir.chain import Chain
from crmspec.ir.condition import All, AttributeIs, EventHappened, Not, TriggerProperty
from crmspec.ir.step import Branch, Leave, Note, Split, Switch, Wait
from crmspec.ir.trigger import EventTrigger, ListTrigger, SegmentTrigger
from crmspec.ir.value import Name, Test
from crmspec.providers.klaviyo.action import Actions
from crmspec.providers.klaviyo.clause import groups
from crmspec.providers.klaviyo.condition import Conditions
from crmspec.providers.klaviyo.delay import delay
from crmspec.providers.rest import Encoded, Untold

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmspec.engine.body import Body
    from crmspec.ir.action import Step
    from crmspec.ir.chain import Exit
    from crmspec.ir.condition import Condition
    from crmspec.ir.step import Steps
    from crmspec.ir.value import Resource
    from crmspec.lower.outcome import Key
    from crmspec.providers.klaviyo.clause import Clauses
    from crmspec.providers.rest import Brief

_MARK = "crmspec__wait_"
_WHOLE = 100
_UNITS = (("week", 604_800), ("day", 86_400), ("hour", 3_600))


def encode_chain(brief: Brief, key: Key, node: Resource, dropped: frozenset[int]) -> Encoded:
    """Return a flow; see `providers.rest.Encoder`."""
    assert isinstance(node, Chain)  # noqa: S101 - encoders are by kind
    work = _Flow(brief, Untold(key), node, dropped)
    return Encoded(work.body(), tuple(work.untold.gaps))


class _Flow:
    """One flow in the making."""

    def __init__(self, brief: Brief, untold: Untold, chain: Chain, dropped: frozenset[int]) -> None:
        self.untold = untold
        self._brief, self._chain, self._dropped = brief, chain, dropped
        self._conditions = Conditions(brief, untold, _marks(chain))
        self._deeds = Actions(brief, untold, chain)
        self._actions: list[Body] = []

    def body(self) -> Body:
        """Return the flow."""
        made: Body = {"trigger": self._trigger(), "reentry_criteria": self._reentry()}
        asked = self._filter()
        if asked:
            made["profile_filter"] = groups(asked)
        self._run(self._chain.steps)
        return made | {"actions": self._actions}

    # -- who comes in, and stays --------------------------------------------------------------

    def _trigger(self) -> Body:
        first, *more = self._chain.trigger
        if more:
            said = text("a flow of Klaviyo has one trigger")
            self.untold.lack("trigger", "several", self._chain, said, at="trigger")
        match first:
            case EventTrigger():
                return self._metric(first)
            case SegmentTrigger():
                return self._group(first, "segment", first.segment.id)
            case ListTrigger():
                return self._group(first, "list", first.list.id)
        return {}  # the table says that Klaviyo has none

    def _metric(self, trigger: EventTrigger) -> Body:
        event = self._brief.written.events[trigger.event.id]
        name = event.names.get(self._brief.target.id, event.id)
        made: Body = {"type": "metric", "id": name}
        asked: list[Condition] = [
            TriggerProperty(trigger=Name(id=one.property), tests=one.tests, place=trigger.place)
            for one in trigger.where
        ]
        if asked:
            clauses = self._conditions.clauses(All(all=tuple(asked), place=trigger.place))
            made["trigger_filter"] = groups(self._of_metric(clauses, name))
        return made

    def _group(self, trigger: SegmentTrigger | ListTrigger, kind: str, id_: str) -> Body:
        if trigger.transition != "entered" or trigger.backfill:
            said = text("Klaviyo starts a flow when somebody comes into it, from now on")
            self.untold.lack("trigger", kind, trigger, said)
        again = self._chain.reentry
        if again is not None and again.mode != "never":
            said = text("a flow of a list or segment is entered once, whatever `reentry` says")
            self.untold.lack("policy", "reentry", self._chain, said)
        return {"type": kind, "id": {REFERENCE: f"{kind}.{id_}"}}

    def _filter(self) -> Clauses:
        """Return what is asked of profiles at entry and before each message."""
        chain = self._chain
        asked: list[Condition] = [] if chain.audience is None else [chain.audience]
        asked += [one for leave in chain.exit if (one := _stays(leave)) is not None]
        if chain.audience is not None and chain.recheck == "entry":
            said = text("Klaviyo asks the audience again before each message (semantics 6.21)")
            self.untold.otherwise("policy", "recheck", chain, said)
        clauses = self._conditions.clauses(All(all=tuple(asked), place=chain.place))
        if () in clauses:
            said = text("Klaviyo has no flow for nobody")
            self.untold.lack("logic", "never", chain, said, at="audience")
        if any(term.about == "event" for clause in clauses for term in clause):
            said = text("Klaviyo filters by profiles here, not by the event that started the flow")
            self.untold.lack("condition", "trigger", chain, said, at="audience")
        return clauses

    def _reentry(self) -> Body:
        again = self._chain.reentry
        if again is None or (again.mode == "never" and again.limit is None):
            return {"duration": 1, "unit": "alltime"}
        if again.key is not None or again.limit is not None or again.mode == "after_exit":
            said = text("a flow is entered once, always, or anew some time after the last entry")
            self.untold.lack("policy", "reentry", self._chain, said)
            return {"duration": 1, "unit": "alltime"}
        if not again.concurrent:
            said = text("Klaviyo lets customers in anew while they are still in (semantics 6.23)")
            self.untold.otherwise("policy", "reentry", self._chain, said)
        if again.mode == "always" or again.after is None:
            return {"duration": 0, "unit": "alltime"}
        seconds = again.after.minutes * 60
        for unit, size in _UNITS:
            if seconds and seconds % size == 0:
                return {"duration": seconds // size, "unit": unit}
        said = text("Klaviyo counts whole hours, days and weeks until a customer may come again")
        self.untold.lack("policy", "reentry", self._chain, said)
        return {"duration": 0, "unit": "alltime"}

    # -- actions ------------------------------------------------------------------------------

    def _run(self, steps: Steps) -> str | None:
        """Add the actions of steps, and return the id of the first; None if there are none."""
        for number, step in enumerate(steps):
            if isinstance(step, Leave):
                return None
            if id(step) in self._dropped or isinstance(step, Note):
                continue
            return self._step(step, steps[number + 1 :])
        return None

    def _step(self, step: Step, rest: Steps) -> str | None:
        match step:
            case Branch():
                arms = [(arm.if_, (*arm.then, *rest)) for arm in step.branch.cases]
                return self._choice(arms, (*step.branch.else_, *rest))
            case Switch():
                arms = [(asked, (*then, *rest)) for asked, then in self._cases(step)]
                return self._choice(arms, (*step.switch.default, *rest))
            case Split():
                return self._split(step, rest)
            case Wait():
                return self._wait(step, rest)
        return self._line(self._deeds.bodies(step), rest)

    def _wait(self, step: Wait, rest: Steps) -> str | None:
        zone, account = self._chain.timezone or "profile", self._brief.written.project.timezone
        body, after = delay(step, rest, account if zone == "account" else zone)
        if body is None:
            said = text("Klaviyo waits for a length of time, or until a time of day")
            self.untold.lack("wait", "until", step, said, at="wait")
        return self._line([] if body is None else [body], after)

    def _line(self, bodies: list[Body], rest: Steps) -> str | None:
        if not bodies:  # the table says that Klaviyo has none
            return self._run(rest)
        first, *others = bodies
        made = self._added(first)
        made["links"] = {"next": self._line(others, rest) if others else self._run(rest)}
        return str(made["id"])

    def _added(self, body: Body) -> Body:
        made = {"id": str(len(self._actions) + 1), **body}
        self._actions.append(made)
        return made

    def _fork(
        self, body: Body, yes: Steps, no: tuple[list[tuple[Condition, Steps]], Steps]
    ) -> str | None:
        made = self._added(body)
        true, false = self._run(yes), self._choice(*no)
        if true is None and false is None:
            self._actions.remove(made)
            return None
        made["links"] = {"next_if_true": true, "next_if_false": false}
        return str(made["id"])

    def _choice(self, arms: list[tuple[Condition, Steps]], otherwise: Steps) -> str | None:
        """Return a split for the first case, whose `false` leads to that of the next one."""
        if not arms:
            return self._run(otherwise)
        (asked, then), *more = arms
        clauses = self._conditions.clauses(asked)
        if () in clauses:
            return self._choice(more, otherwise)
        if not clauses:
            return self._run(then)
        return self._fork(self._asked(asked, clauses), then, (more, otherwise))

    def _asked(self, asked: Condition, clauses: Clauses) -> Body:
        about = {term.about for clause in clauses for term in clause}
        if about == {"profile"}:
            return {"type": "conditional-split", "data": {"profile_filter": groups(clauses)}}
        first = self._chain.trigger[0]
        if len(about) > 1 or not isinstance(first, EventTrigger):
            said = text("a split of Klaviyo asks for the event or for the profile, not for both")
            self.untold.lack("condition", "trigger", asked, said, at=asked.subject)
            return {"type": "conditional-split", "data": {"profile_filter": groups([])}}
        event = self._brief.written.events[first.event.id]
        name = event.names.get(self._brief.target.id, event.id)
        data = {
            "trigger_filter": groups(self._of_metric(clauses, name)),
            "trigger_id": name,
            "trigger_type": "metric",
        }
        return {"type": "trigger-split", "data": data}

    def _of_metric(self, clauses: Clauses, name: str) -> Clauses:
        """Return clauses about properties with the metric that they are of."""
        return [
            tuple(term._replace(holds=term.holds | {"metric_id": name}) for term in clause)
            for clause in clauses
        ]

    def _cases(self, step: Switch) -> list[tuple[Condition, Steps]]:
        value, found = step.switch.value, list[tuple["Condition", "Steps"]]()
        for case, steps in step.switch.cases.items():
            tests = (Test(operator="eq", operand=case, place=step.place),)
            if value.attribute is not None:
                ref = value.attribute
                found.append((AttributeIs(attribute=ref, tests=tests, place=step.place), steps))
            elif value.trigger is not None:
                name = value.trigger
                found.append((TriggerProperty(trigger=name, tests=tests, place=step.place), steps))
            else:
                said = text("Klaviyo chooses by attributes and by data of the event")
                self.untold.lack("step", "switch", step, said)
                break
        return found

    def _split(self, step: Split, rest: Steps) -> str | None:
        """Return random samples, each of what the ones before it left."""
        arms, left = list(step.split.arms.values()), float(_WHOLE)
        shares: list[tuple[int, Steps]] = []
        for arm in arms[:-1]:
            share = arm.weight / left * _WHOLE if left else 0.0
            if abs(share - round(share)) > 1e-9:  # noqa: PLR2004 - rounding of floats
                said = text("Klaviyo draws whole percents of those whom the arms before left")
                self.untold.lack("step", "split", step, said)
            shares.append((round(share), (*arm.steps, *rest)))
            left -= arm.weight
        return self._drawn(shares, (*arms[-1].steps, *rest))

    def _drawn(self, shares: list[tuple[int, Steps]], last: Steps) -> str | None:
        if not shares:
            return self._run(last)
        (percent, steps), *more = shares
        if percent in {0, _WHOLE}:
            return self._run(steps) if percent else self._drawn(more, last)
        sample = {"type": "profile-sample", "percentage": percent}
        asked = {"condition_groups": [{"conditions": [sample]}]}
        made = self._added({"type": "conditional-split", "data": {"profile_filter": asked}})
        true = self._run(steps)
        made["links"] = {"next_if_true": true, "next_if_false": self._drawn(more, last)}
        return str(made["id"])


def _marks(chain: Chain) -> Mapping[str, int]:
    """Return how long the waits are that follow a mark, in seconds."""
    found: dict[str, int] = {}
    mark = ""
    for node in walk(chain):
        if isinstance(node, Note) and (node.id or "").startswith(_MARK):
            mark = node.id or ""
        elif isinstance(node, Wait) and mark:
            length = node.wait.for_
            found[mark] = 0 if length is None else length.minutes * 60
            mark = ""
    return found


def _stays(leave: Exit) -> Condition | None:
    """Return what must hold for a customer to stay; None if the audience says it already."""
    if leave.event is not None:
        place = leave.place
        came = EventHappened(event=leave.event, where=leave.where, since="chain_start", place=place)
        return Not(not_=came, place=place)
    if leave.if_ is not None:
        return Not(not_=leave.if_, place=leave.place)
    return None
