"""The order of a chain's steps: which step may have run before which."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from crmspec.ir.step import Branch, ExperimentStep, Jump, Split, Switch, WaitFor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crmspec.ir.chain import Chain
    from crmspec.ir.step import AnyStep, JumpTo, Steps
    from crmspec.ir.value import Located

Path = tuple[int, ...]
"""Alternating position in a list of steps and number of the way taken inside that step."""


class Placed(NamedTuple):
    """A step, where it stands, and its number in reading order."""

    step: AnyStep
    path: Path
    order: int


def ways(step: AnyStep) -> tuple[Steps, ...]:
    """Return the lists of steps inside a step, in reading order."""
    inside = _WAYS.get(step.__class__)
    return () if inside is None else inside(step)


def _of_race(step: WaitFor) -> tuple[Steps, ...]:
    return (*(arm.then for arm in step.wait_for.first_of), step.wait_for.otherwise)


def _of_branch(step: Branch) -> tuple[Steps, ...]:
    return (*(arm.then for arm in step.branch.cases), step.branch.else_)


def _of_switch(step: Switch) -> tuple[Steps, ...]:
    return (*step.switch.cases.values(), step.switch.default)


def _of_split(step: Split) -> tuple[Steps, ...]:
    return tuple(arm.steps for arm in step.split.arms.values())


def _of_experiment(step: ExperimentStep) -> tuple[Steps, ...]:
    return tuple(arm.steps for arm in step.experiment.arms.values())


_WAYS: dict[type[Located], Callable[..., tuple[Steps, ...]]] = {
    WaitFor: _of_race,
    Branch: _of_branch,
    Switch: _of_switch,
    Split: _of_split,
    ExperimentStep: _of_experiment,
}


class Outline:
    """All steps of one chain in reading order."""

    def __init__(self, chain: Chain) -> None:
        self.chain = chain
        self.steps: list[Placed] = []
        self._place(chain.steps, ())
        self.by_id: dict[str, Placed] = {}
        for placed in self.steps:
            if placed.step.id is not None:
                self.by_id.setdefault(placed.step.id, placed)

    def _place(self, steps: Steps, prefix: Path) -> None:
        for position, step in enumerate(steps):
            path = (*prefix, position)
            self.steps.append(Placed(step, path, len(self.steps)))
            for number, way in enumerate(ways(step)):
                if way:
                    self._place(way, (*path, number))

    @cached_property
    def loops(self) -> list[tuple[int, int]]:
        """Return `(first, last)` reading numbers of the steps that jumps back repeat."""
        return [
            (target.order, placed.order)
            for placed, _, target in self.jumps()
            if target is not None and target.order <= placed.order
        ]

    def jumps(self) -> Iterator[tuple[Placed, JumpTo, Placed | None]]:
        """Yield every jump with its target, None if there is no such step."""
        for placed in self.steps:
            if isinstance(placed.step, Jump):
                yield placed, placed.step.jump, self.by_id.get(placed.step.jump.to.id)

    def repeats(self, one: Placed, other: Placed) -> bool:
        """Say whether both steps are run again and again by one jump back."""
        low, high = sorted((one.order, other.order))
        return any(first <= low and high <= last for first, last in self.loops)


def relation(step: Path, asker: Path) -> str:
    """Say how a step stands to the one that asks about it: `before`, `after` or `apart`.

    `before` includes steps around the asker; `apart` are other ways of the same choice.
    """
    for depth, (left, right) in enumerate(zip(step, asker, strict=False)):
        if left != right:
            is_position = depth % 2 == 0
            return ("before" if left < right else "after") if is_position else "apart"
    return "before" if len(step) < len(asker) else "after"
