"""Segments that are the same customers, however differently they are written."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from crmspec.diagnostics import Code, Diagnostic, Label, Severity, text
from crmspec.ir.condition import InSegment
from crmspec.logic.assumption import proved
from crmspec.logic.space import UndecidedError

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from crmspec.diagnostics import Text
    from crmspec.ir.audience import Segment
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.region import Region

CODE = Code(
    "CRM310",
    "duplicate-segments",
    text("several segments of the same customers"),
    Severity.WARNING,
)
_IDLE = frozenset({"draft", "deprecated"})
SHOWN = 8
"""How many segments are named; of more, there is the count."""


def check(portfolio: Portfolio) -> Iterator[Diagnostic]:
    """Yield a finding for each set of segments that always hold the same customers."""
    alike: dict[Hashable, list[Segment]] = defaultdict(list)
    for segment in portfolio.program.segments.values():
        region = portfolio.space.segment(segment.id)
        is_alias = isinstance(segment.condition, InSegment) and segment.condition.joined is None
        if segment.status not in _IDLE and not is_alias and region.exact and region.boxes:
            extent = hull(region)
            if extent:
                alike[extent].append(segment)
    for group in alike.values():
        if len(group) > 1:
            yield from _group(portfolio, group)


def hull(region: Region) -> frozenset[tuple[object, int]]:
    """Return what a region says of each variable alone; equal regions have equal hulls."""
    first, *rest = region.boxes
    found = dict(first.items())
    for box in rest:
        found = {
            variable: mask | other
            for variable, mask in found.items()
            if (other := box.get(variable)) is not None
        }
    grids = region.space
    return frozenset(
        (variable, mask) for variable, mask in found.items() if mask != grids.grid(variable).domain
    ) or (frozenset({(None, len(region.boxes))}) if len(region.boxes) > 1 else frozenset())


def _group(portfolio: Portfolio, group: list[Segment]) -> Iterator[Diagnostic]:
    """Split segments of one extent into classes of equal ones."""
    classes: list[list[Segment]] = []
    for segment in group:
        for same in classes:
            if _are_equal(portfolio, same[0], segment):
                same.append(segment)
                break
        else:
            classes.append([segment])
    for same in classes:
        if len(same) > 1:
            yield _finding(portfolio, same)


def _are_equal(portfolio: Portfolio, one: Segment, other: Segment) -> bool:
    space = portfolio.space
    try:
        return space.equivalent(space.segment(one.id), space.segment(other.id))
    except UndecidedError:
        return False


def _finding(portfolio: Portfolio, same: list[Segment]) -> Diagnostic:
    first, *rest = sorted(same, key=lambda one: (one.place.name.path, one.place.name.start))
    second = rest[0]
    formulas = [portfolio.space.segment(segment.id).formula for segment in same]
    verbatim = second.condition == first.condition
    note = text("word for word the same") if verbatim else text("written in other words")
    return Diagnostic(
        code=CODE,
        message=_message(sorted(one.id for one in same)),
        label=Label(second.place.name, note),
        related=tuple(
            Label(one.place.name, text("the same customers as `{id}`", id=second.id))
            for one in (first, *rest[1 : SHOWN - 1])
        ),
        help=(
            text("keep one of them and use it everywhere"),
            text("if both names are needed, write one as `segment: {id}`", id=first.id),
        ),
        evidence=proved(portfolio, formulas),
    )


def _message(ids: list[str]) -> Text:
    """Name them by their ids, so that moving them changes nothing."""
    first, *others = (f"`{id_}`" for id_ in ids)
    if len(ids) <= SHOWN:
        *between, last = others
        return text(
            "{first} and {last} are the same customers",
            first=", ".join((first, *between)),
            last=last,
        )
    return text(
        "{first} and {count} more are the same customers",
        first=", ".join((first, *others[: SHOWN - 1])),
        count=len(ids) - SHOWN,
    )
