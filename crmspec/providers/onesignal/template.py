"""Messages as templates of push, e-mail and SMS, and the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from crmspec.content.mjml import unpaged
from crmspec.diagnostics import text
from crmspec.ir.message import Message
from crmspec.lower.outcome import unsaid
from crmspec.providers.onesignal.name import fitting
from crmspec.providers.rest import Encoded, Untold
from crmspec.providers.rest.liquid import LIQUID
from crmspec.providers.rest.values import authored

if TYPE_CHECKING:
    from crmspec.engine.body import Body
    from crmspec.ir.value import Resource
    from crmspec.lower.outcome import Key
    from crmspec.providers.rest import Brief

_DIALECT = "onesignal"
LANGUAGE = "en"
"""The language that OneSignal wants a text in, and sends where it has no better one."""
FIELDS = ("isEmail", "isSMS", "email_subject", "email_body", "contents", "headings", "subtitle")
"""What crmspec writes of a template; images, links and buttons are people's."""
_PUSH = ("headings", "subtitle", "contents")
_UNSAID = ("attachments", "headers", "open", "ttl", "data", "content.image", "content.buttons")


def encode_message(brief: Brief, key: Key, node: Resource, _: frozenset[int]) -> Encoded:
    """Return a template; see `providers.rest.Encoder`."""
    assert isinstance(node, Message)  # noqa: S101 - encoders are by kind
    untold = Untold(key)
    fitting(brief, untold, node)
    letter, channel = brief.letter(node), brief.written.channels[node.channel.id]
    untold.gaps += [unsaid(key, _DIALECT, loss) for loss in letter.losses]
    _judged(untold, node, channel.type)
    return Encoded(_payload(channel.type, letter.fields), tuple(untold.gaps))


def _payload(type_: str, fields: dict[str, str]) -> Body:
    if type_ == "email":
        return {
            "isEmail": True,
            "email_subject": fields.get("subject", ""),
            "email_body": fields.get("html", ""),
        }
    if type_ == "sms":
        return {"isSMS": True, "contents": _said(fields.get("text", ""))}
    texts = {"headings": "heading", "subtitle": "subtitle", "contents": "text"}
    return {name: _said(fields[field]) for name, field in texts.items() if fields.get(field)}


def _said(words: str) -> Body:
    return {LANGUAGE: words}


def _judged(untold: Untold, message: Message, type_: str) -> None:
    """Tell what of a message has no place in a template."""
    for name in _UNSAID:
        owner, field = (message.content, name[8:]) if "." in name else (message, name)
        if getattr(owner, field):
            reason = text("`{field}` does not reach OneSignal", field=field)
            untold.lack("message", field, owner, reason)
    if message.silent:
        untold.lack("message", "silent", message, text("templates of OneSignal are shown"))
    if type_ == "email" and message.content.text is not None:
        reason = text("OneSignal makes the text part of an e-mail itself")
        untold.otherwise("message", "text", message.content, reason)


def normalised(body: Body) -> Body:
    """Return the fields of a template that are the project's and say anything."""
    made: Body = {}
    for name in FIELDS:
        value = body.get(name)
        if isinstance(value, dict):
            value = {language: one for language, one in value.items() if one}
        if value:
            made[name] = value
    for name in _PUSH if made.get("isEmail") else _PUSH[:2] if made.get("isSMS") else ():
        made.pop(name, None)
    return made


# -- the way back -----------------------------------------------------------------------------


def decode_message(body: Body) -> Body:
    """Return the texts of a template as an author writes them.

    The page of an e-mail is its `source` as a whole: where it was composed of more, it is not what
    the project has. Texts in several languages, and Liquid that is more than a value, cannot be led
    back. The channel is called by its type.
    """
    written = {"subject": body.get("email_subject")} | {
        field: _alone(body.get(name))
        for name, field in (("headings", "heading"), ("subtitle", "subtitle"), ("contents", "text"))
    }
    found = {field: authored(value, LIQUID, _DIALECT) for field, value in written.items()}
    found["source"] = authored(
        unpaged(str(body.get("email_body", ""))), LIQUID, _DIALECT, page=True
    )
    texts = {field: value for field, value in found.items() if value}
    made: Body = {"channel": channel_type(body), **texts}
    return made if texts else {}


def channel_type(body: Body) -> str:
    """Return the type of the channel that a template is for."""
    return "email" if body.get("isEmail") else "sms" if body.get("isSMS") else "mobile_push"


def _alone(value: object) -> object:
    words = cast("Body", value) if isinstance(value, dict) else {}
    return words[LANGUAGE] if words.keys() == {LANGUAGE} else None
