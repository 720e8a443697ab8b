"""Made-up customers, and tests of journeys with them."""

from __future__ import annotations

from typing import Literal

from crmspec.ir.value import (
    ChainRef,
    ChannelRef,
    Day,
    Duration,
    EventRef,
    Located,
    MessageRef,
    PersonaRef,
    Plain,
    ProfileRef,
    Resource,
    SegmentRef,
)


class Persona(Resource, frozen=True, kw_only=True):
    """A made-up customer for previews and tests."""

    locale: str | None = None
    timezone: str | None = None
    attributes: dict[str, Plain] = {}
    consents: dict[str, str] = {}
    reachable: tuple[ChannelRef, ...] = ()
    segments: tuple[SegmentRef, ...] = ()
    event: dict[str, Plain] = {}


class TestEvent(Located, frozen=True, kw_only=True):
    """An event of a journey test; `at` is a moment or a duration from the start."""

    event: EventRef
    at: Day | Duration
    properties: dict[str, Plain] = {}


class TestReaction(Located, frozen=True, kw_only=True):
    """What the customer does with a message, and how soon."""

    message: MessageRef
    reaction: Literal["opened", "clicked", "replied", "bounced", "complained"]
    after: Duration


class ExpectedSend(Located, frozen=True, kw_only=True):
    """A message that must arrive, maybe at a given local time."""

    message: MessageRef
    at: Day | Duration | None = None


class ExpectedExit(Located, frozen=True, kw_only=True):
    """A chain that must be left."""

    chain: ChainRef
    reason: str | None = None


class Expectation(Located, frozen=True, kw_only=True):
    """What the timeline must show."""

    sends: tuple[ExpectedSend, ...] = ()
    only: bool = True
    not_sent: tuple[MessageRef, ...] = ()
    suppressed: tuple[MessageRef, ...] = ()
    exits: tuple[ExpectedExit, ...] = ()


class Test(Resource, frozen=True, kw_only=True):
    """A journey test: a customer, events and reactions, and what must come of them."""

    chains: tuple[ChainRef, ...] = ()
    persona: PersonaRef | None = None
    profile: ProfileRef | None = None
    start: Day
    events: tuple[TestEvent, ...] = ()
    reactions: tuple[TestReaction, ...] = ()
    expect: Expectation
