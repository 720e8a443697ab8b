"""Weights of splits and experiments add up to 100."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics import text
from crmspec.ir.measure import Experiment
from crmspec.ir.step import ExperimentArms, SplitArms
from crmspec.resolve.codes import WEIGHTS_NOT_100
from crmspec.resolve.finding import finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Diagnostic, Text
    from crmspec.resolve.scope import Scope
    from crmspec.source import Span

WHOLE = 100
ROUNDING = 0.101
"""Thirds written as 33.3 may miss 100 by a tenth."""


def check(scope: Scope) -> Iterator[Diagnostic]:
    """Yield CRM219."""
    for split, _ in scope.every(SplitArms):
        yield from _sum([arm.weight for arm in split.arms.values()], split.place.key("arms"))
    for arms, _ in scope.every(ExperimentArms):
        yield from _sum([arm.weight for arm in arms.arms.values()], arms.place.key("arms"))
    for experiment, _ in scope.every(Experiment):
        weights = [variant.weight for variant in experiment.variants.values()]
        yield from _sum(weights, experiment.place.key("variants"))


def _sum(weights: list[float], span: Span) -> Iterator[Diagnostic]:
    total = round(sum(weights), 3)
    if not weights or abs(total - WHOLE) <= ROUNDING:
        return
    yield finding(
        WEIGHTS_NOT_100,
        span,
        text("the weights add up to {total}, not 100", total=_shown(total)),
        _advice(weights, total),
    )


def _advice(weights: list[float], total: float) -> Text:
    if abs(total - 1) <= ROUNDING / WHOLE:
        *others, last = (str(_shown(weight * WHOLE)) for weight in weights)
        if not others:
            return text("weights are percent: write {last}", last=last)
        first = ", ".join(others)
        return text("weights are percent: write {first} and {last}", first=first, last=last)
    missing = round(WHOLE - total, 3)
    if missing > 0:
        return text("{rest} are left over; give them to one of the arms", rest=_shown(missing))
    return text("take {rest} away from the arms", rest=_shown(-missing))


def _shown(number: float) -> int | float:
    rounded = round(number, 3)
    return int(rounded) if rounded == int(rounded) else rounded
