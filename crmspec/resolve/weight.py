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

    from crmspec.diagnostics import Diagnostic
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
    written = int(total) if total == int(total) else total
    missing = round(WHOLE - total, 3)
    rest = int(missing) if missing == int(missing) else missing
    if missing > 0:
        advice = text("{rest} are left over; give them to one of the arms", rest=rest)
    else:
        advice = text("take {rest} away from the arms", rest=-rest)
    yield finding(
        WEIGHTS_NOT_100, span, text("the weights add up to {total}, not 100", total=written), advice
    )
