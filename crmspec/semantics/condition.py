"""Conditions: whether one holds for a customer at a moment (semantics 5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crmspec.ir import condition as ir
from crmspec.ir import trait
from crmspec.semantics import answer, clock
from crmspec.semantics.anniversary import anniversary_holds
from crmspec.semantics.attribute import attribute, history
from crmspec.semantics.carried import carried
from crmspec.semantics.comparison import is_missing
from crmspec.semantics.event import ALWAYS, Period, aggregate, occurrences
from crmspec.semantics.operand import meets
from crmspec.semantics.permission import last_change, permission, status
from crmspec.semantics.present import now_holds
from crmspec.semantics.property import property_meets, where
from crmspec.semantics.reaction import channel_holds, message_holds
from crmspec.semantics.sequence import sequence_holds
from crmspec.semantics.situation import (
    device_holds,
    place_holds,
    random_holds,
    related_holds,
    rfm_holds,
)
from crmspec.semantics.turn import AGGREGATES, turns
from crmspec.semantics.view import View

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from crmspec.ir.condition import Condition, Joined
    from crmspec.ir.value import Duration, Plain, Tests
    from crmspec.semantics.scenario import Moment

__all__ = ["View", "attribute", "holds", "meets", "next_change", "where"]


def holds(condition: Condition | None, view: View) -> bool:
    """Say whether a condition is true for the customer now; no condition is always true."""
    if condition is None:
        return True
    return _HOLDS[condition.__class__](condition, view)


def next_change(condition: Condition | None, view: View) -> Moment | None:
    """Return the earliest later moment at which time alone may change the answer, None if never.

    It may be too early, never too late; what happens in between may of course change more.
    """
    return min((moment for moment in turns(condition, view) if moment > view.now), default=None)


def _all(leaf: ir.All, view: View) -> bool:
    return all(holds(part, view) for part in leaf.all)


def _any(leaf: ir.Any, view: View) -> bool:
    return any(holds(part, view) for part in leaf.any)


def _none(leaf: ir.Nothing, view: View) -> bool:
    return not any(holds(part, view) for part in leaf.none)


def _not(leaf: ir.Not, view: View) -> bool:
    return not holds(leaf.not_, view)


def _attribute(leaf: ir.AttributeIs, view: View) -> bool:
    value = attribute(leaf.attribute.id, view)
    if value is None and leaf.missing_as is not None:
        return leaf.missing_as
    return (
        _tested(leaf, leaf.tests, value, view)
        and (leaf.anniversary is None or _anniversary(leaf.anniversary, leaf, value, view))
        and (leaf.has_been is None or _has_been(leaf.has_been, leaf, value, view))
        and (leaf.changed is None or _changed(leaf.changed, leaf, view))
    )


def _tested(leaf: ir.AttributeIs, tests: Tests, value: Plain, view: View) -> bool:
    """Test a value of the attribute, its `missing_as` in place of a missing one (5.5)."""
    declared = view.program.attributes.get(leaf.attribute.id)
    if declared is not None and is_missing(value):
        value = declared.missing_as
    return meets(tests, value, view, declared, sensitive=leaf.case == "sensitive")


def _anniversary(wanted: ir.Anniversary, leaf: ir.AttributeIs, value: Plain, view: View) -> bool:
    declared = view.program.attributes.get(leaf.attribute.id)
    if value is None and declared is not None:
        value = declared.missing_as
    return anniversary_holds(wanted, value, view)


def _has_been(been: ir.HasBeen, leaf: ir.AttributeIs, value: Plain, view: View) -> bool:
    """Ask every value since t - D, at both ends of its time (semantics 5.12).

    A test of one value against the clock holds in one stretch of time, so its ends decide.
    """
    start, values = _since(been.for_, leaf.attribute.id, value, view)
    edges = [start, *(moment for moment, _ in values[1:]), view.now]
    return all(
        _tested(leaf, been.tests, one, view.at(max(edge, start)))
        for number, (_, one) in enumerate(values)
        for edge in edges[number : number + 2]
    )


def _since(
    lasting: Duration, id_: str, value: Plain, view: View
) -> tuple[Moment, list[tuple[Moment, Plain]]]:
    """Return t - D and the values since, each with the moment at which it began."""
    recent = [
        one
        for one in history(id_, view)
        if not clock.is_past(one.moment, view.now, lasting, view.zone)
    ]
    start = clock.ago(view.now, lasting, view.zone)
    if not recent:
        return start, [(start, value)]
    return start, [(start, recent[0].old), *((one.moment, one.new) for one in recent)]


def _changed(changed: ir.Changed, leaf: ir.AttributeIs, view: View) -> bool:
    return any(
        _tested(leaf, changed.from_, one.old, view) and _tested(leaf, changed.to, one.new, view)
        for one in history(leaf.attribute.id, view)
        if changed.within is None or clock.inside(one.moment, view.now, changed.within, view.zone)
    )


def _event(leaf: ir.EventHappened, view: View) -> bool:
    period = Period(leaf.within, leaf.between_ago, leaf.since)
    event = leaf.event.id
    found = occurrences(event, leaf.where, period, view)
    return (meets(leaf.count, len(found), view) if leaf.count else bool(found)) and all(
        meets(wanted.tests, aggregate(kind, wanted.property.id, found, view, event), view)
        for kind in AGGREGATES
        if (wanted := getattr(leaf, kind)) is not None
    )


def _not_event(leaf: ir.EventMissing, view: View) -> bool:
    period = Period(leaf.within, leaf.between_ago, leaf.since)
    return not occurrences(leaf.not_event.id, leaf.where, period, view)


def _first_event(leaf: ir.FirstEvent, view: View) -> bool:
    found = occurrences(leaf.first_event.id, leaf.where, ALWAYS, view)
    return bool(found) and _lies(leaf, found[0].moment, view)


def _last_event(leaf: ir.LastEvent, view: View) -> bool:
    found = occurrences(leaf.last_event.id, leaf.where, ALWAYS, view)
    return bool(found) and _lies(leaf, found[-1].moment, view)


def _lies(leaf: ir.FirstEvent | ir.LastEvent, moment: Moment, view: View) -> bool:
    return _age_fits(leaf, moment, view) and (
        leaf.on_day is None or _is_on(leaf.on_day.iso, moment, view)
    )


def _is_on(day: str, moment: Moment, view: View) -> bool:
    found = clock.read(day, view.zone)
    return found is not None and clock.day_start(found, view.zone) == clock.day_start(
        moment, view.zone
    )


def _age_fits(wanted: Joined | ir.FirstEvent | ir.LastEvent, moment: Moment, view: View) -> bool:
    """Say whether a happening is as old as `within` and `older_than` ask."""
    return (wanted.within is None or clock.inside(moment, view.now, wanted.within, view.zone)) and (
        wanted.older_than is None or clock.is_past(moment, view.now, wanted.older_than, view.zone)
    )


def _segment(leaf: ir.InSegment, view: View) -> bool:
    return is_in_segment(leaf.segment.id, view) and (
        leaf.joined is None
        or _age_fits(leaf.joined, view.state.inside.get(leaf.segment.id, view.now), view)
    )


def is_in_segment(segment: str, view: View) -> bool:
    """Say whether the customer is in a segment; what the scenario asserts wins (5.23, 5.51)."""
    asserted = view.state.customer.segments.get(segment)
    if asserted is not None:
        return asserted
    found = view.program.segments.get(segment)
    return found is not None and holds(found.condition, view.outside(f"segment {segment}"))


def _list(leaf: ir.InList, view: View) -> bool:
    joined = view.state.lists.get(leaf.list.id)
    return joined is not None and (leaf.joined is None or _age_fits(leaf.joined, joined, view))


def _consent(leaf: ir.ConsentIs, view: View) -> bool:
    topic = leaf.topic.id if leaf.topic else None
    found = status(leaf.consent.id, topic, view)
    if found != leaf.is_ and not (leaf.is_ == "subscribed" and found == "opted_in"):
        return False
    if leaf.method and permission(leaf.consent.id, topic, view)[1].method not in leaf.method:
        return False
    if leaf.changed is None:
        return True
    moment = last_change(leaf.consent.id, topic, view)
    return moment is not None and _age_fits(leaf.changed, moment, view)


def _reachable(leaf: ir.Reachable, view: View) -> bool:
    channel = leaf.reachable.id
    return channel in view.state.reachable and channel not in view.state.suppressed


def _suppressed(leaf: ir.Suppressed, view: View) -> bool:
    reason = view.state.suppressed.get(leaf.suppressed.id)
    return reason is not None and leaf.reason in (None, reason)


def _in_chain(leaf: ir.InChain, view: View) -> bool:
    passages = (one for one in view.state.passages if one.chain == leaf.in_chain.id)
    if leaf.state == "active":
        found = any(one.running for one in passages)
    elif leaf.state == "goal":
        found = any(one.reached is not None for one in passages)
    else:
        wanted = leaf.state == "completed"
        found = any(
            (one.reason in (None, "completed")) is wanted for one in passages if not one.running
        )
    return found is leaf.is_


def _experiment(leaf: ir.InExperiment, view: View) -> bool:
    return view.state.variants.get(leaf.experiment.id) == leaf.variant.id


def _trigger(leaf: ir.TriggerProperty, view: View) -> bool:
    held: Mapping[str, Plain] = {} if view.passage is None else view.passage.properties
    return property_meets(leaf.trigger.id, leaf.tests, held, (view, carried(view)))


def _step(leaf: ir.StepResult, view: View) -> bool:
    found = None if view.passage is None else view.passage.outcomes.get(leaf.step.id)
    if found is None or leaf.outcome not in (None, found.outcome):
        return False
    if leaf.output is None:
        return True
    return property_meets(leaf.output, leaf.tests, found.output, (view, {}))


def _raw(leaf: ir.Raw, view: View) -> bool:
    return answer.given(view.answers, leaf)


_HOLDS: dict[type, Callable[[Any, View], bool]] = {
    ir.All: _all,
    ir.Any: _any,
    ir.Nothing: _none,
    ir.Not: _not,
    ir.AttributeIs: _attribute,
    ir.EventHappened: _event,
    ir.EventMissing: _not_event,
    ir.FirstEvent: _first_event,
    ir.LastEvent: _last_event,
    ir.InOrder: sequence_holds,
    ir.InSegment: _segment,
    ir.InList: _list,
    ir.ConsentIs: _consent,
    ir.Reachable: _reachable,
    ir.Suppressed: _suppressed,
    ir.MessageReaction: message_holds,
    ir.ChannelReaction: channel_holds,
    ir.InChain: _in_chain,
    ir.InExperiment: _experiment,
    trait.InPlace: place_holds,
    trait.OnDevice: device_holds,
    trait.HasRelated: related_holds,
    trait.RfmIs: rfm_holds,
    trait.RandomShare: random_holds,
    ir.TriggerProperty: _trigger,
    ir.StepResult: _step,
    trait.NowIs: now_holds,
    ir.Raw: _raw,
}
