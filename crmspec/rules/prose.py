"""The values that messages print, as customers read them: where they stand and what they are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from crmspec.ir.message import Button, Content, Open
from crmspec.ir.value import Template
from crmspec.ir.walk import walk
from crmspec.template import tree
from crmspec.template.reading import reads

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir.data import Pii
    from crmspec.ir.message import Message
    from crmspec.logic.wording import Wording
    from crmspec.template.reading import Read

PERSONAL: Final = frozenset({"profile", "event", "chain", "feed", "coupon"})
"""The names whose values differ from customer to customer."""
LONGEST: Final = 500
"""Signs of an address before a value that are looked at."""
_LINK: Final = re.compile(
    r"(?:[a-z][a-z0-9+.-]*://[^\s<>\"']*|\bhref\s*=\s*(?:\"[^\"]*|'[^']*))$", re.IGNORECASE
)


def all_reads(wording: Wording, message: Message) -> tuple[Read, ...]:
    """Return the values that a message reads, itself or in its layout and blocks."""
    bodies = (read.body for read in wording.templates(message) if not read.problems)
    return tuple(dict.fromkeys(one for body in bodies for one in reads(body, wording.blocks)))


def in_links(wording: Wording, message: Message) -> Iterator[tree.Output]:
    """Yield the values that a message prints inside of addresses."""
    whole = {id(one) for one in _addresses(message)}
    for node in walk(message):
        if isinstance(node, Template):
            for before, piece in _runs(wording.library.inline(node).body, ""):
                if id(node) in whole or _LINK.search(before):
                    yield piece
    for read in wording.files(message):
        for before, piece in _runs(read.body, ""):
            if _LINK.search(before):
                yield piece


def _addresses(message: Message) -> Iterator[Template]:
    """Yield the templates of a message that are addresses as a whole."""
    for node in walk(message):
        if isinstance(node, Button | Open):
            yield from (one for one in (node.url, node.deeplink) if one is not None)
        elif isinstance(node, Content) and node.image is not None:
            yield node.image


def _runs(body: tree.Body, before: str) -> Iterator[tuple[str, tree.Output]]:
    """Yield each value with the text right before it; a value stands for one letter in it."""
    for piece in body:
        if isinstance(piece, tree.Text):
            before = (before + piece.text)[-LONGEST:]
        elif isinstance(piece, tree.Output):
            yield before, piece
            before += "x"
        else:
            for part in arms(piece):
                yield from _runs(part, before)


def arms(piece: tree.Piece) -> tuple[tree.Body, ...]:
    """Return the bodies inside of a tag."""
    match piece:
        case tree.If():
            return (*(branch.body for branch in piece.branches), piece.otherwise)
        case tree.For():
            return (piece.body, piece.otherwise)
        case tree.With():
            return (piece.body,)
    return ()


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
