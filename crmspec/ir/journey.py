"""The maps: stages of the journey, jobs to be done, systems and flows of data."""

from __future__ import annotations

from typing import Literal

from crmspec.ir.chain import (
    Metric,
)
from crmspec.ir.value import (
    ChainRef,
    Duration,
    EventRef,
    Located,
    MessageRef,
    Resource,
    SegmentRef,
    SystemRef,
)


class Move(Located, frozen=True, kw_only=True):
    """What brings a customer to another stage."""

    event: EventRef | None = None
    segment: SegmentRef | None = None


class Stage(Resource, frozen=True, kw_only=True):
    """A stage of the customer's journey: the rows of the combined map."""

    order: int
    segment: SegmentRef | None = None
    customer_goal: str | None = None
    question: str | None = None
    emotion: str | None = None
    barriers: tuple[str, ...] = ()
    drop_off: str | None = None
    touchpoints: tuple[MessageRef, ...] = ()
    events: tuple[EventRef, ...] = ()
    chains: tuple[ChainRef, ...] = ()
    moves_to: dict[str, Move] = {}
    metrics: tuple[Metric, ...] = ()
    not_when: str | None = None


class Job(Resource, frozen=True, kw_only=True):
    """A job to be done: when I …, I want …, so that …."""

    kind: Literal["main", "related", "emotional", "social", "barrier", "trigger"] = "main"
    when: str
    want: str
    so_that: str | None = None


class System(Resource, frozen=True, kw_only=True):
    """A system that customer data lives in or passes through."""

    kind: Literal[
        "site",
        "app",
        "pos",
        "crm",
        "cdp",
        "esp",
        "dwh",
        "bi",
        "chat",
        "contact_center",
        "call_tracking",
        "loyalty",
        "survey",
        "ads",
        "other",
    ]
    region: str | None = None


class Flow(Resource, frozen=True, kw_only=True):
    """A directed flow of data between two systems."""

    from_: SystemRef
    to: SystemRef
    method: Literal["api", "webhook", "file", "connector", "etl", "sdk", "manual"]
    carries: tuple[Literal["contacts", "profile", "events", "consents", "metadata"], ...]
    events: tuple[EventRef, ...] = ()
    identifiers: tuple[str, ...] = ()
    freshness: Duration | None = None
