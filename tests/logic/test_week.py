"""Sets of the minutes of a week."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmspec.ir.chain import QuietHours
from crmspec.ir.value import TimeOfDay
from crmspec.logic import week

MINUTES = st.sets(st.integers(0, week.WEEK - 1), max_size=5)


def mask(minutes):
    return sum(1 << minute for minute in minutes)


def hours(start, end, *weekdays):
    first, last = TimeOfDay(minute=start * 60), TimeOfDay(minute=end * 60)
    return QuietHours(from_=first, to=last, weekdays=weekdays)


@given(MINUTES, st.integers(-20_000, 20_000))
def test_later_moves_every_minute_around_the_week(minutes, by):
    moved = {(minute + by) % week.WEEK for minute in minutes}
    assert set(week.members(week.later(mask(minutes), by))) == moved


@given(MINUTES, st.integers(0, 300))
def test_spread_takes_the_minutes_that_follow(minutes, by):
    found = {(minute + n) % week.WEEK for minute in minutes for n in range(by + 1)}
    assert set(week.members(week.spread(mask(minutes), by))) == found


def test_spread_over_a_week_is_always():
    assert week.spread(1, week.WEEK) == week.ALWAYS
    assert week.spread(0, week.WEEK) == 0


@given(st.lists(st.tuples(st.integers(0, week.WEEK - 1), st.integers(1, 900)), max_size=4))
def test_runs_are_the_stretches_of_a_set(spans):
    whole = 0
    for start, length in spans:
        whole |= week.span(start, length)
    again = 0
    for start, length in week.runs(whole):
        assert not again & week.span(start, length)
        again |= week.span(start, length)
    assert again == whole


@given(MINUTES, st.integers(0, week.WEEK - 1), st.integers(1, 900))
def test_waiting_for_the_end_of_a_closed_time(minutes, start, length):
    closed = week.span(start, length)
    waits = [
        (start + length - minute) % week.WEEK if closed >> minute & 1 else 0 for minute in minutes
    ]
    assert week.longest(mask(minutes), closed) == max(waits, default=0)
    assert week.shortest(mask(minutes), closed) == min(waits, default=0)
    on = {(m + w) % week.WEEK for m, w in zip(minutes, waits, strict=True)}
    assert set(week.members(week.released(mask(minutes), closed))) == on


def test_what_never_ends_lets_nobody_go_on():
    assert list(week.runs(week.ALWAYS)) == [(0, week.WEEK)]
    assert week.released(1, week.ALWAYS) == 0


@pytest.mark.parametrize(
    ("quiet", "starts", "length"),
    [
        pytest.param(hours(22, 9, "mon"), [22 * 60], 11 * 60, id="one night"),
        pytest.param(hours(22, 9, "sun"), [6 * week.DAY + 22 * 60], 11 * 60, id="Sunday night"),
        pytest.param(hours(13, 14, "mon", "tue"), [780, week.DAY + 780], 60, id="two noons"),
    ],
)
def test_quiet_hours_belong_to_the_day_they_begin_on(quiet, starts, length):
    assert list(week.runs(week.quiet(quiet))) == [(start, length) for start in starts]


def test_from_a_time_to_the_same_time_is_a_whole_day():
    assert week.quiet(hours(9, 9)) == week.ALWAYS
    assert week.length_of(hours(9, 9)) == week.DAY


def test_the_time_of_day_of_a_minute():
    assert week.clock(week.DAY + 61) == "01:01"
    assert list(week.members(week.daily(61, ["tue"]))) == [week.DAY + 61]
    assert week.daily(61).bit_count() == 7
