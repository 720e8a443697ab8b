"""Frequency rules asked in steps before each send, where the target counts what it sent (8.11)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmspec.diagnostics import text
from crmspec.ir import walk
from crmspec.ir.condition import All, Not
from crmspec.ir.step import Arm, Branch, Cases, Leave, Send
from crmspec.lower import flow, guard
from crmspec.lower.choice import deliverable
from crmspec.lower.counter import Counters
from crmspec.lower.outcome import Key
from crmspec.lower.rewrite import changed
from crmspec.semantics.scope import Source, over

if TYPE_CHECKING:
    from crmspec.diagnostics import Text
    from crmspec.ir import Program
    from crmspec.ir.action import Step
    from crmspec.ir.chain import Chain
    from crmspec.ir.condition import Condition
    from crmspec.ir.frequency import Frequency
    from crmspec.ir.step import Steps
    from crmspec.lower.outcome import Outcome
    from crmspec.lower.scene import Scene
    from crmspec.semantics.scope import Held


def apply_caps(program: Program, scene: Scene) -> tuple[Program, list[Outcome]]:
    """Put the rules over each send of a chain into its steps, those that can be asked there.

    A rule that cannot be asked, and that the chain does not name, is left to what the plan says of
    all frequency rules.
    """
    outcomes: list[Outcome] = []
    if not scene.asks("frequency") or not program.frequency:
        return program, outcomes
    counters, made = Counters(program, scene), []
    for chain in scene.chains(program):
        rules = Rules(program, chain, counters)
        outcomes += rules.outcomes()
        if rules.asked:
            made.append(("chain", flow.with_steps(chain, rules.wrap)))
    return changed(program, made), outcomes


class Rules:
    """The rules over the sends of one chain: those that are asked, and why others are not."""

    def __init__(self, program: Program, chain: Chain, counters: Counters) -> None:
        self._program, self._chain, self._counters = program, chain, counters
        sends = [node.send for node in walk(chain) if isinstance(node, Send)]
        refs = [one for send in sends for one in (send.message, *send.messages) if one is not None]
        messages = [program.messages[one.id] for one in refs if one.id in program.messages]
        self._more = any(one.fallback is not None for one in messages) or any(
            one.type == "holdout" for one in program.experiments.values()
        )
        over_all = [self._over(one.id) for one in messages]
        rules = {rule.id: rule for held in over_all for rule in (*held.limits, *held.pauses)}
        self._why = guard.skipping(program, chain)
        self.stuck = {id_: why for id_, rule in rules.items() if (why := self._refusal(rule))}
        ends = next((id_ for id_ in self.stuck if rules[id_].exceed == "exit"), None)
        if ends is not None:
            why = text("`{rule}`, which may end the chain, cannot be asked", rule=ends)
            self.stuck |= dict.fromkeys(rules.keys() - self.stuck.keys(), why)
        self.asked = rules.keys() - self.stuck.keys()

    def _over(self, message: str) -> Held:
        return over(self._program, Source(message, self._chain.id, None))

    def _refusal(self, rule: Frequency) -> Text | None:
        if self._why is not None:
            return self._why
        if rule.exceed in {"delay", "yield"}:
            return text("a step asks once, and `exceed` is `{exceed}`", exceed=rule.exceed)
        if rule.exceed == "exit" and self._more:
            return text("a `fallback` or a holdout is asked before it may end the chain")
        return self._counters.refusal(rule)

    def outcomes(self) -> list[Outcome]:
        """Return what becomes of the rules: those that are asked, and those named in vain."""
        key, chain = Key("chain", self._chain.id), self._chain
        named = {ref.id for ref in chain.frequency}
        found = [
            flow.stuck(key, "frequency", chain, text("`{rule}`: {why}", rule=id_, why=why))
            for id_, why in self.stuck.items()
            if id_ in named
        ]
        if self.asked or (named and not found):
            done = flow.done(key, "frequency", chain, guard.ASKED)
            found.append(guard.once(self._program, chain, done))
        return found

    def wrap(self, step: Step) -> Steps | None:
        """Put a send into a branch that asks the rules over it."""
        if not isinstance(step, Send) or step.send.message is None:
            return None
        held = self._over(step.send.message.id)
        pauses = [one for one in held.pauses if one.id in self.asked]
        caps = [one for one in held.limits if one.id in self.asked]
        if not pauses and not caps:
            return None
        first = _Asked.of([(one.exceed, self._counters.pause(one)) for one in pauses])
        last = _Asked.of([(one.exceed, self._counters.cap(one)) for one in caps])
        return (self._branch(step, first, last),)

    def _branch(self, step: Send, pauses: _Asked, caps: _Asked) -> Branch:
        """Return a branch: leave over a rule with `exit`, send if the others pass (8.1, 8.15)."""
        chain, place, arms = self._chain, step.place, []
        for ends, before in ((pauses.ends, ()), (caps.ends, pauses.skips)):
            if ends:
                over_one = Not(not_=All(all=ends, place=place), place=place)
                asked = All(all=(*self._first(step), *before, over_one), place=place)
                left = Leave(exit="frequency", place=place)
                arms.append(Arm(if_=asked, then=(left,), place=place))
        free = All(all=(*pauses.skips, *caps.skips), place=place)
        arms.append(Arm(if_=free, then=(step,), place=place))
        else_ = (guard.leaver(chain, step),) if guard.rechecks(chain) else ()
        return Branch(branch=Cases(cases=tuple(arms), else_=else_, place=place), place=place)

    def _first(self, step: Send) -> tuple[Condition, ...]:
        """Return what lets a send come as far as the rules."""
        message = self._program.messages[step.send.message.id if step.send.message else ""]
        passed = deliverable(self._program, message, step)
        audience = self._chain.audience if guard.rechecks(self._chain) else None
        return (passed,) if audience is None else (audience, passed)


class _Asked(NamedTuple):
    """When rules let a message through: those that skip it, and those that end the passage."""

    skips: tuple[Condition, ...]
    ends: tuple[Condition, ...]

    @classmethod
    def of(cls, asked: list[tuple[str, Condition]]) -> _Asked:
        """Return conditions by what their rules do otherwise."""
        ends = tuple(one for exceed, one in asked if exceed == "exit")
        return cls(tuple(one for exceed, one in asked if exceed != "exit"), ends)
