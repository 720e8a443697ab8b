"""Messages with more variants than anybody will look at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crmspec.content.way import taken
from crmspec.diagnostics import Code, Diagnostic, Label, Severity, text
from crmspec.rules.letter import judged, once
from crmspec.template import tree
from crmspec.template.reading import arms
from crmspec.template.source import written

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crmspec.ir.message import Message
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.wording import Wording

CODE = Code(
    "CRM409", "deep-template", text("a message with too many variants to test"), Severity.WARNING
)
DEEPEST: Final = 3
"""Conditions and loops inside one another that can still be followed."""
VARIANTS: Final = 32
"""Variants of a message that can still be looked at."""
_ENOUGH: Final = 10_000


def check(portfolio: Portfolio) -> Iterator[Diagnostic]:
    """Yield a finding for each message whose conditions are too deep or too many."""
    yield from once(judged(portfolio, CODE))


def look(wording: Wording, message: Message) -> Iterator[Diagnostic]:
    """Yield what is found in one message."""
    bodies = [read.body for read in wording.templates(message) if not read.problems]
    for body in bodies:
        for piece in _too_deep(body, wording.blocks, DEEPEST, ()):
            yield Diagnostic(
                code=CODE,
                message=text("this stands inside of {count} other conditions", count=DEEPEST),
                label=Label(piece.span),
                help=(text("split the message, or decide in a `branch` of the chain"),),
            )
    count = _variants(tuple(piece for body in bodies for piece in body), wording.blocks, ())
    if count > VARIANTS:
        yield _many(message, count)


def _many(message: Message, count: int) -> Diagnostic:
    return Diagnostic(
        code=CODE,
        message=text("`{message}` has {count} variants", message=message.id, count=count)
        if count < _ENOUGH
        else text("`{message}` has more than {count} variants", message=message.id, count=_ENOUGH),
        label=Label(message.place.name),
        help=(
            text("nobody looks at more than {count} before sending", count=VARIANTS),
            text("make several messages of it, and let the chain choose by `branch`"),
        ),
    )


def _inside(
    piece: tree.Piece, blocks: Mapping[str, tree.Body], within: tuple[str, ...]
) -> tuple[tuple[tree.Body, ...], tuple[str, ...]]:
    """Return the bodies of a tag, and the blocks around what is in them."""
    if isinstance(piece, tree.Include) and piece.block not in within:
        return (blocks.get(piece.block, ()),), (*within, piece.block)
    return arms(piece), within


def _too_deep(
    body: tree.Body, blocks: Mapping[str, tree.Body], left: int, within: tuple[str, ...]
) -> Iterator[tree.Piece]:
    """Yield the outermost conditions and loops that are too deep."""
    for piece in body:
        chooses = isinstance(piece, tree.If | tree.For)
        if chooses and left == 0:
            yield piece
            continue
        bodies, inside = _inside(piece, blocks, within)
        for part in bodies:
            yield from _too_deep(part, blocks, left - chooses, inside)


def _variants(body: tree.Body, blocks: Mapping[str, tree.Body], within: tuple[str, ...]) -> int:
    """Return how many variants a text has; one condition in two places is one choice."""
    count = 1
    asked = set()
    for piece in body:
        question = _question(piece)
        if question is not None and question in asked:
            continue
        asked.add(question)
        bodies, inside = _inside(piece, blocks, within)
        found = [_variants(part, blocks, inside) for part in _read(piece, bodies)]
        if found:
            count = min(_ENOUGH, count * sum(found))
    return count


def _read(piece: tree.Piece, bodies: tuple[tree.Body, ...]) -> tuple[tree.Body, ...]:
    """Return the bodies of a tag that some read: what is asked of links is settled (17)."""
    ways, always = taken(piece)
    return (
        (bodies[ways[0]],) if isinstance(piece, tree.If) and always and len(ways) == 1 else bodies
    )


def _question(piece: tree.Piece) -> str | None:
    if isinstance(piece, tree.If):
        return " / ".join(written(branch.condition) for branch in piece.branches)
    return written(piece.of) if isinstance(piece, tree.For) else None
