"""Segments, and mailings to them."""

from __future__ import annotations

from typing import Annotated, Literal

from crmspec.ir.condition import (
    Condition,
)
from crmspec.ir.trigger import (
    Schedule,
)
from crmspec.ir.value import (
    FLAT,
    Day,
    Duration,
    ExperimentRef,
    FrequencyRef,
    GoalRef,
    JobRef,
    Located,
    MessageRef,
    Resource,
    SegmentRef,
    Template,
)


class ExpectedSize(Located, frozen=True, kw_only=True):
    """How many customers the author expects."""

    min: int | None = None
    max: int | None = None


class Segment(Resource, frozen=True, kw_only=True):
    """A living set of customers; the condition keys stand directly under the id."""

    kind: (
        Literal[
            "rfm",
            "jtbd",
            "activity",
            "channel",
            "category",
            "lifecycle",
            "financial",
            "contextual",
            "technical",
            "predictive",
        ]
        | None
    ) = None
    job: JobRef | None = None
    condition: Annotated[Condition, FLAT]
    refresh: Literal["realtime", "hourly", "daily", "weekly"] | None = None
    expected_size: ExpectedSize | None = None


class Audience(Located, frozen=True, kw_only=True):
    """Who receives a broadcast."""

    include: tuple[SegmentRef, ...]
    exclude: tuple[SegmentRef, ...] = ()


class Resend(Located, frozen=True, kw_only=True):
    """A second try for those who did not react."""

    after: Duration
    to: Condition | None = None
    subject: Template | None = None


class Broadcast(Resource, frozen=True, kw_only=True):
    """A mailing to many at a set time, once or repeatedly."""

    audience: Audience
    message: MessageRef
    at: Day | None = None
    repeat: Schedule | None = None
    timezone: str | None = None
    if_past: Literal["send_now", "skip"] = "skip"
    throttle: str | None = None
    optimize_send_time: bool = False
    experiment: ExperimentRef | None = None
    resend: Resend | None = None
    frequency: tuple[FrequencyRef, ...] = ()
    priority: int = 50
    goal: GoalRef | None = None
