"""A message as one customer gets it: every part of it as the text that is sent."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Final

import msgspec

from crmspec.content.fixture import Fixture
from crmspec.content.parts import Parts
from crmspec.content.tag import tags
from crmspec.template.evaluate import TooMuchError, evaluate

if TYPE_CHECKING:
    from collections.abc import Iterator


LINES: Final = frozenset({"subject", "preheader", "heading", "subtitle"})
"""Fields of one line: a line break in a value must not begin another header."""
_BREAKS: Final = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")


class Link(msgspec.Struct, frozen=True):
    """An address in a message; `of` is what it stands in: an element or a field."""

    of: str
    address: str


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """A message for one customer; `texts` are its fields by the names of `Parts.fields`.

    `endless` are fields that were left out because they have no end.
    """

    parts: Parts
    fixture: Fixture
    texts: dict[str, str]
    endless: tuple[str, ...] = ()

    def text(self, field: str) -> str:
        """Return a field, empty if the message has none."""
        return self.texts.get(field, "")

    def links(self) -> tuple[Link, ...]:
        """Return where the message leads, each address once."""
        return tuple(dict.fromkeys(self._links()))

    def _links(self) -> Iterator[Link]:
        for field, text in self.texts.items():
            if field.rpartition(".")[2] in {"url", "deeplink"}:
                yield Link(field, text)
        for field in ("html", "text"):
            for tag in tags(self.text(field)):
                for one in tag.attributes() if tag.name == "a" else ():
                    if one.name == "href":
                        yield Link(field, unescape(one.value))


def seen(parts: Parts, fixture: Fixture) -> Seen:
    """Return what a customer gets."""
    texts: dict[str, str] = {}
    endless: list[str] = []
    for field, body in parts.fields.items():
        try:
            made = evaluate(body, fixture.values, {})
        except TooMuchError:
            endless.append(field)
        else:
            texts[field] = _BREAKS.sub(" ", made) if _is_line(field) else made
    return Seen(parts=parts, fixture=fixture, texts=texts, endless=tuple(endless))


def _is_line(field: str) -> bool:
    return field in LINES or field.startswith("headers.")
