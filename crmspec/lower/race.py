"""`wait_for` as a wait of its whole length and then a branch on what came meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from crmspec.diagnostics import Text, text
from crmspec.ir import walk
from crmspec.ir.condition import EventHappened, EventMissing, MessageReaction
from crmspec.ir.step import Branch, Cases, JumpTo, Note, Wait, WaitFor, WaitTime
from crmspec.lower import flow
from crmspec.lower.capability import Support
from crmspec.lower.outcome import Key, Outcome
from crmspec.lower.rewrite import changed, rewrite

if TYPE_CHECKING:
    from crmspec.ir import Located, Program
    from crmspec.ir.action import Step
    from crmspec.ir.chain import Chain
    from crmspec.ir.condition import Condition
    from crmspec.ir.step import Steps
    from crmspec.lower.scene import Scene

_LOGGED = (EventHappened, EventMissing, MessageReaction)


def apply_races(program: Program, scene: Scene) -> tuple[Program, list[Outcome]]:
    """Turn each `wait_for` with a timeout into a wait and a branch."""
    outcomes: list[Outcome] = []
    if not scene.asks("race"):
        return program, outcomes
    made = [("chain", _of(chain, outcomes)) for chain in scene.chains(program)]
    return changed(program, made), outcomes


def _of(chain: Chain, outcomes: list[Outcome]) -> Chain:
    key = Key("chain", chain.id)
    count = 0

    def wrap(step: Step) -> Steps | None:
        nonlocal count
        if not isinstance(step, WaitFor):
            return None
        why = _refusal(chain, step)
        outcomes.append(_outcome(key, step, why))
        if why is not None:
            return None
        count += 1
        return _waited(step, f"crmspec__wait_{count}")

    return flow.with_steps(chain, wrap)


def _refusal(chain: Chain, step: WaitFor) -> Text | None:
    named = flow.ids(chain, step.id)
    if step.wait_for.timeout is None:
        return text("it has no `timeout`")
    if step.only is not None or step.unless is not None:
        return text("it has `only` or `unless`")
    if step.id is not None and any(
        isinstance(node, JumpTo) and node.to.id == step.id for node in walk(chain)
    ):
        return text("a jump goes to it")
    return flow.RESULT if named is None or named.inner is not None else None


def _waited(step: WaitFor, marker: str) -> Steps:
    """Return a mark, the wait, and the branch on what came since the mark (semantics 7.13)."""
    race, place = step.wait_for, step.place
    since = marker if race.since == "step" else race.since
    arms = tuple(replace(arm, if_=_since(arm.if_, since)) for arm in race.first_of)
    cases = Cases(cases=arms, else_=race.otherwise, place=race.place)
    mark = Note(note="the wait begins", id=marker, place=place)
    wait = Wait(wait=WaitTime(for_=race.timeout, place=place), place=place)
    return (mark, wait, Branch(branch=cases, place=place))


def _since(condition: Condition, since: str) -> Condition:
    """Return a condition that looks at what came since a mark, where it says nothing else."""

    def change(node: Located) -> Located | None:
        if isinstance(node, _LOGGED) and node.since is None:
            between = getattr(node, "between_ago", ())
            return node if node.within or between else replace(node, since=since)
        return None

    made = change(condition)
    return rewrite(condition, change) if made is None else made  # type: ignore[return-value]


def _outcome(key: Key, step: WaitFor, why: Text | None) -> Outcome:
    span = step.place.key("wait_for")
    if why is not None:
        reason = text("`wait_for` cannot become a wait and a branch: {why}", why=why)
        return Outcome(key, "step", "wait_for", Support.NONE, span, reason, step)
    reason = text(
        "it waits the whole `timeout` and then takes the first arm that holds, not the earliest,"
        " and not at once (semantics 7.12, 7.15)"
    )
    return Outcome(key, "step", "wait_for", Support.DEVIATES, span, reason)
