"""Messages as templates of letters, broadcasts as drafts of letters to one list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics import text
from crmspec.engine.body import REFERENCE
from crmspec.ir.audience import Broadcast
from crmspec.ir.message import Message
from crmspec.lower.outcome import unsaid
from crmspec.providers.rest import Encoded, Untold
from crmspec.providers.rest.wording import authored
from crmspec.providers.unisender.field import list_of

if TYPE_CHECKING:
    from crmspec.engine.body import Body
    from crmspec.ir import Program
    from crmspec.ir.channel import Channel
    from crmspec.ir.value import Resource
    from crmspec.lower.outcome import Key
    from crmspec.providers.rest import Brief

LANGUAGES = frozenset(["ru", "en", "ua", "it", "da", "de", "es", "fr", "nl", "pl", "pt", "tr"])
"""Languages of the line about unsubscribing, which Unisender writes."""
_LANGUAGE = "ru"
_UKRAINIAN = {"uk": "ua"}
_DIALECT = "unisender"


def encode_message(brief: Brief, key: Key, node: Resource, _: frozenset[int]) -> Encoded:
    """Return a template; its text part only if an author wrote one."""
    assert isinstance(node, Message)  # noqa: S101 - encoders are by kind
    untold = Untold(key)
    letter = _letter(brief, untold, node)
    own = node.content.text
    if own is None or own.source.strip() == "auto":
        letter.pop("text_body", None)
    return Encoded(letter, tuple(untold.gaps))


def encode_broadcast(brief: Brief, key: Key, node: Resource, _: frozenset[int]) -> Encoded:
    """Return a draft of a letter to a list."""
    assert isinstance(node, Broadcast)  # noqa: S101 - encoders are by kind
    untold, program = Untold(key), brief.written
    message = program.messages[node.message.id]
    channel = program.channels[message.channel.id]
    letter = _letter(brief, untold, message)
    found = [list_of(program.segments[one.id]) for one in node.audience.include]
    named = next(iter(found), None)
    if len(found) != 1 or named is None or node.audience.exclude:
        said = text("a letter goes to one list: choose segments in the account, when you send it")
        untold.lack("broadcast", "audience", node, said)
    if channel.from_ is None:
        said = text("Unisender wants to know whom a letter is from: the channel has no `from`")
        untold.lack("broadcast", "from", node, said, at="message")
    if message.topic is not None:
        said = text(
            "each list of Unisender stands for a topic: who turned one off is not asked for"
        )
        untold.otherwise("broadcast", "topic", node, said, at="message")
    to: Body = {} if named is None else {"list_id": {REFERENCE: f"list.{named}"}}
    return Encoded({**_sender(channel), **letter, **to}, tuple(untold.gaps))


def _letter(brief: Brief, untold: Untold, message: Message) -> Body:
    letter = brief.letter(message)
    dialect = brief.capabilities.dialect
    untold.gaps += [unsaid(untold.key, dialect, loss) for loss in letter.losses]
    for name in ("attachments", "headers"):
        if getattr(message, name):
            said = text("`{field}` does not reach Unisender", field=name)
            untold.lack("message", name, message, said)
    made = {
        "subject": letter.fields.get("subject"),
        "body": letter.fields.get("html"),
        "text_body": letter.fields.get("text"),
        "lang": _language(brief.written),
    }
    return {name: one for name, one in made.items() if one}


def _language(program: Program) -> str:
    locales = program.project.locales
    named = locales.default.partition("-")[0] if locales is not None else _LANGUAGE
    named = _UKRAINIAN.get(named, named)
    return named if named in LANGUAGES else _LANGUAGE


def _sender(channel: Channel) -> Body:
    sender = channel.from_
    return {} if sender is None else {"sender_name": sender.name, "sender_email": sender.email}


def decode_message(body: Body) -> Body:
    """Return subject and page of a template as an author writes them."""
    found = {
        "subject": authored(body.get("subject"), _DIALECT),
        "source": authored(body.get("body"), _DIALECT, page=True),
    }
    made: Body = {name: one for name, one in found.items() if one}
    return {"channel": "email", **made}
