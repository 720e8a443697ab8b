"""Protection of the customer: caps, rests, exclusive chains, tags that must not meet."""

from __future__ import annotations

from typing import Literal

from crmspec.ir.value import (
    ChainRef,
    ChannelRef,
    Duration,
    EventRef,
    Located,
    MessageRef,
    Name,
    Resource,
    TagRef,
    Where,
)


class Scope(Located, frozen=True, kw_only=True):
    """The messages a frequency rule counts; an empty scope means all."""

    channels: tuple[ChannelRef, ...] = ()
    categories: tuple[Literal["marketing", "transactional", "service"], ...] = ()
    topics: tuple[Name, ...] = ()
    tags: tuple[TagRef, ...] = ()
    chains: tuple[ChainRef, ...] = ()
    messages: tuple[MessageRef, ...] = ()


class Limit(Located, frozen=True, kw_only=True):
    """At most `max` messages in `per`."""

    max: int
    per: Duration


class After(Located, frozen=True, kw_only=True):
    """A key action after which marketing rests."""

    event: EventRef
    where: Where = ()


class Frequency(Resource, frozen=True, kw_only=True):
    """A cap (`limits`), or a rest after a key action (`after`, `block`, `for`)."""

    applies_to: Scope | None = None
    limits: tuple[Limit, ...] = ()
    min_gap: Duration | None = None
    window: Literal["rolling", "calendar"] = "rolling"
    timezone: str | None = None
    exceed: Literal["skip", "delay", "exit", "yield"] = "skip"
    ttl: Duration | None = None
    bypass: Scope | None = None
    after: After | None = None
    block: Scope | None = None
    for_: Duration | None = None


class Tag(Resource, frozen=True, kw_only=True):
    """A label for resources, and the labels that must not meet in one customer's day."""

    incompatible: tuple[TagRef, ...] = ()


class Exclusive(Resource, frozen=True, kw_only=True):
    """A group of chains of which a customer is in one at a time.

    A chain belongs to it if it is listed here or names the group itself.
    """

    chains: tuple[ChainRef, ...] = ()
    on_conflict: Literal["priority", "first", "newest"] = "priority"
