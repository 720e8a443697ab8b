"""The text of messages as customers read it, and the values it holds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from crmspec.template import tree
from crmspec.template.reading import pieces, reads

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir.message import Message
    from crmspec.logic.wording import Wording

SEEN: Final = ("subject", "preheader", "heading", "subtitle", "text", "html")
_URL: Final = re.compile(r"\b(?:https?|[a-z][a-z0-9+.-]*)://[^\s<>\"']*$", re.IGNORECASE)
_ADDRESS: Final = (".url", ".deeplink", "image")


def outputs(body: tree.Body) -> Iterator[tree.Output]:
    """Yield the values that a text prints, in order."""
    return (piece for piece in pieces(body) if isinstance(piece, tree.Output))


def in_links(name: str, body: tree.Body) -> Iterator[tree.Output]:
    """Yield the values that a field prints inside of addresses."""
    whole = name.endswith(_ADDRESS)
    for before, piece in _runs(body, ""):
        if whole or piece.context in {"url", "address"} or _URL.search(before):
            yield piece


def _runs(body: tree.Body, before: str) -> Iterator[tuple[str, tree.Output]]:
    """Yield each value with the text right before it; a value stands for one letter in it."""
    for piece in body:
        match piece:
            case tree.Text():
                before += piece.text
            case tree.Output():
                yield before, piece
                before += "x"
            case tree.If():
                for branch in piece.branches:
                    yield from _runs(branch.body, before)
                yield from _runs(piece.otherwise, before)
            case tree.For():
                yield from _runs(piece.body, before)
                yield from _runs(piece.otherwise, before)
            case tree.With():
                yield from _runs(piece.body, before)


def all_reads(wording: Wording, message: Message) -> tuple[Read, ...]:
    """Return the values that a message reads, itself or in its layout and blocks."""
    bodies = (read.body for read in wording.templates(message) if not read.problems)
    found = (one for body in bodies for one in reads(body, wording.blocks))
    return tuple(dict.fromkeys(found))
