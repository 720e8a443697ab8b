"""Chains as workflows: steps in order, branches that meet again after them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from crmspec.diagnostics import text
from crmspec.engine.body import REFERENCE
from crmspec.ir import walk
from crmspec.ir.action import Update, Webhook
from crmspec.ir.chain import Chain
from crmspec.ir.condition import All, Any, AttributeIs, EventHappened, InSegment, TriggerProperty
from crmspec.ir.step import (
    Branch,
    Leave,
    Note,
    Send,
    Split,
    StartChain,
    Switch,
    Throttle,
    Wait,
    WaitFor,
)
from crmspec.ir.trigger import EventTrigger
from crmspec.ir.value import Name, Test
from crmspec.providers.knock.capability import DEEPEST, LONGEST_DESCRIPTION, LONGEST_RACE
from crmspec.providers.knock.condition import Conditions, Ways, group
from crmspec.providers.knock.deed import Deeds, length
from crmspec.providers.knock.normal import IN_TIME, OTHERS, case
from crmspec.providers.rest import Encoded, Untold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmspec.engine.body import Body
    from crmspec.ir.action import Step
    from crmspec.ir.condition import Condition
    from crmspec.ir.step import Arm, SplitArm, Steps
    from crmspec.ir.value import Resource
    from crmspec.lower.outcome import Key
    from crmspec.providers.rest import Brief


def encode_chain(brief: Brief, key: Key, node: Resource, dropped: frozenset[int]) -> Encoded:
    """Return a workflow; see `providers.rest.Encoder`."""
    assert isinstance(node, Chain)  # noqa: S101 - encoders are by kind
    work = _Workflow(brief, Untold(key), node, dropped)
    return Encoded(work.body(), tuple(work.untold.gaps))


class _Workflow:
    """One workflow in the making."""

    def __init__(self, brief: Brief, untold: Untold, chain: Chain, dropped: frozenset[int]) -> None:
        self.untold = untold
        self._brief, self._chain, self._dropped = brief, chain, dropped
        self._refs = _refs(_steps(chain))
        self._conditions = Conditions(brief, untold, self._sends())
        self._deeds = Deeds(brief, untold, chain)

    def _sends(self) -> dict[str, list[str]]:
        """Return the refs of the steps that send a message, by message."""
        found: dict[str, list[str]] = {}
        for ref, message in sent_by(self._chain).items():
            found.setdefault(message, []).append(ref)
        return found

    def body(self) -> Body:
        """Return the workflow."""
        chain = self._chain
        if len(chain.description or "") > LONGEST_DESCRIPTION:
            said = text("Knock takes descriptions of {limit} characters", limit=LONGEST_DESCRIPTION)
            self.untold.lack("limit", "description", chain, said)
        steps, _ = self._list(chain.steps, 0)
        made: Body = {
            "steps": steps,
            "trigger_frequency": self._frequency(),
            "settings": {"is_commercial": self._sells(), "override_preferences": False},
        }
        asked = self._asked()
        return made | ({} if asked is None else {"conditions": asked})

    def _sells(self) -> bool:
        messages = self._brief.written.messages
        return any(messages[id_].category == "marketing" for id_ in self._sends())

    def _frequency(self) -> str:
        again = self._chain.reentry
        if again is None or (again.mode == "never" and again.limit is None):
            return "once_per_recipient"
        if again.mode != "always" or again.key is not None or again.limit is not None:
            said = text("Knock starts a workflow always or once for each customer")
            self.untold.lack("policy", "reentry", self._chain, said)
        elif not again.concurrent:
            said = text("Knock starts a workflow anew while it still runs (semantics 6.23)")
            self.untold.otherwise("policy", "reentry", self._chain, said)
        return "every_trigger"

    def _asked(self) -> Body | None:
        """Return what is asked when the workflow is started: the audience and the event."""
        chain = self._chain
        asked: list[Condition] = [] if chain.audience is None else [chain.audience]
        for trigger in chain.trigger:
            if isinstance(trigger, EventTrigger) and trigger.where:
                if len(chain.trigger) > 1:
                    said = text("Knock cannot tell which of several events started a workflow")
                    self.untold.lack("trigger", "event", trigger, said)
                asked += [
                    TriggerProperty(
                        trigger=Name(id=one.property), tests=one.tests, place=trigger.place
                    )
                    for one in trigger.where
                ]
        if not asked:
            return None
        return group(self._conditions.ways(All(all=tuple(asked), place=chain.place)))

    # -- steps --------------------------------------------------------------------------------

    def _list(self, steps: Steps, depth: int) -> tuple[list[Body], bool]:
        """Return steps, and whether the last of them leaves the workflow."""
        made: list[Body] = []
        for step in steps:
            if isinstance(step, Leave):
                return made, True
            if id(step) in self._dropped or isinstance(step, Note):
                continue
            made += self._step(step, depth)
        return made, False

    def _step(self, step: Step, depth: int) -> list[Body]:
        head: Body = {"ref": self._refs[id(step)]} if id(step) in self._refs else {}
        if step.title:
            head["name"] = step.title
        if isinstance(step, WaitFor):
            return self._race(step, head, depth)
        made = self._deeds.body(step) or self._fork(step, depth)
        return [] if made is None else [head | made]  # the table says that Knock has none

    def _fork(self, step: Step, depth: int) -> Body | None:
        match step:
            case Branch():
                return self._branch(step, depth)
            case Switch():
                return self._switch(step, depth)
            case Split():
                return self._split(step, depth)
        return None

    def _branch(self, step: Branch, depth: int) -> Body:
        arms = [(self._conditions.ways(arm.if_), arm.then) for arm in step.branch.cases]
        return self._choice(arms, step.branch.else_, step, depth)

    def _switch(self, step: Switch, depth: int) -> Body:
        arms: list[tuple[Ways, Steps]] = []
        value = step.switch.value
        for named, steps in step.switch.cases.items():
            tests = (Test(operator="eq", operand=named, place=step.place),)
            if value.attribute is not None:
                one: Condition = AttributeIs(
                    attribute=value.attribute, tests=tests, place=step.place
                )
            elif value.trigger is not None:
                one = TriggerProperty(trigger=value.trigger, tests=tests, place=step.place)
            else:
                said = text("Knock chooses by attributes and by data of the event")
                self.untold.lack("step", "switch", step, said)
                break
            arms.append((self._conditions.ways(one), steps))
        return self._choice(arms, step.switch.default, step, depth)

    def _choice(
        self, arms: list[tuple[Ways, Steps]], otherwise: Steps, step: Step, depth: int
    ) -> Body:
        """Return a branch step; its last branch is the one without conditions."""
        made = []
        for number, (ways, steps) in enumerate(arms, 1):
            asked = group(ways)
            if asked is None:  # always: what comes after is never looked at
                otherwise = steps
                break
            if ways:
                made.append(
                    {"name": case(number), "conditions": asked} | self._way(steps, step, depth)
                )
        made.append({"name": OTHERS} | self._way(otherwise, step, depth))
        return {"type": "branch", "branches": made}

    def _way(self, steps: Steps, step: Step, depth: int) -> Body:
        if depth >= DEEPEST:
            said = text("Knock takes {limit} branches in each other", limit=DEEPEST)
            self.untold.lack("limit", "depth", step, said, at=_subject(step))
        made, leaves = self._list(steps, depth + 1)
        return {"steps": made} | ({"terminates": True} if leaves else {})

    def _split(self, step: Split, depth: int) -> Body:
        salts = Counter(
            one.split.salt
            for chain in self._brief.program.chains.values()
            for one in walk(chain)
            if isinstance(one, Split)
        )
        if step.split.salt is not None and salts[step.split.salt] > 1:
            said = text("Knock draws anew for each split, whatever its `salt` (semantics 7.31)")
            self.untold.otherwise("step", "split", step, said)
        arms = [self._cohort(name, arm, step, depth) for name, arm in step.split.arms.items()]
        return {"type": "random_cohort", "cohort_branches": arms}

    def _cohort(self, name: str, arm: SplitArm, step: Split, depth: int) -> Body:
        if round(arm.weight, 1) != arm.weight:
            said = text("Knock takes shares with one digit after the point")
            self.untold.lack("limit", "share", step, said, at="split")
        return {"name": name, "percentage": f"{arm.weight:g}"} | self._way(arm.steps, step, depth)

    def _race(self, step: WaitFor, head: Body, depth: int) -> list[Body]:
        """Return a wait for one event, and a branch on whether it came."""
        race = step.wait_for
        event = self._event(step, race.first_of[0]) if len(race.first_of) == 1 else None
        timeout = race.timeout
        short = timeout is not None and not timeout.months and timeout.seconds <= LONGEST_RACE
        if event is None or timeout is None or not short or race.since != "step":
            said = text("Knock waits for one event or segment, 30 days at most")
            self.untold.lack("step", "wait_for", step, said)
            return []
        settings = {
            "event": event,
            "expires_after": length(self.untold, timeout, step, "wait_for"),
            "on_match": "continue",
            "on_timeout": "continue",
        }
        ref = str(head["ref"])
        matched = {"variable": f"refs.{ref}.matched", "operator": "equal_to", "argument": "true"}
        came = {"name": IN_TIME, "conditions": {"all": [matched]}}
        branches = [
            came | self._way(race.first_of[0].then, step, depth),
            {"name": OTHERS} | self._way(race.otherwise, step, depth),
        ]
        return [
            head | {"type": "wait_for_event", "settings": settings},
            {"ref": f"{ref}_branch", "type": "branch", "branches": branches},
        ]

    def _event(self, step: WaitFor, arm: Arm) -> Body | None:
        match _alone(arm.if_):
            case InSegment(joined=None) as leaf:
                said = text(
                    "Knock waits until the customer comes into a segment, also if they are in it"
                    " (semantics 7.12)"
                )
                self.untold.otherwise("step", "wait_for", step, said)
                return {
                    "event_type": "audience",
                    "event_key": "enter",
                    "audience_key": {REFERENCE: f"segment.{leaf.segment.id}"},
                }
            case EventHappened(count=(), where=(), within=None, since=None) as leaf:
                source = self._brief.target.options.get("source")
                event = self._brief.written.events[leaf.event.id]
                if isinstance(source, str) and not (leaf.sum or leaf.avg or leaf.distinct):
                    return {
                        "event_type": "integration_source",
                        "event_key": event.names.get(self._brief.target.id, event.id),
                        "integration_source_key": source,
                    }
        return None


_STEPS = (Send, Wait, WaitFor, Branch, Switch, Split, Update, Webhook, Throttle, StartChain)


def _steps(chain: Chain) -> list[Step]:
    return [one for one in walk(chain) if isinstance(one, _STEPS)]


def sent_by(chain: Chain) -> dict[str, str]:
    """Return the messages that steps send, by the refs of the steps."""
    steps = _steps(chain)
    refs = _refs(steps)
    return {
        refs[id(one)]: one.send.message.id
        for one in steps
        if isinstance(one, Send) and one.send.message is not None
    }


def _refs(steps: Sequence[Step]) -> dict[int, str]:
    """Return a ref for each step: its id, or what it is and its number among its like."""
    taken = {step.id for step in steps if step.id is not None}
    found: dict[int, str] = {}
    counts: Counter[str] = Counter()
    for step in steps:
        name, kind = step.id, _subject(step)
        while name is None or (step.id is None and name in taken):
            counts[kind] += 1
            name = f"{kind}_{counts[kind]}"
        found[id(step)] = name
    return found


def _alone(condition: Condition) -> Condition:
    """Return the only part of a condition in normal form, or all of it."""
    while isinstance(condition, (All, Any)):
        parts = condition.all if isinstance(condition, All) else condition.any
        if len(parts) != 1:
            break
        (condition,) = parts
    return condition


def _subject(step: Step) -> str:
    return str(getattr(type(step), "subject"))  # noqa: B009 - each step has it
