"""`only` and `unless` as branches (semantics 7.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from crmspec.diagnostics import text
from crmspec.ir.condition import All, Not
from crmspec.ir.step import Batch
from crmspec.lower import flow
from crmspec.lower.outcome import Key
from crmspec.lower.rewrite import changed

if TYPE_CHECKING:
    from crmspec.diagnostics import Text
    from crmspec.ir import Program
    from crmspec.ir.action import Step
    from crmspec.ir.chain import Chain
    from crmspec.ir.condition import Condition
    from crmspec.ir.step import Steps
    from crmspec.lower.outcome import Outcome
    from crmspec.lower.scene import Scene


def apply_only(program: Program, scene: Scene) -> tuple[Program, list[Outcome]]:
    """Put each step with `only` or `unless` into a branch."""
    outcomes: list[Outcome] = []
    if not scene.asks("only"):
        return program, outcomes
    made = [("chain", _of(chain, outcomes)) for chain in scene.chains(program)]
    return changed(program, made), outcomes


def _of(chain: Chain, outcomes: list[Outcome]) -> Chain:
    key = Key("chain", chain.id)

    def wrap(step: Step) -> Steps | None:
        if step.only is None and step.unless is None:
            return None
        named = flow.ids(chain, step.id)
        why = _refusal(chain, step)
        for element in ("only", "unless"):
            if getattr(step, element) is not None:
                said = text("written as a branch")
                outcomes.append(
                    flow.done(key, element, step, said)
                    if why is None
                    else flow.stuck(key, element, step, why)
                )
        if why is not None or named is None:
            return None
        inner = replace(step, only=None, unless=None, id=named.inner)
        return (flow.branch(_asked(step), (inner,), step, named.outer),)  # type: ignore[arg-type]

    return flow.with_steps(chain, wrap)


def _refusal(chain: Chain, step: Step) -> Text | None:
    if isinstance(step, Batch):
        return text("a batch collects from the first moment on")
    if flow.looks_first(chain, step):
        return flow.FIRST
    return flow.RESULT if flow.ids(chain, step.id) is None else None


def _asked(step: Step) -> Condition:
    """Return what must hold: `only`, and not `unless`."""
    unless = None if step.unless is None else Not(not_=step.unless, place=step.unless.place)
    if step.only is None or unless is None:
        return step.only or unless  # type: ignore[return-value]
    return All(all=(step.only, unless), place=step.place)
