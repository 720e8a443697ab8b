"""E-mails of activities back as messages: who sends them, subject and page."""

from __future__ import annotations

from email.header import decode_header, make_header
from email.utils import parseaddr
from typing import TYPE_CHECKING, Final

from crmspec.diagnostics import text
from crmspec.engine.resource import Address
from crmspec.engine.way_back import WordlessError
from crmspec.providers.rest.sender import channel_id
from crmspec.providers.tryton import wording
from crmspec.providers.tryton.letter import mailbox

if TYPE_CHECKING:
    from crmspec.engine.body import Body
    from crmspec.providers.tryton.asked import Fields
    from crmspec.providers.tryton.recall import Recalled

LETTER: Final = ("email_from", "email_title", "email_template")


class Letters:
    """The e-mails of one scenario; the same letter is one message.

    `made` are messages and channels. Messages have the names that they have in the project, or are
    called after the first activity that sends them.
    """

    def __init__(self, chain: str, sells: object, fields: Fields, known: Recalled) -> None:
        self._chain, self._sells, self._fields, self._known = chain, sells, fields, known
        self._ids: dict[tuple[str, ...], str] = {}
        self.made: dict[Address, Body] = {}

    def named(self, one: Body) -> str:
        """Return the id of the message that an activity sends.

        Raises:
            WordlessError: it has no words, or is one message of the project in two wordings.
        """
        name, key = str(one["name"]), tuple(str(one.get(field, "")) for field in LETTER)
        id_ = self._known.message(name) or self._ids.get(key) or f"{self._chain}_{name}"
        message = self._message(id_, *key)
        if self.made.setdefault(Address("message", id_), message) != message:
            raise WordlessError(
                text("`{name}`: `{message}` has other words elsewhere", name=name, message=id_)
            )
        self._ids.setdefault(key, id_)
        return id_

    def _message(self, id_: str, sender: str, title: str, template: str) -> Body:
        sells = wording.leaves(template) if self._sells is None else self._sells
        return {
            "channel": self._channel(id_, sender),
            "category": "marketing" if sells else "transactional",
            "subject": wording.title(title, self._fields),
            "source": wording.page(template, self._fields),
        }

    def _channel(self, message: str, sender: str) -> str:
        """Return the id of the channel of a sender."""
        name, email = parseaddr(sender)
        name = str(make_header(decode_header(name)))
        if sender and ("$" in sender or mailbox(name, email) != sender):
            raise WordlessError(text("the project has no words for the sender `{it}`", it=sender))
        id_ = self._known.channels.get(message) or channel_id(f"{name} {email}")
        sent_by: Body = {"from": {"name": name, "email": email}} if sender else {}
        self.made[Address("channel", id_)] = {"type": "email", **sent_by}
        return id_
