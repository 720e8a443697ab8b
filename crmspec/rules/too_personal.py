"""Messages with more personal places than anybody can check."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crmspec.diagnostics import Code, Diagnostic, Label, Severity, text
from crmspec.rules.letter import judged
from crmspec.rules.prose import PERSONAL
from crmspec.template import tree
from crmspec.template.reading import reads

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir.message import Message
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.wording import Wording
    from crmspec.source import Span

CODE = Code(
    "CRM408", "too-personal", text("a message with too many personal places"), Severity.WARNING
)
MOST: Final = 4
"""Personal places of a message that are still good; five are too many."""
SHOWN = 5


def check(portfolio: Portfolio) -> Iterator[Diagnostic]:
    """Yield a finding for each message with more than four personal places."""
    yield from judged(portfolio, CODE)


def look(wording: Wording, message: Message) -> Iterator[Diagnostic]:
    """Yield what is found in one message."""
    places: dict[object, Span] = {}
    for read in wording.templates(message):
        for piece in read.body if not read.problems else ():
            _note(wording, piece, places)
    if len(places) <= MOST:
        return
    yield Diagnostic(
        code=CODE,
        message=text(
            "`{message}` is personal in {count} places", message=message.id, count=len(places)
        ),
        label=Label(message.place.name),
        related=tuple(Label(span) for span in list(places.values())[:SHOWN]),
        help=(text("keep the two to four that help the reader most; the others can go wrong"),),
    )


def _note(wording: Wording, piece: tree.Piece, places: dict[object, Span]) -> None:
    """Note a tag that is personal as one place, and a value by its name wherever it is printed."""
    found = [one for one in reads((piece,), wording.blocks) if one.name[0] in PERSONAL]
    if not found:
        return
    if isinstance(piece, tree.Output):
        places.setdefault(found[0].name, piece.span)
    else:
        places.setdefault(piece.span, found[0].span)
