"""Questions about two segments: does one imply the other, are they the same, can they overlap."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmspec.diagnostics import Verdict
from crmspec.logic.formula import every
from crmspec.logic.space import UndecidedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from crmspec.logic.box import Box
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.region import Region
    from crmspec.logic.space import Space
    from crmspec.source import Span

    Find = Callable[[Space, Region, Region], Box | None]


class Answer(NamedTuple):
    """What was found out: `proved`, or `violated` with customers who show it, or `undecided`.

    `places` are where the segments are declared.
    """

    verdict: Verdict
    example: Box | None
    places: tuple[Span, ...]

    @property
    def holds(self) -> bool:
        """Say whether it is so for every customer."""
        return self.verdict is Verdict.PROVED


def implies(portfolio: Portfolio, one: str, other: str) -> Answer:
    """Say whether everybody in one segment is in the other; the example is in the first alone.

    Raises:
        KeyError: there is no such segment.
    """
    return _answer(portfolio, one, other, _first_alone)


def equivalent(portfolio: Portfolio, one: str, other: str) -> Answer:
    """Say whether two segments are the same customers; the example is in one of them alone.

    Raises:
        KeyError: there is no such segment.
    """
    return _answer(portfolio, one, other, _one_alone)


def disjoint(portfolio: Portfolio, one: str, other: str) -> Answer:
    """Say whether nobody can be in both segments; the example is in both.

    Raises:
        KeyError: there is no such segment.
    """
    return _answer(portfolio, one, other, _in_both)


def _first_alone(space: Space, one: Region, other: Region) -> Box | None:
    return space.decide(one, other)


def _one_alone(space: Space, one: Region, other: Region) -> Box | None:
    found = space.decide(one, other)
    return found if found is not None else space.decide(other, one)


def _in_both(space: Space, one: Region, other: Region) -> Box | None:
    found = space.overlap(one, other)
    if found is not None and not (one.exact and other.exact):
        raise UndecidedError
    return found


def _answer(portfolio: Portfolio, one: str, other: str, find: Find) -> Answer:
    space = portfolio.space
    places = tuple(portfolio.program.segments[id_].place.name for id_ in (one, other))
    regions = space.segment(one), space.segment(other)
    try:
        example = find(space, *regions)
    except UndecidedError:
        return Answer(_hard(space, regions, find), None, places)
    verdict = Verdict.PROVED if example is None else Verdict.VIOLATED
    return Answer(verdict, example, places)


def _hard(space: Space, regions: tuple[Region, Region], find: Find) -> Verdict:
    """Ask the solver what boxes could not decide."""
    from crmspec.logic import hard

    left, right = (region.formula for region in regions)
    if find is _in_both:
        return hard.ask(space, every((left, right)))
    found = hard.implies(space, left, right)
    if find is _first_alone or found is not Verdict.PROVED:
        return found
    return hard.implies(space, right, left)
