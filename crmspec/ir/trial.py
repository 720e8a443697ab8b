"""Made-up customers, and tests of journeys with them."""

from __future__ import annotations

from typing import Literal

from crmspec.ir.value import (
    ChainRef,
    ChannelRef,
    ConsentRef,
    Day,
    Duration,
    EventRef,
    ListRef,
    Located,
    MessageRef,
    Name,
    ObjectRef,
    Percent,
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


class TestCustomer(Located, frozen=True, kw_only=True):
    """The customer of a journey test, before the first event; what is named goes over the persona.

    By `id` chance decides (semantics 7.30). `consents` maps a consent, or `consent.topic`, to its
    status. `segments` and `outside` are memberships taken as given, whatever the conditions say.
    `suppressed` maps a channel to the reason (`bounced`, `complained`). `location` has the keys
    of a `geo` condition and `latitude`, `longitude`; a device those of a `device` condition.
    `related` maps an object to its records, `variants` an experiment to the customer's variant.
    """

    id: str | None = None
    locale: str | None = None
    timezone: str | None = None
    created: Day | None = None
    attributes: dict[str, Plain] = {}
    consents: dict[str, str] = {}
    reachable: tuple[ChannelRef, ...] = ()
    suppressed: dict[str, str] = {}
    lists: tuple[ListRef, ...] = ()
    segments: tuple[SegmentRef, ...] = ()
    outside: tuple[SegmentRef, ...] = ()
    devices: tuple[dict[str, Plain], ...] = ()
    location: dict[str, Plain] = {}
    related: dict[str, tuple[dict[str, Plain], ...]] = {}
    variants: dict[str, str] = {}


class TestEvent(Located, frozen=True, kw_only=True):
    """One thing that happens in a journey test; `at` is a moment or a duration from the start.

    Exactly one subject: an event; `set` attributes to values (null takes one away); a `consent`
    gets a `status`; `reachable` turns a channel on or off by `value`; a `list` is `entered` or
    `left`; `start` puts the customer into a chain by hand; `api`, `form`, `inbound` (with `text`),
    `object` (with its `change`) and `product` (`of`, `drop` in percent) fire triggers of these
    kinds. `properties` belong to the event, call, form, record or product. What is before the start
    of the test is history: it changes the state and starts nothing.
    """

    at: Day | Duration
    event: EventRef | None = None
    set: dict[str, Plain] = {}
    consent: ConsentRef | None = None
    reachable: ChannelRef | None = None
    list: ListRef | None = None
    start: ChainRef | None = None
    api: Name | None = None
    form: MessageRef | None = None
    inbound: ChannelRef | None = None
    object: ObjectRef | None = None
    product: Literal["back_in_stock", "price_drop", "low_stock"] | None = None
    status: (
        Literal[
            "never_subscribed", "pending", "subscribed", "opted_in", "unsubscribed", "suppressed"
        ]
        | None
    ) = None
    topic: Name | None = None
    value: bool = True
    change: Literal["entered", "left", "created", "updated", "deleted"] | None = None
    text: str | None = None
    of: Literal["viewed", "favorite", "cart", "subscribed"] = "subscribed"
    drop: Percent | None = None
    properties: dict[str, Plain] = {}


class TestReaction(Located, frozen=True, kw_only=True):
    """What the customer does with a message, and how soon; a click may name its `link`."""

    message: MessageRef
    reaction: Literal[
        "delivered", "opened", "clicked", "replied", "converted", "bounced", "complained"
    ]
    after: Duration
    link: str | None = None


class ExpectedSend(Located, frozen=True, kw_only=True):
    """A message that must arrive, maybe at a given local time."""

    message: MessageRef
    at: Day | Duration | None = None


class ExpectedSuppression(Located, frozen=True, kw_only=True):
    """A message that must come up and be held back for good, maybe for a given reason.

    The reasons are those of the timeline: `cap`, `gap`, `consent`, `reachability`, `quiet_hours`,
    `pause`, `condition` …
    """

    message: MessageRef
    reason: str | None = None


class ExpectedExit(Located, frozen=True, kw_only=True):
    """A chain that must be left."""

    chain: ChainRef
    reason: str | None = None


class Expectation(Located, frozen=True, kw_only=True):
    """What the timeline must show."""

    sends: tuple[ExpectedSend, ...] = ()
    only: bool = True
    not_sent: tuple[MessageRef, ...] = ()
    suppressed: tuple[ExpectedSuppression, ...] = ()
    exits: tuple[ExpectedExit, ...] = ()


class Test(Resource, frozen=True, kw_only=True):
    """A journey test: a customer, events and reactions, and what must come of them.

    `customer` goes over `persona`. What chance would decide can be fixed: `arms` by split
    (`welcome.steps.3`) or experiment, `waits` by step, one after another, `answers` by the text of
    a `raw` condition or the step of a request. A step goes by its path or, after the chain, its id.
    Without `until` it ends when nothing is left to happen. Holdouts apply only with `holdouts`.
    """

    chains: tuple[ChainRef, ...] = ()
    persona: PersonaRef | None = None
    customer: TestCustomer | None = None
    profile: ProfileRef | None = None
    start: Day
    until: Day | Duration | None = None
    events: tuple[TestEvent, ...] = ()
    reactions: tuple[TestReaction, ...] = ()
    arms: dict[str, str] = {}
    waits: dict[str, tuple[Duration, ...]] = {}
    answers: dict[str, bool] = {}
    holdouts: bool = False
    expect: Expectation
