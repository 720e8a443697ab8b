"""Sequences: semantics 5.20-5.22, 5.46; and that the fast way finds what trying all would."""

from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmspec.ir.condition import EventHappened, EventMissing, InOrder
from crmspec.ir.program import Program
from crmspec.ir.value import Duration, Ref
from crmspec.semantics import clock
from crmspec.semantics.condition import View, holds
from crmspec.semantics.scenario import Customer
from crmspec.semantics.state import State

UTC = clock.named("UTC")
NOON = "2027-03-01T12:00"

TABLE = [
    ("[visit, order]", True, "semantics 5.20 in the order written"),
    ("[order, visit]", False, "5.20 not the other way round"),
    ("[visit, visit, order]", True, "5.20 each strictly later"),
    ("[visit, visit, visit]", False, "5.20 not so often"),
    ("[visit, {event: order, within: 2d}]", True, "semantics 5.21 soon enough after a match"),
    ("[visit, {event: order, within: 1d}]", False, "5.21 too late"),
    ("[visit, {not_event: refund}, order]", True, "5.21 nothing between"),
    ("[visit, {not_event: visit}, order]", True, "5.21 nothing between the last and the next"),
    ("[visit, {event: order}, {not_event: refund}]", True, "semantics 5.46 nothing up to now"),
    ("[visit, {not_event: order}]", False, "5.46 something up to now"),
    ("[visit, {not_event: order, within: 1d}, order]", True, "5.21 nothing in that time"),
    ("[visit, {not_event: order, within: 9d}, order]", False, "5.21 something in that time"),
    ("[order, {not_event: visit, within: 5d}]", True, "5.21 the time is over"),
    ("[order, {not_event: visit, within: 6d}]", False, "5.21 the time is not over"),
    ("[{not_event: refund}, order]", True, "nothing before the first"),
    ("[{not_event: visit}, order]", False, "something before the first"),
    ("[{not_event: visit, within: 6d}, order]", True, "5.46 nothing lately"),
    ("[{not_event: visit, within: 8d}, order]", False, "5.46 something lately"),
    ("[{event: visit, within: 8d}, order]", True, "5.46 the first lately"),
    ("[{event: visit, within: 6d}, order]", False, "5.46 the first not lately"),
    ("[{not_event: refund}, {not_event: refund, within: 1d}]", True, "only absences"),
    ("[{not_event: refund}, {not_event: order}]", False, "an absence that is none"),
    ("[{not_event: refund}, {not_event: order, within: 9d}]", False, "a recent one"),
    ("[visit, {event: order, where: {total: 3}}]", True, "with a filter"),
    ("[visit, {event: order, where: {total: 4}}]", False, "with a filter that nothing meets"),
    ("[visit, {not_event: visit, where: {page: 9}}, order]", True, "an absence with a filter"),
    ("[{event: visit, between_ago: [9d, 20d]}, {event: order, since: 2027-02-01}]", True, "when"),
]


@pytest.mark.parametrize(("items", "answer"), [pytest.param(*r[:2], id=r[2]) for r in TABLE])
def test_sequences(who, items, answer):
    who.did("visit", "2027-02-15T12:00").did("visit", "2027-02-22T12:00")
    who.did("order", "2027-02-24T11:00", total=3)
    assert who.holds(f"{{sequence: {items}}}") is answer


@pytest.mark.parametrize(
    ("within", "answer"),
    [
        pytest.param("8d", True, id="semantics 5.22 all in the window"),
        pytest.param("7d", False, id="5.22 one before it"),
    ],
)
def test_the_window_of_a_sequence(who, within, answer):
    who.did("visit", "2027-02-22T12:00").did("order", "2027-02-24T11:00")
    assert who.holds(f"{{sequence: [visit, order], within: {within}}}") is answer


def test_events_of_one_minute_follow_each_other_as_they_arrived(who):
    """semantics 5.20, semantics 3.4"""
    who.did("visit").did("order")
    assert who.holds("{sequence: [visit, order]}")
    assert not who.holds("{sequence: [order, visit]}")


def reference(kind, id_):
    return Ref(kind=kind, id=id_)


def item(kind, event, within):
    lasting = None if within is None else Duration(seconds=within * 60)
    if kind == "not_event":
        return EventMissing(not_event=reference("event", event), within=lasting)
    return EventHappened(event=reference("event", event), within=lasting)


ITEMS = st.builds(
    item,
    st.sampled_from(["event", "event", "not_event"]),
    st.sampled_from("abc"),
    st.none() | st.integers(1, 6),
)
LOGS = st.lists(st.tuples(st.integers(0, 12), st.sampled_from("abc")), max_size=7)


def by_trying(leaf, log, now):
    """Decide as the sentences say, by trying every choice of matches."""
    window = None if leaf.within is None else leaf.within.minutes
    return _from(list(leaf.sequence), None, [], (sorted(log), now, window))


def _from(items, previous, absent, world):
    log, now, window = world
    if not items:
        return all(_absent(one, previous, None, world) for one in absent)
    first, *rest = items
    if isinstance(first, EventMissing):
        return _from(rest, previous, [*absent, first], world)
    for one in log:
        later = previous is None or one > previous
        base = now if previous is None else previous[0]
        limit = None if first.within is None else first.within.minutes
        soon = limit is None or (
            one[0] > now - limit if previous is None else one[0] < base + limit
        )
        recent = window is None or one[0] > now - window
        if (
            one[2] == first.event.id
            and later
            and soon
            and recent
            and all(_absent(a, previous, one, world) for a in absent)
            and _from(rest, one, [], world)
        ):
            return True
    return False


def _absent(wanted, previous, following, world):
    log, now, _ = world
    found = [one for one in log if one[2] == wanted.not_event.id]
    if wanted.within is None:
        return not any(
            (previous is None or one > previous) and (following is None or one < following)
            for one in found
        )
    if previous is None:
        return not any(one[0] > now - wanted.within.minutes for one in found)
    end = previous[0] + wanted.within.minutes
    return end <= now and not any(one > previous and one[0] < end for one in found)


@settings(max_examples=250)
@given(st.lists(ITEMS, min_size=1, max_size=4), LOGS, st.none() | st.integers(1, 12))
def test_the_fast_way_finds_what_trying_all_would(items, events, window):
    """semantics 5.20, semantics 5.21, semantics 5.22"""
    state = State(Customer())
    log = []
    for moment, event in events:
        one = state.log.add(moment, event, {})
        log.append((one.moment, one.arrival, event))
    within = None if window is None else Duration(seconds=window * 60)
    leaf = InOrder(sequence=tuple(items), within=within)
    view = View(Program(), state, 12, UTC)
    assert holds(leaf, view) is by_trying(leaf, log, 12)


def test_a_long_sequence_over_a_long_log_is_fast():
    """semantics 5.20"""
    state = State(Customer())
    for moment in range(3000):
        state.log.add(moment, "ab"[moment % 2], {})
    items = [item("event", "ab"[n % 2], None) for n in range(40)] + [item("event", "c", None)]
    items.insert(5, item("not_event", "c", None))
    start = process_time()
    assert not holds(InOrder(sequence=tuple(items)), View(Program(), state, 5000, UTC))
    assert process_time() - start < 5
