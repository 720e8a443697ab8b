"""Days: every date exists, and no period ends before it begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics import Label, text
from crmspec.ir.chain import Running
from crmspec.ir.condition import EventHappened, EventMissing, MessageReaction
from crmspec.ir.trait import DayWindow
from crmspec.ir.trial import Test
from crmspec.ir.value import Day
from crmspec.resolve.codes import IMPOSSIBLE_DATE
from crmspec.resolve.date import exists, looks_like_date, moment
from crmspec.resolve.finding import finding
from crmspec.resolve.operand import impossible, is_dynamic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Diagnostic
    from crmspec.ir.value import Located
    from crmspec.resolve.scope import Scope


def check(scope: Scope) -> Iterator[Diagnostic]:
    """Yield CRM229."""
    for day, _ in scope.every(Day):
        if not is_dynamic(day.iso) and not exists(day.iso):
            yield impossible(day.iso, day.place.span)
    periods: list[tuple[DayWindow | Running, Located]] = [
        *scope.every(DayWindow),
        *scope.every(Running),
    ]
    for period, _ in periods:
        yield from _period(period)
    for trial, _ in scope.every(Test):
        yield from _trial(trial)
    leaves: list[tuple[EventHappened | EventMissing | MessageReaction, Located]] = [
        *scope.every(EventHappened),
        *scope.every(EventMissing),
        *scope.every(MessageReaction),
    ]
    for leaf, _ in leaves:
        since = leaf.since or ""
        if looks_like_date(since) and not exists(since):
            yield impossible(since, leaf.place.value("since"))


def _period(period: DayWindow | Running) -> Iterator[Diagnostic]:
    if period.from_ is None or period.to is None:
        return
    start, end = moment(period.from_.iso), moment(period.to.iso)
    if start is not None and end is not None and start > end:
        yield finding(
            IMPOSSIBLE_DATE,
            period.from_.place.span,
            text("the period begins after it ends"),
            text("write the earlier day as `from`"),
            related=(Label(period.to.place.span, text("the end")),),
        )


def _trial(trial: Test) -> Iterator[Diagnostic]:
    """Find a test that is over before it begins: it would show nothing and pass."""
    if not isinstance(trial.until, Day):
        return
    start, end = moment(trial.start.iso), moment(trial.until.iso)
    if start is not None and end is not None and start > end:
        yield finding(
            IMPOSSIBLE_DATE,
            trial.until.place.span,
            text("the test ends before it starts"),
            text("write a moment after `start`, or a time from it such as `30d`"),
            related=(Label(trial.start.place.span, text("the start")),),
        )
