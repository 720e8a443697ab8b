"""Segments that everybody is in, and filters that let everybody through."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from crmspec.diagnostics import Code, Diagnostic, Label, Severity, text
from crmspec.ir.condition import InSegment
from crmspec.ir.walk import walk
from crmspec.logic.assumption import proved

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Text
    from crmspec.ir.chain import Chain
    from crmspec.ir.value import Located
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.region import Region
    from crmspec.source import Span

CODE = Code(
    "CRM309",
    "universal-segment",
    text("a segment that everybody is in, or a filter that does nothing"),
    Severity.WARNING,
)


def check(portfolio: Portfolio) -> Iterator[Diagnostic]:
    """Yield a finding for each segment or filter that is true of every customer at any time."""
    space = portfolio.space
    for segment in portfolio.program.segments.values():
        region = space.segment(segment.id)
        if not isinstance(segment.condition, InSegment) and _is_everybody(region):
            message = text("everybody is in `{id}`", id=segment.id)
            yield _finding(portfolio, region, (segment.place.name, message), segment.condition)
    for chain in portfolio.program.chains.values():
        yield from portfolio.silent(CODE.id, chain.id, partial(_chain, portfolio, chain))


def _is_everybody(region: Region) -> bool:
    """Say whether a region leaves nobody out; one box with a side leaves out somebody."""
    boxes = region.boxes
    if len(boxes) == 1 and region.exact:
        return not boxes[0].own
    return bool(boxes) and (~region).is_empty


def _chain(portfolio: Portfolio, chain: Chain) -> Iterator[Diagnostic]:
    owner = f"chain {chain.id}"
    if chain.audience is not None and not isinstance(chain.audience, InSegment):
        region = portfolio.space.region(chain.audience, owner=owner)
        if _is_everybody(region):
            message = text("the audience of `{id}` leaves nobody out", id=chain.id)
            head = (chain.place.key("audience"), message)
            yield _finding(portfolio, region, head, chain.audience)
    for step in chain.steps:
        for node in walk(step):
            yield from _filters(portfolio, chain, node)


def _filters(portfolio: Portfolio, chain: Chain, node: Located) -> Iterator[Diagnostic]:
    """Look at the `only` and `unless` of a step."""
    for name in ("only", "unless"):
        condition = getattr(node, name, None)
        if condition is None or isinstance(condition, InSegment):
            continue
        region = portfolio.space.region(condition, chain=chain)
        if name == "unless" and region.is_empty:
            message = text("this `unless` holds nobody back: nobody meets it")
            yield _finding(portfolio, region, (node.place.key(name), message), condition)
        if name == "only" and _is_everybody(region):
            message = text("this `only` lets everybody through")
            yield _finding(portfolio, region, (node.place.key(name), message), condition)


def _finding(
    portfolio: Portfolio, region: Region, head: tuple[Span, Text], condition: Located
) -> Diagnostic:
    span, message = head
    return Diagnostic(
        code=CODE,
        message=message,
        label=Label(span, _truth(region)),
        related=(Label(condition.place.span, text("because of this")),),
        help=(text("remove it, or ask for what was meant"),),
        evidence=proved(portfolio, [region.formula]),
    )


def _truth(region: Region) -> Text:
    if region.is_empty:
        return text("true of no customer")
    return text("true of every customer")
