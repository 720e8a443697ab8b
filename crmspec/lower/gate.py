"""Questions that the gate asks anyway, for targets that cannot ask them elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from crmspec.diagnostics import text
from crmspec.ir import walk
from crmspec.ir.action import Fetch
from crmspec.ir.condition import All, ConsentIs, Reachable
from crmspec.ir.step import STEPS, Leave, Note, Send, Wait
from crmspec.lower import flow, guard
from crmspec.lower.capability import Support
from crmspec.lower.outcome import Key, Outcome
from crmspec.lower.rewrite import changed
from crmspec.lower.settled import settled
from crmspec.resolve.outline import ways

if TYPE_CHECKING:
    from crmspec.ir import Program
    from crmspec.ir.action import Step
    from crmspec.ir.chain import Chain
    from crmspec.ir.condition import Condition
    from crmspec.ir.message import Message
    from crmspec.ir.step import Steps
    from crmspec.lower.scene import Scene

_IDLE = (Wait, Note, Leave, Fetch)
_ASKED = {ConsentIs: "consent", Reachable: "reachable"}


def apply_gate(program: Program, scene: Scene) -> tuple[Program, list[Outcome]]:
    """Leave out of `only` and of audiences what the gate asks of each message that is sent."""
    outcomes: list[Outcome] = []
    if not scene.asks("gate"):
        return program, outcomes
    made = []
    for chain in scene.chains(program):
        work = _Gate(program, chain)
        made.append(("chain", work.chain()))
        outcomes += work.outcomes
    return changed(program, made), outcomes


class _Gate:
    """One chain whose questions are left to the gate."""

    def __init__(self, program: Program, chain: Chain) -> None:
        self._program, self._chain = program, chain
        self.outcomes: list[Outcome] = []

    def chain(self) -> Chain:
        """Return the chain without questions that the gate asks anyway."""
        made = self._chain
        if not guard.rechecks(made):
            made = flow.with_steps(made, self._wrap)
        return made if made.audience is None else self._open(made, made.audience)

    def _wrap(self, step: Step) -> Steps | None:
        """Return a send without the part of `only` that says what the gate says (8.6, 8.7)."""
        if not isinstance(step, Send) or step.only is None or step.send.message is None:
            return None
        message = self._program.messages[step.send.message.id]
        if message.fallback is not None or flow.ids(self._chain, step.id) is None:
            return None
        left, gone = _without(step.only, [self._asked(message)])
        self.outcomes += [self._done(one, Support.LOWERED, _ONCE) for one in gone]
        return (replace(step, only=left),) if gone else None

    def _open(self, chain: Chain, audience: Condition) -> Chain:
        """Return a chain that lets in whom none of its messages would reach."""
        sends = [message for _, message in guard.sends_of(self._program, chain)]
        acts = any(
            isinstance(one, STEPS) and not isinstance(one, (Send, *_IDLE)) and not ways(one)  # type: ignore[arg-type]
            for one in walk(chain)
        )
        if acts or not sends or None in sends:
            return chain
        left, gone = _without(audience, [self._asked(one) for one in sends if one is not None])
        self.outcomes += [self._done(one, Support.DEVIATES, _ALWAYS) for one in gone]
        return replace(chain, audience=left) if gone else chain

    def _asked(self, message: Message) -> tuple[str | None, str | None, str]:
        """Return the consent, the topic and the channel that the gate asks of a message."""
        channel = self._program.channels[message.channel.id]
        consent = message.consent or channel.consent
        topic = None if message.topic is None else message.topic.id
        return None if consent is None else consent.id, topic, channel.id

    def _done(self, leaf: Condition, support: Support, reason: object) -> Outcome:
        subject = _ASKED[type(leaf)]
        span = leaf.place.key(subject)
        key = Key("chain", self._chain.id)
        return Outcome(key, "condition", subject, support, span, reason)  # type: ignore[arg-type]


_ONCE = text("the gate asks it anyway")
_ALWAYS = text("who is not allowed a message enters all the same, and is sent none (semantics 8.6)")


def _without(
    condition: Condition, gates: list[tuple[str | None, str | None, str]]
) -> tuple[Condition | None, list[Condition]]:
    """Return a condition without the parts, all of which must hold, that all gates ask."""
    parts = condition.all if isinstance(condition, All) else (condition,)
    gone = [one for one in parts if all(_is_asked(one, gate) for gate in gates)]
    if not gone:
        return condition, gone
    known = {id(one) for one in gone}
    left = settled(condition, lambda one: True if id(one) in known else None)
    return (None if isinstance(left, bool) else left), gone


def _is_asked(part: Condition, gate: tuple[str | None, str | None, str]) -> bool:
    consent, topic, channel = gate
    match part:
        case Reachable():
            return part.reachable.id == channel
        case ConsentIs(is_="subscribed", method=(), changed=None):
            named = None if part.topic is None else part.topic.id
            return part.consent.id == consent and named in {None, topic}
    return False
