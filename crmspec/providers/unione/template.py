"""Messages as templates, with their layout and blocks composed into them, and back again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics import text
from crmspec.engine.resource import Address
from crmspec.ir.message import Message
from crmspec.lower.outcome import unsaid
from crmspec.providers.rest import Encoded, Untold
from crmspec.providers.rest.sender import channel_id, email_channel
from crmspec.providers.rest.wording import authored

if TYPE_CHECKING:
    from crmspec.engine.body import Body
    from crmspec.ir.channel import Channel
    from crmspec.ir.value import Resource
    from crmspec.lower.outcome import Key
    from crmspec.providers.rest import Brief

ENGINES = {"simple": "unione", "velocity": "unione_velocity"}
"""Template engine of UniOne → dialect; `liquid` and `none` are not written."""
_SIMPLE = "simple"
_HEADER = "headers."


def encode_message(brief: Brief, key: Key, node: Resource, _: frozenset[int]) -> Encoded:
    """Return a template; see `providers.rest.Encoder`."""
    assert isinstance(node, Message)  # noqa: S101 - encoders are by kind
    untold = Untold(key)
    channel = brief.written.channels[node.channel.id]
    letter = brief.letter(node)
    dialect = brief.capabilities.dialect
    untold.gaps += [unsaid(key, dialect, loss) for loss in letter.losses]
    _judged(untold, node, channel)
    body: Body = {
        "editor_type": "html",
        "template_engine": next(name for name, one in ENGINES.items() if one == dialect),
        "subject": letter.fields.get("subject", ""),
        "body": {
            "html": letter.fields.get("html", ""),
            "plaintext": letter.fields.get("text", ""),
        },
        "headers": {
            name.removeprefix(_HEADER): value
            for name, value in letter.fields.items()
            if name.startswith(_HEADER)
        },
        **_sender(channel),
    }
    return Encoded(body, tuple(untold.gaps))


def _sender(channel: Channel) -> Body:
    made: Body = {}
    if (sender := channel.from_) is not None:
        made |= {"from_email": sender.email, "from_name": sender.name}
    return made | ({"reply_to": channel.reply_to} if channel.reply_to else {})


def _judged(untold: Untold, message: Message, channel: Channel) -> None:
    """Tell what UniOne does not take of a letter."""
    if channel.type != "email":
        return
    if channel.from_ is None:
        said = text("UniOne wants to know whom a letter is from: the channel has no `from`")
        untold.lack("message", "from", message, said, at="channel")
    if message.attachments:
        said = text("`{field}` does not reach UniOne", field="attachments")
        untold.lack("message", "attachments", message, said)
    for name in message.headers:
        if not name.upper().startswith("X-"):
            said = text("UniOne takes headers that begin with `X-` alone")
            untold.lack("message", f"headers.{name}", message, said, at="headers")


def normalise(_: Address, body: Body) -> Body:
    """Return a template as it is meant: UniOne gives back what is empty in several ways."""
    made = {key: value for key, value in body.items() if value}
    inner = made.get("body")
    if isinstance(inner, dict):
        made["body"] = {key: value for key, value in inner.items() if value}
    return made


def decode_message(_: Address, body: Body) -> Body:
    """Return the subject and texts of a template as an author writes them."""
    channel: Body = {"channel": channel_id(body.get("from_email"))}
    if body.get("template_engine", _SIMPLE) != _SIMPLE:
        return channel
    inner, dialect = body.get("body"), ENGINES[_SIMPLE]
    texts = inner if isinstance(inner, dict) else {}
    found = {
        "subject": authored(body.get("subject"), dialect),
        "source": authored(texts.get("html"), dialect, page=True),
        "text": authored(texts.get("plaintext"), dialect),
        "headers": _headers(body.get("headers")),
    }
    return channel | {name: one for name, one in found.items() if one}


def _headers(headers: object) -> Body | None:
    found = headers if isinstance(headers, dict) else {}
    made: Body = {name: authored(one, ENGINES[_SIMPLE]) for name, one in found.items()}
    return None if None in made.values() else made


def parts(_: Address, body: Body) -> dict[Address, Body]:
    """Return the channel of a template: its sender, by the address of the sender."""
    sender = body.get("from_email")
    made = email_channel(body.get("from_name"), sender, body.get("reply_to"))
    return {Address("channel", channel_id(sender)): made}
