"""Contexts of values in what is no HTML: plain texts, messages with tags, and bare addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.content.context import addressed, contexts, misplaced, valued
from crmspec.content.mark import escape_marks, marked, with_marks
from crmspec.content.token import Tokens

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmspec.content.trouble import Trouble
    from crmspec.template import tree

__all__ = ["escape_marks", "line", "page_address", "tagged"]


def line(body: tree.Body) -> tree.Body:
    """Return a text in which nothing is escaped, such as a subject, but for parts of addresses."""
    tokens = Tokens(body)
    places = addressed(tokens, tokens.text)
    return tokens.restored(tokens.text, lambda piece, at: valued(piece, places.get(at, "plain")))


def page_address(body: tree.Body, marks: Mapping[str, str]) -> tree.Body:
    """Return an address that stands by itself; values inside it are encoded, and it is marked."""
    tokens = Tokens(body)
    written = with_marks(tokens, tokens.text.strip(), marks)

    def placed(piece: tree.Piece, at: int) -> tree.Body:
        before = tokens.pattern.sub("", written[:at]).strip()
        return valued(piece, "url" if before else "plain")

    return tokens.restored(written, placed)


def tagged(body: tree.Body, marks: Mapping[str, str]) -> tuple[tree.Body, list[Trouble]]:
    """Return a text with HTML tags, as messengers have, and what is wrong with its values."""
    tokens = Tokens(body)
    troubles = list(misplaced(tokens, tokens.text))
    written = marked(tokens, tokens.text, marks)
    places = contexts(tokens, written)
    made = tokens.restored(written, lambda piece, at: valued(piece, places.get(at, "html")))
    return made, troubles
