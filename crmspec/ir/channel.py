"""Ways to reach customers, permission to do so, and static lists."""

from __future__ import annotations

from typing import Literal, TypeAlias

from crmspec.ir.chain import (
    QuietHours,
)
from crmspec.ir.value import (
    ChannelRef,
    ConsentRef,
    Duration,
    Located,
    Resource,
)


class Withdraw(Located, frozen=True, kw_only=True):
    """The ways to take a consent back."""

    link: bool = False
    keyword: tuple[str, ...] = ()
    header: Literal["list_unsubscribe"] | None = None


class Consent(Resource, frozen=True, kw_only=True):
    """Permission for a channel and a purpose."""

    channel: ChannelRef | None = None
    purpose: Literal["marketing", "transactional", "service", "profiling", "ads"] = "marketing"
    topics: tuple[str, ...] = ()
    opt_in: Literal["single", "double", "implicit"] = "single"
    lawful_basis: Literal["consent", "contract", "legitimate_interest"] = "consent"
    record: tuple[Literal["method", "source", "timestamp", "text_version", "ip"], ...] = ()
    default: Literal["never_subscribed", "subscribed"] = "never_subscribed"
    expires: Duration | None = None
    withdraw: Withdraw | None = None


class Sender(Located, frozen=True, kw_only=True):
    """The name and address of an e-mail sender."""

    name: str
    email: str


class Cost(Located, frozen=True, kw_only=True):
    """The price of one message or part."""

    amount: float
    currency: str


ChannelType: TypeAlias = Literal[
    "email",
    "sms",
    "mobile_push",
    "web_push",
    "telegram",
    "whatsapp",
    "vk",
    "viber",
    "max",
    "in_app",
    "onsite",
    "voice",
    "direct_mail",
    "audience_sync",
    "webhook",
]


class Channel(Resource, frozen=True, kw_only=True):
    """A way to reach customers."""

    type: ChannelType
    from_: Sender | None = None
    reply_to: str | None = None
    sender: str | None = None
    apps: tuple[str, ...] = ()
    destinations: tuple[str, ...] = ()
    consent: ConsentRef | None = None
    quiet_hours: QuietHours | None = None
    max_segments: int | None = None
    cost: Cost | None = None


class ChannelGroup(Resource, frozen=True, kw_only=True):
    """Channels in order of preference."""

    order: tuple[ChannelRef, ...]
    choose: Literal["first_reachable", "all", "preferred", "cheapest"] = "first_reachable"


class List(Resource, frozen=True, kw_only=True):
    """A static set of customers."""

    purpose: Literal["audience", "suppression", "seed"] = "audience"
    opt_in: Literal["single", "double"] | None = None
    domains: tuple[str, ...] = ()
    members_from: dict[str, str] = {}
