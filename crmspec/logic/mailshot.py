"""Broadcasts that one customer may get within one window."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from crmspec.logic.ceiling import changes
from crmspec.logic.occasion import occasions
from crmspec.semantics import clock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from crmspec.logic.ceiling import Ceiling
    from crmspec.logic.occasion import Occasion
    from crmspec.logic.portfolio import Portfolio

    Fits: TypeAlias = Callable[[tuple[Occasion, ...]], bool]

KEPT = 24
"""So many sets of broadcasts are kept, those with the most messages from the fewest of them."""
WIDE = 60
"""No more occasions than that are looked at in one window."""
ELSEWHERE = "Europe/Berlin"
"""Some customers live where clocks are changed, wherever the project is at home."""


class Mailshot(NamedTuple):
    """Occasions within one window, for a customer in a zone; None is that of the project."""

    occasions: tuple[Occasion, ...]
    zone: str | None = None

    @property
    def sources(self) -> frozenset[str]:
        """Return the broadcasts."""
        return frozenset(one.broadcast for one in self.occasions)


def mailshots(
    portfolio: Portfolio, ceiling: Ceiling, broadcasts: Iterable[str], fits: Fits | None = None
) -> list[Mailshot]:
    """Return the fullest windows of single broadcasts, of two, and of those one after another.

    None has more messages than it takes to pass the limit by itself; those that do have to fit.
    """
    chosen = list(broadcasts)
    zone = portfolio.program.project.timezone
    times = occasions(portfolio.program, chosen, zone, ceiling.likely) if chosen else ()
    best: dict[frozenset[str], tuple[Occasion, ...]] = {}
    for some in _windows(times, ceiling):
        inside = some
        if len(inside) > ceiling.most and fits is not None and not fits(inside):
            inside = inside[:-1]
        sources = frozenset(one.broadcast for one in inside)
        if inside and len(inside) > len(best.get(sources, ())):
            best[sources] = inside
    found = sorted(best.values(), key=lambda one: (-len(one), len({o.broadcast for o in one})))
    made = [Mailshot(one) for one in found[:KEPT]]
    if not any(len(one.occasions) > ceiling.most for one in made):
        made += _elsewhere(portfolio, ceiling, chosen)
    return made


def _windows(times: tuple[Occasion, ...], ceiling: Ceiling) -> Iterator[tuple[Occasion, ...]]:
    """Yield, for windows that begin with a broadcast, its own occasions, with another, and all."""
    for number, first in enumerate(times):
        end = first.moment + ceiling.likely
        inside = [one for one in islice(times, number, number + WIDE) if one.moment < end]
        own = [one for one in inside if one.broadcast == first.broadcast]
        yield tuple(own[: ceiling.most + 1])
        for other in dict.fromkeys(one.broadcast for one in inside):
            both = [one for one in inside if one.broadcast in (first.broadcast, other)]
            yield tuple(both[: ceiling.most + 1])
        yield tuple(inside[: ceiling.most + 1])


def _elsewhere(portfolio: Portfolio, ceiling: Ceiling, chosen: list[str]) -> Iterator[Mailshot]:
    """Yield what passes the limit only on a day on which the customer's clocks go forward."""
    program = portfolio.program
    local = [id_ for id_ in chosen if program.broadcasts[id_].timezone in (None, "profile")]
    if not local or changes(clock.named(program.project.timezone)):
        return
    for id_ in local:
        times = occasions(program, [id_], ELSEWHERE, ceiling.likely)
        found = max(_windows(times, ceiling), key=len, default=())
        if len(found) > ceiling.most:
            yield Mailshot(found, ELSEWHERE)
