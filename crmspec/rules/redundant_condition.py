"""Conditions that change nothing, because another beside them already says it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from crmspec.diagnostics import Code, Diagnostic, Label, Severity, text
from crmspec.ir.condition import All, Any, Nothing
from crmspec.ir.walk import walk
from crmspec.logic.asked import besides_chains, of_chain
from crmspec.logic.assumption import proved
from crmspec.logic.formula import atoms, either
from crmspec.logic.grid import topic
from crmspec.logic.region import Region

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from crmspec.diagnostics import Text
    from crmspec.ir.audience import Broadcast
    from crmspec.ir.chain import Chain
    from crmspec.ir.value import Located
    from crmspec.logic.asked import Asked
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.space import Space

CODE = Code(
    "CRM311",
    "redundant-condition",
    text("a condition or segment that another one makes needless"),
    Severity.WARNING,
)
_MANY = 32
"""Of longer lists only the first conditions are compared with each other."""


class Member(NamedTuple):
    """One of several conditions, and whom it holds for."""

    node: Located
    region: Region


def check(portfolio: Portfolio) -> Iterator[Diagnostic]:
    """Yield a finding for each member of a list that has no effect there."""
    for chain in portfolio.program.chains.values():
        yield from portfolio.silent(CODE.id, chain.id, partial(_chain, portfolio, chain))
    for place in besides_chains(portfolio.program):
        look = partial(_places, portfolio, (place,))
        kind, _, id_ = place.owner.partition(" ")
        is_segment = kind == "segment"
        yield from portfolio.silent_of_segment(CODE.id, id_, look) if is_segment else look()
    for broadcast in portfolio.program.broadcasts.values():
        if broadcast.status != "deprecated":
            yield from _broadcast(portfolio, broadcast)


def _chain(portfolio: Portfolio, chain: Chain) -> Iterator[Diagnostic]:
    yield from _places(portfolio, of_chain(chain))


def _places(portfolio: Portfolio, places: Iterable[Asked]) -> Iterator[Diagnostic]:
    for place in places:
        for node in walk(place.root):
            if isinstance(node, All | Any | Nothing):
                yield from _group(portfolio, place, node)


def _group(portfolio: Portfolio, place: Asked, node: All | Any | Nothing) -> Iterator[Diagnostic]:
    if isinstance(node, All):
        members = _members(portfolio.space, place, node.all)
        for weak, strong in _covered(portfolio.space, members, by_smaller=True):
            said = text("whoever meets the other condition meets this one")
            yield _finding(portfolio, weak, strong, said)
        return
    parts = node.any if isinstance(node, Any) else node.none
    for small, large in _covered(portfolio.space, _members(portfolio.space, place, parts)):
        yield _finding(portfolio, small, large, text("whoever meets this meets the other one too"))


def _members(space: Space, place: Asked, nodes: Sequence[Located]) -> list[Member]:
    if not _share(space, place, nodes[:_MANY]):
        return []
    found = []
    for node in nodes[:_MANY]:
        region = space.region(node, chain=place.chain, owner=place.owner, in_steps=place.in_steps)
        # What nobody or everybody meets is told by rules of its own.
        if region.exact and region.boxes and len(region.boxes[0].own):
            found.append(Member(node, region))
    return found


def _share(space: Space, place: Asked, nodes: Sequence[Located]) -> bool:
    """Say whether two of the conditions may be about one thing, or one of them is empty of it."""
    seen: set[object] = set()
    for node in nodes:
        region = space.region(node, chain=place.chain, owner=place.owner, in_steps=place.in_steps)
        topics = {topic(atom.variable) for atom in atoms(region.formula)}
        if topics & seen:
            return True
        seen |= topics
    return False


def _covered(
    space: Space, members: list[Member], *, by_smaller: bool = False
) -> Iterator[tuple[Member, Member]]:
    """Yield needless members, each with the one that makes it so; of equal ones the later."""
    dropped: set[int] = set()
    for number, member in enumerate(members):
        for against, other in enumerate(members):
            if against == number or against in dropped:
                continue
            small, large = (other, member) if by_smaller else (member, other)
            if not _may_cover(large.region, small.region):
                continue
            if space.covers(large.region, small.region):
                same = against > number and space.covers(small.region, large.region)
                if not same:
                    dropped.add(number)
                    yield member, other
                    break


def _may_cover(large: Region, small: Region) -> bool:
    """Leave out most pairs: what the large one asks about must matter to the small one."""
    asked_of = large.boxes[0].own.keys()
    return len(large.boxes) > 1 or asked_of <= small.boxes[0].masks.keys()


def _broadcast(portfolio: Portfolio, broadcast: Broadcast) -> Iterator[Diagnostic]:
    """Look at the segments that a mailing includes and excludes."""
    space, known = portfolio.space, portfolio.program.segments
    included = [
        Member(ref, space.segment(ref.id)) for ref in broadcast.audience.include if ref.id in known
    ]
    excluded = [
        Member(ref, space.segment(ref.id)) for ref in broadcast.audience.exclude if ref.id in known
    ]
    for group in (included, excluded):
        useful = [member for member in group if member.region.exact and member.region.boxes]
        for small, large in _covered(space, useful):
            said = text("all of them are in the other one too")
            yield _finding(portfolio, small, large, said)
    if included and len(included) == len(broadcast.audience.include):
        yield from _excluded(portfolio, included, excluded)


def _excluded(
    portfolio: Portfolio, included: list[Member], excluded: list[Member]
) -> Iterator[Diagnostic]:
    """Look for exclusions that remove nobody."""
    wanted = Region(portfolio.space, either(member.region.formula for member in included))
    for member in excluded:
        if (
            wanted.boxes
            and member.region.boxes
            and portfolio.space.overlap(wanted, member.region) is None
        ):
            yield _finding(
                portfolio, member, included[0], text("nobody in it is among those included")
            )


def _finding(portfolio: Portfolio, needless: Member, other: Member, said: Text) -> Diagnostic:
    return Diagnostic(
        code=CODE,
        message=_message(needless.node),
        label=Label(needless.node.place.span, said),
        related=(Label(other.node.place.span, text("because of this")),),
        help=(text("remove it, or change it to what was meant"),),
        evidence=proved(portfolio, [needless.region.formula, other.region.formula]),
    )


def _message(node: Located) -> Text:
    reference = getattr(node, "segment", node)
    id_ = getattr(reference, "id", None)
    if isinstance(id_, str):
        return text("`{id}` changes nothing here", id=id_)
    return text("this condition changes nothing here")
