"""The axioms of a space: windows, filters, reactions, views of one value, addresses, scores."""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING

from crmspec.logic import variable as v
from crmspec.logic.cell import FALSE, MISSING, SWITCH, TRUE, ChoiceGrid, NumberGrid, bits
from crmspec.logic.value import minutes
from crmspec.semantics.spelling import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crmspec.logic.space import Space
    from crmspec.logic.where import Owner

MANY = 400
"""So many counts of one event are related to each other; of more, only those without a filter."""
_LEAST = (0, 28, 59, 89, 120, 150, 181, 212, 242, 273, 303, 334)
_MOST = (0, 31, 62, 92, 123, 153, 184, 215, 245, 276, 306, 337)
_CHANGE = 120
"""Minutes by which a change of clocks may shift a month."""
_DAY = 1440
_MONTH = 30 * _DAY


def laws(space: Space) -> None:
    """Put the axioms of all known variables into the space."""
    by_event: dict[str, list[v.EventCount]] = defaultdict(list)
    for variable in space.variables:
        if isinstance(variable, v.EventCount):
            by_event[variable.event].append(variable)
    for event, counts in by_event.items():
        owner = ("event", event)
        _order(space, counts, lambda a, b, o=owner: has_link(a, b) and _inside(space, o, a, b))
    _related(space)
    _reactions(space)
    for variable in list(space.variables):
        law = _LAWS.get(type(variable))
        if law is not None:
            law(space, variable)
    _patterns(space)


def _reactions(space: Space) -> None:
    """Relate reactions to one message to each other and to those of its tags and channel."""
    by_target: dict[str, list[v.ReactionCount]] = defaultdict(list)
    for count in space.reactions:
        by_target[count.target if count.target.startswith("message:") else ""].append(count)
    broad = by_target.pop("", [])
    _order(space, broad, partial(_reacts, space))
    for counts in by_target.values():
        _order(space, [*counts, *broad], partial(_reacts, space), len(counts))


def _inside(space: Space, owner: Owner, small: v.EventCount, large: v.EventCount) -> bool:
    return is_inside(space, owner, small.where, large.where)


def is_inside(space: Space, owner: Owner, small: str, large: str) -> bool:
    """Say whether what meets one filter surely meets the other."""
    return small == large or not large or space.filter_within(owner, small, large)


def has_link(small: v.EventCount, large: v.EventCount) -> bool:
    """Say whether the window of one count always lies inside that of the other."""
    if large.since is not None and not _is_later(small.since, large.since):
        return False
    near = _precedes(large.start, large.start_months, small.start, small.start_months)
    if large.window is None:
        return near
    if small.window is None:
        return False
    return near and _precedes(small.window, small.months, large.window, large.months)


def _is_later(small: str | None, large: str) -> bool:
    if small is None or small == large:
        return small == large
    one, other = minutes(small), minutes(large)
    if one is not None and other is not None:
        return one >= other
    chain, _, place = large.rpartition(".")
    return place == "chain_start" and small.startswith(f"{chain}.")


def _precedes(one: int, one_months: int, other: int, other_months: int) -> bool:
    """Say whether one length of time is never more than another."""
    if (one, one_months) == (other, other_months):
        return True
    return span(one, one_months)[1] <= span(other, other_months)[0]


def span(length: int, months: int) -> tuple[int, int]:
    """Return the least and most minutes of a length that has calendar months in it."""
    if not months:
        return length, length
    exact, (years, rest) = length - months * _MONTH, divmod(months, 12)
    least = (365 * years + _LEAST[rest]) * _DAY - _CHANGE
    return least + exact, (366 * years + _MOST[rest]) * _DAY + _CHANGE + exact


