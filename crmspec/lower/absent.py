"""Chains without the messages that the target does not take, where their authors accept that.

A message that the target lacks is like one that reaches nobody: it is not chosen, nobody reacts
to it, and what asks for that has its answer. Whoever it would not reach is sent the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from crmspec.diagnostics import text
from crmspec.ir import Ref, walk
from crmspec.ir.condition import MessageReaction
from crmspec.ir.step import Branch, JumpTo, Send, SendChoice, Wait, WaitFor, WaitTime
from crmspec.lower import flow
from crmspec.lower.capability import Support
from crmspec.lower.outcome import Key, Outcome
from crmspec.lower.rewrite import changed
from crmspec.lower.settled import settled
from crmspec.lower.tree import name_of
from crmspec.semantics.reaction import REACTIONS

if TYPE_CHECKING:
    from crmspec.ir import Program
    from crmspec.ir.action import Step
    from crmspec.ir.chain import Chain
    from crmspec.ir.condition import Condition
    from crmspec.ir.message import Message
    from crmspec.ir.step import Arm, Steps
    from crmspec.lower.scene import Scene


def apply_absences(program: Program, scene: Scene) -> tuple[Program, list[Outcome]]:
    """Leave the sends of what the target lacks out of chains with `on_unsupported: degrade`.

    A chain that would send nothing any more stays as it is: it is left out itself.
    """
    made, outcomes = [], list[Outcome]()
    for chain in scene.chains(program) if scene.lacking else ():
        sent = {ref.id for one in walk(chain) if isinstance(one, Send) for ref in _refs(one)}
        if scene.wish(program, chain) == "degrade" and sent & scene.lacking < sent:
            work = _Without(program, chain, scene.lacking)
            made.append(("chain", flow.with_steps(chain, work.wrap)))
            outcomes += work.outcomes
    return changed(program, made), outcomes


def _ends(message: Message) -> bool:
    """Say whether a message may end the chain before it is looked at whom it reaches (8.3)."""
    return message.fallback is not None and message.fallback.then == "exit"


def _refs(step: Send) -> tuple[Ref, ...]:
    return (step.send.message,) if step.send.message is not None else step.send.messages


class _Without:
    """One chain that loses its sends of some messages."""

    def __init__(self, program: Program, chain: Chain, lacking: frozenset[str]) -> None:
        self._program, self._key = program, Key("chain", chain.id)
        self._lacking = {one for one in lacking if not _ends(program.messages[one])}
        self._named = {name_of(node) for node in walk(chain)}
        self._named |= {node.to.id for node in walk(chain) if isinstance(node, JumpTo)}
        self.outcomes: list[Outcome] = []

    def wrap(self, step: Step) -> Steps | None:
        """Return what is left of a step, whose inner steps are done already."""
        if step.id is not None and step.id in self._named:
            return None
        reached = self._reached(step)
        if reached is None:
            return ()
        match reached:
            case Send():
                return self._send(reached)
            case Branch():
                return self._branch(reached)
            case WaitFor():
                return self._race(reached)
        return (reached,)  # type: ignore[return-value]

    def _reached(self, step: Step) -> Step | None:
        """Return a step without an `only` or `unless` that is known, None if it never runs."""
        only = True if step.only is None else settled(step.only, self._known)
        unless = False if step.unless is None else settled(step.unless, self._known)
        if only is False or unless is True:
            return None
        left = [None if isinstance(one, bool) else one for one in (only, unless)]
        return replace(step, only=left[0], unless=left[1])

    def _known(self, leaf: Condition) -> bool | None:
        """Return what a test of reactions to a message that is not sent says (5.28)."""
        if not isinstance(leaf, MessageReaction) or not isinstance(leaf.message, Ref):
            return None
        tests = [test.operand for name in REACTIONS for test in getattr(leaf, name)]
        if leaf.message.id not in self._lacking or not all(isinstance(one, bool) for one in tests):
            return None
        return not any(tests)

    def _send(self, step: Send) -> Steps:
        gone = [one for one in _refs(step) if one.id in self._lacking]
        left = tuple(one for one in step.send.messages if one.id not in self._lacking)
        self.outcomes += [self._outcome(one, others=bool(left)) for one in gone]
        if not gone:
            return (step,)
        if not left:
            return ()
        choice = replace(step.send, messages=left)
        if len(left) == 1 and self._program.messages[left[0].id].fallback is None:
            choice = SendChoice(message=left[0], place=step.send.place)
        return (replace(step, send=choice),)

    def _outcome(self, ref: Ref, *, others: bool) -> Outcome:
        reason = text("`message.{id}` is left out, and is not sent here", id=ref.id)
        advice = text("the step chooses among the other messages") if others else None
        return Outcome(
            self._key, "step", "send", Support.NONE, ref.place.span, reason, ref, advice=advice
        )

    def _branch(self, step: Branch) -> Steps:
        arms, rest = self._arms(step.branch.cases)
        otherwise = step.branch.else_ if rest is None else rest
        if not otherwise and not any(arm.then for arm in arms):
            return ()
        if not arms and step.only is None and step.unless is None:
            return otherwise
        return (replace(step, branch=replace(step.branch, cases=arms, else_=otherwise)),)

    def _arms(self, arms: tuple[Arm, ...]) -> tuple[tuple[Arm, ...], Steps | None]:
        """Return the arms that may be taken, and what is done where one certainly is."""
        made: list[Arm] = []
        for arm in arms:
            asked = settled(arm.if_, self._known)
            if asked is True:
                return tuple(made), arm.then
            if asked is not False:
                made.append(arm if asked is arm.if_ else replace(arm, if_=asked))
        return tuple(made), None

    def _race(self, step: WaitFor) -> Steps:
        """Return a race without arms that nobody can win; one without any is a wait."""
        race, place = step.wait_for, step.place
        kept = [one for one in race.first_of if settled(one.if_, self._known) is not False]
        odd = step.only is not None or step.unless is not None or race.timeout is None
        if len(kept) == len(race.first_of) or (not kept and odd):
            return (step,)
        if kept:
            return (replace(step, wait_for=replace(race, first_of=tuple(kept))),)
        wait = Wait(wait=WaitTime(for_=race.timeout, place=race.place), place=place)
        return (replace(wait, id=step.id, title=step.title), *race.otherwise)
