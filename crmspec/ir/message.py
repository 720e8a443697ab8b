"""Messages and what they are made of: layouts, blocks, feeds, coupons."""

from __future__ import annotations

from typing import Annotated, Literal

from crmspec.ir.action import Request
from crmspec.ir.condition import Condition
from crmspec.ir.value import (
    FLAT,
    AttributeRef,
    ChannelRef,
    ConsentRef,
    Duration,
    EventRef,
    LayoutRef,
    ListRef,
    Located,
    Name,
    Percent,
    Plain,
    Resource,
    SegmentRef,
    Template,
)


class Layout(Resource, frozen=True, kw_only=True):
    """A frame around message bodies, with named slots; `file` is below the templates folder."""

    channel: ChannelRef | None = None
    file: str | None = None
    template: Template | None = None
    slots: tuple[str, ...] = ("content",)


class Input(Located, frozen=True, kw_only=True):
    """A value a block is given."""

    type: str
    required: bool = True
    description: str | None = None


class Block(Resource, frozen=True, kw_only=True):
    """A piece of content that messages and other blocks include."""

    channel: ChannelRef | None = None
    file: str | None = None
    template: Template | None = None
    inputs: dict[str, Input] = {}


class Feed(Resource, frozen=True, kw_only=True):
    """Items from outside, such as bestsellers."""

    url: str
    cache: Duration | None = None
    items_path: str | None = None
    items: dict[str, str] = {}


class Coupon(Resource, frozen=True, kw_only=True):
    """A promo code, one for all or from a pool."""

    discount: Percent | float | None = None
    code: str | None = None
    pool: str | None = None
    valid_for: Duration | None = None


class Utm(Located, frozen=True, kw_only=True):
    """Link marks; `{channel}`, `{chain}`, `{message}`, `{step}` are filled in when compiled."""

    source: str | None = None
    medium: str | None = None
    campaign: str | None = None
    content: str | None = None
    term: str | None = None


class Button(Located, frozen=True, kw_only=True):
    """A button with a label and one thing to open."""

    label: Template
    url: Template | None = None
    deeplink: Template | None = None
    callback: str | None = None


class Open(Located, frozen=True, kw_only=True):
    """What a tap on a push opens."""

    url: Template | None = None
    deeplink: Template | None = None
    home: bool = False


class ExternalTemplate(Located, frozen=True, kw_only=True):
    """A template approved elsewhere (WhatsApp, Viber)."""

    name: str
    language: str
    category: Literal["MARKETING", "UTILITY", "AUTHENTICATION"]


class Field(Located, frozen=True, kw_only=True):
    """A field of an onsite form."""

    attribute: AttributeRef
    required: bool = False
    label: str | None = None


class Screen(Located, frozen=True, kw_only=True):
    """One screen of an onsite message."""

    text: Template | None = None
    fields: tuple[Field, ...] = ()
    consent: ConsentRef | None = None
    button: Template | None = None
    close_after: Duration | None = None


class Show(Located, frozen=True, kw_only=True):
    """When and to whom an onsite or in-app message appears."""

    trigger: Literal["load", "delay", "scroll", "exit_intent", "click", "event"] = "load"
    delay: Duration | None = None
    scroll: Percent | None = None
    event: EventRef | None = None
    pages: tuple[str, ...] = ()
    device: Literal["any", "desktop", "mobile"] = "any"
    audience: Condition | None = None
    repeat: Duration | None = None


class Success(Located, frozen=True, kw_only=True):
    """What a sent-in form does."""

    list: ListRef | None = None
    emit: EventRef | None = None
    redirect: str | None = None


class MessageFallback(Located, frozen=True, kw_only=True):
    """What to do when a condition makes the message senseless."""

    when: Condition
    then: Literal["skip", "exit"] = "skip"


class Content(Located, frozen=True, kw_only=True):
    """What the customer sees; which fields apply depends on the channel's type.

    E-mail: subject, preheader, body or file, text. SMS and messengers: text. Push: heading,
    text, image, open, buttons. Voice: text, keys. Files are below the templates folder.
    """

    subject: Template | None = None
    preheader: Template | None = None
    body: Template | None = None
    file: str | None = None
    slots: dict[str, Template] = {}
    heading: Template | None = None
    subtitle: Template | None = None
    text: Template | None = None
    image: Template | None = None
    buttons: tuple[Button, ...] = ()


class Message(Resource, frozen=True, kw_only=True):
    """One channel, one content, in one or several languages."""

    channel: ChannelRef
    category: Literal["marketing", "transactional", "service"] = "marketing"
    kind: (
        Literal[
            "trigger",
            "promo",
            "transactional",
            "product_update",
            "information",
            "digest",
            "announcement",
            "survey",
        ]
        | None
    ) = None
    topic: Name | None = None
    consent: ConsentRef | None = None
    layout: LayoutRef | None = None
    content: Annotated[Content, FLAT]
    locales: dict[str, Content] = {}
    utm: Utm | None = None
    headers: dict[str, Template] = {}
    attachments: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    fallback: MessageFallback | None = None
    opt_out_text: str | None = None
    open: Open | None = None
    ttl: Duration | None = None
    silent: bool = False
    data: dict[str, Plain] = {}
    parse_mode: Literal["html", "markdown", "plain"] = "html"
    external_template: ExternalTemplate | None = None
    variables: tuple[Template, ...] = ()
    outside_window: Literal["template", "skip"] = "template"
    placement: Literal["popup", "bar", "embedded", "fullscreen", "teaser", "banner"] | None = None
    show: Show | None = None
    screens: tuple[Screen, ...] = ()
    success: Success | None = None
    request: Request | None = None
    keys: dict[str, EventRef] = {}
    audience: SegmentRef | None = None
    match: tuple[Literal["email", "phone", "device_id"], ...] = ()
    address: AttributeRef | None = None
    expires: str | None = None
