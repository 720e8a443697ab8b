"""How long the parts of a message may be: what channels refuse, and what screens cut off."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import msgspec

from crmspec.content.emoji import seen

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crmspec.ir.channel import ChannelType

Unit: TypeAlias = Literal["characters", "signs", "bytes", "pieces", "utf16"]
"""What is counted; screens show signs, Telegram counts UTF-16 units, a button's data is bytes."""

_BRAZE: Final = "https://www.braze.com/docs/user_guide/message_building_by_channel/push/best_practices/message_format"
_TELEGRAM: Final = "https://core.telegram.org/bots/api"
_WHATSAPP: Final = "https://developers.facebook.com/docs/whatsapp/business-management-api/message-templates/components"
_VIBER: Final = (
    "https://developers.sinch.com/docs/conversation/channel-support/viberbm/message-support"
)
_VIBER_BUTTON: Final = "https://docs.routee.net/docs/other-viber-messaging-concept"
_MAX: Final = "https://dev.max.ru/docs-api"
_VK: Final = "https://dev.vk.com/method/messages.send"
_GMAIL: Final = "https://developers.google.com/workspace/gmail/design/css"
_APNS: Final = (
    "https://developer.apple.com/documentation/usernotifications/generating-a-remote-notification"
)
_FCM: Final = "https://firebase.google.com/docs/cloud-messaging/customize-messages/set-message-type"
_WEB: Final = "https://www.rfc-editor.org/rfc/rfc8030#section-7.2"
_IOS_TITLE: Final = "https://www.alibabacloud.com/help/en/mobile-platform-as-a-service/latest/message-conent-restrictions"


class Limit(msgspec.Struct, frozen=True, kw_only=True):
    """The most that a field may hold on a platform.

    `hard` limits are refused or lose the message, others are cut off on the screen. `field` is a
    name as in `Parts.fields`, with `*` for a number; `*` alone is everything together. `with_image`
    says whether the limit is for messages with an image only; None if for all.
    """

    field: str
    most: int
    hard: bool
    source: str
    platform: str = ""
    unit: Unit = "characters"
    with_image: bool | None = None


LIMITS: Final[Mapping[ChannelType, tuple[Limit, ...]]] = {
    "email": (
        Limit(
            field="html",
            most=102 * 1024,
            hard=False,
            unit="bytes",
            platform="Gmail",
            source=_GMAIL,
        ),
    ),
    "mobile_push": (
        Limit(field="*", most=4096, hard=True, unit="bytes", platform="iOS", source=_APNS),
        Limit(field="*", most=4096, hard=True, unit="bytes", platform="Android", source=_FCM),
        Limit(
            field="heading", most=40, hard=False, unit="signs", platform="iOS", source=_IOS_TITLE
        ),
        Limit(
            field="heading", most=49, hard=False, unit="signs", platform="Android", source=_BRAZE
        ),
        Limit(
            field="text",
            most=160,
            hard=False,
            unit="signs",
            platform="iOS",
            source=_BRAZE,
            with_image=False,
        ),
        Limit(
            field="text",
            most=130,
            hard=False,
            unit="signs",
            platform="iOS",
            source=_BRAZE,
            with_image=True,
        ),
        Limit(field="text", most=597, hard=False, unit="signs", platform="Android", source=_BRAZE),
    ),
    "web_push": (
        Limit(field="*", most=4096, hard=True, unit="bytes", platform="browsers", source=_WEB),
    ),
    "telegram": (
        Limit(field="text", most=4096, hard=True, unit="utf16", source=_TELEGRAM, with_image=False),
        Limit(field="text", most=1024, hard=True, unit="utf16", source=_TELEGRAM, with_image=True),
        Limit(field="buttons.*.callback", most=64, hard=True, unit="bytes", source=_TELEGRAM),
        Limit(field="buttons", most=100, hard=True, unit="pieces", source=_TELEGRAM),
    ),
    "whatsapp": (
        Limit(field="text", most=1024, hard=True, source=_WHATSAPP),
        Limit(field="heading", most=60, hard=True, source=_WHATSAPP),
        Limit(field="buttons.*.label", most=25, hard=True, source=_WHATSAPP),
        Limit(field="buttons", most=10, hard=True, unit="pieces", source=_WHATSAPP),
    ),
    "viber": (
        Limit(field="text", most=1000, hard=True, source=_VIBER),
        Limit(field="buttons.*.label", most=30, hard=True, source=_VIBER_BUTTON),
        Limit(field="buttons", most=1, hard=True, unit="pieces", source=_VIBER_BUTTON),
    ),
    "max": (Limit(field="text", most=4000, hard=True, source=_MAX),),
    "vk": (Limit(field="text", most=4096, hard=True, source=_VK),),
}
"""The limits by the type of the channel; those of SMS are in `sms`."""


class Excess(msgspec.Struct, frozen=True, kw_only=True):
    """A field that is too long: the limit, the field and how much there is of it."""

    limit: Limit
    field: str
    size: int


def exceeded(type_: ChannelType, texts: Mapping[str, str]) -> Iterator[Excess]:
    """Yield the limits that a message breaks; `texts` are its fields, evaluated."""
    for limit in LIMITS.get(type_, ()):
        if limit.with_image is None or limit.with_image == bool(texts.get("image")):
            for field, amount in _measured(limit, texts):
                if amount > limit.most:
                    yield Excess(limit=limit, field=field, size=amount)


def size(written: str, unit: Unit = "characters") -> int:
    """Return how long a text is."""
    if unit == "bytes":
        return len(written.encode("utf-8", "replace"))
    if unit == "utf16":
        return len(written.encode("utf-16-le", "replace")) // 2
    return seen(written) if unit == "signs" else len(written)


def parsed(written: str, mode: str) -> str:
    """Return what is left of a text of Telegram when its markup is read: that is what it counts."""
    if mode == "html":
        return unescape(_TAG.sub("", written))
    return _MARKDOWN.sub(r"\1\2", written) if mode == "markdown" else written


_TAG: Final = re.compile(r"<[^<>]*>")
_MARKDOWN: Final = re.compile(r"\[([^\]]*)\]\([^)]*\)|\\(.)|[*_`]")


def _measured(limit: Limit, texts: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    """Yield the fields that a limit is about, with their sizes."""
    if limit.field == "*":
        sizes = {field: size(one, limit.unit) for field, one in texts.items()}
        yield max(sizes, key=sizes.__getitem__, default="text"), sum(sizes.values())
        return
    head, _, tail = limit.field.partition("*")
    if limit.unit == "pieces":
        yield limit.field, len({one.split(".")[1] for one in texts if one.startswith(f"{head}.")})
        return
    for field, written in texts.items():
        if field == limit.field or (tail and field.startswith(head) and field.endswith(tail)):
            yield field, size(written, limit.unit)
