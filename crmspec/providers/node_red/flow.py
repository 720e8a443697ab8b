"""Chains as the nodes of a tab: what starts it, its steps, and the mail server of its letters."""

from __future__ import annotations

from collections import Counter
from itertools import accumulate
from typing import TYPE_CHECKING
from urllib.parse import quote

from crmspec.diagnostics import text
from crmspec.ir import walk
from crmspec.ir.action import Webhook
from crmspec.ir.chain import Chain
from crmspec.ir.step import Branch, Leave, Note, Send, Split, Switch, Wait
from crmspec.ir.trigger import ApiTrigger, EventTrigger
from crmspec.providers.node_red.capability import LONGEST_DELAY
from crmspec.providers.node_red.condition import Conditions
from crmspec.providers.node_red.option import options
from crmspec.providers.node_red.request import request
from crmspec.providers.node_red.send import Sends
from crmspec.providers.node_red.wiring import Wiring
from crmspec.providers.rest import Encoded, Untold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmspec.engine.body import Body
    from crmspec.ir.action import Step
    from crmspec.ir.data import Property
    from crmspec.ir.step import Steps
    from crmspec.ir.trigger import Trigger
    from crmspec.ir.value import Resource
    from crmspec.lower.outcome import Key
    from crmspec.providers.node_red.wiring import End
    from crmspec.providers.rest import Brief

_MINUTE = 60
UNITS = (("days", 86_400), ("hours", 3_600), ("minutes", _MINUTE))
EVENT: list[Body] = [
    {"t": "set", "p": "event", "pt": "msg", "to": "payload", "tot": "msg"},
    {"t": "delete", "p": "req", "pt": "msg"},
    {"t": "delete", "p": "res", "pt": "msg"},
]
"""What becomes of what was posted before anything else."""
DRAWN: Body = {"property": "$random() * 100", "propertyType": "jsonata"}
"""What a split looks at."""
_STEPS = (Send, Wait, Branch, Switch, Split, Webhook)


def encode_chain(brief: Brief, key: Key, node: Resource, dropped: frozenset[int]) -> Encoded:
    """Return the nodes of a tab; see `providers.rest.Encoder`."""
    assert isinstance(node, Chain)  # noqa: S101 - encoders are by kind
    tab = _Tab(brief, Untold(key), node, dropped)
    return Encoded(tab.body(), tuple(tab.untold.gaps))


