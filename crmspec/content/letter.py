"""A letter: from the tree of its layout and body to the page, the text part, and its places."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmspec.content import preheader
from crmspec.content.context import addressed, contexts, in_context, misplaced, valued
from crmspec.content.even import evened
from crmspec.content.lint import linted
from crmspec.content.mark import marked
from crmspec.content.mjml import MJML, BadMjmlError, compiled
from crmspec.content.plain_text import PlainText
from crmspec.content.token import Tokens, UnevenError
from crmspec.content.torn import uneven
from crmspec.content.trouble import Trouble
from crmspec.diagnostics.sentence import text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmspec.source import Span
    from crmspec.template import tree


class Letter(NamedTuple):
    """A letter as a page and as text; `tokens` is how it was written, for places in it."""

    html: tree.Body
    text: tree.Body
    tokens: Tokens
    troubles: tuple[Trouble, ...]


def letter(body: tree.Body, lead: tree.Body, marks: Mapping[str, str], place: Span) -> Letter:
    """Return the letter of a whole tree; `lead` is its preheader, `marks` go onto its links.

    `place` is where a trouble belongs that stands nowhere finer.
    """
    making = _Making(evened(body), place)
    links = marked(making.tokens, making.tokens.text, marks)
    html = making.page(links, lead)
    troubles = (*making.troubles, *making.faults)
    return Letter(html, making.text(marks), making.tokens, troubles)


class _Making:
    def __init__(self, body: tree.Body, place: Span) -> None:
        self.tokens = Tokens(body)
        self.place = place
        self.troubles = list(misplaced(self.tokens, self.tokens.text))
        self.faults = linted(self.tokens) if MJML.search(self.tokens.text) else ()

    def page(self, written: str, lead: tree.Body) -> tree.Body:
        """Return the HTML page."""
        if self.troubles:
            return ()
        own = preheader.has_preview(written)
        kept = "" if own else "".join(map(self.tokens.keep, in_context(lead, "html")))
        try:
            html = compiled(self.tokens, preheader.filled(written) if own else written)
        except BadMjmlError as error:
            if self.faults:
                return ()
            message = text("this is not MJML: {error}", error=str(error))
            self.troubles.append(Trouble("mjml", self.place, message))
            return ()
        return self.restored(preheader.shown(html, kept) if kept else html, whole=True)

    def text(self, marks: Mapping[str, str]) -> tree.Body:
        """Return the text part, whose links have marks."""
        return self.restored(PlainText(self.tokens, marks).text.strip())

    def restored(self, written: str, *, whole: bool = False) -> tree.Body:
        """Return a page (`whole`) or a text as a tree."""
        places = (contexts if whole else addressed)(self.tokens, written)
        other: tree.Context = "html" if whole else "plain"
        known = {fault.span for fault in self.faults}
        for piece in self.tokens.lost(written) if whole else ():
            if piece.span not in known:
                self.troubles.append(_lost(piece))
        try:
            return self.tokens.restored(
                written, lambda piece, at: valued(piece, places.get(at, other))
            )
        except UnevenError as error:
            self.troubles += [uneven(error.piece)] if whole else []
            return ()


def _lost(piece: tree.Piece) -> Trouble:
    message = text("MJML drops this, so nobody would see it")
    return Trouble("mjml", piece.span, message, text("put it into the text of an element"))