def _order(
    space: Space,
    counts: Sequence[v.Variable],
    is_less: Callable[..., bool],
    first: int | None = None,
) -> None:
    """Relate counts of one kind, leaving out what follows from other relations.

    With `first`, only so many of them are new; the others have been related to each other before.
    """
    if len(counts) > MANY:
        plain = [count for count in counts if not getattr(count, "where", "")]
        _order(space, plain[:MANY], is_less)
        return
    above = [
        sum(1 << j for j, b in enumerate(counts) if i != j and is_less(a, b))
        for i, a in enumerate(counts)
    ]
    for i, mask in enumerate(above[:first]):
        strictly = [j for j in bits(mask) if not above[j] >> i & 1]
        for j in strictly:
            kept = mask & above[j]
            # What is strictly above something above need not be said again.
            mask &= ~sum(1 << k for k in bits(kept) if not above[k] >> j & 1)  # noqa: PLW2901
        for j in bits(mask):
            space.axioms.at_most(counts[i], counts[j])


def _related(space: Space) -> None:
    by_object: dict[str, list[v.RelatedCount]] = defaultdict(list)
    devices = []
    for variable in space.variables:
        if isinstance(variable, v.RelatedCount):
            by_object[variable.object].append(variable)
        elif isinstance(variable, v.DeviceIs):
            devices.append(variable)
    for id_, counts in by_object.items():
        owner = ("object", id_)
        _order(space, counts, lambda a, b, o=owner: is_inside(space, o, a.where, b.where))
    _order(space, devices, lambda a, b: is_inside(space, ("device", ""), a.where, b.where))


def _reacts(space: Space, small: v.ReactionCount, large: v.ReactionCount) -> bool:
    """Say whether what one count of reactions counts, the other counts too."""
    if large.channel is not None and space.channel(small) != large.channel:
        return False
    if large.link is not None and small.link != large.link:
        return False
    if not _is_target(space, small.target, large.target):
        return False
    if large.reaction == "received" and small.reaction != "received":
        # A reaction refers to a send, which may have been before the window (semantics 3.14).
        own = large.since is not None and large.since.endswith(".passage")
        return large.window is None and (
            large.since is None or (own and small.since == large.since)
        )
    if (small.reaction, large.reaction) not in _FOLLOWS and small.reaction != large.reaction:
        return False
    return has_link(_window(small), _window(large))


_FOLLOWS = frozenset({("clicked", "opened")})


def _window(count: v.ReactionCount) -> v.EventCount:
    return v.EventCount("", "", count.window, count.since, 0, count.months)


def _is_target(space: Space, small: str, large: str) -> bool:
    if not large or small == large:
        return True
    kind, _, id_ = small.partition(":")
    if kind != "message" or not large.startswith("tag:"):
        return False
    message = space.program.messages.get(id_)
    return message is not None and any(f"tag:{tag.id}" == large for tag in message.tags)


def _value(space: Space, value: v.EventValue) -> None:
    """Without events an aggregate is 0 or missing (semantics 5.15)."""
    grid = space.grid(value)
    nothing = MISSING if grid.domain & MISSING else grid.mask("eq", 0) or 0
    space.axioms.implies(value.count, _zero(space, value.count), value, nothing)


def _zero(space: Space, count: v.Variable) -> int:
    return space.grid(count).mask("eq", 0) or 0


def _day(space: Space, day: v.EventOnDay) -> None:
    ever = v.EventCount(day.event, day.where)
    grid = space.grid(ever)
    space.axioms.implies(day, TRUE, ever, grid.mask("gte", 1) or grid.domain)


def _reachable(space: Space, one: v.IsReachable) -> None:
    space.axioms.implies(one, TRUE, v.SuppressedBy(one.channel), MISSING)


def _rfm(space: Space, cell: v.RfmCell) -> None:
    """Those without the event have no score at all (semantics 5.37)."""
    for score in ("recency", "frequency", "monetary"):
        other = v.RfmCell(cell.key, score, cell.event, cell.window, cell.months)
        if other != cell and other in space.variables:
            space.axioms.implies(cell, MISSING, other, MISSING)
    count = v.EventCount(cell.event or "", "", cell.window, months=cell.months)
    if cell.event is not None:
        space.axioms.implies(count, _zero(space, count), cell, MISSING)


