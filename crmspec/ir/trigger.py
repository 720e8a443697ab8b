"""Triggers: what starts a chain. Each class names the key that makes it what it is in `subject`."""

from __future__ import annotations

from typing import ClassVar, Literal, TypeAlias, get_args

from crmspec.ir.value import (
    AttributeRef,
    ChainRef,
    ChannelRef,
    Duration,
    EventRef,
    ListRef,
    Located,
    MessageRef,
    Name,
    ObjectRef,
    Percent,
    SegmentRef,
    Tests,
    TimeOfDay,
    Where,
)


class EventTrigger(Located, frozen=True, kw_only=True):
    """Start when the event happens; also what a bare id means."""

    subject: ClassVar[str] = "event"
    event: EventRef
    where: Where = ()


class InactionTrigger(Located, frozen=True, kw_only=True):
    """Start when the event has not happened for a while after another one (or at all)."""

    subject: ClassVar[str] = "no_event"
    no_event: EventRef
    for_: Duration
    after: EventRef | None = None
    where: Where = ()


class SegmentTrigger(Located, frozen=True, kw_only=True):
    """Start when the customer enters or leaves a segment."""

    subject: ClassVar[str] = "segment"
    segment: SegmentRef
    transition: Literal["entered", "left"] = "entered"
    backfill: bool = False
    volume_limit: str | None = None


class ListTrigger(Located, frozen=True, kw_only=True):
    """Start when the customer is added to or removed from a list."""

    subject: ClassVar[str] = "list"
    list: ListRef
    transition: Literal["entered", "left"] = "entered"
    backfill: bool = False
    volume_limit: str | None = None


class AttributeTrigger(Located, frozen=True, kw_only=True):
    """Start when an attribute changes, maybe from and to given values."""

    subject: ClassVar[str] = "attribute"
    attribute: AttributeRef
    from_: Tests = ()
    to: Tests = ()


class DateTrigger(Located, frozen=True, kw_only=True):
    """Start a while before or after the date in an attribute."""

    subject: ClassVar[str] = "date"
    date: AttributeRef
    offset: Duration | None = None
    at: TimeOfDay | None = None
    recurs: Literal["never", "yearly", "monthly"] = "never"
    feb_29: Literal["feb_28", "mar_1", "skip"] = "feb_28"


class Schedule(Located, frozen=True, kw_only=True):
    """A recurring moment: an RFC 5545 rule or five cron fields."""

    rrule: str | None = None
    cron: str | None = None
    at: TimeOfDay | None = None


class ScheduleTrigger(Located, frozen=True, kw_only=True):
    """Start on a schedule for everyone in the chain's audience."""

    subject: ClassVar[str] = "schedule"
    schedule: Schedule


class ApiTrigger(Located, frozen=True, kw_only=True):
    """Start when another system calls a named entry point."""

    subject: ClassVar[str] = "api"
    api: Name


class FormTrigger(Located, frozen=True, kw_only=True):
    """Start when an onsite form is sent in."""

    subject: ClassVar[str] = "form"
    form: MessageRef


class MessageTrigger(Located, frozen=True, kw_only=True):
    """Start on a reaction to a message."""

    subject: ClassVar[str] = "message"
    message: MessageRef
    reaction: Literal["delivered", "opened", "clicked", "replied", "bounced", "complained"]
    link: str | None = None


class ObjectTrigger(Located, frozen=True, kw_only=True):
    """Start when a related object is created or changed."""

    subject: ClassVar[str] = "object"
    object: ObjectRef
    change: Literal["created", "updated", "deleted"] = "updated"
    where: Where = ()


class ProductTrigger(Located, frozen=True, kw_only=True):
    """Start on a change in the catalogue that matters to the customer."""

    subject: ClassVar[str] = "product"
    product: Literal["back_in_stock", "price_drop", "low_stock"]
    of: Literal["viewed", "favorite", "cart", "subscribed"] = "subscribed"
    at_least: Percent | None = None


class InboundTrigger(Located, frozen=True, kw_only=True):
    """Start when the customer writes to a channel."""

    subject: ClassVar[str] = "inbound"
    inbound: ChannelRef
    keyword: tuple[str, ...] = ()


class ChainTrigger(Located, frozen=True, kw_only=True):
    """Start when the customer finishes or leaves another chain."""

    subject: ClassVar[str] = "chain"
    chain: ChainRef
    state: Literal["entered", "completed", "exited", "goal"] = "completed"


class ManualTrigger(Located, frozen=True, kw_only=True):
    """Start by hand."""

    subject: ClassVar[str] = "manual"
    manual: bool


Trigger: TypeAlias = (
    EventTrigger
    | InactionTrigger
    | SegmentTrigger
    | ListTrigger
    | AttributeTrigger
    | DateTrigger
    | ScheduleTrigger
    | ApiTrigger
    | FormTrigger
    | MessageTrigger
    | ObjectTrigger
    | ProductTrigger
    | InboundTrigger
    | ChainTrigger
    | ManualTrigger
)


TRIGGERS: tuple[type[Located], ...] = get_args(Trigger)
