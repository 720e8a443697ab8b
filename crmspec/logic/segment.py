"""Questions about two segments: does one imply the other, are they the same, can they overlap."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmspec.diagnostics import Verdict
from crmspec.logic.space import UndecidedError

if TYPE_CHECKING:
    from crmspec.logic.box import Box
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.region import Region
    from crmspec.source import Span


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


def _first_alone(portfolio: Portfolio, one: Region, other: Region) -> Box | None:
    return portfolio.space.decide(one, other)


def _one_alone(portfolio: Portfolio, one: Region, other: Region) -> Box | None:
    found = _first_alone(portfolio, one, other)
    return found if found is not None else _first_alone(portfolio, other, one)


def _in_both(portfolio: Portfolio, one: Region, other: Region) -> Box | None:
    found = portfolio.space.overlap(one, other)
    if found is not None and not (one.exact and other.exact):
        raise UndecidedError
    return found


if TYPE_CHECKING:
    from collections.abc import Callable

    Find = Callable[[Portfolio, Region, Region], Box | None]


def _answer(portfolio: Portfolio, one: str, other: str, find: Find) -> Answer:
    space = portfolio.space
    places = tuple(portfolio.program.segments[id_].place.name for id_ in (one, other))
    try:
        example = find(portfolio, space.segment(one), space.segment(other))
    except UndecidedError:
        from crmspec.logic import hard

        return Answer(hard.ask(space, find.__name__, one, other), None, places)
    verdict = Verdict.PROVED if example is None else Verdict.VIOLATED
    return Answer(verdict, example, places)
