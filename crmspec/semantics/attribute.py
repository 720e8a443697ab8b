"""Attributes of the customer: values, defaults, computed ones, and their history."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmspec.semantics import clock
from crmspec.semantics.comparison import is_missing
from crmspec.semantics.event import Period, aggregate, occurrences

if TYPE_CHECKING:
    from crmspec.ir.data import Attribute, Computed
    from crmspec.ir.value import Plain
    from crmspec.semantics.scenario import Moment
    from crmspec.semantics.view import View


class Change(NamedTuple):
    """A value became another at a moment."""

    moment: Moment
    old: Plain
    new: Plain


def attribute(id_: str, view: View) -> Plain:
    """Return the value of an attribute now, or its default; None if it is missing.

    A computed one follows the log (semantics 1.8), and nothing else can set it. `missing_as` is
    not applied: it is put in place only where a condition tests (semantics 5.5).
    """
    declared = view.program.attributes.get(id_)
    if declared is not None and declared.computed is not None:
        return _or_default(_computed(declared.computed, view), declared)
    return _or_default(view.state.attributes.get(id_), declared)


def _or_default(value: Plain, declared: Attribute | None) -> Plain:
    """Return the value or the declared default (semantics 1.5, 1.6)."""
    if not is_missing(value):
        return value
    default = None if declared is None else declared.default
    return None if is_missing(default) else default


def _computed(computed: Computed, view: View) -> Plain:
    whole = view.outside(view.owner) if view.after is not None else view
    event = computed.event.id
    found = occurrences(event, computed.where, Period(within=computed.within), whole)
    if computed.of is not None:
        return aggregate(computed.aggregate, computed.of.id, found, whole, event)
    if computed.aggregate == "count":
        return len(found)
    if computed.aggregate in ("first", "last") and found:
        one = found[0] if computed.aggregate == "first" else found[-1]
        return clock.stamp(one.moment, view.zone)
    return None


def history(id_: str, view: View) -> list[Change]:
    """Return the changes of an attribute up to now, oldest first, real ones only.

    Before its first known change an attribute has had its value for ever (semantics 5.44).
    """
    declared = view.program.attributes.get(id_)
    if declared is not None and declared.computed is not None:
        return _computed_history(id_, declared.computed, view)
    known = view.state.changes.get(id_, ())
    changes = (
        Change(moment, _or_default(old, declared), _or_default(new, declared))
        for moment, old, new in known
    )
    return [one for one in changes if one.moment <= view.now and _differ(one.old, one.new)]


def _computed_history(id_: str, computed: Computed, view: View) -> list[Change]:
    found = []
    old = attribute(id_, view.at(clock.EARLIEST))
    past = sorted(moment for moment in computed_turns(computed, view) if moment <= view.now)
    for moment in past:
        new = attribute(id_, view.at(moment))
        found.append(Change(moment, old, new))
        old = new
    return [one for one in found if _differ(one.old, one.new)]


def computed_turns(computed: Computed, view: View) -> set[Moment]:
    """Return the moments at which events come into the window of an aggregate or leave it."""
    every = view.state.log.by_event.get(computed.event.id, ())
    turns = {one.moment for one in every}
    if computed.within is not None:
        turns |= {clock.add(one.moment, computed.within, view.zone) for one in every}
    return turns


def _differ(old: Plain, new: Plain) -> bool:
    return old != new or isinstance(old, bool) is not isinstance(new, bool)
