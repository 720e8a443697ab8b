"""Steps after the point at which every customer has left the chain or jumped away."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from crmspec.diagnostics import Label, text
from crmspec.ir.step import STEPS, Branch, ExperimentStep, Jump, Leave, Split, Switch, WaitFor
from crmspec.resolve.codes import UNREACHABLE_STEP
from crmspec.resolve.finding import finding
from crmspec.resolve.outline import ways
from crmspec.source import Memory

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Diagnostic
    from crmspec.ir.step import AnyStep, Steps
    from crmspec.resolve.outline import Outline
    from crmspec.resolve.scope import Scope


def check(scope: Scope) -> Iterator[Diagnostic]:
    """Yield CRM224, once for each list of steps."""
    memory = scope.memory or Memory()
    for outline in scope.outlines.values():
        yield from memory.recall("unreachable", (outline,), partial(_of, outline))


def _of(outline: Outline) -> tuple[Diagnostic, ...]:
    forward = {
        target.step.id
        for placed, _, target in outline.jumps()
        if target is not None and target.order > placed.order
    }
    reach = Reach(outline, frozenset(filter(None, forward)))
    return tuple(reach.check(outline.chain.steps))


_GOES_ON = frozenset(STEPS) - {Leave, Jump, WaitFor, Branch, Switch, Split, ExperimentStep}


class Reach:
    """Follows the customers of one chain; `forward` are the steps that jumps lead on to."""

    def __init__(self, outline: Outline, forward: frozenset[str]) -> None:
        self.order = {id_: placed.order for id_, placed in outline.by_id.items()}
        self.numbers = {id(placed.step): placed.order for placed in outline.steps}
        self.forward = forward

    def check(self, steps: Steps) -> Iterator[Diagnostic]:
        """Yield the first step of a list that nobody reaches, and go into all the others."""
        end: AnyStep | None = None
        reported = False
        for step in steps:
            if self._is_target(step):
                end, reported = None, False
            if end is not None:
                if not reported:
                    yield self._unreachable(step, end)
                reported = True
                continue
            if isinstance(step, WaitFor):
                yield from _never_late(step)
            for way in ways(step):
                yield from self.check(way)
            if self._ends(step):
                end = step

    def _unreachable(self, step: AnyStep, end: AnyStep) -> Diagnostic:
        subject = type(step).subject
        return finding(
            UNREACHABLE_STEP,
            step.place.key(subject),
            text("nobody comes to this `{step}`", step=subject),
            text("take it out, or put a condition (`only`, `unless`) on what ends the path"),
            related=(Label(end.place.key(type(end).subject), text("every path ends here")),),
        )

    def _is_target(self, step: AnyStep) -> bool:
        if not self.forward or step.id in self.forward:
            return bool(self.forward)
        return any(self._is_target(inner) for way in ways(step) for inner in way)

    def _ends(self, step: AnyStep) -> bool:
        """Say whether no customer goes on to the step after this one."""
        if step.__class__ in _GOES_ON:
            return False
        if step.only is not None or step.unless is not None:
            return False
        match step:
            case Leave():
                return True
            case Jump():
                return step.jump.max is None and self._is_forward(step)
            case WaitFor() if step.wait_for.timeout is None and not step.wait_for.otherwise:
                return all(self._list_ends(arm.then) for arm in step.wait_for.first_of)
        inside = ways(step)
        return bool(inside) and all(self._list_ends(way) for way in inside)

    def _is_forward(self, step: Jump) -> bool:
        target = self.order.get(step.jump.to.id)
        return target is not None and target > self.numbers[id(step)]

    def _list_ends(self, steps: Steps) -> bool:
        ended = False
        for step in steps:
            if self._is_target(step):
                ended = False
            ended = ended or self._ends(step)
        return ended


def _never_late(step: WaitFor) -> Iterator[Diagnostic]:
    body = step.wait_for
    if body.otherwise and body.timeout is None:
        yield finding(
            UNREACHABLE_STEP,
            body.place.key("otherwise"),
            text("nobody comes to `otherwise`: this wait has no `timeout`"),
            text("say how long to wait with `timeout`, or take `otherwise` out"),
            related=(Label(step.place.key("wait_for"), text("it waits without an end")),),
        )
