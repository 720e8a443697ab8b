"""What the gate asks, asked in steps before each send, for targets without such a gate."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from msgspec.structs import replace

from crmspec.diagnostics import Text, text
from crmspec.ir import Ref, walk
from crmspec.ir.condition import All, Any, ConsentIs, MessageReaction, Not
from crmspec.ir.step import JumpTo, Leave, Send, Until, Wait, WaitTime
from crmspec.ir.trait import Now, NowIs, TimeWindow
from crmspec.logic.delay import outlasts
from crmspec.lower import flow
from crmspec.lower.capability import Support
from crmspec.lower.choice import deliverable
from crmspec.lower.element import elements
from crmspec.lower.outcome import Key
from crmspec.lower.rewrite import changed

if TYPE_CHECKING:
    from collections.abc import Callable

    from crmspec.ir import Located, Program
    from crmspec.ir.action import Step
    from crmspec.ir.chain import Chain, QuietHours
    from crmspec.ir.condition import Condition
    from crmspec.ir.message import Message
    from crmspec.ir.step import Branch, Steps
    from crmspec.lower.outcome import Outcome
    from crmspec.lower.scene import Scene

    Apply = Callable[[Program, Chain], "Text | Chain"]
Made: TypeAlias = "Text | Chain"
"""A chain with guards, or why it cannot have them."""


def apply_guards(program: Program, scene: Scene) -> tuple[Program, list[Outcome]]:
    """Put the questions that the target does not ask into the steps of chains."""
    outcomes: list[Outcome] = []
    for name, (has, guarded) in _GUARDS.items():
        made = []
        for chain in scene.chains(program) if scene.asks(name) else ():
            if not has(program, chain):
                continue
            found = guarded(program, chain)
            key = Key("chain", chain.id)
            if isinstance(found, Text):
                outcomes.append(flow.stuck(key, name, chain, found, _KEYS.get(name)))
            else:
                made.append(("chain", found))
                outcomes.append(_done(program, key, name, found))
        program = changed(program, made)
    return program, outcomes


def _done(program: Program, key: Key, name: str, chain: Chain) -> Outcome:
    done = flow.done(key, name, chain, ASKED, _KEYS.get(name))
    return done if name == "quiet_hours" else once(program, chain, done)


ASKED = text("asked before each send")


def once(program: Program, chain: Chain, done: Outcome) -> Outcome:
    """Return the outcome of what is asked before sends, and not again after a wait at the gate."""
    if not may_wait(program, chain):
        return done
    reason = text("a message that waits at the gate is not asked again (semantics 8.21)")
    return replace(done, support=Support.DEVIATES, reason=reason)


def may_wait(program: Program, chain: Chain) -> bool:
    """Say whether a send of the chain may be held at the gate, to ask anew later."""
    hours = [one.quiet_hours for one in program.channels.values()]
    delays = any(one.exceed == "delay" for one in program.frequency.values())
    return chain.quiet_hours is not None or any(hours) or delays


def same_in_steps(condition: Condition) -> bool:
    """Say whether a condition means the same in the steps as in the head of a chain (5.29)."""
    return not any(
        isinstance(node, MessageReaction)
        and isinstance(node.message, Ref)
        and not (node.within or node.since)
        for node in walk(condition)
    )


def rechecks(chain: Chain) -> bool:
    """Say whether the audience is asked again at sends."""
    return chain.audience is not None and chain.recheck != "entry"


def sends_of(program: Program, chain: Chain) -> list[tuple[Send, Message | None]]:
    """Return the sends of a chain, each with its message, None if it chooses one."""
    found = [node for node in walk(chain) if isinstance(node, Send)]
    known = program.messages
    return [(one, known.get(one.send.message.id) if one.send.message else None) for one in found]


def refusal(program: Program, chain: Chain) -> Text | None:
    """Say why nothing can be put before the sends of a chain, None if it can."""
    sends = sends_of(program, chain)
    jumped = {node.to.id for node in walk(chain) if isinstance(node, JumpTo)}
    if any(message is None for _, message in sends):
        return text("a send chooses among several messages")
    if any(step.only is not None or step.unless is not None for step, _ in sends):
        return text("a send has `only` or `unless`")
    if any(step.id in jumped for step, _ in sends if step.id is not None):
        return text("a jump goes straight to a send")
    if any(flow.looks_first(chain, step) for step, _ in sends):
        return flow.FIRST
    if chain.audience is not None and not same_in_steps(chain.audience):
        return text("the audience asks for reactions to this chain's messages")
    return None


def skipping(program: Program, chain: Chain) -> Text | None:
    """Say why no step can skip the sends of a chain, None if one can."""
    why = refusal(program, chain)
    if why is not None:
        return why
    for step, message in sends_of(program, chain):
        if message is not None and message.fallback is not None and message.fallback.then == "exit":
            return text("a `fallback` may end the chain before it is asked")
        if flow.ids(chain, step.id) is None:
            return flow.RESULT
    return None


def _before(chain: Chain, made: Callable[[Send], Steps]) -> Chain:
    def wrap(step: Step) -> Steps | None:
        return (*made(step), step) if isinstance(step, Send) else None

    return flow.with_steps(chain, wrap)


def _recheck(program: Program, chain: Chain) -> Made:
    """Ask the audience before each send, and leave with the same reason (6.21)."""
    if chain.recheck == "each_step":
        return text("it is asked before every step")
    why = refusal(program, chain)
    if why is not None:
        return why
    return asking(chain)


def asking(chain: Chain) -> Chain:
    """Return a chain that asks its audience before each send itself."""
    return _before(replace(chain, recheck="entry"), lambda step: (leaver(chain, step),))


def leaver(chain: Chain, step: Step) -> Branch:
    """Return a branch that leaves where the audience no longer holds (6.21)."""
    audience = chain.audience or All(all=())
    left = Leave(exit="audience", place=step.place)
    return flow.branch(Not(not_=audience, place=audience.place), (left,), step)


def _consent(program: Program, chain: Chain) -> Made:
    """Ask for consent before each send (8.6); who has none is not sent it, and goes on (8.4)."""
    why = skipping(program, chain)
    if why is not None:
        return why

    def wrap(step: Step) -> Steps | None:
        if not isinstance(step, Send) or step.send.message is None:
            return None
        asked = permitted(program, program.messages[step.send.message.id], step)
        if asked is None:
            return None
        otherwise = (leaver(chain, step),) if rechecks(chain) else ()
        return (flow.branch(asked, (step,), step, None, otherwise),)

    return flow.with_steps(chain, wrap)


def permitted(program: Program, message: Message, made_by: Located) -> Condition | None:
    """Return the condition that the customer consents to a message, None if none is asked for."""
    channel = program.channels.get(message.channel.id)
    consent = message.consent or (None if channel is None else channel.consent)
    if consent is not None:
        return ConsentIs(consent=consent, topic=message.topic, place=made_by.place)
    return Any(any=(), place=made_by.place) if message.category == "marketing" else None


def _quiet(program: Program, chain: Chain) -> Made:
    """Wait for the end of quiet hours before each send that would meet them (8.8, 8.9)."""
    hours = chain.quiet_hours
    assert hours is not None  # noqa: S101 - asked before
    why = refusal(program, chain) or _odd(program, chain, hours)
    if why is not None:
        return why

    def wait(step: Send) -> Steps:
        message = program.messages[step.send.message.id if step.send.message else ""]
        if message.category == "transactional":
            return ()
        now = Now(time=TimeWindow(from_=hours.from_, to=hours.to, place=hours.place))
        asked = [deliverable(program, message, step), NowIs(now=now, place=hours.place)]
        if rechecks(chain) and chain.audience is not None:
            asked.insert(0, chain.audience)
        until = WaitTime(until=Until(at=hours.to, place=hours.place), place=hours.place)
        then = (Wait(wait=until, place=hours.place),)
        return (flow.branch(All(all=tuple(asked), place=hours.place), then, step),)

    return _before(replace(chain, quiet_hours=None), wait)


def _odd(program: Program, chain: Chain, hours: QuietHours) -> Text | None:
    """Say why a wait would not do what quiet hours do."""
    channels = program.channels.values()
    sends = [message for _, message in sends_of(program, chain) if message is not None]
    checks = (
        (
            hours.fallback != "next_allowed" or not outlasts(hours) or bool(hours.weekdays),
            text("they have `fallback`, `ttl` or `weekdays`"),
        ),
        (
            {hours.timezone or "profile", chain.timezone or "profile"} != {"profile"},
            text("they are not in the customer's zone"),
        ),
        (
            any(one.quiet_hours is not None for one in channels),
            text("channels have quiet hours of their own"),
        ),
        (
            any(leave.when == "step_end" for leave in chain.exit) or chain.recheck == "each_step",
            text("exits or the audience would be looked at after the wait"),
        ),
        (
            any(one.exceed == "delay" for one in program.frequency.values()),
            text("a frequency rule with `delay` asks for quiet hours again"),
        ),
        (
            any(one.type == "holdout" for one in program.experiments.values()),
            text("who is in a holdout experiment would wait as well"),
        ),
        (any(one.fallback is not None for one in sends), text("a `fallback` is asked first")),
    )
    return next((why for odd, why in checks if odd), None)


def _any_consent(program: Program, chain: Chain) -> bool:
    return any(one.name == "consent" for one in elements(program, chain))


_GUARDS: dict[str, tuple[Callable[[Program, Chain], bool], Apply]] = {
    "quiet_hours": (lambda _, chain: chain.quiet_hours is not None, _quiet),
    "recheck": (lambda _, chain: rechecks(chain), _recheck),
    "consent": (_any_consent, _consent),
}
"""Policy → whether a chain has it, and what puts it into steps; in this order."""
_KEYS = {"recheck": "audience", "consent": "steps"}
"""Policy → the key at which it is told of, if not its own."""
