"""A send of several messages as branches on what can be delivered (semantics 8.26 to 8.29)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from crmspec.diagnostics import text
from crmspec.ir import Ref
from crmspec.ir.condition import All, Any, ConsentIs, Reachable
from crmspec.ir.step import Arm, Branch, Cases, Send, SendChoice
from crmspec.lower import flow
from crmspec.lower.outcome import Key
from crmspec.lower.rewrite import changed

if TYPE_CHECKING:
    from crmspec.diagnostics import Text
    from crmspec.ir import Program
    from crmspec.ir.action import Step
    from crmspec.ir.chain import Chain
    from crmspec.ir.condition import Condition
    from crmspec.ir.message import Message
    from crmspec.ir.step import Steps
    from crmspec.lower.outcome import Outcome
    from crmspec.lower.scene import Scene


def apply_choice(program: Program, scene: Scene) -> tuple[Program, list[Outcome]]:
    """Put the choice among messages into the chain."""
    outcomes: list[Outcome] = []
    if not scene.asks("choice"):
        return program, outcomes
    made = [("chain", _of(program, chain, outcomes)) for chain in scene.chains(program)]
    return changed(program, made), outcomes


def _of(program: Program, chain: Chain, outcomes: list[Outcome]) -> Chain:
    key = Key("chain", chain.id)

    def wrap(step: Step) -> Steps | None:
        if not isinstance(step, Send) or step.send.message is not None:
            return None
        why = _refusal(program, chain, step)
        if why is not None:
            outcomes.append(flow.stuck(key, "choice", step, why, "send"))
            return None
        outcomes.append(flow.done(key, "choice", step, text("written as branches"), "send"))
        return _ways(program, chain, step)

    return flow.with_steps(chain, wrap)


def _refusal(program: Program, chain: Chain, step: Send) -> Text | None:
    mode, messages = chosen(program, step.send)
    named = flow.ids(chain, step.id)
    if step.only is not None or step.unless is not None:
        return text("the step has `only` or `unless`")
    if mode == "preferred":
        return text("no condition asks for the channel of the latest click")
    if flow.looks_first(chain, step):
        return flow.FIRST
    if named is None or named.inner is not None:
        return flow.RESULT
    if mode == "all":
        steps = any(leave.when == "step_end" for leave in chain.exit)
        return (
            text("the audience or exits are looked at in between")
            if _rechecks(chain) or steps
            else None
        )
    return _all_leave(messages) if _rechecks(chain) else None


def _rechecks(chain: Chain) -> bool:
    return chain.audience is not None and chain.recheck != "entry"


def _all_leave(messages: tuple[Message, ...]) -> Text | None:
    """Say why no send can ask the audience where nothing is to be sent."""
    if any(one.fallback is None for one in messages):
        return None
    return text("each message has a `fallback`")


def chosen(program: Program, choice: SendChoice) -> tuple[str, tuple[Message, ...]]:
    """Return how one of several messages is chosen, and these in the order in which they are."""
    found = [program.messages[one.id] for one in choice.messages if one.id in program.messages]
    group = None if choice.group is None else program.channel_groups.get(choice.group.id)
    mode: str = choice.choose
    if group is not None:
        mode = group.choose if mode == "first_reachable" else mode
        order = {ref.id: number for number, ref in enumerate(group.order)}
        found.sort(key=lambda one: order.get(one.channel.id, len(order)))
    if mode == "cheapest":
        found.sort(key=lambda one: _cost(program, one))
    return mode, tuple(found)


def _cost(program: Program, message: Message) -> float:
    channel = program.channels.get(message.channel.id)
    return 0.0 if channel is None or channel.cost is None else channel.cost.amount


def _ways(program: Program, chain: Chain, step: Send) -> Steps:
    mode, messages = chosen(program, step.send)
    if mode == "all":
        first = _send(step, messages[0], step.id)
        return (first, *(_send(step, one) for one in messages[1:]))
    arms = [
        Arm(if_=deliverable(program, one, step), then=(_send(step, one),), place=step.place)
        for one in messages
    ]
    held = [one for one in messages if one.fallback is None]
    otherwise = (_send(step, held[0]),) if _rechecks(chain) else ()
    cases = Cases(cases=tuple(arms), else_=otherwise, place=step.place)
    return (Branch(branch=cases, id=step.id, title=step.title, place=step.place),)


def _send(step: Send, message: Message, id_: str | None = None) -> Send:
    ref = Ref(kind="message", id=message.id, place=step.place)
    choice = SendChoice(message=ref, place=step.send.place)
    return replace(step, id=id_, send=choice)


def deliverable(program: Program, message: Message, made_by: Step) -> Condition:
    """Return the condition that consent and reachability let a message through (8.6, 8.7)."""
    place = made_by.place
    channel = program.channels.get(message.channel.id)
    consent = message.consent or (None if channel is None else channel.consent)
    reach = Reachable(reachable=message.channel, place=place)
    if consent is not None:
        asked = ConsentIs(consent=consent, topic=message.topic, place=place)
        return All(all=(asked, reach), place=place)
    return Any(any=(), place=place) if message.category == "marketing" else reach
