"""Channel steps: a message in Knock's templates, and the channel that sends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import structs

from crmspec.diagnostics import text
from crmspec.logic.delay import outlasts
from crmspec.lower.capability import Support
from crmspec.lower.element import sent
from crmspec.lower.judgement import judge
from crmspec.lower.outcome import Key, Outcome

if TYPE_CHECKING:
    from crmspec.engine.body import Body
    from crmspec.ir.chain import Chain, QuietHours
    from crmspec.ir.channel import Channel
    from crmspec.ir.message import Message
    from crmspec.ir.step import Send
    from crmspec.providers.rest import Brief, Untold

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
TYPES = {"email": "email", "sms": "sms", "mobile_push": "push"}
_UNSAID = ("attachments", "headers", "open", "ttl", "data", "content.image", "content.buttons")


class Channels:
    """The channel steps of one chain."""

    def __init__(self, brief: Brief, untold: Untold, chain: Chain) -> None:
        self._brief, self._untold, self._chain = brief, untold, chain

    def step(self, send: Send) -> Body:
        """Return what a send is beyond its ref: channel, template, hours."""
        program = self._brief.written
        message = program.messages[send.send.message.id] if send.send.message else None
        if message is None:
            self._untold.lack("policy", "choice", send, text("Knock chooses no message"), at="send")
            return {}
        channel = program.channels[message.channel.id]
        self._judged(message)
        made: Body = {
            "type": "channel",
            "channel_key": channel.names.get(self._brief.target.id, channel.id),
            "channel_type": TYPES.get(channel.type, channel.type),
            "template": self._template(message, channel),
        }
        if channel.type == "email" and channel.from_ is not None:
            made["channel_overrides"] = _sender(channel)
        windows = self._windows(message, channel)
        return made | ({"send_windows": windows} if windows else {})

    def _judged(self, message: Message) -> None:
        """Tell what Knock does not take of a message: it goes into the workflow."""
        written, table = self._brief.written, self._brief.capabilities
        key, nodes = Key("message", message.id), list(sent(message))
        for one in judge(written, table, self._brief.target, key, nodes):
            if one.family not in {"kind", "limit"} and not one.support.kept:
                self._untold.gaps.append(structs.replace(one, key=self._untold.key, node=None))
        for name in _UNSAID:
            owner, field = (message.content, name[8:]) if "." in name else (message, name)
            if getattr(owner, field):
                reason = text("`{field}` does not reach Knock", field=field)
                self._untold.lack("message", field, owner, reason)

    def _template(self, message: Message, channel: Channel) -> Body:
        letter = self._brief.letter(message)
        for loss in letter.losses:
            one = Outcome(
                self._untold.key, "template", message.id, Support.NONE, loss.span, loss.message
            )
            self._untold.gaps.append(one)
        fields = letter.fields
        if channel.type == "email":
            made: Body = {
                "subject": fields.get("subject", ""),
                "html_body": fields.get("html", ""),
                "settings": {},
            }
            own = message.content.text
            written = own is not None and own.source.strip() != "auto"
            return made | ({"text_body": fields["text"]} if written else {})
        if channel.type == "mobile_push":
            return {
                "title": fields.get("heading", ""),
                "text_body": fields.get("text", ""),
                "settings": {"delivery_type": "silent" if message.silent else "content"},
            }
        return {"text_body": fields.get("text", "")}

    def _windows(self, message: Message, channel: Channel) -> list[Body]:
        """Return the hours in which a message may be sent, a line for each day."""
        if channel.quiet_hours is not None:
            said = text("Knock has no quiet hours of a channel")
            self._untold.lack("policy", "quiet_hours", channel, said)
        hours = self._chain.quiet_hours
        if hours is None or message.category == "transactional":
            return []
        if _odd(hours):
            said = text(
                "Knock has send windows of each day in the customer's zone, over midnight, and"
                " sends in the next one"
            )
            self._untold.lack("policy", "quiet_hours", self._chain, said)
            return []
        window = {
            "type": "send",
            "from": _clock(hours.to.minute),
            "until": _clock(hours.from_.minute),
        }
        return [{"day": day, **window} for day in DAYS]


def _odd(hours: QuietHours) -> bool:
    other = hours.fallback != "next_allowed" or not outlasts(hours) or bool(hours.weekdays)
    zone = hours.timezone not in {None, "profile"}
    return other or zone or hours.from_.minute <= hours.to.minute


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _sender(channel: Channel) -> Body:
    sender = channel.from_
    made = {
        "from_name": getattr(sender, "name", None),
        "from_address": getattr(sender, "email", None),
        "reply_to_address": channel.reply_to,
    }
    return {key: value for key, value in made.items() if value}
