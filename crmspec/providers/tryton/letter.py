"""Messages as e-mails of activities: sender, subject and a page of XML, each in Genshi."""

from __future__ import annotations

import re
from email.utils import formataddr
from typing import TYPE_CHECKING, Final

from msgspec import structs

from crmspec.diagnostics import text
from crmspec.dialect.genshi import UNSUBSCRIBE
from crmspec.lower.capability import Support
from crmspec.lower.element import sent
from crmspec.lower.judgement import judge
from crmspec.lower.outcome import Key, Outcome
from crmspec.providers.tryton.markup import UnsayableError, well_formed

if TYPE_CHECKING:
    from crmspec.diagnostics import Text
    from crmspec.engine.body import Body
    from crmspec.ir.message import Message
    from crmspec.providers.rest import Brief, Untold

_UNSAID: Final = ("attachments", "headers")
_DIRECTIVE: Final = re.compile(r"[ \t]*#(?=\w|#)")
_PLACES: Final = ("file", "body", "template", "layout", "text")


class Letters:
    """The e-mails of one chain."""

    def __init__(self, brief: Brief, untold: Untold) -> None:
        self._brief, self._untold = brief, untold

    def fields(self, message: Message) -> Body:
        """Return what an activity has of a message."""
        self._judged(message)
        found = self._brief.letter(message)
        for loss in found.losses:
            one = Outcome(
                self._untold.key, "template", message.id, Support.NONE, loss.span, loss.message
            )
            self._untold.gaps.append(one)
        made: Body = {
            "action": "send_email",
            "email_title": self._title(message, found.fields.get("subject", "")),
            "email_template": self._page(message, found.fields.get("html", "")),
        }
        sender = self._sender(message)
        return made | ({"email_from": sender} if sender else {})

    def _judged(self, message: Message) -> None:
        """Tell what Tryton does not take of a message: it goes into the scenario."""
        written, table = self._brief.written, self._brief.capabilities
        key, nodes = Key("message", message.id), list(sent(message))
        for one in judge(written, table, self._brief.target, key, nodes):
            if one.family not in {"kind", "limit"} and not one.support.kept:
                self._untold.gaps.append(structs.replace(one, key=self._untold.key, node=None))
        for name in _UNSAID:
            if getattr(message, name):
                reason = text("`{field}` does not reach Tryton", field=name)
                self._untold.lack("message", name, message, reason)
        if message.content.text is not None:
            reason = text("Tryton makes the text of a letter from its page")
            self._untold.otherwise("message", "text", message, reason)

    def _title(self, message: Message, subject: str) -> str:
        """Return a subject without what Tryton does not have in it."""
        if UNSUBSCRIBE in subject:
            self._lost(message, "subject", text("Tryton has no such link in a subject"))
        return undirected(subject)

    def _page(self, message: Message, html: str) -> str:
        if not html.strip():
            self._lost(message, "html", text("Tryton sends pages, and this message has none"))
            return ""
        try:
            return well_formed(html)
        except UnsayableError as error:
            self._lost(message, "html", error.reason)
            return ""

    def _lost(self, message: Message, field: str, reason: Text) -> None:
        place = message.place
        names = (field, *_PLACES)
        at = next((one for one in names if place.key(one) != place.span), "id")
        span = place.key(at) if at != "id" else place.name
        key = self._untold.key
        self._untold.gaps.append(Outcome(key, "template", message.id, Support.NONE, span, reason))

    def _sender(self, message: Message) -> str:
        channel = self._brief.written.channels[message.channel.id]
        if channel.reply_to:
            reason = text("Tryton has no address for answers")
            self._untold.lack("message", "reply_to", channel, reason)
        sender = channel.from_
        if sender is None:
            return ""
        return mailbox(sender.name, sender.email)


def undirected(subject: str) -> str:
    """Return a subject on one line that is no directive of Genshi's text templates."""
    told = " ".join(subject.split()).replace("\\#", "\\${'#'}")
    return f"${{''}}{told}" if _DIRECTIVE.match(told) else told


def mailbox(name: str, email: str) -> str:
    """Return a sender as a header has it: 6.0 sends it as it is."""
    named = formataddr((name, ""), charset="utf-8").removesuffix("<>")
    return f"{named}<{email}>" if name else email
