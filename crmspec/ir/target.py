"""Where a project is deployed, and how such systems behave."""

from __future__ import annotations

from typing import Literal, TypeAlias

from crmspec.ir.storage import Storage
from crmspec.ir.value import (
    Duration,
    Located,
    Owner,
    Percent,
    Plain,
    ProfileRef,
    Resource,
    Template,
)

ManagedKind: TypeAlias = Literal[
    "events",
    "attributes",
    "consents",
    "channels",
    "channel_groups",
    "lists",
    "segments",
    "feeds",
    "coupons",
    "blocks",
    "layouts",
    "messages",
    "chains",
    "broadcasts",
    "frequency",
    "goals",
    "experiments",
    "objects",
    "tags",
    "exclusive",
]
"""The top-level keys whose resources a target can hold."""


class Profile(Resource, frozen=True, kw_only=True):
    """How an execution system behaves where systems differ (semantics 9); `base` gives the rest."""

    base: Literal["reference", "braze", "customer_io", "klaviyo", "salesforce", "iterable"] = (
        "reference"
    )
    exits: Literal["continuous", "step_end", "wait_end", "at_send"] | None = None
    caps: Literal["rolling", "calendar"] | None = None
    cap_timezone: Literal["profile", "account"] | None = None
    over_cap: Literal["skip", "delay", "exit", "yield"] | None = None
    counter_lag: Duration | None = None
    unknown_timezone: Literal["deny", "default", "unenforced"] | None = None
    week_starts: Literal["mon", "sun"] | None = None


class Links(Located, frozen=True, kw_only=True):
    """Pages of the project's own, in place of the links that a system makes for each customer."""

    unsubscribe: Template | None = None
    preferences: Template | None = None
    view_online: Template | None = None


class Target(Resource, frozen=True, kw_only=True):
    """An account of an execution system; secrets are named, never written."""

    platform: str
    api_revision: str | None = None
    url: str | None = None
    credentials: dict[str, Plain] = {}
    manages: tuple[ManagedKind, ...] = ()
    activate: Literal["draft", "manual", "live"] = "draft"
    kind_ownership: dict[str, dict[str, Owner]] = {}
    max_deletions: Percent = Percent(value=30.0)
    naming: str = "{title}"
    ids: dict[str, dict[str, str]] = {}
    mode: Literal["api", "build_sheet"] = "api"
    role: Literal["esp", "runtime", "warehouse"] = "esp"
    profile: ProfileRef | None = None
    events_namespace: str | None = None
    region: str | None = None
    state: Storage | None = None
    options: dict[str, Plain] = {}
    links: Links | None = None
