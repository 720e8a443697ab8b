"""Who may meet whom of many chains, by what does not change in customers: quick, and sound."""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING

from crmspec.logic.cell import bits
from crmspec.logic.lifetime import FROZEN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmspec.logic.lifetime import Masks
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.variable import Variable


def fellows(portfolio: Portfolio, chains: Sequence[str]) -> tuple[int, ...]:
    """Return, for each of some chains, the positions of those with common customers, as bits.

    Chains in one exclusive group are no fellows, nor is a chain its own. Those that remain may
    still turn out to be apart (`Lifetimes.may_meet`).
    """
    some, known = tuple(chains), portfolio.lifetimes.fellows
    if some not in known:
        started = portfolio.loads.started
        kind = f"fellows {[id_ in started for id_ in some]}"
        known[some] = portfolio.of_chains(kind, some, partial(_found, portfolio, some))
    return known[some]


def _found(portfolio: Portfolio, chains: tuple[str, ...]) -> tuple[int, ...]:
    lifetimes, tracks = portfolio.lifetimes, portfolio.tracks
    boxes = [
        lifetimes.plain(id_, FROZEN + 1 if (life := tracks[id_].lifetime.most) is None else life)
        for id_ in chains
    ]
    index = _Index(boxes)
    grouped: dict[str, int] = defaultdict(int)
    for position, id_ in enumerate(chains):
        for group in lifetimes.groups.get(id_, ()):
            grouped[group] |= 1 << position
    found = []
    for position, id_ in enumerate(chains):
        apart = 1 << position
        for group in lifetimes.groups.get(id_, ()):
            apart |= grouped[group]
        found.append(index.meeting(boxes[position]) & ~apart)
    return tuple(found)


class _Index:
    """The chains that are open to each cell of a variable, and those that do not ask for it."""

    def __init__(self, boxes: Sequence[tuple[Masks, ...]]) -> None:
        self.cells: dict[Variable, dict[int, int]] = defaultdict(lambda: defaultdict(int))
        self.bound: dict[Variable, int] = defaultdict(int)
        self.all = (1 << len(boxes)) - 1
        for position, alternatives in enumerate(boxes):
            shared = set.intersection(*(set(box) for box in alternatives)) if alternatives else ()
            for variable in shared:
                self.bound[variable] |= 1 << position
                for box in alternatives:
                    for cell in bits(box[variable]):
                        self.cells[variable][cell] |= 1 << position

    def meeting(self, boxes: tuple[Masks, ...]) -> int:
        """Return the chains that share a value of every single variable with some box."""
        found = 0
        for box in boxes:
            open_ = self.all
            for variable, mask in box.items():
                if variable in self.bound:
                    fitting = self.all & ~self.bound[variable]
                    for cell in bits(mask):
                        fitting |= self.cells[variable].get(cell, 0)
                    open_ &= fitting
            found |= open_
        return found
