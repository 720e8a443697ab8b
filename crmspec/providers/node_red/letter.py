"""Letters in the nodes of a tab as messages: who sends them, the subject, the page and the text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, cast

from crmspec.diagnostics import text
from crmspec.engine.resource import Address
from crmspec.engine.way_back import WordlessError
from crmspec.providers.node_red.palette import meant
from crmspec.providers.node_red.send import head, mailer
from crmspec.providers.node_red.wording import authored
from crmspec.providers.rest.values import text_part

if TYPE_CHECKING:
    from crmspec.engine.body import Body
    from crmspec.providers.node_red.asked import Properties
    from crmspec.providers.node_red.recall import Recalled

_MAIL: Final = "_mail."
_BRACES: Final = re.compile(r"[{}]+")
_SENDER: Final = re.compile(r'"((?:[^"\\]|\\.)*)" <([^<>]+)>')
_FIELDS: Final = frozenset(
    {("subject", "topic"), ("html", "payload"), ("text", "payload"), ("text", "plaintext")}
)
"""What the nodes of a letter are called, and where each writes."""
_NAMES: Final = {"subject": "subject", "html": "source", "text": "text"}


class Letters:
    """The letters of one tab; the same letter is one message. `made` are messages and channels.

    Messages have the names that they have in the project (`known`, by steps), or are called after
    the first step that sends them.
    """

    def __init__(self, chain: str, properties: Properties, known: Recalled) -> None:
        self._chain, self._properties, self._known = chain, properties, known
        self._ids: dict[str, str] = {}
        self._mailers: set[str] = set()
        self.made: dict[Address, Body] = {}

    def named(self, step: str, node: Body, fields: dict[str, Body], last: Body) -> str:
        """Return the id of the message whose letter some nodes make.

        Raises:
            WordlessError: it has no words, or is one message of the project in two wordings.
        """
        mailer = self._mailer(step, last)
        channel = mailer.removeprefix(_MAIL)
        self._kept("channel", channel, self._channel(node), step)
        message = self._message(channel, fields)
        same = self._ids.get(str(message))
        id_ = self._known.messages.get(step) or same or f"{self._chain}_{step}"
        self._kept("message", id_, message, step)
        self._ids.setdefault(str(message), id_)
        return id_

    def _kept(self, kind: str, id_: str, made: Body, step: str) -> None:
        """Keep a resource, which is the same in all letters."""
        if self.made.setdefault(Address(kind, id_), made) != made:
            raise WordlessError(text("`{name}`: `{id}` is another elsewhere", name=step, id=id_))

    def _mailer(self, step: str, last: Body) -> str:
        """Return the node that sends the letter."""
        wires = cast("list[list[str]]", last.get("wires", []))
        found = [end for ends in wires for end in ends if end.startswith(_MAIL)]
        if len(found) != 1:
            raise WordlessError(
                text("`{name}`: the letter does not go to one mail server", name=step)
            )
        self._mailers.add(found[0])
        return found[0]

    def taken(self, left: dict[str, Body]) -> None:
        """Take the mail servers of the letters out of what is left."""
        options = self._known.options
        for one in self._mailers:
            node = left.pop(one, {})
            told = options and options.smtp and mailer(options.smtp)
            if told and node != meant({"id": one, "type": "e-mail", **told}):
                raise WordlessError(
                    text("`{name}`: the target names another mail server", name=one)
                )

    def _channel(self, node: Body) -> Body:
        """Return the channel whose sender some rules set."""
        options, rules = self._known.options, cast("list[Body]", node.get("rules", []))
        said = {str(one.get("p")): str(one.get("to")) for one in rules if one.get("t") == "set"}
        found = _SENDER.fullmatch(said.get("from", ""))
        address = options.address if options else said.get("to", "").removeprefix("event.")
        answers = said.get("replyTo")
        if found is None or rules != head(found[0], address, answers):
            raise WordlessError(
                text("`{name}`: letters are not addressed as crmspec does", name=str(node["id"]))
            )
        sender: Body = {"name": re.sub(r"\\(.)", r"\1", found[1]), "email": found[2]}
        made: Body = {"type": "email", "from": sender}
        return made | ({"reply_to": answers} if answers else {})

    def _message(self, channel: str, fields: dict[str, Body]) -> Body:
        words = {name: str(node.get("template", "")) for name, node in fields.items()}
        for name, node in fields.items():
            if (name, node.get("field", "payload")) not in _FIELDS:
                raise WordlessError(text("`{name}`: a letter has no such part", name=name))
        made: Body = {"channel": channel, "category": "transactional"}
        for name, field in _NAMES.items():
            if name in words:
                told = authored(words[name], self._properties, page=name == "html")
                made[field] = told
        if "source" in made and "text" in words and _is_of(str(made["source"]), words["text"]):
            del made["text"]
        return made


def _is_of(page: str, words: str) -> bool:
    """Say whether a text is what is made of a page anyway; how many braces is not told there."""
    return _BRACES.sub("", text_part(page, "node_red")) == _BRACES.sub("", words)