def _aspect(space: Space, aspect: v.Aspect) -> None:
    """A view of a missing value is missing or false."""
    base = aspect.of
    domain = space.grid(base).domain
    if aspect.kind == "tests" or _has_stand_in(space, base):
        return
    grid = space.grid(aspect)
    if grid is SWITCH:
        space.axioms.implies(aspect, TRUE, base, domain & ~MISSING)
        return
    space.axioms.implies(base, MISSING, aspect, MISSING)
    space.axioms.implies(aspect, MISSING, base, MISSING)
    if aspect.kind == "age_months":
        _ages(space, v.Aspect(base, "age"), aspect)


def _has_stand_in(space: Space, base: v.Variable) -> bool:
    if not isinstance(base, v.AttributeValue):
        return False
    declared = space.program.attributes.get(base.id)
    return declared is not None and declared.missing_as is not None


def _joined(space: Space, joined: v.JoinedAgo) -> None:
    if joined.scale == "age_months":
        exact = v.JoinedAgo(joined.kind, joined.id)
        space.axioms.implies(exact, MISSING, joined, MISSING)
        space.axioms.implies(joined, MISSING, exact, MISSING)
        _ages(space, exact, joined)


def _ages(space: Space, exact: v.Variable, months: v.Variable) -> None:
    """Relate ages in minutes to ages in months, as far as the calendar lets one."""
    fine, coarse = space.grid(exact), space.grid(months)
    if not isinstance(fine, NumberGrid) or not isinstance(coarse, NumberGrid):
        return
    for month in coarse.points:
        least, most = sorted(_signed(int(month)))
        for point in fine.points:
            for operator in ("gte", "gt"):
                here, there = coarse.mask(operator, month) or 0, fine.mask(operator, point) or 0
                if point < least or point == month == 0:
                    space.axioms.implies(months, here, exact, there)
                if point > most or point == month == 0:
                    space.axioms.implies(exact, there, months, here)


def _signed(months: int) -> tuple[int, int]:
    least, most = span(abs(months) * _MONTH, abs(months))
    return (least, most) if months >= 0 else (-most, -least)


def _patterns(space: Space) -> None:
    by_base: dict[v.Variable, list[v.Aspect]] = defaultdict(list)
    for variable in space.variables:
        if isinstance(variable, v.Aspect) and variable.kind in _FITS:
            by_base[variable.of].append(variable)
    for base, patterns in by_base.items():
        for pattern in patterns:
            _words(space, base, pattern)
        for one in patterns[:MANY]:
            for other in patterns[:MANY]:
                _pair(space, one, other)


_FITS: dict[str, Callable[[str, str], bool]] = {
    "starts_with": str.startswith,
    "ends_with": str.endswith,
    "contains": str.__contains__,
}


def _words(space: Space, base: v.Variable, pattern: v.Aspect) -> None:
    grid = space.grid(base)
    if not isinstance(grid, ChoiceGrid):
        return
    fits = [
        1 << cell
        for cell, word in enumerate(grid.labels, 1)
        if isinstance(word, str) and _FITS[pattern.kind](fold(word), pattern.key)
    ]
    named = (1 << (len(grid.labels) + 1)) - 2
    space.axioms.implies(base, sum(fits), pattern, TRUE)
    space.axioms.implies(base, named & ~sum(fits), pattern, FALSE)


def _pair(space: Space, one: v.Aspect, other: v.Aspect) -> None:
    if one is other:
        return
    kinds = (one.kind, other.kind)
    follows = _FITS[other.kind](one.key, other.key) and (
        kinds[0] == kinds[1] or kinds[1] == "contains"
    )
    if follows:
        space.axioms.implies(one, TRUE, other, TRUE)
    elif kinds[0] == kinds[1] != "contains" and not _FITS[kinds[0]](other.key, one.key):
        space.axioms.implies(one, TRUE, other, FALSE)


_LAWS: dict[type[v.Variable], Callable[..., None]] = {
    v.EventValue: _value,
    v.EventOnDay: _day,
    v.IsReachable: _reachable,
    v.RfmCell: _rfm,
    v.Aspect: _aspect,
    v.JoinedAgo: _joined,
}
