"""Which of several things that are asked of one customer exclude each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmspec.ir.condition import All, InSegment, Not, Nothing
from crmspec.logic.formula import NotOf, every
from crmspec.logic.region import Region

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir.chain import Chain
    from crmspec.ir.value import Located
    from crmspec.logic.formula import Formula
    from crmspec.logic.space import Space

_MANY = 64


class Part(NamedTuple):
    """Something that is asked, where it is written, and the resource in which it stands."""

    node: Located
    formula: Formula
    owner: str = ""


def parts_of(
    space: Space, condition: Located | None, chain: Chain | None = None, owner: str = ""
) -> list[Part]:
    """Return what a condition asks, part by part, through the segments it names."""
    if condition is None:
        return []
    return list(_parts(space, condition, (chain, owner), frozenset()))


def _parts(
    space: Space,
    node: Located,
    inside: tuple[Chain | None, str],
    seen: frozenset[str],
) -> Iterator[Part]:
    chain, owner = inside
    match node:
        case All():
            for one in node.all:
                yield from _parts(space, one, inside, seen)
        case Nothing():
            for one in node.none:
                yield Part(one, NotOf(space.region(one, chain=chain, owner=owner).formula), owner)
        case Not(not_=Not() as inner):
            yield from _parts(space, inner.not_, inside, seen)
        case InSegment(joined=None) if _is_new(space, node, seen):
            id_ = node.segment.id
            condition = space.program.segments[id_].condition
            yield from _parts(space, condition, (None, f"segment {id_}"), seen | {id_})
        case _:
            yield Part(node, space.region(node, chain=chain, owner=owner).formula, owner)


def _is_new(space: Space, node: InSegment, seen: frozenset[str]) -> bool:
    return node.segment.id in space.program.segments and node.segment.id not in seen


def is_empty(space: Space, parts: list[Part]) -> bool:
    """Say whether nobody can meet all the parts."""
    return Region(space, every(part.formula for part in parts)).is_empty


def clash(space: Space, parts: list[Part]) -> list[Part]:
    """Return the fewest parts that exclude each other, [] if somebody meets them all."""
    if not is_empty(space, parts):
        return []
    kept = parts
    for part in parts[:_MANY]:
        without = [one for one in kept if one is not part]
        if is_empty(space, without):
            kept = without
    return kept
