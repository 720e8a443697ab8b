"""Conditions as `all` of `any`, as `any` of `all`, or as one flat `all`, within a number of leaves.

What would grow beyond the bound is set aside, and what stands for it counts as one leaf.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from crmspec.ir.condition import All, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from crmspec.ir import Located
    from crmspec.ir.condition import Condition

    Aside = Callable[[Condition], Condition]
    Movable = Callable[[Condition], bool]

BOUND = 64
"""How many leaves a condition may have, where a target does not say."""

Clause: TypeAlias = "tuple[Condition, ...]"


class TooManyError(Exception):
    """A condition cannot be brought into a form within the bound."""


class Form:
    """Brings conditions, `not` at the leaves already, into a form.

    `aside` returns what stands for a part elsewhere, such as membership of a segment; only parts
    that are `movable` go there.
    """

    def __init__(self, aside: Aside, movable: Movable, bound: int = BOUND) -> None:
        self._aside = aside
        self._movable = movable
        self._bound = bound

    def cnf(self, condition: Condition) -> All:
        """Return `all` of `any` and of leaves; raises `TooManyError`."""
        clauses = self._clauses(condition, All)
        return All(all=tuple(_join(Any, one, condition) for one in clauses), place=condition.place)

    def dnf(self, condition: Condition) -> Any:
        """Return `any` of `all` and of leaves; raises `TooManyError`."""
        clauses = self._clauses(condition, Any)
        return Any(any=tuple(_join(All, one, condition) for one in clauses), place=condition.place)

    def flat(self, condition: Condition) -> All:
        """Return one `all` of leaves; every `any` is set aside. Raises `TooManyError`."""
        parts = condition.all if isinstance(condition, All) else (condition,)
        leaves = [self._must(one) if isinstance(one, (All, Any)) else one for one in parts]
        kept = self._folded(_singly(_once(leaves)), All)
        return All(all=tuple(one for (one,) in kept), place=condition.place)

    def whole(self, condition: Condition) -> Condition:
        """Return what stands for the whole condition; raises `TooManyError`."""
        return self._must(condition)

    def _clauses(self, condition: Condition, outer: type[All | Any]) -> list[Clause]:
        """Return the clauses of a condition, which `outer` joins."""
        if not isinstance(condition, (All, Any)):
            return [(condition,)]
        parts = _parts(condition)
        if isinstance(condition, outer):
            found = [one for part in parts for one in self._clauses(part, outer)]
            return self._folded(_absorbed(found), outer)
        return _absorbed(self._product(parts, outer))

    def _product(self, parts: Sequence[Condition], outer: type[All | Any]) -> list[Clause]:
        """Multiply out parts that the inner word joins, the largest set aside while too large."""
        factors = [(part, self._clauses(part, outer)) for part in parts]
        while _size([found for _, found in factors]) > self._bound:
            number = max(
                (
                    n
                    for n, (one, found) in enumerate(factors)
                    if len(found) > 1 and self._movable(one)
                ),
                key=lambda n: _leaves(factors[n][1]),
                default=None,
            )
            if number is None:
                return self._narrowed(factors, outer)
            leaf = self._aside(factors[number][0])
            factors[number] = (leaf, [(leaf,)])
        return _multiplied([found for _, found in factors])

    def _narrowed(
        self, factors: list[tuple[Condition, list[Clause]]], outer: type[All | Any]
    ) -> list[Clause]:
        """Set leaves aside in heaps where a single clause has too many of them."""
        if any(len(found) > 1 for _, found in factors):
            raise TooManyError
        leaves = [leaf for _, (clause,) in factors for leaf in clause]
        return [tuple(one for (one,) in self._folded(_singly(leaves), _inner(outer)))]

    def _folded(self, clauses: list[Clause], outer: type[All | Any]) -> list[Clause]:
        """Set clauses aside in heaps, until there are few enough leaves."""
        while _leaves(clauses) > self._bound:
            staying = [one for one in clauses if not all(map(self._movable, one))]
            moving = [one for one in clauses if all(map(self._movable, one))]
            heaps = list(_heaps(moving, self._bound))
            if len(heaps) == _leaves(moving):
                raise TooManyError
            clauses = staying + [self._heaped(heap, outer) for heap in heaps]
        return clauses

    def _heaped(self, heap: list[Clause], outer: type[All | Any]) -> Clause:
        if len(heap) == 1 and len(heap[0]) == 1:
            return heap[0]
        return (self._aside(_join(outer, tuple(_join(_inner(outer), one) for one in heap))),)

    def _must(self, part: Condition) -> Condition:
        if not self._movable(part):
            raise TooManyError
        return self._aside(part)


def _inner(outer: type[All | Any]) -> type[All | Any]:
    return Any if outer is All else All


def _singly(leaves: Sequence[Condition]) -> list[Clause]:
    return [(leaf,) for leaf in leaves]


def _parts(condition: All | Any) -> tuple[Condition, ...]:
    return condition.all if isinstance(condition, All) else condition.any


def _join(kind: type[All | Any], parts: Clause, made_by: Located | None = None) -> Condition:
    """Return parts joined by a word; one alone needs none."""
    if len(parts) == 1:
        return parts[0]
    place = parts[0].place if parts else made_by.place if made_by is not None else None
    at = {} if place is None else {"place": place}
    return All(all=parts, **at) if kind is All else Any(any=parts, **at)


def _leaves(clauses: Sequence[Clause]) -> int:
    return sum(map(len, clauses))


def _size(factors: list[list[Clause]]) -> int:
    """Return how many leaves the product of some lists of clauses has."""
    count, leaves = 1, 0
    for found in factors:
        count, leaves = count * len(found), leaves * len(found) + count * _leaves(found)
    return leaves


def _multiplied(factors: list[list[Clause]]) -> list[Clause]:
    made: list[Clause] = [()]
    for found in factors:
        made = [one + other for one in made for other in found]
    return made


def _heaps(clauses: list[Clause], bound: int) -> Iterator[list[Clause]]:
    """Yield clauses in heaps of at most so many leaves."""
    heap: list[Clause] = []
    for clause in clauses:
        if heap and _leaves(heap) + len(clause) > bound:
            yield heap
            heap = []
        heap.append(clause)
    if heap:
        yield heap


def _once(leaves: Sequence[Condition]) -> list[Condition]:
    made: list[Condition] = []
    for leaf in leaves:
        if leaf not in made:
            made.append(leaf)
    return made


def _absorbed(clauses: list[Clause]) -> list[Clause]:
    """Leave out leaves that stand twice, and clauses that follow from a shorter one."""
    unique = [tuple(_once(clause)) for clause in clauses]
    kept: list[Clause] = []
    for number, clause in enumerate(unique):
        if not any(
            all(leaf in clause for leaf in other) and (len(other) < len(clause) or place < number)
            for place, other in enumerate(unique)
        ):
            kept.append(clause)
    return kept
