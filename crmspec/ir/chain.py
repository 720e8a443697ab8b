"""Chains: who enters on what, what they receive when, and why they leave."""

from __future__ import annotations

from typing import Literal

from crmspec.ir.condition import (
    Condition,
)
from crmspec.ir.step import Steps
from crmspec.ir.trigger import (
    Trigger,
)
from crmspec.ir.value import (
    Day,
    Duration,
    EventRef,
    FrequencyRef,
    GoalRef,
    JobRef,
    Located,
    Name,
    Percent,
    Resource,
    TimeOfDay,
    Weekday,
    Where,
)


class Reentry(Located, frozen=True, kw_only=True):
    """May a customer come again: `never`, `always`, `after 7d` (from entry), `after_exit 7d`."""

    mode: Literal["never", "always", "after", "after_exit"] = "never"
    after: Duration | None = None
    concurrent: bool = False
    key: str | None = None
    limit: int | None = None


class Exit(Located, frozen=True, kw_only=True):
    """A reason to leave the chain: an event (bare id), a condition, or the audience failing."""

    event: EventRef | None = None
    where: Where = ()
    if_: Condition | None = None
    no_longer: Literal["audience"] | None = None
    when: Literal["immediate", "step_end"] = "immediate"


class ChainGoal(Located, frozen=True, kw_only=True):
    """The goal of a chain, its attribution window, and whether reaching it ends the chain."""

    goal: GoalRef
    within: Duration | None = None
    primary: bool = True
    exits: bool = False


class QuietHours(Located, frozen=True, kw_only=True):
    """The hours in which nothing may be sent, and what happens to a message that meets them."""

    from_: TimeOfDay
    to: TimeOfDay
    weekdays: tuple[Weekday, ...] = ()
    timezone: str | None = None
    fallback: Literal["next_allowed", "skip", "exit"] = "next_allowed"
    ttl: Duration | None = None


class Holdout(Located, frozen=True, kw_only=True):
    """A share of customers who enter but receive nothing, to measure the chain's effect."""

    percent: Percent
    salt: str | None = None


class Metric(Located, frozen=True, kw_only=True):
    """A figure to watch, its target and the level at which to raise an alarm."""

    metric: str
    target: Percent | float | None = None
    alarm: Percent | float | None = None
    owner: str | None = None


class Running(Located, frozen=True, kw_only=True):
    """The period in which customers may enter."""

    from_: Day | None = None
    to: Day | None = None


class Chain(Resource, frozen=True, kw_only=True):
    """A scenario: who enters on what, what they receive when, and why they leave."""

    version: int | None = None
    job: JobRef | None = None
    trigger: tuple[Trigger, ...]
    audience: Condition | None = None
    recheck: Literal["entry", "each_step", "each_send"] = "each_send"
    reentry: Reentry | None = None
    exit: tuple[Exit, ...] = ()
    goal: tuple[ChainGoal, ...] = ()
    metrics: tuple[Metric, ...] = ()
    timezone: str | None = None
    quiet_hours: QuietHours | None = None
    frequency: tuple[FrequencyRef, ...] = ()
    priority: int = 50
    exclusive: Name | None = None
    holdout: Holdout | None = None
    rate_limit: str | None = None
    running: Running | None = None
    on_update: Literal["keep_version", "migrate", "drain"] = "drain"
    emits: tuple[EventRef, ...] = ()
    expected_entries: str | None = None
    steps: Steps
