"""Lengths of time: nothing lasts zero, less than nothing, or more than ten years."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics import Edit, Fix, Label, text
from crmspec.ir import (
    action,
    audience,
    chain,
    channel,
    condition,
    data,
    frequency,
    journey,
    measure,
    message,
    step,
    target,
    trait,
    trial,
    trigger,
)
from crmspec.resolve.codes import CONTRADICTORY_RANGE, IMPOSSIBLE_DURATION
from crmspec.resolve.finding import finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Diagnostic
    from crmspec.ir.value import Duration, Located
    from crmspec.resolve.scope import Scope

MONTH = 30 * 86_400
LONGEST = 3653 * 86_400
_PAIR = 2
_BARE: tuple[type[Located], ...] = (step.WaitTime, condition.Joined, audience.Resend)
"""What may be written as nothing but a length of time: `wait: 1h`."""

POSITIVE: dict[type[Located], tuple[str, ...]] = {
    trigger.InactionTrigger: ("for_",),
    chain.Reentry: ("after",),
    chain.ChainGoal: ("within",),
    chain.QuietHours: ("ttl",),
    step.WaitTime: ("for_",),
    step.WaitForEvent: ("timeout",),
    action.Request: ("timeout",),
    step.BatchWindow: ("for_",),
    step.ThrottleLimit: ("per",),
    action.TaskBody: ("due",),
    condition.HasBeen: ("for_",),
    condition.Changed: ("within",),
    condition.Anniversary: ("within_next", "within_last"),
    condition.EventHappened: ("within",),
    condition.EventMissing: ("within",),
    condition.FirstEvent: ("within", "older_than"),
    condition.LastEvent: ("within", "older_than"),
    condition.InOrder: ("within",),
    condition.Joined: ("within", "older_than"),
    condition.MessageReaction: ("within",),
    condition.ChannelReaction: ("within",),
    trait.Rfm: ("over",),
    message.Coupon: ("valid_for",),
    message.Message: ("ttl",),
    message.Screen: ("close_after",),
    data.Computed: ("within",),
    channel.Consent: ("expires",),
    frequency.Limit: ("per",),
    frequency.Frequency: ("min_gap", "for_", "ttl"),
    measure.Winner: ("after",),
    measure.Measure: ("within",),
    measure.Experiment: ("rotate",),
    audience.Resend: ("after",),
}
"""Lengths of time that must be above zero; all others may be zero."""

NOT_NEGATIVE: dict[type[Located], tuple[str, ...]] = {
    step.Between: ("min", "max"),
    message.Feed: ("cache",),
    message.Show: ("delay", "repeat"),
    data.Assumption: ("min_gap", "requires_silence"),
    measure.Attribution: ("click", "open", "view"),
    journey.Flow: ("freshness",),
    target.Profile: ("counter_lag",),
    trial.TestReaction: ("after",),
}


def check(scope: Scope) -> Iterator[Diagnostic]:
    """Yield CRM215, and CRM225 for windows that are turned round."""
    for table, least in ((POSITIVE, 1), (NOT_NEGATIVE, 0)):
        for cls, fields in table.items():
            for node, _ in scope.every(cls):
                for field in fields:
                    yield from _length(node, field, least)
    for between, _ in scope.every(step.Between):
        yield from _between(between)
    yield from _windows(scope)
    yield from _hours(scope)


def seconds(duration: Duration) -> int:
    """Return the length in seconds, a month counted as 30 days."""
    return duration.months * MONTH + duration.seconds


def _length(node: Located, field: str, least: int) -> Iterator[Diagnostic]:
    duration: Duration | None = getattr(node, field)
    if duration is None:
        return
    length, word = seconds(duration), _written(node, field)
    if length < 0:
        yield finding(
            IMPOSSIBLE_DURATION,
            duration.place.span,
            text("`{key}` cannot be less than zero", key=word),
            text("only `offset` may be negative; write a length of time such as `1h`"),
        )
    elif length < least:
        yield finding(
            IMPOSSIBLE_DURATION,
            duration.place.span,
            text("`{key}` cannot be zero", key=word),
            text("write a length of time such as `1h`, or take the key out"),
        )
    elif length > LONGEST and word != "expires":
        yield finding(
            IMPOSSIBLE_DURATION,
            duration.place.span,
            text("`{key}` is longer than ten years", key=word),
            text("check the unit: `m` is minutes, `mo` months, `y` years"),
        )


def _written(node: Located, field: str) -> str:
    """Return the key that the author wrote before the length of time."""
    entry = node.place.entry
    if isinstance(node, _BARE) and entry is not None:
        length: Duration = getattr(node, field)
        if length.place.span == node.place.span:
            return entry.key
    return field.removesuffix("_")


def _between(between: step.Between) -> Iterator[Diagnostic]:
    if seconds(between.min) > seconds(between.max):
        yield finding(
            IMPOSSIBLE_DURATION,
            between.min.place.span,
            text("`min` is longer than `max`"),
            text("write the shorter length of time as `min`"),
            related=(Label(between.max.place.span, text("the shorter one")),),
        )


def _windows(scope: Scope) -> Iterator[Diagnostic]:
    """Check `between_ago: [3d, 7d]`: two different lengths of time, neither negative."""
    leaves: list[tuple[condition.EventHappened | condition.EventMissing, Located]] = [
        *scope.every(condition.EventHappened),
        *scope.every(condition.EventMissing),
    ]
    for leaf, _ in leaves:
        if len(leaf.between_ago) != _PAIR:
            continue
        one, other = map(seconds, leaf.between_ago)
        if one == other or min(one, other) < 0:
            yield finding(
                IMPOSSIBLE_DURATION,
                leaf.place.value("between_ago"),
                text("`between_ago` needs two different lengths of time, none below zero"),
                text("write it like `between_ago: [3d, 7d]`"),
            )
        elif one > other:
            yield _turned_round(leaf)


def _turned_round(leaf: condition.EventHappened | condition.EventMissing) -> Diagnostic:
    far, near = leaf.between_ago
    swap = (Edit(far.place.span, near.text), Edit(near.place.span, far.text))
    return finding(
        CONTRADICTORY_RANGE,
        leaf.place.value("between_ago"),
        text("nothing is between {a} and {b} ago: the first is longer", a=far.text, b=near.text),
        text("write the shorter length of time first"),
        fixes=(Fix(text("swap the two values"), swap),),
    )


def _hours(scope: Scope) -> Iterator[Diagnostic]:
    """Check that hours do not end in the minute in which they begin."""
    spans: list[tuple[chain.QuietHours | trait.TimeWindow, Located]] = [
        *scope.every(chain.QuietHours),
        *scope.every(trait.TimeWindow),
    ]
    for hours, _ in spans:
        if hours.from_.minute == hours.to.minute:
            yield finding(
                IMPOSSIBLE_DURATION,
                hours.to.place.span,
                text("the hours end when they begin, which is read as the whole day"),
                text("write different times, or `00:00` and `24:00` for the whole day"),
            )
