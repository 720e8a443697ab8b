"""Chains whose ways never meet again: what follows a fork is copied into each of its ways."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from crmspec.diagnostics import Text, text
from crmspec.ir import walk
from crmspec.ir.action import Step
from crmspec.ir.condition import StepResult
from crmspec.ir.step import (
    STEPS,
    Branch,
    ExperimentStep,
    Jump,
    Leave,
    Split,
    Switch,
    Throttle,
    WaitFor,
)
from crmspec.lower.capability import Support
from crmspec.lower.graph import graph
from crmspec.lower.outcome import Key, Outcome
from crmspec.lower.rewrite import changed, rewrite
from crmspec.resolve.outline import ways

if TYPE_CHECKING:
    from crmspec.ir import Located, Program
    from crmspec.ir.chain import Chain
    from crmspec.ir.step import AnyStep, Arm, SplitArm, Steps
    from crmspec.lower.scene import Scene

MOST = 200
"""How many steps a chain may have after copying, where a target does not say."""


def apply_shape(program: Program, scene: Scene) -> tuple[Program, list[Outcome]]:
    """Bring chains into the shape of the target: a tree, or a line if they are one already."""
    table, made, outcomes = scene.capabilities, [], []
    for chain in scene.chains(program) if table.shape != "graph" else ():
        found = graph(chain)
        if found.is_line or (found.is_tree and table.shape == "tree"):
            continue
        fork: Located = next((one for one in walk(chain) if _forks(one)), chain)
        why = _refusal(chain, table.limits.steps or MOST) if table.shape == "tree" else _LINE
        if why is None:
            made.append(("chain", replace(chain, steps=_grown(chain.steps, ()))))
            outcomes.append(_done(chain, fork))
        else:
            outcomes.append(_lost(chain, fork, table.title, table.shape, why))
    return changed(program, made), outcomes


_LINE = text("its chains have one way alone")


def _forks(node: Located) -> bool:
    return isinstance(node, STEPS) and bool(ways(node))  # type: ignore[arg-type]


def _refusal(chain: Chain, most: int) -> Text | None:
    """Say why what follows a fork cannot be copied, None if it can."""
    copied = {id(node) for steps in _tails(chain.steps) for step in steps for node in walk(step)}
    named = {name_of(node) for node in walk(chain)} - {None}
    for node in walk(chain):
        if isinstance(node, Jump):
            return text("a jump needs one step to go to")
        if isinstance(node, Throttle) and id(node) in copied:
            return text("a throttle counts all who pass it")
        if _forks(node) and (getattr(node, "only", None) or getattr(node, "unless", None)):
            return text("a fork has `only` or `unless`")
        if isinstance(node, Step) and id(node) in copied and node.id in named:
            return text("the result of `{step}` is asked for", step=node.id or "")
    count = size(chain.steps, 0)
    if count > most:
        return text("it would have {count} steps; {limit} are allowed", count=count, limit=most)
    return None


def name_of(node: Located) -> str | None:
    """Return the id of the step that a node asks about."""
    if isinstance(node, StepResult):
        return node.step.id
    since: str | None = getattr(node, "since", None)
    return since


def _tails(steps: Steps) -> list[Steps]:
    """Return the lists of steps that follow a fork."""
    found = []
    for number, step in enumerate(steps):
        inside = ways(step)
        if inside:
            found.append(steps[number + 1 :])
        for way in inside:
            found += _tails(way)
    return found


def size(steps: Steps, after: int) -> int:
    """Return how many steps there will be, those that follow included."""
    for step in reversed(steps):
        inside = ways(step)
        if leaves(step):
            after = 0
        elif inside:
            after = sum(size(way, after) for way in inside)
        after += 1
    return after


def _grown(steps: Steps, after: Steps) -> Steps:
    """Return steps, and what follows them, as a tree; only the first copy keeps its ids."""
    whole = steps + after
    for number, step in enumerate(whole):
        if leaves(step):
            return whole[: number + 1]
        inside = ways(step)
        if inside:
            tail = whole[number + 1 :]
            bare = tuple(_bare(one) for one in tail)
            grown = [_grown(way, bare if place else tail) for place, way in enumerate(inside)]
            return (*whole[:number], with_ways(step, grown))
    return whole


def leaves(step: AnyStep) -> bool:
    """Say whether nothing comes after a step."""
    return isinstance(step, Leave) and step.only is None and step.unless is None


def _bare(step: AnyStep) -> AnyStep:
    """Return a step without ids, its own and those inside."""

    def change(node: Located) -> Located | None:
        if isinstance(node, Step) and node.id is not None:
            return rewrite(replace(node, id=None), change)
        return None

    return rewrite(replace(step, id=None), change)


def with_ways(step: AnyStep, grown: list[Steps]) -> AnyStep:
    """Return a fork with other steps in its ways, which are in reading order."""
    match step:
        case Branch():
            cases = _arms(step.branch.cases, grown)
            return replace(step, branch=replace(step.branch, cases=cases, else_=grown[-1]))
        case WaitFor():
            arms = _arms(step.wait_for.first_of, grown)
            race = replace(step.wait_for, first_of=arms, otherwise=grown[-1])
            return replace(step, wait_for=race)
        case Switch():
            cases_ = dict(zip(step.switch.cases, grown, strict=False))
            return replace(step, switch=replace(step.switch, cases=cases_, default=grown[-1]))
        case Split():
            return replace(step, split=replace(step.split, arms=_shares(step.split.arms, grown)))
        case ExperimentStep():
            shares = _shares(step.experiment.arms, grown)
            return replace(step, experiment=replace(step.experiment, arms=shares))
    raise TypeError(type(step).__name__)


def _arms(arms: tuple[Arm, ...], grown: list[Steps]) -> tuple[Arm, ...]:
    return tuple(replace(arm, then=then) for arm, then in zip(arms, grown, strict=False))


def _shares(arms: dict[str, SplitArm], grown: list[Steps]) -> dict[str, SplitArm]:
    pairs = zip(arms.items(), grown, strict=True)
    return {name: replace(arm, steps=steps) for (name, arm), steps in pairs}


def _done(chain: Chain, fork: Located) -> Outcome:
    reason = text("what follows is copied into each way")
    return Outcome(
        Key("chain", chain.id), "shape", "tree", Support.LOWERED, fork.place.span, reason
    )


def _lost(chain: Chain, fork: Located, target: str, shape: str, why: Text) -> Outcome:
    reason = text("{target} does not take a chain of this shape: {why}", target=target, why=why)
    return Outcome(Key("chain", chain.id), "shape", shape, Support.NONE, fork.place.span, reason)
