"""Steps that choose a way: branches, switches, splits, experiments (7.18, 7.19, 7.29-7.34)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.ir.step import Branch, ExperimentStep, Split, Switch
from crmspec.semantics import sending
from crmspec.semantics.bucket import arm, bucket
from crmspec.semantics.condition import attribute
from crmspec.semantics.spelling import fold

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from crmspec.ir.step import SplitArm, SwitchValue
    from crmspec.semantics.route import Node
    from crmspec.semantics.run import Live, Run

    Choose = Callable[[Run, Live, Node, Any], tuple[int, str]]


def choose(run: Run, live: Live, node: Node) -> int:
    """Return the number of the way to take."""
    way, name = _CHOICES[type(node.step)](run, live, node, node.step)
    run.tell("take", live, reason=name, data={"way": way}, node=node.step)
    return way


def _branch(run: Run, live: Live, _: Node, step: Branch) -> tuple[int, str]:
    """Take the first case whose condition is true, else `else` (semantics 7.18)."""
    for number, case in enumerate(step.branch.cases):
        if run.holds(case.if_, live):
            return number, str(number)
    return len(step.branch.cases), "else"


def _switch(run: Run, live: Live, _: Node, step: Switch) -> tuple[int, str]:
    """Take the case equal to the value as text, case ignored (semantics 7.19)."""
    value = _value(run, live, step.switch.value)
    written = None if value is None else fold(_as_text(value))
    for number, case in enumerate(step.switch.cases):
        if fold(case) == written:
            return number, case
    return len(step.switch.cases), "default"


def _as_text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _value(run: Run, live: Live, value: SwitchValue) -> object:
    if value.attribute is not None:
        found = attribute(value.attribute.id, run.seen(live))
        declared = run.program.attributes.get(value.attribute.id)
        return declared.missing_as if found is None and declared is not None else found
    if value.trigger is not None:
        return live.passage.properties.get(value.trigger.id)
    if value.step is not None:
        came = live.passage.outcomes.get(value.step.step.id)
        if came is None:
            return None
        return came.outcome if value.step.output is None else came.output.get(value.step.output)
    return run.scenario.customer.locale if value.locale else None


def _weights(arms: dict[str, SplitArm]) -> list[tuple[str, float]]:
    return [(name, one.weight) for name, one in arms.items()]


def _split(run: Run, _: Live, node: Node, step: Split) -> tuple[int, str]:
    """Take the arm of the customer's bucket, or the one the scenario fixes (7.29-7.32)."""
    arms = step.split.arms
    salt = step.split.salt or node.name
    found = run.scenario.arms.get(salt) or node.told(run.scenario.arms)
    if found is None:
        found = arm(_weights(arms), bucket(salt, run.scenario.customer.id))
    return _place(arms, found)


def _experiment(run: Run, _: Live, __: Node, step: ExperimentStep) -> tuple[int, str]:
    """Take the arm of the variant the customer is given (semantics 7.33)."""
    arms = step.experiment.arms
    declared = run.program.experiments.get(step.experiment.id.id)
    unit = "profile" if declared is None else declared.unit
    return _place(arms, sending.draw(run, step.experiment.id.id, unit, _weights(arms)))


def _place(arms: dict[str, SplitArm], found: str | None) -> tuple[int, str]:
    """Return where an arm stands; beyond all arms, where weights do not reach 100, the last."""
    names = list(arms)
    number = names.index(found) if found in arms else len(names) - 1
    return number, names[number]


_CHOICES: dict[type, Choose] = {
    Branch: _branch,
    Switch: _switch,
    Split: _split,
    ExperimentStep: _experiment,
}
