"""Draw a chain: its steps become nodes, its ways become arrows that come together again."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from crmspec.ir import action as a
from crmspec.ir import chain as ch
from crmspec.ir import step as st
from crmspec.render.mermaid import Graph
from crmspec.render.scenario import Scenario
from crmspec.render.step import SIGNS, family, sent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.render.view import View

CHANNEL_SIGNS = {
    "email": "✉",
    "sms": "📱",
    "mobile_push": "🔔",
    "web_push": "🔔",
    "telegram": "💬",
    "whatsapp": "💬",
    "vk": "💬",
    "viber": "💬",
    "max": "💬",
    "in_app": "🖥",
    "onsite": "🖥",
    "voice": "📞",
    "direct_mail": "📮",
    "audience_sync": "🎯",
    "webhook": "🔗",
}
_SHAPES = {
    "send": "box",
    "wait": "round",
    "branch": "choice",
    "wait_for": "hexagon",
    "split": "choice",
    "action": "box",
    "people": "box",
    "chain": "double",
    "exit": "pill",
    "note": "flag",
}

Ends = list[tuple[str, str]]
"""Open ends: nodes from which the way goes on, each with the label of the arrow to come."""


class Drawing:
    """The flowchart of one chain; `families` are the signs that occur in it."""

    def __init__(self, chain: ch.Chain, view: View) -> None:
        self.chain = chain
        self.view = view
        self.say = view.vocabulary.say
        self.graph = Graph()
        self.families: dict[str, None] = {"trigger": None}
        self.channel_types: dict[str, None] = {}
        self._first: dict[str, str] = {}
        self._jumps: list[tuple[Ends, st.JumpTo]] = []
        entry = self._entry()
        ends = self._steps(chain.steps, [(entry, "")])
        if ends:
            self._join(ends, self.graph.node("pill", self.say("flow.end")))
        for origin, jump in self._jumps:
            self._draw_jump(origin, jump)
        self._ways_out(entry)

    def _entry(self) -> str:
        """Draw the triggers and the audience; return the node at which customers are inside."""
        signs = [
            self.graph.node("pill", f"{SIGNS['trigger']} {self.view.triggers.say(trigger)}")
            for trigger in self.chain.trigger
        ]
        if self.chain.audience is None and len(signs) == 1:
            return signs[0]
        who = Scenario(self.chain, self.view).who_words()
        entry = self.graph.node("round", f"{self.say('column.who')}: {who}")
        self._join([(sign, "") for sign in signs], entry)
        return entry

    def _ways_out(self, entry: str) -> None:
        """Draw the exits that hold everywhere as dotted arrows from the entry."""
        reasons = [self.view.triggers.exit(exit_) for exit_ in self.chain.exit]
        goals = [goal for goal in self.chain.goal if goal.exits]
        reasons += [self.say("exit.goal", goal=self.view.words.ref(it.goal)) for it in goals]
        for reason in reasons:
            out = self._exit(reason)
            self.graph.edge(entry, out, self.say("flow.exit_any"), dotted=True)
            self.families.setdefault("dotted")

    def _exit(self, reason: str) -> str:
        self.families.setdefault("exit")
        return self.graph.node("pill", f"{SIGNS['exit']} {reason}")

    def _join(self, ends: Ends, node: str) -> None:
        for end, label in ends:
            self.graph.edge(end, node, label)

    def _steps(self, steps: st.Steps, ends: Ends) -> Ends:
        for step in steps:
            ends = self._guarded(step, ends)
        return ends

    def _guarded(self, step: st.AnyStep, ends: Ends) -> Ends:
        """Draw a step behind the questions that may skip it."""
        skipped: Ends = []
        for key, condition in (("arm.yes", step.only), ("arm.no", step.unless)):
            if condition is not None:
                said = self.view.steps.question(self.view.words.condition(condition))
                node = self._node("branch", said, step, ends)
                passed = "arm.no" if key == "arm.yes" else "arm.yes"
                ends, skipped = [(node, self.say(key))], [*skipped, (node, self.say(passed))]
        return [*self._step(step, ends), *skipped]

    def _node(self, kind: str, text: str, step: st.AnyStep, ends: Ends, sign: str = "") -> str:
        """Draw a node and the arrows into it; the first node of a step is where jumps land."""
        self.families.setdefault(kind)
        node = self.graph.node(_SHAPES[kind], f"{sign or SIGNS[kind]} {text}")
        if step.id:
            self._first.setdefault(step.id, node)
        self._join(ends, node)
        return node

    def _step(self, step: st.AnyStep, ends: Ends) -> Ends:
        if isinstance(step, st.Jump):
            self._jumps.append((ends, step.jump))
            return []
        kind, text = family(step), self._text(step)
        titled = f"{step.title}: {text}" if step.title else text
        sign = self._channel_sign(step.send) if isinstance(step, st.Send) else ""
        node = self._node(kind, titled, step, ends, sign)
        if step.on_error == "exit":
            self.families.setdefault("dotted")
            self.graph.edge(node, self._exit(self.say("arm.error")), dotted=True)
        return self._after(step, node)

    def _text(self, step: st.AnyStep) -> str:
        """Return the words of a step; what several arrows say is not repeated in the node."""
        if isinstance(step, st.WaitFor) and len(step.wait_for.first_of) > 1:
            return self.view.steps.waiting(step.wait_for)
        return self.view.steps.say(step)

    def _channel_sign(self, it: st.SendChoice) -> str:
        """Return the signs of the channels a step may send through."""
        program = self.view.program
        signs: dict[str, None] = {}
        for ref in sent(it):
            message = program.messages.get(ref.id)
            channel = program.channels.get(message.channel.id) if message else None
            if channel:
                self.channel_types.setdefault(channel.type)
                signs.setdefault(CHANNEL_SIGNS[channel.type])
        return "".join(signs)

    def _after(self, step: st.AnyStep, node: str) -> Ends:
        """Draw what lies inside a step and return the ends that go on behind it."""
        match step:
            case st.Branch():
                arms = self._choice(step.branch.cases, step.branch.else_, node)
            case st.WaitFor():
                arms = self._race(step.wait_for, node)
            case st.Switch():
                arms = [self._steps(then, [(node, v)]) for v, then in step.switch.cases.items()]
                default = [(node, self.say("arm.default"))]
                arms.append(self._steps(step.switch.default, default))
            case st.Split():
                arms = list(self._shares(step.split.arms, node))
            case st.ExperimentStep():
                arms = list(self._shares(step.experiment.arms, node))
            case st.Throttle():
                self.graph.edge(node, self._exit(self.say("arm.over")), self.say("arm.over"))
                arms = [[(node, "")]]
            case st.Leave():
                arms = []
            case _:
                return self._onward(step, node)
        return [end for arm in arms for end in arm]

    def _onward(self, step: _Onward, node: str) -> Ends:
        match step:
            case st.Send() | st.Wait() | st.Batch() | st.Note() | a.Task() | a.Notify():
                return [(node, "")]
            case a.Update() | a.ListStep() | a.ConsentStep() | a.Emit() | a.Webhook():
                return [(node, "")]
            case a.Fetch() | a.CodeStep() | a.AudienceSync() | st.StartChain() | st.StopChain():
                return [(node, "")]
            case st.Jump():
                return []
            case _:
                assert_never(step)

    def _choice(self, cases: tuple[st.Arm, ...], otherwise: st.Steps, node: str) -> list[Ends]:
        single = len(cases) == 1
        arms = []
        for case in cases:
            label = self.say("arm.yes") if single else self.view.words.condition(case.if_)
            arms.append(self._steps(case.then, [(node, label)]))
        rest = self.say("arm.no" if single else "arm.else")
        return [*arms, self._steps(otherwise, [(node, rest)])]

    def _race(self, it: st.WaitForEvent, node: str) -> list[Ends]:
        single = len(it.first_of) == 1
        arms = []
        for arm in it.first_of:
            label = self.say("arm.yes") if single else self.view.words.condition(arm.if_)
            arms.append(self._steps(arm.then, [(node, label)]))
        if it.timeout:
            late = self.say("arm.timeout", d=self.view.words.amount.duration(it.timeout))
            arms.append(self._steps(it.otherwise, [(node, late)]))
        return arms

    def _shares(self, arms: dict[str, st.SplitArm], node: str) -> Iterator[Ends]:
        for name, arm in arms.items():
            weight = self.view.words.amount.number(arm.weight)
            yield self._steps(arm.steps, [(node, self.say("step.arm", name=name, weight=weight))])

    def _draw_jump(self, ends: Ends, jump: st.JumpTo) -> None:
        """Draw arrows to the step jumped to, or to a stand-in if there is no such step."""
        target = self._first.get(jump.to.id)
        if target is None:
            target = self.graph.node("double", self.say("step.jump", to=jump.to.id))
        rounds = ""
        if jump.max is not None:
            count = self.view.vocabulary.count("round", jump.max)
            rounds = self.say("arm.round", rounds=count)
        for end, label in ends:
            self.graph.edge(end, target, "; ".join(part for part in (label, rounds) if part))


_Onward = (
    st.Send
    | st.Wait
    | a.Update
    | a.ListStep
    | a.ConsentStep
    | a.Emit
    | a.Webhook
    | a.Fetch
    | a.CodeStep
    | a.Task
    | a.Notify
    | a.AudienceSync
    | st.StartChain
    | st.StopChain
    | st.Batch
    | st.Jump
    | st.Note
)
