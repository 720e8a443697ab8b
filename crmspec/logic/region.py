"""Regions: the customers whom a condition holds for, as a union of closed boxes."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from crmspec.logic.box import Box, make
from crmspec.logic.formula import AllOf, AnyOf, Atom, Cells, NotOf, either, every

if TYPE_CHECKING:
    from collections.abc import Callable

    from crmspec.logic.axiom import Masks
    from crmspec.logic.formula import Formula
    from crmspec.logic.space import Space
    from crmspec.logic.variable import Variable

LIMIT = 4096
"""The most boxes that a region is made of; what needs more is widened."""
_ABSORB = 256


class TooManyError(Exception):
    """A formula needs more boxes than allowed."""


class Region:
    """A set of customers in one space, by the formula that describes it.

    `boxes` cover it; they are exactly it unless it had to be `widened`.
    """

    def __init__(self, space: Space, formula: Formula) -> None:
        self.space = space
        self.formula = formula

    @cached_property
    def boxes(self) -> tuple[Box, ...]:
        """Return the closed boxes, in an order that depends on the formula alone."""
        try:
            return tuple(self._closed(Normal(self.space).masks(self.formula, positive=True)))
        except TooManyError:
            self.__dict__["widened"] = ("boxes",)
            return (Box({}, {}),)

    def _closed(self, found: list[Masks]) -> list[Box]:
        axioms = self.space.axioms
        boxes = [box for masks in found if (box := make(axioms, masks)) is not None]
        unique = list(dict.fromkeys(boxes))
        if len(unique) > _ABSORB:
            return unique
        kept: list[Box] = []
        for number, box in enumerate(unique):
            others = (*kept, *unique[number + 1 :])
            if not any(box.within(other) for other in others):
                kept.append(box)
        return kept

    @cached_property
    def widened(self) -> tuple[str, ...]:
        """Return what was left out of sight: `boxes` if the region needs too many of them."""
        return ("boxes",) if self.boxes and "widened" in self.__dict__ else ()

    @property
    def exact(self) -> bool:
        """Say whether the boxes are exactly the region."""
        boxes = self.boxes
        return not self.widened or not boxes

    @property
    def is_empty(self) -> bool:
        """Say whether nobody can be in it; True is a proof, also of a widened region."""
        return not self.boxes

    def keep(self, wanted: Callable[[Box, Variable], bool]) -> Formula:
        """Return what the region says of some of the variables alone, box by box."""
        return either(
            every(Cells(variable, mask) for variable, mask in box.items() if wanted(box, variable))
            for box in self.boxes
        )

    def __and__(self, other: Region) -> Region:
        return Region(self.space, every((self.formula, other.formula)))

    def __or__(self, other: Region) -> Region:
        return Region(self.space, either((self.formula, other.formula)))

    def __invert__(self) -> Region:
        return Region(self.space, NotOf(self.formula))


class Normal:
    """Turns formulas into lists of masks, one list per alternative."""

    def __init__(self, space: Space) -> None:
        self.space = space

    def masks(self, formula: Formula, *, positive: bool) -> list[Masks]:
        """Return the alternatives of a formula, or of its opposite.

        Raises:
            TooManyError: there are more than `LIMIT` of them.
        """
        match formula:
            case Atom():
                return _literal(*self.space.literal(formula), positive=positive)
            case Cells(variable, mask):
                domain = self.space.grid(variable).domain
                return _literal(variable, mask, domain, positive=positive)
            case NotOf(part):
                return self.masks(part, positive=not positive)
            case AllOf(parts):
                return self._join(parts, positive=positive, all_of=positive)
            case AnyOf(parts):
                return self._join(parts, positive=positive, all_of=not positive)

    def _join(self, parts: tuple[Formula, ...], *, positive: bool, all_of: bool) -> list[Masks]:
        found = [self.masks(part, positive=positive) for part in parts]
        if not all_of:
            return self._united([masks for one in found for masks in one])
        # Single boxes first: they rule out most of what the others would multiply.
        single = _merged([one[0] for one in found if len(one) == 1])
        if single is None or not all(found):
            return []
        whole = [single]
        for alternatives in sorted((one for one in found if len(one) > 1), key=len):
            whole = self._crossed(whole, alternatives)
        return whole

    def _crossed(self, left: list[Masks], right: list[Masks]) -> list[Masks]:
        if len(left) * len(right) > 16 * LIMIT:
            raise TooManyError
        found = []
        for one in left:
            for other in right:
                met = _met(one, other)
                if met is not None:
                    found.append(met)
        if len(left) > 1 and len(right) > 1:
            close = self.space.axioms.close
            found = [masks for masks in self._united(found) if close(masks) is not None]
        return found

    def _united(self, found: list[Masks]) -> list[Masks]:
        """Leave out repetitions, and unite alternatives that name one variable alone."""
        if len(found) > LIMIT:
            raise TooManyError
        united: dict[object, Masks] = {}
        for masks in found:
            if not masks:
                return [{}]
            if len(masks) == 1:
                ((variable, mask),) = masks.items()
                mine = united.setdefault(variable, {variable: 0})
                mine[variable] |= mask
                if mine[variable] == self.space.grid(variable).domain:
                    return [{}]
            else:
                united.setdefault(frozenset(masks.items()), masks)
        return list(united.values())


def _literal(variable: Variable, mask: int, domain: int, *, positive: bool) -> list[Masks]:
    mask = mask & domain if positive else domain & ~mask
    if not mask:
        return []
    return [{}] if mask == domain else [{variable: mask}]


def _merged(parts: list[Masks]) -> Masks | None:
    merged: Masks = {}
    for part in parts:
        for variable, mask in part.items():
            merged[variable] = mask & merged.get(variable, -1)
            if not merged[variable]:
                return None
    return merged


def _met(one: Masks, other: Masks) -> Masks | None:
    met = dict(one)
    for variable, mask in other.items():
        mine = met.get(variable)
        if mine is not None:
            mask &= mine  # noqa: PLW2901 - narrowed
            if not mask:
                return None
        met[variable] = mask
    return met
