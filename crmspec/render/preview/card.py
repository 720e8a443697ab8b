"""What a preview shows of a message, by the kind of its channel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec
from markupsafe import Markup, escape

from crmspec.content.limit import LIMITS, size
from crmspec.content.sms import cost_of, measured
from crmspec.diagnostics.sentence import Text, text
from crmspec.render.preview.chat import tagged
from crmspec.render.preview.cut import cut, sms_parts
from crmspec.render.preview.inbox import Row, rows
from crmspec.render.preview.seen import Link, Seen

if TYPE_CHECKING:
    from crmspec.ir.channel import ChannelType
    from crmspec.ir.program import Program

KINDS: Final[dict[ChannelType, str]] = {
    "email": "letter",
    "sms": "sms",
    **dict.fromkeys(("mobile_push", "web_push"), "push"),
    **dict.fromkeys(("telegram", "whatsapp", "vk", "viber", "max"), "chat"),
    **dict.fromkeys(("onsite", "in_app"), "site"),
}
"""How channels are drawn; the others are tables of their fields."""
_DRAWN: Final = ("subject", "preheader", "html", "text", "heading", "subtitle")
_KB: Final = 1024


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """A push as one platform shows it; `rest` says whether something was cut off."""

    platform: str
    heading: str
    text: str
    rest: bool


class Screen(msgspec.Struct, frozen=True, kw_only=True):
    """One screen of a window on a site: its fields are labels, `*` marks those that must be."""

    text: str
    fields: tuple[str, ...]
    button: str


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """All that is shown of a message for one customer."""

    kind: str
    seen: Seen
    sender: str
    inboxes: tuple[Row, ...] = ()
    facts: tuple[Text, ...] = ()
    markup: Markup = Markup()
    pieces: tuple[str, ...] = ()
    notices: tuple[Notice, ...] = ()
    buttons: tuple[str, ...] = ()
    screens: tuple[Screen, ...] = ()
    links: tuple[Link, ...] = ()
    more: tuple[tuple[str, str], ...] = ()


def card(program: Program, seen: Seen) -> Card:
    """Return what is to be shown."""
    kind = KINDS.get(seen.parts.type, "other")
    sender, links = sender_of(program, seen), seen.links()
    made = Card(
        kind=kind,
        seen=seen,
        sender=sender,
        buttons=_buttons(seen),
        links=links,
        more=tuple(_more(seen, kind, {link.of for link in links})),
    )
    return msgspec.structs.replace(made, **_DETAILS[kind](program, seen, sender))


def sender_of(program: Program, seen: Seen) -> str:
    """Return who the message comes from, in words."""
    channel = program.channels.get(seen.parts.message.channel.id)
    if channel is not None and channel.from_ is not None:
        return channel.from_.name
    own = channel.sender if channel is not None else None
    return own or program.project.title or program.project.project


def _letter(_: Program, seen: Seen, sender: str) -> dict[str, object]:
    first = seen.text("preheader") or seen.text("text")
    html = size(seen.text("html"), "bytes")
    most = LIMITS["email"][0].most
    fact = text(
        "{size} KB of HTML; Gmail hides what is beyond {most} KB",
        size=round(html / _KB, 1),
        most=most // _KB,
    )
    return {"inboxes": rows(sender, seen.text("subject"), first), "facts": (fact,)}


def _sms(program: Program, seen: Seen, _: str) -> dict[str, object]:
    found = measured(seen.text("text"))
    name = "GSM-7" if found.alphabet == "gsm7" else "UCS-2"
    facts = [
        text(
            "parts: {parts}, {alphabet}, {units} units, room for {room} more",
            parts=found.parts,
            alphabet=name,
            units=found.units,
            room=found.room,
        )
    ]
    channel = program.channels.get(seen.parts.message.channel.id)
    cost = cost_of(channel, found.parts) if channel is not None else None
    if cost is not None:
        facts.append(text("{amount} {currency} each", amount=cost.amount, currency=cost.currency))
    return {"facts": tuple(facts), "pieces": tuple(sms_parts(seen.text("text")))}


def _push(_: Program, seen: Seen, __: str) -> dict[str, object]:
    web = seen.parts.type == "web_push"
    platforms = ("Chrome",) if web else ("iOS", "Android")
    return {"notices": tuple(_notice(seen, one) for one in platforms)}


def _notice(seen: Seen, platform: str) -> Notice:
    whole = {name: " ".join(seen.text(name).split()) for name in ("heading", "text")}
    shown = {name: cut(one, _room(seen, name, platform)) for name, one in whole.items()}
    return Notice(platform=platform, rest=shown != whole, **shown)


def _room(seen: Seen, field: str, platform: str) -> int:
    """Return how many characters of a field a platform shows."""
    image = bool(seen.text("image"))
    for limit in LIMITS.get(seen.parts.type, ()):
        fits = limit.with_image is None or limit.with_image == image
        if (limit.field, limit.platform, limit.hard) == (field, platform, False) and fits:
            return limit.most
    return len(seen.text(field)) + 1


def _chat(_: Program, seen: Seen, __: str) -> dict[str, object]:
    written = seen.text("text")
    html = seen.parts.type in {"telegram", "max"} and seen.parts.message.parse_mode == "html"
    template = seen.parts.message.external_template
    facts: tuple[Text, ...] = ()
    if template is not None:
        facts = (
            text(
                "approved template {name} ({language}), with these values",
                name=template.name,
                language=template.language,
            ),
        )
    values = [one for name, one in seen.texts.items() if name.startswith("variables.")]
    return {
        "markup": tagged(written) if html else escape(written),
        "pieces": tuple(values),
        "facts": facts,
    }


def _site(_: Program, seen: Seen, __: str) -> dict[str, object]:
    screens = []
    for at, screen in enumerate(seen.parts.message.screens):
        fields = (
            f"{one.label or one.attribute.id}{' *' if one.required else ''}"
            for one in screen.fields
        )
        screens.append(
            Screen(
                text=seen.text(f"screens.{at}.text"),
                fields=tuple(fields),
                button=seen.text(f"screens.{at}.button"),
            )
        )
    return {"screens": tuple(screens)}


def _other(_: Program, __: Seen, ___: str) -> dict[str, object]:
    return {}


_DETAILS: Final = {
    "letter": _letter,
    "sms": _sms,
    "push": _push,
    "chat": _chat,
    "site": _site,
    "other": _other,
}


def _buttons(seen: Seen) -> tuple[str, ...]:
    return tuple(
        one
        for name, one in seen.texts.items()
        if name.startswith("buttons.") and name.endswith(".label")
    )


def _more(seen: Seen, kind: str, listed: set[str]) -> list[tuple[str, str]]:
    """Return the fields that neither the drawing nor the list of links shows."""
    drawn = () if kind == "other" else (*_DRAWN, "screens.", "buttons.", "variables.")
    message = seen.parts.message
    found = [
        (name, one)
        for name, one in seen.texts.items()
        if name not in listed and not name.startswith(drawn or "\0")
    ]
    if message.audience is not None:
        found.append(("audience", message.audience.id))
    return found
