"""Sends: a message as templates, and one e-mail node for each channel of a chain."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import structs

from crmspec.diagnostics import text
from crmspec.lower.capability import Support
from crmspec.lower.element import sent
from crmspec.lower.judgement import judge
from crmspec.lower.outcome import Key, Outcome
from crmspec.providers.node_red.option import Smtp

if TYPE_CHECKING:
    from crmspec.engine.body import Body
    from crmspec.ir.channel import Channel
    from crmspec.ir.message import Message
    from crmspec.ir.step import Send
    from crmspec.providers.node_red.option import Options
    from crmspec.providers.node_red.wiring import End, Wiring
    from crmspec.providers.rest import Brief, Untold

_UNSAID = ("attachments", "headers", "ttl", "data")
_MARKUP = re.compile(r"<[a-z][\s\S]*>", re.IGNORECASE)
"""What the e-mail node takes for HTML (61-email.js)."""


class Sends:
    """The sends of one chain."""

    def __init__(self, brief: Brief, untold: Untold, wiring: Wiring, options: Options) -> None:
        self._brief, self._untold = brief, untold
        self._wiring, self._options = wiring, options

    def add(self, ends: list[End], id_: str, send: Send) -> list[End]:
        """Add the nodes of a send and return their open ends; the letter leaves on its own way."""
        program = self._brief.written
        message = program.messages[send.send.message.id] if send.send.message else None
        if message is None:
            return ends  # the table says that Node-RED chooses none
        channel = program.channels[message.channel.id]
        self._judged(message)
        letter = self._brief.letter(message)
        self._untold.gaps += [
            Outcome(self._untold.key, "template", message.id, Support.NONE, loss.span, loss.message)
            for loss in letter.losses
        ]
        ends = self._wiring.add(ends, id_, "change", {"rules": self._head(channel)})
        ends = self._wiring.template(
            ends, f"{id_}.subject", "topic", letter.fields.get("subject", "")
        )
        ends = self._bodies(ends, id_, message, letter.fields)
        self._wiring.join(ends, self._mailer(channel, send))
        return ends

    def _bodies(
        self, ends: list[End], id_: str, message: Message, fields: dict[str, str]
    ) -> list[End]:
        plain = fields.get("text", "")
        if "html" not in fields:
            if _MARKUP.search(plain) or "{{" in plain:
                said = text("Node-RED takes a text with a tag in it, such as `<b>`, for HTML")
                self._untold.otherwise("message", "text", message, said, at="text")
            return self._wiring.template(ends, f"{id_}.text", "payload", plain)
        ends = self._wiring.template(ends, f"{id_}.html", "payload", fields["html"])
        return self._wiring.template(ends, f"{id_}.text", "plaintext", plain) if plain else ends

    def _head(self, channel: Channel) -> list[Body]:
        """Return the rules that address a letter, and take away what was said of others."""
        sender = channel.from_
        if sender is None:
            said = text("Node-RED must be told who sends: `from` of the channel")
            self._untold.lack("channel", "from", channel, said)
        named = "" if sender is None else _mailbox(sender.name, sender.email)
        return head(named, self._options.address, channel.reply_to)

    def _mailer(self, channel: Channel, send: Send) -> str:
        """Return the id of the node that sends letters of a channel."""
        id_, smtp = f"_mail.{channel.id}", self._options.smtp
        if id_ in self._wiring.nodes:
            return id_
        if smtp is None:
            said = text(
                "Node-RED must be told where letters go: `options: {{smtp: {{server: …}}}}`"
            )
            self._untold.lack("channel", "smtp", send, said, at="send")
        self._wiring.add((), id_, "e-mail", mailer(smtp or Smtp(server="")), 0)
        return id_

    def _judged(self, message: Message) -> None:
        """Tell what Node-RED does not take of a message: it goes into the tab."""
        written, table = self._brief.written, self._brief.capabilities
        key = Key("message", message.id)
        for one in judge(written, table, self._brief.target, key, list(sent(message))):
            if one.family not in {"kind", "limit"} and not one.support.kept:
                self._untold.gaps.append(structs.replace(one, key=self._untold.key, node=None))
        for name in _UNSAID:
            if getattr(message, name):
                reason = text("`{field}` does not reach Node-RED", field=name)
                self._untold.lack("message", name, message, reason)
        if message.category == "marketing":
            said = text("Node-RED asks nobody for consent, so that it sends no advertising")
            self._untold.lack("policy", "consent", message, said, at="category")


def head(sender: str, address: str, reply_to: str | None) -> list[Body]:
    """Return the rules that address a letter, and take away what was said of others."""
    rules = [_set("from", sender)] if sender else []
    rules.append(_set("to", f"event.{address}", "msg"))
    if reply_to:
        rules.append(_set("replyTo", reply_to))
    unset = ["headers", "plaintext", *([] if reply_to else ["replyTo"])]
    return rules + [{"t": "delete", "p": name, "pt": "msg"} for name in unset]


def mailer(server: Smtp) -> Body:
    """Return the fields of the node that sends letters through a server."""
    return {
        "server": server.server,
        "port": str(server.port),
        "secure": server.secure,
        "tls": server.verify,
        "authtype": "BASIC" if server.login else "NONE",
    }


def _set(name: str, value: str, kind: str = "str") -> Body:
    return {"t": "set", "p": name, "pt": "msg", "to": value, "tot": kind}


def _mailbox(name: str, address: str) -> str:
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{quoted}" <{address}>'
