"""Messages: each has the content its channel needs and no field that the channel lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics import Label, text
from crmspec.resolve.codes import MISSING_CONTENT, WRONG_CHANNEL_FIELD
from crmspec.resolve.finding import finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Diagnostic
    from crmspec.ir.channel import Channel, ChannelType
    from crmspec.ir.message import Content, Message
    from crmspec.ir.place import Place
    from crmspec.resolve.scope import Scope

_PUSH = frozenset({"heading", "subtitle", "text", "image", "buttons", "open", "silent", "data"})
_CHAT = frozenset({"text", "file", "image", "buttons", "parse_mode", "attachments"})
_SCREEN = frozenset(
    {
        "heading",
        "subtitle",
        "text",
        "body",
        "file",
        "slots",
        "layout",
        "image",
        "buttons",
        "open",
        "data",
        "placement",
        "show",
        "screens",
        "success",
        "expires",
    }
)
_TEMPLATED = frozenset({"external_template", "variables"})

FIELDS: dict[ChannelType, frozenset[str]] = {
    "email": frozenset(
        {
            "subject",
            "preheader",
            "body",
            "file",
            "slots",
            "text",
            "layout",
            "headers",
            "attachments",
        }
    ),
    "sms": frozenset({"text", "file", "opt_out_text"}),
    "mobile_push": _PUSH,
    "web_push": _PUSH,
    "telegram": _CHAT,
    "vk": _CHAT,
    "max": _CHAT,
    "viber": _CHAT | _TEMPLATED,
    "whatsapp": _CHAT | _TEMPLATED | {"outside_window"},
    "in_app": _SCREEN,
    "onsite": _SCREEN,
    "voice": frozenset({"text", "file", "keys"}),
    "direct_mail": frozenset({"body", "file", "slots", "layout", "address"}),
    "audience_sync": frozenset({"audience", "match"}),
    "webhook": frozenset({"request", "data"}),
}
"""The fields of a message that only some channels have, by the type of the channel."""

CONTENT_FIELDS = (
    "subject",
    "preheader",
    "body",
    "file",
    "slots",
    "heading",
    "subtitle",
    "text",
    "image",
    "buttons",
)
MESSAGE_FIELDS: tuple[str, ...] = tuple(
    sorted(frozenset().union(*FIELDS.values()).difference(CONTENT_FIELDS))
)
DEFAULTS = {"silent": False, "parse_mode": "html", "outside_window": "template"}

NEEDS: dict[ChannelType, tuple[tuple[str, ...], ...]] = {
    "email": (("subject",), ("body", "file", "text")),
    "sms": (("text", "file"),),
    "mobile_push": (("text", "heading"),),
    "web_push": (("text", "heading"),),
    "telegram": (("text", "file", "image"),),
    "vk": (("text", "file", "image"),),
    "max": (("text", "file", "image"),),
    "viber": (("text", "file", "image", "external_template"),),
    "whatsapp": (("external_template", "text", "file", "image"),),
    "in_app": (("text", "heading", "body", "file", "image", "screens"),),
    "onsite": (("text", "heading", "body", "file", "image", "screens"),),
    "voice": (("text", "file"),),
    "direct_mail": (("file", "body", "layout"),),
    "audience_sync": (("audience",),),
    "webhook": (("request",),),
}
"""What a message needs: of each group at least one field."""

HEADERS = frozenset(
    "from to cc bcc sender reply-to subject date message-id mime-version content-type "  # noqa: SIM905
    "content-transfer-encoding return-path received dkim-signature".split()
)
"""Headers that are made of other fields, or when a letter is sent."""
_ELSEWHERE = {
    "subject": text("write `subject:` in the message"),
    "from": text("write `from:` in the channel"),
    "sender": text("write `from:` in the channel"),
    "reply-to": text("write `reply_to:` in the channel"),
}
"""What to write instead of a header."""

_INSTEAD = {
    "body": "text",
    "subject": "heading",
    "heading": "subject",
    "text": "body",
    "preheader": "subtitle",
    "subtitle": "preheader",
    "layout": "file",
    "attachments": "image",
}


def check(scope: Scope) -> Iterator[Diagnostic]:
    """Yield CRM217 and CRM218."""
    for message in scope.program.messages.values():
        channel = scope.program.channels.get(message.channel.id)
        if channel is not None:
            yield from _foreign(message, channel)
            yield from _headers(message, channel)
            yield from _missing(message, channel)


def _lacking(fields: tuple[str, ...]) -> dict[ChannelType, tuple[str, ...]]:
    return {type_: tuple(f for f in fields if f not in has) for type_, has in FIELDS.items()}


_LACKS_OF_MESSAGE = _lacking(MESSAGE_FIELDS)
_LACKS_OF_CONTENT = _lacking(CONTENT_FIELDS)


def _foreign(message: Message, channel: Channel) -> Iterator[Diagnostic]:
    for field in _LACKS_OF_MESSAGE[channel.type]:
        value = getattr(message, field)
        if value and value != DEFAULTS.get(field):
            yield _wrong(field, message.place, channel)
    for content in (message.content, *message.locales.values()):
        for field in _LACKS_OF_CONTENT[channel.type]:
            if getattr(content, field):
                yield _wrong(field, content.place, channel)


def _headers(message: Message, channel: Channel) -> Iterator[Diagnostic]:
    for name in message.headers:
        if name.lower() in HEADERS and "headers" in FIELDS[channel.type]:
            yield finding(
                WRONG_CHANNEL_FIELD,
                message.place.key("headers", name),
                text("a message cannot set the header `{name}`", name=name),
                _ELSEWHERE.get(name.lower(), text("leave it out: it is written when it is sent")),
            )


def _wrong(field: str, place: Place, channel: Channel) -> Diagnostic:
    instead = _INSTEAD.get(field)
    if instead in FIELDS[channel.type]:
        advice = text("use `{field}`", field=instead)
    else:
        listed = ", ".join(f"`{name}`" for name in sorted(FIELDS[channel.type]))
        advice = text("a message of this channel may have {fields}", fields=listed)
    return finding(
        WRONG_CHANNEL_FIELD,
        place.key(field),
        text("a message over `{type}` has no `{field}`", type=channel.type, field=field),
        advice,
        related=(Label(channel.place.name, text("the channel is declared here")),),
    )


def _missing(message: Message, channel: Channel) -> Iterator[Diagnostic]:
    if message.silent:
        return
    for group in NEEDS[channel.type]:
        if any(field in MESSAGE_FIELDS and getattr(message, field) for field in group):
            continue
        if _has(message.content, group, channel):
            continue
        if not message.locales:
            yield _lacks(message.place, group, channel)
        for content in message.locales.values():
            if not _has(content, group, channel):
                yield _lacks(content.place, group, channel)


def _has(content: Content, group: tuple[str, ...], channel: Channel) -> bool:
    """Say whether one of the fields is there, perhaps under a name that is already reported."""
    if any(getattr(content, field) for field in group if field in CONTENT_FIELDS):
        return True
    return any(
        _INSTEAD.get(field) in group and getattr(content, field)
        for field in _LACKS_OF_CONTENT[channel.type]
    )


def _lacks(place: Place, group: tuple[str, ...], channel: Channel) -> Diagnostic:
    listed = ", ".join(f"`{name}`" for name in group)
    return finding(
        MISSING_CONTENT,
        place.name,
        text("a message over `{type}` needs `{field}`", type=channel.type, field=group[0]),
        text("write one of {fields}", fields=listed)
        if len(group) > 1
        else text("add `{field}`", field=group[0]),
        related=(Label(channel.place.name, text("the channel is declared here")),),
    )
