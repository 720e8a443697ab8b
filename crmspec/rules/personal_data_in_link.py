"""Addresses of pages that hold what tells who somebody is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crmspec.diagnostics import Code, Diagnostic, Label, Severity, text
from crmspec.rules.letter import judged, once
from crmspec.rules.own_link import addresses
from crmspec.rules.prose import in_links, privacy
from crmspec.template import tree
from crmspec.template.reading import reads
from crmspec.template.source import written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir.message import Message
    from crmspec.ir.program import Program
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.wording import Wording
    from crmspec.rules.own_link import Given

CODE = Code(
    "CRM410",
    "personal-data-in-link",
    text("personal data in the address of a page"),
    Severity.WARNING,
)
HIDING: Final = frozenset({"hash", "length"})
"""Filters after which nobody can tell who it was."""


def check(portfolio: Portfolio) -> Iterator[Diagnostic]:
    """Yield a finding for each personal value that a link carries."""
    yield from once(judged(portfolio, CODE))
    for one in addresses(portfolio):
        yield from _of_a_target(portfolio.program, one)


def _of_a_target(program: Program, given: Given) -> Iterator[Diagnostic]:
    """Yield what is found in a page of the project's own, which letters lead to."""
    for piece in given.body:
        keys = [str(key) for read in reads((piece,)) for key in read.name[1:2]]
        found = [program.attributes[key].pii for key in keys if key in program.attributes]
        levels = {*found} - {"no"}
        if isinstance(piece, tree.Output) and levels and not _is_hidden(piece.expression):
            yield _finding(piece, sensitive="sensitive" in levels)


def look(wording: Wording, message: Message) -> Iterator[Diagnostic]:
    """Yield what is found in one message."""
    channel = wording.program.channels.get(message.channel.id)
    if channel is not None and channel.type == "webhook":  # it goes to a system, not to a browser
        return
    for _, piece, names, _ in in_links(wording, message):
        found = reads((piece,), names=names)
        levels = {privacy(wording, message, one) for one in found} - {"no"}
        if levels and not _is_hidden(piece.expression):
            yield _finding(piece, sensitive="sensitive" in levels)


def _is_hidden(node: tree.Expression) -> bool:
    while isinstance(node, tree.Filter):
        if node.name in HIDING:
            return True
        node = node.of
    return False


def _finding(piece: tree.Output, *, sensitive: bool) -> Diagnostic:
    value = written(piece.expression)
    return Diagnostic(
        code=CODE,
        message=text("the link carries `{value}`, which tells who the reader is", value=value),
        label=Label(piece.span),
        help=(
            text("addresses are kept by browsers, counters and every server on the way"),
            text("pass an id that only your systems understand, or `| hash('sha256')`"),
        ),
        severity=Severity.ERROR if sensitive else None,
    )