class _Tab:
    """One tab in the making."""

    def __init__(self, brief: Brief, untold: Untold, chain: Chain, dropped: frozenset[int]) -> None:
        self.untold = untold
        self._brief, self._chain, self._dropped = brief, chain, dropped
        self._options, self._wiring = options(brief.target), Wiring()
        self._ids = step_ids(chain)
        self._conditions = Conditions(untold, _properties(brief, chain))
        self._sends = Sends(brief, untold, self._wiring, self._options)

    def body(self) -> Body:
        """Return the tab."""
        self._reentry()
        self._list(self._chain.steps, self._starts())
        return {"nodes": list(self._wiring.nodes.values())}

    def _reentry(self) -> None:
        again = self._chain.reentry
        if again is None or again.mode != "always" or again.key is not None or again.limit:
            said = text("Node-RED starts a chain at each event: `reentry: {{mode: always}}`")
            self.untold.lack(
                "policy", "reentry", self._chain, said, at=None if again else "trigger"
            )
        elif not again.concurrent:
            said = text("Node-RED starts a chain anew while it still runs (semantics 6.23)")
            self.untold.otherwise("policy", "reentry", self._chain, said)

    # -- what starts it -----------------------------------------------------------------------

    def _starts(self) -> list[End]:
        """Return the ends behind the addresses to which applications post events."""
        found: dict[str, list[Trigger]] = {}
        for one in self._chain.trigger:
            name = self._name(one)
            if name is not None:
                found.setdefault(name, []).append(one)
        ends = [end for name, triggers in found.items() for end in self._start(name, triggers)]
        if found:
            self._wiring.add((), "_answer", "http response", {"statusCode": "204"}, 0)
        for name in found:
            self._wiring.join([(f"_in.{name}", 0)], "_answer")
        return ends

    def _name(self, trigger: Trigger) -> str | None:
        match trigger:
            case ApiTrigger():
                return trigger.api.id
            case EventTrigger():
                return trigger.event.id
        return None  # the table says that Node-RED has none

    def _start(self, name: str, triggers: list[Trigger]) -> list[End]:
        project = self._brief.written.project.project
        event = self._brief.written.events.get(name)
        called = event.names.get(self._brief.target.id, name) if event else name
        url = f"/{project}/{self._chain.id}/{quote(called, safe='')}"
        ends = self._wiring.add((), f"_in.{name}", "http in", {"url": url, "method": "post"})
        ends = self._wiring.add(ends, f"_event.{name}", "change", {"rules": EVENT})
        asked = [
            self._conditions.where(one.where, one)
            for one in triggers
            if isinstance(one, EventTrigger) and one.where
        ]
        if len(asked) < len(triggers):
            return ends
        return self._choice(ends, f"_where.{name}", [" or ".join(asked)])[:-1]

    # -- steps --------------------------------------------------------------------------------

    def _list(self, steps: Steps, ends: list[End]) -> list[End]:
        """Add steps behind open ends, and return the ends behind the last."""
        for step in steps:
            if isinstance(step, Leave):
                return []
            if id(step) in self._dropped or isinstance(step, Note) or not ends:
                continue
            id_ = self._ids.get(id(step), "")
            ends = self._step(step, id_, ends)
            if step.title and id_ in self._wiring.nodes:
                self._wiring.nodes[id_]["name"] = step.title
        return ends

    def _step(self, step: Step, id_: str, ends: list[End]) -> list[End]:
        match step:
            case Send():
                return self._sends.add(ends, id_, step)
            case Wait():
                return self._wait(step, id_, ends)
            case Webhook():
                return request(self._wiring, self.untold, step, id_, ends)
        return self._parted(step, id_, ends)

    def _parted(self, step: Step, id_: str, ends: list[End]) -> list[End]:
        match step:
            case Branch():
                cases = step.branch.cases
                asked = [self._conditions.said(case.if_) for case in cases]
                ways = [*(case.then for case in cases), step.branch.else_]
                return self._ways(ways, self._choice(ends, id_, asked))
            case Switch():
                return self._switch(step, id_, ends)
            case Split():
                return self._split(step, id_, ends)
        return ends  # the table says that Node-RED has none

    def _wait(self, step: Wait, id_: str, ends: list[End]) -> list[End]:
        """Add delays; seconds are rounded up to minutes (2.1)."""
        length = step.wait.for_
        seconds = 0 if length is None else -(-length.seconds // _MINUTE) * _MINUTE
        number = 0
        while seconds > 0:
            part = min(seconds, int(LONGEST_DELAY * self._options.pace) or 1)
            seconds, number = seconds - part, number + 1
            name = id_ if number == 1 else f"{id_}.{number}"
            ends = self._wiring.add(ends, name, "delay", self._delay(part))
        return ends

    def _delay(self, seconds: int) -> Body:
        if self._options.pace != 1:
            shorter = max(round(seconds * 1000 / self._options.pace), 1)
            return {"timeout": str(shorter), "timeoutUnits": "milliseconds"}
        unit, size = next((unit, size) for unit, size in UNITS if seconds % size == 0)
        return {"timeout": str(seconds // size), "timeoutUnits": unit}

    def _switch(self, step: Switch, id_: str, ends: list[End]) -> list[End]:
        value, asked = step.switch.value.trigger, []
        if value is None:
            said = text("Node-RED chooses by data of the event only")
            self.untold.lack("step", "switch", step, said)
        else:
            asked = [self._conditions.equal(step, value.id, case) for case in step.switch.cases]
        ways = [*step.switch.cases.values(), step.switch.default]
        return self._ways(ways if asked else ways[-1:], self._choice(ends, id_, asked))

    def _split(self, step: Split, id_: str, ends: list[End]) -> list[End]:
        arms = list(step.split.arms.values())
        below = list(accumulate(arm.weight for arm in arms))[:-1]
        rules: list[Body] = [{"t": "lt", "v": f"{one:g}", "vt": "num"} for one in below]
        return self._ways([arm.steps for arm in arms], self._fork(ends, id_, rules, DRAWN))

    def _choice(self, ends: list[End], id_: str, asked: Sequence[str]) -> list[End]:
        """Add a switch with a way for each condition and a last one for none of them."""
        rules: list[Body] = [{"t": "jsonata_exp", "v": one, "vt": "jsonata"} for one in asked]
        return self._fork(ends, id_, rules, {"property": "event"})

    def _fork(self, ends: list[End], id_: str, rules: list[Body], looked_at: Body) -> list[End]:
        """Add a switch that takes the first rule that fits, else its last way."""
        rules = [*rules, {"t": "else"}]
        fields = looked_at | {"rules": rules, "outputs": len(rules), "checkall": "false"}
        return self._wiring.add(ends, id_, "switch", fields, len(rules))

    def _ways(self, ways: Sequence[Steps], ends: list[End]) -> list[End]:
        """Return where ways meet again."""
        return [
            last for steps, end in zip(ways, ends, strict=True) for last in self._list(steps, [end])
        ]


def _properties(brief: Brief, chain: Chain) -> dict[str, Property]:
    """Return the properties of the events that start a chain."""
    found: dict[str, Property] = {}
    for one in chain.trigger:
        if isinstance(one, EventTrigger):
            found |= brief.written.events[one.event.id].properties
    return found


def step_ids(chain: Chain) -> dict[int, str]:
    """Return an id for each step: its own, or what it is and its number among its like."""
    steps = [one for one in walk(chain) if isinstance(one, _STEPS)]
    taken = {step.id for step in steps if step.id is not None}
    found: dict[int, str] = {}
    counts: Counter[str] = Counter()
    for step in steps:
        name, kind = step.id, str(getattr(type(step), "subject"))  # noqa: B009 - each step has it
        while name is None or (step.id is None and name in taken):
            counts[kind] += 1
            name = f"{kind}_{counts[kind]}"
        found[id(step)] = name
    return found
