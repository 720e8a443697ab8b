"""Exits looked at before each step that does something, for targets that never look in between."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from crmspec.diagnostics import text
from crmspec.ir.condition import EventHappened, Not
from crmspec.ir.step import Arm, Branch, Cases, Leave, Note, Wait, WaitFor
from crmspec.lower import flow
from crmspec.lower.capability import Support
from crmspec.lower.guard import same_in_steps
from crmspec.lower.outcome import Key, Outcome
from crmspec.lower.rewrite import changed
from crmspec.resolve.outline import ways

if TYPE_CHECKING:
    from crmspec.ir import Program
    from crmspec.ir.action import Step
    from crmspec.ir.chain import Chain, Exit
    from crmspec.ir.condition import Condition
    from crmspec.ir.step import Steps
    from crmspec.lower.scene import Scene

_IDLE = (Wait, WaitFor, Note, Leave)


def apply_exits(program: Program, scene: Scene) -> tuple[Program, list[Outcome]]:
    """Turn exits into branches that leave, before each step that does something."""
    outcomes: list[Outcome] = []
    if not scene.asks("exit"):
        return program, outcomes
    made = []
    for chain in scene.chains(program):
        asked = [(leave, _asked(chain, leave)) for leave in chain.exit]
        found = [(leave, one) for leave, one in asked if one is not None]
        outcomes += [_outcome(Key("chain", chain.id), *one) for one in asked]
        if found and len(found) == len(asked):
            made.append(("chain", _guarded(chain, found)))
    return changed(program, made), outcomes


def _asked(chain: Chain, leave: Exit) -> Condition | None:
    """Return when an exit holds, as a step of the chain can ask it; None if it cannot."""
    if leave.event is not None:
        return EventHappened(
            event=leave.event, where=leave.where, since="chain_start", place=leave.place
        )
    held = chain.audience if leave.no_longer else leave.if_
    if held is None or not same_in_steps(held):
        return None
    return Not(not_=held, place=held.place) if leave.no_longer else held


def _reason(leave: Exit) -> str:
    if leave.event is not None:
        return leave.event.id
    return "audience" if leave.no_longer else "condition"


def _guarded(chain: Chain, asked: list[tuple[Exit, Condition]]) -> Chain:
    """Put a branch with the exits before each step that acts; a jump comes after one itself."""

    def wrap(step: Step) -> Steps | None:
        if isinstance(step, _IDLE) or ways(step):  # type: ignore[arg-type]
            return None
        arms = tuple(
            Arm(if_=one, then=(Leave(exit=_reason(leave), place=leave.place),), place=leave.place)
            for leave, one in asked
        )
        return (Branch(branch=Cases(cases=arms, place=step.place), place=step.place), step)  # type: ignore[return-value]

    return flow.with_steps(replace(chain, exit=()), wrap)


def _outcome(key: Key, leave: Exit, asked: Condition | None) -> Outcome:
    name = f"exit_{_kind(leave)}"
    span = leave.place.key("exit")
    if asked is None:
        reason = text(
            "the exit cannot become a step: it asks for reactions to this chain's messages"
        )
        return Outcome(key, "policy", name, Support.NONE, span, reason, leave)
    reason = text(
        "the exit is looked at before each step that does something, not at once, and a message"
        " that waits at the gate is sent (semantics 4.3)"
    )
    return Outcome(key, "policy", name, Support.DEVIATES, span, reason)


def _kind(leave: Exit) -> str:
    return "event" if leave.event else "audience" if leave.no_longer else "if"
