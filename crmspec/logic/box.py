"""Boxes: customers described variable by variable, and the arithmetic of sets of boxes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crmspec.logic.axiom import Axioms, Masks
    from crmspec.logic.variable import Variable


class Box:
    """An immutable mapping of variables to masks of cells; a variable not named is free.

    `own` is what was asked; the mapping itself also holds all that follows from it.
    """

    __slots__ = ("_hash", "masks", "own")

    def __init__(self, own: Masks, masks: Masks) -> None:
        self.own = own
        self.masks = masks
        self._hash: int | None = None

    def __getitem__(self, variable: Variable) -> int:
        return self.masks[variable]

    def get(self, variable: Variable, default: int | None = None) -> int | None:
        """Return the mask of a variable, or the default if it is free."""
        return self.masks.get(variable, default)

    def __contains__(self, variable: object) -> bool:
        return variable in self.masks

    def __iter__(self) -> Iterator[Variable]:
        return iter(self.masks)

    def __len__(self) -> int:
        return len(self.masks)

    def items(self) -> Iterable[tuple[Variable, int]]:
        """Return the variables that are not free, with their masks."""
        return self.masks.items()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Box) and self.masks == other.masks

    def __hash__(self) -> int:
        if self._hash is None:
            self._hash = hash(frozenset(self.masks.items()))
        return self._hash

    def __repr__(self) -> str:
        return f"Box({self.own})"

    def meets(self, other: Box) -> bool:
        """Say whether no single variable keeps two boxes apart.

        For masks without holes this decides whether they have a customer in common.
        """
        small, large = (
            (self.masks, other.masks)
            if len(self.masks) <= len(other.masks)
            else (other.masks, self.masks)
        )
        for variable, mask in small.items():
            against = large.get(variable)
            if against is not None and not mask & against:
                return False
        return True

    def within(self, other: Box) -> bool:
        """Say whether every customer in this box is in the other."""
        for variable, mask in other.own.items():
            mine = self.masks.get(variable)
            if mine is None or mine & ~mask:
                return False
        return True


def make(axioms: Axioms, own: Masks) -> Box | None:
    """Return the box of masks, None if nobody is in it."""
    closed = axioms.close(own)
    if closed is None or not axioms.fits(closed):
        return None
    return Box(own, closed)


def common(axioms: Axioms, one: Box, other: Box) -> Box | None:
    """Return the customers in both boxes, None if there are none."""
    if not one.meets(other):
        return None
    masks = dict(one.own)
    for variable, mask in other.own.items():
        mine = masks.get(variable)
        masks[variable] = mask if mine is None else mine & mask
    return make(axioms, masks)


class Budget:
    """Work that may still be done, counted in boxes; the same work on any machine."""

    def __init__(self, left: int) -> None:
        self.left = left

    def spend(self, amount: int = 1) -> bool:
        """Take some of it; False when nothing is left."""
        self.left -= amount
        return self.left >= 0


class SpentError(Exception):
    """The budget of a question is used up."""


def outside(axioms: Axioms, box: Box, others: list[Box], budget: Budget) -> Box | None:
    """Return a part of a box that none of the others covers, None if they cover it.

    Raises:
        SpentError: the budget is used up.
    """
    for number, other in enumerate(others):
        if not budget.spend():
            raise SpentError
        if box.within(other):
            return None
        if not box.meets(other):
            continue
        return _around(axioms, (box, other), others[number + 1 :], budget)
    return box


def _around(axioms: Axioms, pair: tuple[Box, Box], rest: list[Box], budget: Budget) -> Box | None:
    """Cut the box along each side of the other, and look at the pieces outside it."""
    box, other = pair
    inside = dict(box.own)
    for variable, mask in other.own.items():
        domain = axioms.grids[variable].domain
        mine = box.masks.get(variable, domain)
        piece = make(axioms, {**inside, variable: mine & ~mask}) if mine & ~mask else None
        if piece is not None:
            found = outside(axioms, piece, rest, budget)
            if found is not None:
                return found
        inside[variable] = mine & mask
    return None
