"""Steps put into other steps: which may be, unnoticed by anybody, and what then is made."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmspec.diagnostics import text
from crmspec.ir import Located, walk
from crmspec.ir.condition import StepResult
from crmspec.ir.step import STEPS, Arm, Branch, Cases, JumpTo
from crmspec.lower.capability import Support
from crmspec.lower.outcome import Key, Outcome
from crmspec.lower.rewrite import rewrite

if TYPE_CHECKING:
    from collections.abc import Callable

    from crmspec.diagnostics import Text
    from crmspec.ir.action import Step
    from crmspec.ir.chain import Chain
    from crmspec.ir.condition import Condition
    from crmspec.ir.step import Steps

    Wrap = Callable[[Step], Steps | None]
"""What a step becomes; None: it stays."""


def with_steps(chain: Chain, wrap: Wrap) -> Chain:
    """Return a chain with its steps wrapped, those inside others first."""

    def change(node: Located) -> Located | tuple[Located, ...] | None:
        if not isinstance(node, STEPS):
            return None
        inner = rewrite(node, change)
        made = wrap(inner)  # type: ignore[arg-type]
        return inner if made is None else made

    return rewrite(chain, change)


class Ids(NamedTuple):
    """The ids of the step inside and of what it is put into."""

    inner: str | None = None
    outer: str | None = None


def ids(chain: Chain, id_: str | None) -> Ids | None:
    """Return where the id of a step goes that may not run any more; None if to neither.

    A jump must find what is around the step. A test for `sent` must find the step itself. A test
    for `skipped`, of an output, or `since` the step tell one that was skipped from one not reached.
    """
    if id_ is None:
        return Ids()
    jumped = tested = False
    for node in walk(chain):
        if isinstance(node, JumpTo):
            jumped = jumped or node.to.id == id_
        elif isinstance(node, StepResult) and node.step.id == id_:
            if node.outcome in {None, "skipped"} or node.output is not None:
                return None
            tested = True
        elif getattr(node, "since", None) == id_:
            return None
    loops = tested and any(isinstance(node, JumpTo) for node in walk(chain))
    if (jumped and tested) or loops:
        return None
    return Ids(inner=id_) if tested else Ids(outer=id_)


def looks_first(chain: Chain, step: Step) -> bool:
    """Say whether wrapping a step would have exits looked at before the first one (4.4)."""
    first = bool(chain.steps) and chain.steps[0].place is step.place
    return first and any(leave.when == "step_end" for leave in chain.exit)


def branch(
    condition: Condition, then: Steps, made_by: Step, id_: str | None = None, else_: Steps = ()
) -> Branch:
    """Return a branch in the place of a step."""
    arm = Arm(if_=condition, then=then, place=made_by.place)
    cases = Cases(cases=(arm,), else_=else_, place=made_by.place)
    return Branch(branch=cases, id=id_, place=made_by.place)


RESULT = text("the result of this step is asked for")
FIRST = text("exits with `when: step_end` would be looked at before the first step")


def done(key: Key, element: str, node: Located, reason: Text, field: str | None = None) -> Outcome:
    """Return the outcome of a policy that is written in another way."""
    span = node.place.key(field or element)
    return Outcome(key, "policy", element, Support.LOWERED, span, reason)


def stuck(key: Key, element: str, node: Located, why: Text, field: str | None = None) -> Outcome:
    """Return the outcome of a policy that cannot be written in another way here."""
    reason = text("`{element}` cannot be written in another way: {why}", element=element, why=why)
    span = node.place.key(field or element)
    return Outcome(key, "policy", element, Support.NONE, span, reason, node)
