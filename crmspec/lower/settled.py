"""What is left of a condition when it is known of some of its leaves whether they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.ir.condition import All, Any, Not, Nothing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from crmspec.ir.condition import Condition

    Known = Callable[[Condition], bool | None]
"""Whether a leaf holds; None: nobody knows before the customer comes."""


def settled(condition: Condition, known: Known) -> Condition | bool:
    """Return a condition without the leaves that are known; yes or no if nothing else is left."""
    match condition:
        case All():
            left = _joined((settled(one, known) for one in condition.all), when=True)
            return left if isinstance(left, bool) else All(all=left, place=condition.place)
        case Any():
            left = _joined((settled(one, known) for one in condition.any), when=False)
            return left if isinstance(left, bool) else Any(any=left, place=condition.place)
        case Nothing():
            left = _joined((settled(one, known) for one in condition.none), when=False)
            return not left if isinstance(left, bool) else Nothing(none=left, place=condition.place)
        case Not():
            inner = settled(condition.not_, known)
            return not inner if isinstance(inner, bool) else Not(not_=inner, place=condition.place)
    found = known(condition)
    return condition if found is None else found


def _joined(parts: Iterable[Condition | bool], *, when: bool) -> tuple[Condition, ...] | bool:
    """Return the parts that are open; `when` is what does not matter among them."""
    found = list(parts)
    if (not when) in [one for one in found if isinstance(one, bool)]:
        return not when
    return tuple(one for one in found if not isinstance(one, bool)) or when
