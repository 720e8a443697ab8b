"""The values that messages print, as customers read them: where they stand and what they are."""

from __future__ import annotations

import re
from itertools import zip_longest
from typing import TYPE_CHECKING, Final, NamedTuple

from crmspec.ir.message import Button, Content, Open
from crmspec.ir.walk import walk
from crmspec.template import tree
from crmspec.template.reading import arms, bound, reads

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir.data import Pii
    from crmspec.ir.message import Message
    from crmspec.ir.value import Template
    from crmspec.logic.wording import Wording
    from crmspec.template.reading import Names, Read

PERSONAL: Final = frozenset({"profile", "event", "chain", "feed", "coupon"})
"""The names whose values differ from customer to customer."""
LONGEST: Final = 500
"""Signs of an address before a value that are looked at."""
_ADDRESS: Final = re.compile(r"[a-z][a-z0-9+.-]*://[^\s<>\"']*", re.IGNORECASE)
_HREF: Final = re.compile(
    r"\bhref\s*=\s*(?:\"(?!%s)[^\"]*|'(?!%s)[^']*)" % ((r"\s*(?:mailto|tel|sms):",) * 2),
    re.IGNORECASE,
)
_CUT: Final = re.compile(r"[\s<>\"']")
"""Signs that no address holds."""


class Printed(NamedTuple):
    """A value that is printed, the text right around it, and the names bound where it stands."""

    before: str
    piece: tree.Output
    names: Names
    after: str = ""


def all_reads(wording: Wording, message: Message) -> tuple[Read, ...]:
    """Return the values that a message reads, itself or in its layout and blocks."""
    bodies = (read.body for read in wording.templates(message) if not read.problems)
    return tuple(dict.fromkeys(one for body in bodies for one in reads(body, wording.blocks)))


def in_links(wording: Wording, message: Message) -> tuple[Printed, ...]:
    """Return the values that a message prints inside of addresses."""
    return wording.lately("in links", message, lambda: tuple(_in_links(wording, message)))


def _in_links(wording: Wording, message: Message) -> Iterator[Printed]:
    whole = {id(one) for one in _addresses(message)}
    for template, found in _all_printed(wording, message):
        if id(template) in whole or _is_link(found.before):
            yield found


def in_tags(wording: Wording, message: Message) -> Iterator[Printed]:
    """Yield the values that a message prints inside of tags."""
    for _, found in _all_printed(wording, message):
        if found.before.rfind("<") > found.before.rfind(">"):
            yield found


def _all_printed(wording: Wording, message: Message) -> tuple[tuple[Template | None, Printed], ...]:
    """Return all values that a message prints, with the template of YAML they stand in, if any."""

    def make() -> Iterator[tuple[Template | None, Printed]]:
        files = ((None, read) for read in wording.files(message))
        for template, read in (*wording.inline(message), *files):
            for found in _printed(read.body, "", {}):
                yield template, found

    return wording.lately("printed", message, lambda: tuple(make()))


def _is_link(before: str) -> bool:
    """Say whether a text ends inside of an address."""
    _, scheme, rest = before.rpartition("://")
    if scheme and not _CUT.search(rest) and _ADDRESS.search(_CUT.split(before)[-1]):
        return True
    if not any(_is_opened(before.rpartition(quote)[0]) for quote in "\"'"):
        return False  # at once, for most texts are none
    return any(found.end() == len(before) for found in _HREF.finditer(before))


def _is_opened(before: str) -> bool:
    """Say whether the value of an `href` may follow a text."""
    name = before.rstrip()
    return name[-1:] == "=" and name[:-1].rstrip()[-4:].lower() == "href"


def _addresses(message: Message) -> Iterator[Template]:
    """Yield the templates of a message that are addresses as a whole."""
    for node in walk(message):
        if isinstance(node, Button | Open):
            yield from (one for one in (node.url, node.deeplink) if one is not None)
        elif isinstance(node, Content) and node.image is not None:
            yield node.image


def _printed(body: tree.Body, before: str, names: Names) -> Iterator[Printed]:
    """Yield each value with the text right before it; a value stands for one letter in it."""
    for piece, following in zip_longest(body, body[1:]):
        if isinstance(piece, tree.Text):
            before = (before + piece.text)[-LONGEST:]
        elif isinstance(piece, tree.Output):
            after = following.text if isinstance(following, tree.Text) else ""
            yield Printed(before, piece, names, after)
            before += "x"
        else:
            for part in arms(piece):
                yield from _printed(part, before, bound(piece, names))


def privacy(wording: Wording, message: Message, read: Read) -> Pii:
    """Say whether a value tells who somebody is."""
    root, *keys = (str(key) for key in read.name)
    program = wording.program
    if root == "profile" and keys and keys[0] in program.attributes:
        return program.attributes[keys[0]].pii
    sendings = wording.sendings.get(message.id, ())
    for sending in sendings if root == "event" and keys else ():
        for payload in wording.payloads(sending.sender) or ():
            found = payload.find(".".join(key for key in keys if key != "*"))
            if found is not None and found.pii != "no":
                return found.pii
    return "no"
