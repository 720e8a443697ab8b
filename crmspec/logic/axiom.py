"""What holds between variables for every customer: axioms, and the closure of a box under them.

Every axiom has two sides: a value is at most another on one grid (windows, filters, reactions), or
some cells of one variable allow only some cells of another.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from crmspec.logic.cell import bits

if TYPE_CHECKING:
    from crmspec.logic.grid import Grids
    from crmspec.logic.variable import Variable

Masks = dict["Variable", int]
"""What is still possible, by variable; one that is not named is free."""


class Clause(NamedTuple):
    """If all that is possible lies in `given`, then `other` lies in `then`."""

    given: int
    other: Variable
    then: int


class Axioms:
    """The axioms of one program, by the variables they bind."""

    def __init__(self, grids: Grids) -> None:
        self.grids = grids
        self.above: dict[Variable, list[Variable]] = defaultdict(list)
        self.below: dict[Variable, list[Variable]] = defaultdict(list)
        self.clauses: dict[Variable, list[Clause]] = defaultdict(list)
        self._ragged: set[Variable] = set()
        self._bound: set[Variable] = set()
        self._domains: dict[Variable, int] = {}

    def at_most(self, small: Variable, large: Variable) -> None:
        """Add that one value is never above another of the same grid."""
        self._bound |= {small, large}
        self.above[small].append(large)
        self.below[large].append(small)

    def implies(self, one: Variable, given: int, other: Variable, then: int) -> None:
        """Add that `one` in the cells `given` means `other` in the cells `then`."""
        self._bound |= {one, other}
        mine, theirs = self.grids[one].domain, self.grids[other].domain
        self.clauses[one].append(Clause(given & mine, other, then & theirs))
        self.clauses[other].append(Clause(theirs & ~then, one, mine & ~given))
        if not _is_end(given & mine, mine):
            self._ragged.add(one)
        if not _is_end(then & theirs, theirs):
            self._ragged.add(other)

    def is_bound(self, variable: Variable) -> bool:
        """Say whether an axiom names a variable."""
        return variable in self._bound

    def close(self, masks: Masks) -> Masks | None:
        """Return all that follows from masks, None if nobody is left."""
        found = dict(masks)
        waiting = [variable for variable in found if variable in self._bound]
        while waiting:
            variable = waiting.pop()
            if not self._spread(variable, found, waiting):
                return None
        return found

    def _spread(self, variable: Variable, found: Masks, waiting: list[Variable]) -> bool:
        mask = found[variable]
        if not mask:
            return False
        for large in self.above.get(variable, ()):
            if not self._narrow(large, -(mask & -mask), found, waiting):
                return False
        for small in self.below.get(variable, ()):
            if not self._narrow(small, (1 << mask.bit_length()) - 1, found, waiting):
                return False
        for clause in self.clauses.get(variable, ()):
            if not mask & ~clause.given and not self._narrow(
                clause.other, clause.then, found, waiting
            ):
                return False
        return True

    def _narrow(self, variable: Variable, to: int, found: Masks, waiting: list[Variable]) -> bool:
        before = found.get(variable)
        if before is None:
            before = self._domains.get(variable)
            if before is None:
                before = self._domains[variable] = self.grids[variable].domain
        now = before & to
        if now != before:
            found[variable] = now
            waiting.append(variable)
        return bool(now)

    def fits(self, closed: Masks) -> bool:
        """Say whether there is a customer in closed masks.

        Axioms about runs of cells are clauses of two literals, which closing decides; only masks
        with holes, and axioms about single cells, need a search.
        """
        for variable, mask in closed.items():
            if mask & (mask - 1) and variable in self._bound and self._is_open(variable, mask):
                return self.customer(closed) is not None
        return True

    def _is_open(self, variable: Variable, mask: int) -> bool:
        """Say whether closing does not decide about a mask of several cells."""
        return variable in self._ragged or has_hole(mask, self.grids[variable].domain)

    def customer(self, masks: Masks) -> Masks | None:
        """Return masks of one cell each for the variables that axioms bind, None if nobody fits."""
        closed = self.close(masks)
        if closed is None:
            return None
        for variable, mask in closed.items():
            if mask & (mask - 1) and self.is_bound(variable):
                return self._choose(closed, variable)
        return closed

    def _choose(self, closed: Masks, variable: Variable) -> Masks | None:
        for cell in bits(closed[variable]):
            found = self.customer({**closed, variable: 1 << cell})
            if found is not None:
                return found
        return None


def has_hole(mask: int, domain: int) -> bool:
    """Say whether a cell of the domain between two cells of the mask is not in it."""
    between = (1 << mask.bit_length()) - (mask & -mask)
    return bool(between & domain & ~mask)


def _is_end(mask: int, domain: int) -> bool:
    """Say whether a mask is a run of cells from one end of the domain."""
    if not mask or mask == domain:
        return True
    rest = domain & ~mask
    return mask > rest if (mask & -mask) > rest else mask < (rest & -rest)
