"""What success is and how it is measured: goals and experiments."""

from __future__ import annotations

from typing import Literal

from crmspec.ir.frequency import (
    Scope,
)
from crmspec.ir.value import (
    Duration,
    EventRef,
    GoalRef,
    Located,
    MessageRef,
    Name,
    Percent,
    Resource,
    SegmentRef,
    Template,
    Where,
)


class Attribution(Located, frozen=True, kw_only=True):
    """How a result is credited to messages."""

    model: Literal["last_touch", "first_touch", "linear"] = "last_touch"
    click: Duration | None = None
    open: Duration | None = None
    view: Duration | None = None


class Goal(Resource, frozen=True, kw_only=True):
    """What counts as success: an event or entry into a segment."""

    event: EventRef | None = None
    where: Where = ()
    segment: SegmentRef | None = None
    value: Name | None = None
    attribution: Attribution | None = None


class Variant(Located, frozen=True, kw_only=True):
    """One variant of an experiment."""

    weight: float
    subject: Template | None = None
    text: Template | None = None
    message: MessageRef | None = None


class FieldUnderTest(Located, frozen=True, kw_only=True):
    """The message field under test."""

    message: MessageRef
    field: Literal["subject", "preheader", "text", "heading", "image", "message"]


class Winner(Located, frozen=True, kw_only=True):
    """When and how a winner is chosen."""

    metric: str
    after: Duration
    sample: Percent | None = None
    confidence: float | None = None
    tie: str | None = None


class Guardrail(Located, frozen=True, kw_only=True):
    """A figure that must not get worse."""

    metric: str
    max: Percent | float


class Measure(Located, frozen=True, kw_only=True):
    """What a holdout is judged by."""

    goal: GoalRef
    within: Duration


class Experiment(Resource, frozen=True, kw_only=True):
    """A test of variants, or a holdout over many chains."""

    type: Literal["ab", "holdout"] = "ab"
    hypothesis: str | None = None
    unit: Literal["profile", "send"] = "profile"
    applies_to: FieldUnderTest | None = None
    variants: dict[str, Variant] = {}
    winner: Winner | None = None
    guardrails: tuple[Guardrail, ...] = ()
    percent: Percent | None = None
    salt: str | None = None
    exclude: Scope | None = None
    rotate: Duration | None = None
    measure: Measure | None = None
