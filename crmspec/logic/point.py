"""The cells of one real customer: where the interpreter's state lies in the space."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from crmspec.ir import condition as ir
from crmspec.ir.value import Duration, Ref, Test
from crmspec.logic import variable as v
from crmspec.logic.value import minutes
from crmspec.semantics import clock
from crmspec.semantics.attribute import attribute
from crmspec.semantics.bucket import bucket
from crmspec.semantics.comparison import is_missing
from crmspec.semantics.condition import holds
from crmspec.semantics.event import Period, aggregate, occurrences
from crmspec.semantics.permission import status
from crmspec.semantics.property import where as meets_where
from crmspec.semantics.spelling import fold

if TYPE_CHECKING:
    from collections.abc import Callable

    from crmspec.ir.value import Plain
    from crmspec.logic.cell import NumberGrid
    from crmspec.logic.space import Space
    from crmspec.semantics.scenario import Moment
    from crmspec.semantics.state import Occurrence
    from crmspec.semantics.view import View


def point(space: Space, view: View) -> dict[v.Variable, int]:
    """Return the mask of the one cell that a customer is in, for every variable that shows it.

    What is not looked into (`Opaque`, and views of values without a grid) is left out.
    """
    found = {}
    for variable in space.variables:
        read = _READERS.get(type(variable))
        cell = read(space, view, variable) if read is not None else None
        if cell is not None:
            found[variable] = 1 << cell
    return found


def _cell(space: Space, variable: v.Variable, value: Plain) -> int | None:
    return 0 if is_missing(value) else space.grid(variable).cell(value)


def _attribute(space: Space, view: View, one: v.AttributeValue) -> int | None:
    value = attribute(one.id, view)
    declared = space.program.attributes.get(one.id)
    if declared is not None and declared.type in ("date", "datetime"):
        moment = clock.read(value, view.zone) if isinstance(value, str) else None
        value = None if moment is None else minutes(clock.iso(moment, view.zone))
    return _cell(space, one, value)


def _occurred(space: Space, view: View, one: v.EventCount) -> list[Occurrence]:
    filters = space.translator.wheres.known.get(("event", one.event), {})
    since = one.since if one.since is None or one.since[:1].isdigit() else one.since.split(".")[-1]
    found = occurrences(one.event, filters.get(one.where, ()), Period(since=since), view)
    near, far = _length(one.start, one.start_months), _length(one.window or 0, one.months)
    return [
        each
        for each in found
        if (one.start == 0 or clock.is_past(each.moment, view.now, near, view.zone))
        and (one.window is None or not clock.is_past(each.moment, view.now, far, view.zone))
    ]


def _length(length: int, months: int) -> Duration:
    return Duration(months=months, seconds=(length - months * 43_200) * 60)


def _count(space: Space, view: View, one: v.EventCount) -> int | None:
    return _cell(space, one, len(_occurred(space, view, one)))


def _value(space: Space, view: View, one: v.EventValue) -> int | None:
    found = _occurred(space, view, one.count)
    return _cell(space, one, aggregate(one.aggregate, one.property, found, view, one.count.event))


def _consent(space: Space, view: View, one: v.ConsentStatus) -> int | None:
    return _cell(space, one, status(one.id, one.topic, view))


def _reachable(space: Space, view: View, one: v.IsReachable) -> int | None:
    return _cell(
        space, one, holds(ir.Reachable(reachable=Ref(kind="channel", id=one.channel)), view)
    )


def _suppressed(space: Space, view: View, one: v.SuppressedBy) -> int | None:
    return _cell(space, one, view.state.suppressed.get(one.channel))


def _list(space: Space, view: View, one: v.InList) -> int | None:
    return _cell(space, one, one.id in view.state.lists)


def _chain(space: Space, view: View, one: v.InChainState) -> int | None:
    asked = ir.InChain(in_chain=Ref(kind="chain", id=one.chain), state=one.state)  # type: ignore[arg-type]
    return _cell(space, one, holds(asked, view))


def _variant(space: Space, view: View, one: v.Variant) -> int | None:
    return _cell(space, one, view.state.variants.get(one.experiment))


def _bucket(space: Space, view: View, one: v.Bucket) -> int | None:
    return _cell(space, one, bucket(one.salt, view.state.customer.id))


def _geo(space: Space, view: View, one: v.GeoIs) -> int | None:
    place = view.state.customer.place if one.of is None else attribute(one.of, view)
    return _cell(space, one, place.get(one.field) if isinstance(place, dict) else place)  # type: ignore[arg-type]


def _related(space: Space, view: View, one: v.RelatedCount) -> int | None:
    tests = space.translator.wheres.known[("object", one.object)][one.where]
    declared = space.program.objects.get(one.object)
    properties = declared.properties if declared is not None else {}
    found = view.state.related.get(one.object, ())
    return _cell(space, one, sum(meets_where(tests, each, view, properties) for each in found))


def _reaction(space: Space, view: View, one: v.ReactionCount) -> int | None:
    """Count by asking: how many there are is what the interpreter agrees to."""
    within = _length(one.window, one.months) if one.window is not None else None
    if one.since is not None or not one.channel or one.target:
        return None
    channel = Ref(kind="channel", id=one.channel)

    def is_it(count: int) -> bool:
        tests = {one.reaction: (Test(operator="eq", operand=count),)}
        return holds(ir.ChannelReaction(channel=channel, within=within, **tests), view)  # type: ignore[arg-type]

    return _cell(space, one, next(filter(is_it, range(len(view.state.sent) + 1))))


def _local(space: Space, view: View, one: v.LocalTime) -> int | None:
    shown = clock.local(view.now, view.zone)
    if one.part == "weekday":
        return _cell(space, one, clock.WEEKDAYS[shown.weekday()])
    if one.part == "time":
        return _cell(space, one, shown.hour * 60 + shown.minute)
    return _cell(space, one, minutes(clock.iso(view.now, view.zone)))


def _joined(space: Space, view: View, one: v.JoinedAgo) -> int | None:
    if one.kind == "list":
        return _age(space, view, one, view.state.lists.get(one.id))
    if one.kind == "segment":
        return _age(space, view, one, view.state.inside.get(one.id, view.now))
    return None


def _age(
    space: Space, view: View, one: v.Aspect | v.JoinedAgo, moment: Moment | None
) -> int | None:
    """Return the cell of an age; months are compared as the calendar has them."""
    if moment is None:
        return 0
    in_months = "age_months" in (getattr(one, "kind", ""), getattr(one, "scale", ""))
    if not in_months:
        return _cell(space, one, view.now - moment)
    months = cast("NumberGrid", space.grid(one)).points
    edges = [clock.add(view.now, Duration(months=-int(n)), view.zone) for n in months]
    for at, edge in enumerate(edges):
        if moment == edge:
            return 2 * at + 2
        if moment > edge:
            return 2 * at + 1
    return 2 * len(edges) + 1


def _aspect(space: Space, view: View, one: v.Aspect) -> int | None:
    if not isinstance(one.of, v.AttributeValue):
        return None
    value = attribute(one.of.id, view)
    if one.kind in ("starts_with", "ends_with", "contains") and not isinstance(value, list):
        written = fold(value) if isinstance(value, str) else ""
        return _cell(space, one, bool(written) and _TEXT[one.kind](written, one.key))
    if one.kind == "length":
        return _cell(space, one, len(value) if isinstance(value, list) and value else None)
    moment = clock.read(value, view.zone) if isinstance(value, str) else None
    if one.kind in ("age", "age_months"):
        return _age(space, view, one, moment)
    shown = clock.local(moment, view.zone) if moment is not None else None
    parts = {
        "month": shown.month if shown else None,
        "day_of_month": shown.day if shown else None,
        "weekday": clock.WEEKDAYS[shown.weekday()] if shown else None,
    }
    return _cell(space, one, parts[one.kind]) if one.kind in parts else None


_TEXT: dict[str, Callable[[str, str], bool]] = {
    "starts_with": str.startswith,
    "ends_with": str.endswith,
    "contains": str.__contains__,
}
_READERS: dict[type[v.Variable], Callable[..., int | None]] = {
    v.AttributeValue: _attribute,
    v.EventCount: _count,
    v.EventValue: _value,
    v.ConsentStatus: _consent,
    v.IsReachable: _reachable,
    v.SuppressedBy: _suppressed,
    v.InList: _list,
    v.InChainState: _chain,
    v.Variant: _variant,
    v.Bucket: _bucket,
    v.GeoIs: _geo,
    v.RelatedCount: _related,
    v.ReactionCount: _reaction,
    v.LocalTime: _local,
    v.JoinedAgo: _joined,
    v.Aspect: _aspect,
}
