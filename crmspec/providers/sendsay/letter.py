"""Letters of drafts back to messages: as far as they hold no more of PROScript than values."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, cast

from crmspec.content.mjml import unpaged
from crmspec.diagnostics import text
from crmspec.engine.resource import Address
from crmspec.engine.way_back import WordlessError
from crmspec.providers.rest.sender import channel_id, email_channel
from crmspec.providers.rest.values import Grammar, authored, neutral, text_part

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.engine.body import Body
    from crmspec.ir.target import Target
    from crmspec.lower.survey import Survey

_DIALECT: Final = "sendsay"
_NAME: Final = r"[A-Za-z_][A-Za-z0-9_.]*"
_ELSE: Final = "[% ELSE %]"
_UNSUBSCRIBE: Final = "{{ links.unsubscribe }}"
_PAGE: Final = "source"
_OWN: Final = "anketa.custom."
_TYPES: Final = {"birthday": "date"}


def _pattern(escaped: str) -> re.Pattern[str]:
    there = rf"\[% IF \((?P<asked>{_NAME})\.defined && (?P=asked) != '' ?\) %\]"
    value, other = rf"\[% (?P=asked)(?:{escaped})? %\]", r"(?:\[% ELSE %\][^\[\]{}\"\\<>&]*)?"
    plain = rf"\[%\s*(?P<path>{_NAME})(?:{escaped})?\s*%\]"
    return re.compile(rf"{there}{value}(?P<other>{other})\[% END %\]|{plain}")


def _read(tag: re.Match[str]) -> tuple[str, str | None]:
    if tag["path"] is not None:
        return tag["path"], None
    return tag["asked"], f'"{tag["other"].removeprefix(_ELSE)}"'


GRAMMAR: Final = Grammar(
    _pattern(r"\s*\|\s*uri"),
    _pattern(r"\s*\|\s*(?:uri|html)"),
    _read,
    more=re.compile(r"\[%"),
    roots=("profile", "links"),
)


def recalled(address: Address, body: Body, survey: Survey, _: Target) -> Body:
    """Return a letter with the id of the channel that its message has in the project."""
    messages = survey.program.messages if address.kind == "message" else {}
    if address.id not in messages:
        return body
    return body | {"channel": messages[address.id].channel.id}


def decode_message(body: Body) -> Body:
    """Return a letter as an author writes it; without a link to unsubscribe it sells nothing.

    Raises:
        WordlessError: it is empty, or has more of the language than values that are known.
    """
    made: Body = {}
    for name, told in _texts(body).items():
        said = authored(told, GRAMMAR, _DIALECT, page=name == _PAGE)
        if said is None:
            more = text("`{field}` of the letter has more than values that are known", field=name)
            raise WordlessError(more)
        made[name] = said
    if not made.keys() - {"subject"}:
        raise WordlessError(text("the letter is empty"))
    if _PAGE in made and _texts(body).get("text") == text_part(str(made[_PAGE]), _DIALECT):
        made.pop("text", None)
    sells = any(_UNSUBSCRIBE in str(one) for one in made.values())
    kind: Body = {} if sells else {"category": "transactional"}
    return {"channel": _channel(body), **kind, **made}


def parts(address: Address, body: Body) -> dict[Address, Body]:
    """Return the channel of a letter, its sender, and the attributes that Sendsay has of itself."""
    if address.kind != "message":
        return {}
    letter = _letter(body)
    sender = (letter.get("from.name"), letter.get("from.email"), letter.get("reply.email"))
    channel = {Address("channel", _channel(body)): email_channel(*sender)}
    return channel | {
        Address("attribute", id_): {
            "title": id_,
            "type": _TYPES.get(id_, "string"),
            "standard": id_,
        }
        for id_ in sorted(_standard(body))
    }


def with_text(letter: Body) -> Body:
    """Return a letter with the text that its page makes, if it has none and the page can be read.

    A letter that people wrote has a page alone; a project always has both.
    """
    message = cast("Body", letter.get("message") or {})
    page = unpaged(str(message.get("html") or ""))
    source = authored(page, GRAMMAR, _DIALECT, page=True)
    if message.get("text") or not source:
        return letter
    made = text_part(source, _DIALECT)
    return letter | ({"message": message | {"text": made}} if made else {})


def _standard(body: Body) -> Iterator[str]:
    """Yield the attributes that a letter speaks of and that no question of the project is."""
    for words in _texts(body).values():
        for tag in GRAMMAR.page.finditer(words):
            name, _ = _read(tag)
            root, _, id_ = (neutral(name, _DIALECT) or "").partition(".")
            if root == "profile" and not name.startswith(_OWN):
                yield id_


def _texts(body: Body) -> dict[str, str]:
    """Return what a letter says, by our names."""
    letter = _letter(body)
    message = cast("Body", letter.get("message") or {})
    told = {
        "subject": letter.get("subject"),
        _PAGE: unpaged(str(message.get("html") or "")),
        "text": message.get("text"),
    }
    return {name: str(one) for name, one in told.items() if one}


def _letter(body: Body) -> Body:
    found = body.get("letter")
    return cast("Body", found) if isinstance(found, dict) else {}


def _channel(body: Body) -> str:
    return str(body.get("channel") or channel_id(_letter(body).get("from.email")))
