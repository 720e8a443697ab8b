"""Moments at which time alone may change the answer of a condition.

Each function yields such moments, past and future, for the state as it is; what happens later
yields new ones. They may be too many, never too few: each window, date and clock is covered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crmspec.ir import condition as ir
from crmspec.ir import trait
from crmspec.semantics import clock
from crmspec.semantics.anniversary import days_around
from crmspec.semantics.attribute import attribute, computed_turns, history
from crmspec.semantics.edge import approaches, looks_at_clock, tests_turns
from crmspec.semantics.event import ALWAYS, Period, ends, occurrences
from crmspec.semantics.permission import expiry, last_change, permission
from crmspec.semantics.present import now_turns
from crmspec.semantics.property import read
from crmspec.semantics.reaction import REACTIONS, chosen, moments, through

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from crmspec.ir.condition import Condition, Joined
    from crmspec.ir.data import Computed
    from crmspec.ir.value import Duration, Plain, Tests, Where
    from crmspec.semantics.scenario import Moment
    from crmspec.semantics.state import Sent
    from crmspec.semantics.view import View

AGGREGATES = ("sum", "avg", "min", "max", "distinct")


def turns(condition: Condition | None, view: View) -> Iterator[Moment]:
    """Yield moments at which time alone may change the answer."""
    if condition is not None:
        yield from _TURNS[condition.__class__](condition, view)


def _each(parts: Iterable[Condition], view: View) -> Iterator[Moment]:
    for part in parts:
        yield from turns(part, view)


def _attribute(leaf: ir.AttributeIs, view: View) -> Iterator[Moment]:
    id_ = leaf.attribute.id
    declared = view.program.attributes.get(id_)
    value = attribute(id_, view)
    if value is None and declared is not None:
        value = declared.missing_as
    yield from tests_turns(leaf.tests, value, view)
    if declared is not None and declared.computed is not None:
        yield from _computed(declared.computed, view)
    if leaf.anniversary is not None:
        yield from _anniversary(leaf.anniversary, value, view)
    if leaf.has_been is not None:
        yield from _has_been(leaf.has_been, id_, value, view)
    if leaf.changed is not None:
        yield from _changed(leaf.changed, id_, view)


def _computed(computed: Computed, view: View) -> Iterator[Moment]:
    yield from computed_turns(computed, view)
    yield from _where(computed.where, computed.event.id, view)


def _anniversary(wanted: ir.Anniversary, value: Plain, view: View) -> Iterator[Moment]:
    for start, end in days_around(value, view):
        yield from (start, end)
        if wanted.within_last is not None:
            yield clock.add(start, wanted.within_last, view.zone)
        if wanted.within_next is not None:
            yield from approaches(start, wanted.within_next, view.zone)


def _has_been(been: ir.HasBeen, id_: str, value: Plain, view: View) -> Iterator[Moment]:
    found = history(id_, view)
    edges = {one.moment for one in found}
    for one in {repr(v): v for v in (value, *(change.old for change in found))}.values():
        edges.update(tests_turns(been.tests, one, view))
    for edge in edges:
        yield edge
        yield clock.add(edge, been.for_, view.zone)


def _changed(changed: ir.Changed, id_: str, view: View) -> Iterator[Moment]:
    for one in history(id_, view):
        yield from tests_turns(changed.from_, one.old, view)
        yield from tests_turns(changed.to, one.new, view)
        if changed.within is not None:
            yield clock.add(one.moment, changed.within, view.zone)


def _event(leaf: ir.EventHappened, view: View) -> Iterator[Moment]:
    period = Period(leaf.within, leaf.between_ago, leaf.since)
    plain = not leaf.count and all(getattr(leaf, kind) is None for kind in AGGREGATES)
    if plain and leaf.within is not None:
        yield from _until_silence(leaf.event.id, leaf.where, leaf.within, view)
    else:
        yield from _window(leaf.event.id, period, view)
    yield from _where(leaf.where, leaf.event.id, view)


def _not_event(leaf: ir.EventMissing, view: View) -> Iterator[Moment]:
    period = Period(leaf.within, leaf.between_ago, leaf.since)
    if leaf.within is not None:
        yield from _until_silence(leaf.not_event.id, leaf.where, leaf.within, view)
    else:
        yield from _window(leaf.not_event.id, period, view)
    yield from _where(leaf.where, leaf.not_event.id, view)


def _until_silence(event: str, tests: Where, within: Duration, view: View) -> Iterator[Moment]:
    """Yield when the last of the events that count leaves the window."""
    yield from _expected(event, view)
    found = occurrences(event, tests, Period(within), view)
    for one in found[-1:] if clock.duration_is_exact(within) else found:
        yield clock.add(one.moment, within, view.zone)


def _window(event: str, period: Period, view: View) -> Iterator[Moment]:
    """Yield when events come into a window or leave it, the next ones at least."""
    yield from _expected(event, view)
    edges = ends(period.between_ago) if period.between_ago else (period.within,)
    for edge in edges:
        if edge is not None:
            yield from _aged(event, edge, view)


def _aged(event: str, edge: Duration, view: View) -> Iterator[Moment]:
    """Yield when events become as old as a duration, in the order in which they do."""
    for one in view.state.log.between(event, clock.not_after(view.now, edge), view.now):
        aged = clock.add(one.moment, edge, view.zone)
        yield aged
        if aged > view.now and clock.duration_is_exact(edge):
            return


def _expected(event: str, view: View) -> Iterator[Moment]:
    """Yield the moment of the next event that the log holds beyond now (semantics 3.1)."""
    later = view.state.log.between(event, view.now, clock.LATEST)
    yield from (one.moment for one in later[:1])


def _where(tests: Where, event: str, view: View) -> Iterator[Moment]:
    if any(looks_at_clock(one.tests) for one in tests):
        for one in view.state.log.by_event.get(event, ()):
            yield from _properties(tests, one.properties, view)


def _properties(tests: Where, properties: Mapping[str, Plain], view: View) -> Iterator[Moment]:
    for one in tests:
        yield from _path(one.property, one.tests, properties, view)


def _path(path: str, tests: Tests, properties: Mapping[str, Plain], view: View) -> Iterator[Moment]:
    for value in read(properties, path)[0]:
        yield from tests_turns(tests, value, view)


def _first_event(leaf: ir.FirstEvent, view: View) -> Iterator[Moment]:
    event = leaf.first_event.id
    yield from _where(leaf.where, event, view)
    yield from _expected(event, view)
    for one in occurrences(event, leaf.where, ALWAYS, view)[:1]:
        yield from _age(leaf, one.moment, view)


def _last_event(leaf: ir.LastEvent, view: View) -> Iterator[Moment]:
    event = leaf.last_event.id
    yield from _where(leaf.where, event, view)
    yield from _expected(event, view)
    for one in occurrences(event, leaf.where, ALWAYS, view)[-1:]:
        yield from _age(leaf, one.moment, view)


def _age(
    wanted: Joined | ir.FirstEvent | ir.LastEvent, moment: Moment, view: View
) -> Iterator[Moment]:
    for edge in (wanted.within, wanted.older_than):
        if edge is not None:
            yield clock.add(moment, edge, view.zone)


def _sequence(leaf: ir.InOrder, view: View) -> Iterator[Moment]:
    edges = [leaf.within, *(item.within for item in leaf.sequence)]
    edges += [edge for item in leaf.sequence for edge in item.between_ago]
    for item in leaf.sequence:
        event = item.event.id if isinstance(item, ir.EventHappened) else item.not_event.id
        yield from _where(item.where, event, view)
        yield from _expected(event, view)
        for edge in edges:
            if edge is not None:
                yield from _aged(event, edge, view)


def _segment(leaf: ir.InSegment, view: View) -> Iterator[Moment]:
    id_ = leaf.segment.id
    found = view.program.segments.get(id_)
    if found is not None and id_ not in view.state.customer.segments:
        yield from turns(found.condition, view.outside(f"segment {id_}"))
    if leaf.joined is not None:
        yield from _age(leaf.joined, view.state.inside.get(id_, view.now), view)


def _list(leaf: ir.InList, view: View) -> Iterator[Moment]:
    joined = view.state.lists.get(leaf.list.id)
    if joined is not None and leaf.joined is not None:
        yield from _age(leaf.joined, joined, view)


def _consent(leaf: ir.ConsentIs, view: View) -> Iterator[Moment]:
    topic = leaf.topic.id if leaf.topic else None
    over = expiry(leaf.consent.id, permission(leaf.consent.id, topic, view)[1], view)
    if over is not None:
        yield over
    changed = last_change(leaf.consent.id, topic, view)
    if changed is not None and leaf.changed is not None:
        yield from _age(leaf.changed, changed, view)


def _message(leaf: ir.MessageReaction, view: View) -> Iterator[Moment]:
    yield from _reactions(leaf, chosen(leaf, view), view)


def _channel(leaf: ir.ChannelReaction, view: View) -> Iterator[Moment]:
    yield from _reactions(leaf, through(leaf, view), view)


def _reactions(
    leaf: ir.MessageReaction | ir.ChannelReaction, sends: Iterable[Sent], view: View
) -> Iterator[Moment]:
    for one in sends:
        for kind in REACTIONS:
            for moment in moments(leaf, one, kind):
                yield moment
                if leaf.within is not None:
                    yield clock.add(moment, leaf.within, view.zone)


def _related(leaf: trait.HasRelated, view: View) -> Iterator[Moment]:
    for one in view.state.related.get(leaf.related.id, ()):
        yield from _properties(leaf.where, one, view)


def _rfm(leaf: trait.RfmIs, view: View) -> Iterator[Moment]:
    if leaf.rfm.event is not None:
        yield from _window(leaf.rfm.event.id, Period(within=leaf.rfm.over), view)


def _trigger(leaf: ir.TriggerProperty, view: View) -> Iterator[Moment]:
    if view.passage is not None:
        yield from _path(leaf.trigger.id, leaf.tests, view.passage.properties, view)


def _step(leaf: ir.StepResult, view: View) -> Iterator[Moment]:
    found = None if view.passage is None else view.passage.outcomes.get(leaf.step.id)
    if found is not None and leaf.output is not None:
        yield from _path(leaf.output, leaf.tests, found.output, view)


def _never(_leaf: object, _view: View) -> Iterator[Moment]:
    return iter(())


_TURNS: dict[type, Callable[[Any, View], Iterator[Moment]]] = {
    ir.All: lambda leaf, view: _each(leaf.all, view),
    ir.Any: lambda leaf, view: _each(leaf.any, view),
    ir.Nothing: lambda leaf, view: _each(leaf.none, view),
    ir.Not: lambda leaf, view: turns(leaf.not_, view),
    ir.AttributeIs: _attribute,
    ir.EventHappened: _event,
    ir.EventMissing: _not_event,
    ir.FirstEvent: _first_event,
    ir.LastEvent: _last_event,
    ir.InOrder: _sequence,
    ir.InSegment: _segment,
    ir.InList: _list,
    ir.ConsentIs: _consent,
    ir.Reachable: _never,
    ir.Suppressed: _never,
    ir.MessageReaction: _message,
    ir.ChannelReaction: _channel,
    ir.InChain: _never,
    ir.InExperiment: _never,
    trait.InPlace: _never,
    trait.OnDevice: _never,
    trait.HasRelated: _related,
    trait.RfmIs: _rfm,
    ir.TriggerProperty: _trigger,
    ir.StepResult: _step,
    trait.RandomShare: _never,
    trait.NowIs: now_turns,
    ir.Raw: _never,
}
