"""Grids: the cells into which the constants of a program cut what a variable may be.

A set of cells is an int, a bit per cell. Bit 0 is always *missing*; the other cells stand in the
order of their values, so that a comparison is a run of bits.
"""

from __future__ import annotations

from bisect import bisect_left
from math import ceil, floor, inf
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from crmspec.ir.value import Plain

MISSING = 1
"""The mask of the missing value."""
Number: TypeAlias = int | float


class Limits(NamedTuple):
    """What a declaration says of a number: whole or not, its ends, and whether it may be absent."""

    whole: bool = False
    low: float = -inf
    high: float = inf
    optional: bool = True


def bits(mask: int) -> Iterator[int]:
    """Yield the numbers of the cells in a mask, lowest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


class NumberGrid:
    """Numbers: a cell for each constant and one for each gap between, below and above them."""

    def __init__(self, points: Iterable[Number], limits: Limits = Limits()) -> None:  # noqa: B008 - frozen
        self.points = sorted(set(points))
        self.limits = limits
        self.size = 2 * len(self.points) + 2
        self.domain = sum(1 << cell for cell in range(1, self.size) if self._is_possible(cell))
        self.domain |= MISSING if limits.optional else 0

    def _ends(self, cell: int) -> tuple[Number, Number]:
        """Return the ends of a cell; they are in it only if they are equal."""
        at, is_point = cell // 2, cell % 2 == 0
        if is_point:
            return self.points[at - 1], self.points[at - 1]
        low = self.points[at - 1] if at else -inf
        return low, self.points[at] if at < len(self.points) else inf

    def _is_possible(self, cell: int) -> bool:
        low, high, limits = *self._ends(cell), self.limits
        if low == high:
            fits = not limits.whole or low == int(low)
            return fits and limits.low <= low <= limits.high
        if limits.whole:
            least = max(limits.low, floor(low) + 1 if low > -inf else -inf)
            return least <= min(limits.high, ceil(high) - 1 if high < inf else inf)
        # A gap has inner points on both sides of a limit that lies inside it.
        return limits.low < high and limits.high > low

    def cell(self, value: object) -> int | None:
        """Return the cell of a value, None if it is no number."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        at = bisect_left(self.points, value)
        is_point = at < len(self.points) and self.points[at] == value
        return 2 * at + 2 if is_point else 2 * at + 1

    def mask(self, operator: str, operand: object) -> int | None:
        """Return the cells that meet a positive comparison; None if the grid cannot tell."""
        if operator in ("in", "eq", "is"):
            values = operand if isinstance(operand, tuple) else (operand,)
            cells = [self._point(value) for value in values]
            return None if None in cells else sum({1 << cell for cell in cells if cell})
        if operator == "between" and isinstance(operand, tuple):
            low, high = self._point(operand[0]), self._point(operand[1])
            return None if low is None or high is None else _run(low, high + 1)
        at = self._point(operand)
        if at is None:
            return None
        first, last = {
            "gt": (at + 1, self.size),
            "gte": (at, self.size),
            "lt": (1, at),
            "lte": (1, at + 1),
        }[operator]
        return _run(first, last)

    def _point(self, value: object) -> int | None:
        cell = self.cell(value)
        return cell if cell is not None and cell % 2 == 0 else None

    def sample(self, cell: int) -> Number:
        """Return a natural number of a cell."""
        low, high = self._ends(cell)
        if low == high:
            return low
        limits = self.limits
        if low < limits.low < high:
            return limits.low
        if low == -inf:
            return 0 if high > 0 else ceil(high) - 1
        above = floor(low) + 1
        if above < high and above <= limits.high:
            return above
        return (low + min(high, limits.high)) / 2


def _run(first: int, last: int) -> int:
    """Return the mask of the cells from `first` to before `last`."""
    return ((1 << last) - (1 << first)) if last > first else 0


class ChoiceGrid:
    """Words: a cell for each of them, and one for all others if there may be others.

    `normal` gives the form in which words are compared.
    """

    def __init__(
        self,
        labels: Iterable[Plain],
        *,
        is_open: bool = False,
        optional: bool = True,
        normal: Callable[[Plain], Plain] | None = None,
    ) -> None:
        self.normal = normal
        self.labels: list[Plain] = []
        self.index: dict[tuple[bool, object], int] = {}
        for label in labels:
            if self.index.setdefault(self._key(label), len(self.labels) + 1) > len(self.labels):
                self.labels.append(label)
        self.size = len(self.labels) + 1 + is_open
        self.other = self.size - 1 if is_open else None
        self.domain = _run(0 if optional else 1, self.size)

    def _key(self, value: object) -> tuple[bool, object]:
        """Keep `true` apart from `1`."""
        if self.normal is not None:
            value = self.normal(value)  # type: ignore[arg-type]
        return isinstance(value, bool), value

    def cell(self, value: object) -> int | None:
        """Return the cell of a value, None if it has none."""
        if isinstance(value, list | dict):
            return self.other
        return self.index.get(self._key(value), self.other)

    def mask(self, operator: str, operand: object) -> int | None:
        """Return the cells that meet a positive comparison; None if the grid cannot tell."""
        if operator not in ("in", "eq", "is"):
            return None
        values = operand if isinstance(operand, tuple) else (operand,)
        cells = [self.index.get(self._key(value)) for value in values]
        if self.other is not None and None in cells:
            return None
        return sum({1 << cell for cell in cells if cell is not None})

    def sample(self, cell: int) -> Plain:
        """Return the word of a cell."""
        if cell != self.other:
            return self.labels[cell - 1]
        word, number = "other", 1
        while self._key(word) in self.index:
            number += 1
            word = f"other {number}"
        return word


Grid: TypeAlias = NumberGrid | ChoiceGrid
SWITCH = ChoiceGrid((False, True), optional=False)
"""The grid of what is true or false."""
FALSE, TRUE = 2, 4
"""The masks of `SWITCH`."""
