"""Time: semantics 2.1-2.13."""

from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crmspec.ir.program import Program
from crmspec.ir.project import Project
from crmspec.ir.scalar import parse_duration
from crmspec.ir.value import Duration
from crmspec.semantics import clock
from crmspec.semantics.scenario import Customer

MOSCOW = clock.named("Europe/Moscow")
BERLIN = clock.named("Europe/Berlin")
UTC = clock.named("UTC")


def lasting(text):
    months, seconds = parse_duration(text)
    return Duration(months=months, seconds=seconds, text=text)


@pytest.mark.parametrize(
    ("text", "zone", "shown"),
    [
        pytest.param("2027-03-01T09:00", MOSCOW, "2027-03-01T06:00", id="local to UTC"),
        pytest.param("2027-03-01T09:00:59", MOSCOW, "2027-03-01T06:00", id="2.1 seconds cut off"),
        pytest.param("2027-03-01", MOSCOW, "2027-02-28T21:00", id="semantics 2.10 first minute"),
        pytest.param("2027-03-01T09:00Z", MOSCOW, "2027-03-01T09:00", id="in UTC as written"),
        pytest.param("2027-03-01T09:00+05:30", MOSCOW, "2027-03-01T03:30", id="with an offset"),
        pytest.param("2027-03-28T02:30", BERLIN, "2027-03-28T01:00", id="semantics 2.7 skipped"),
        pytest.param("2027-03-28T02:00", BERLIN, "2027-03-28T01:00", id="2.7 gap begins"),
        pytest.param("2027-03-28T03:00", BERLIN, "2027-03-28T01:00", id="2.7 gap is over"),
        pytest.param("2027-03-28T01:59", BERLIN, "2027-03-28T00:59", id="2.7 before the gap"),
        pytest.param("2027-10-31T02:30", BERLIN, "2027-10-31T00:30", id="semantics 2.7 twice"),
        pytest.param("2027-10-31T03:00", BERLIN, "2027-10-31T02:00", id="2.7 after both"),
    ],
)
def test_moments_of_the_wall_clock(text, zone, shown):
    assert clock.iso(clock.moment(text, zone), UTC) == shown


@pytest.mark.parametrize("text", ["", "tomorrow", "2027-02-30", "2027-13-01", "27-01-01", "now"])
def test_what_is_no_moment(text):
    with pytest.raises(ValueError, match="not a moment"):
        clock.moment(text, UTC)
    assert not clock.has_time(text)


def test_has_time():
    assert clock.has_time("2027-03-01T00:00")
    assert not clock.has_time("2027-03-01")


def test_moments_count_whole_minutes_from_1970():
    """semantics 2.1"""
    assert clock.moment("1970-01-01T00:01", UTC) == 1


@pytest.mark.parametrize(
    ("start", "text", "zone", "end"),
    [
        pytest.param("2027-03-27T12:00", "1d", BERLIN, "2027-03-28T13:00", id="semantics 2.2 day"),
        pytest.param("2027-03-27T12:00", "1w", BERLIN, "2027-04-03T13:00", id="2.2 week"),
        pytest.param("2027-03-27T12:00", "1mo", BERLIN, "2027-04-27T12:00", id="semantics 2.3"),
        pytest.param("2027-01-31T12:00", "1mo", MOSCOW, "2027-02-28T12:00", id="2.3 last day"),
        pytest.param("2028-02-29T12:00", "1y", MOSCOW, "2029-02-28T12:00", id="2.3 leap day"),
        pytest.param("2027-12-15T12:00", "1mo", MOSCOW, "2028-01-15T12:00", id="2.3 over New Year"),
        pytest.param("2027-01-31T12:00", "1mo 1d", MOSCOW, "2027-03-01T12:00", id="semantics 2.4"),
        pytest.param("2027-02-28T02:30", "1mo", BERLIN, "2027-03-28T03:00", id="2.7 in a gap"),
        pytest.param("2027-03-01T12:00", "1s", MOSCOW, "2027-03-01T12:01", id="2.1 rounded up"),
        pytest.param("2027-03-01T12:00", "61s", MOSCOW, "2027-03-01T12:02", id="2.1 again"),
        pytest.param("2027-03-01T12:00", "-1d", MOSCOW, "2027-02-28T12:00", id="back a day"),
        pytest.param("2027-03-31T12:00", "-1mo", MOSCOW, "2027-02-28T12:00", id="back a month"),
        pytest.param("2027-03-01T12:00", "0m", MOSCOW, "2027-03-01T12:00", id="nothing"),
        pytest.param("2027-03-01T12:00", "99999y", UTC, "9998-12-01T12:00", id="cut at the end"),
        pytest.param("2027-03-01T12:00", "-99999y", UTC, "0002-01-01T12:00", id="at the start"),
    ],
)
def test_adding_a_duration(start, text, zone, end):
    found = clock.add(clock.moment(start, zone), lasting(text), zone)
    assert clock.iso(found, zone) == end


def test_a_zone_is_the_customers_the_accounts_or_a_named_one():
    """semantics 2.5, semantics 2.6"""
    program = Program(project=Project(timezone="Europe/Moscow"))
    here, nowhere = Customer(timezone="Europe/Berlin"), Customer()
    assert clock.zone(None, program, here) is BERLIN
    assert clock.zone("profile", program, here) is BERLIN
    assert clock.zone("profile", program, nowhere) is MOSCOW
    assert clock.zone("account", program, here) is MOSCOW
    assert clock.zone("Asia/Tokyo", program, here) is clock.named("Asia/Tokyo")
    assert clock.zone("Mars/Base", program, here) is clock.named("UTC")


def test_the_end_of_a_window_is_outside():
    """semantics 2.8"""
    day = lasting("1d")
    assert clock.inside(100, 100, day, UTC)
    assert clock.inside(100, 100 + clock.DAY - 1, day, UTC)
    assert not clock.inside(100, 100 + clock.DAY, day, UTC)
    assert not clock.inside(100, 99, day, UTC)


@pytest.mark.parametrize(
    ("minute", "start", "end", "answer"),
    [
        pytest.param(540, 540, 600, True, id="semantics 2.9 from is inside"),
        pytest.param(600, 540, 600, False, id="2.9 to is outside"),
        pytest.param(1380, 1320, 480, True, id="2.9 before midnight"),
        pytest.param(479, 1320, 480, True, id="2.9 after midnight"),
        pytest.param(480, 1320, 480, False, id="2.9 the next day's end"),
        pytest.param(0, 480, 480, True, id="2.9 a whole day"),
    ],
)
def test_local_periods(minute, start, end, answer):
    assert clock.in_period(minute, start, end) is answer


@pytest.mark.parametrize(
    ("now", "per", "week", "start"),
    [
        pytest.param("2027-03-03T12:00", "1d", "mon", "2027-03-03T00:00", id="this day"),
        pytest.param("2027-03-03T12:00", "3d", "mon", "2027-03-01T00:00", id="three days"),
        pytest.param("2027-03-03T12:00", "7d", "mon", "2027-03-01T00:00", id="semantics 2.12 mon"),
        pytest.param("2027-03-03T12:00", "7d", "sun", "2027-02-28T00:00", id="2.12 sun"),
        pytest.param("2027-02-28T12:00", "7d", "sun", "2027-02-28T00:00", id="2.12 on Sunday"),
        pytest.param("2027-02-28T12:00", "7d", "mon", "2027-02-22T00:00", id="2.12 last day"),
        pytest.param("2027-03-03T12:00", "2w", "mon", "2027-02-22T00:00", id="two weeks"),
        pytest.param("2027-03-03T12:00", "1mo", "mon", "2027-03-01T00:00", id="this month"),
        pytest.param("2027-03-03T12:00", "3mo", "mon", "2027-01-01T00:00", id="three months"),
        pytest.param("2027-03-03T12:00", "4mo", "mon", "2026-12-01T00:00", id="over New Year"),
        pytest.param("2027-03-03T12:00", "1y", "mon", "2027-01-01T00:00", id="this year"),
        pytest.param("2027-03-03T12:00", "2h", "mon", "2027-03-03T10:01", id="hours roll"),
        pytest.param("2027-03-03T12:00", "0d", "mon", "2027-03-03T12:01", id="nothing"),
    ],
)
def test_calendar_periods(now, per, week, start):
    found = clock.calendar_start(clock.moment(now, MOSCOW), lasting(per), MOSCOW, week)
    assert clock.iso(found, MOSCOW) == start


def test_a_calendar_window_begins_after_the_last_moment_of_the_period_before():
    now = clock.moment("2027-03-03T12:00", MOSCOW)
    after = clock.calendar(now, lasting("1d"), MOSCOW)
    assert clock.iso(after, MOSCOW) == "2027-03-02T23:59"
    assert clock.rolling(now, lasting("1d"), MOSCOW) == now - clock.DAY


@pytest.mark.parametrize(
    ("now", "minute", "found"),
    [
        pytest.param("2027-03-27T12:00", 150, "2027-03-28T03:00", id="skipped minute"),
        pytest.param("2027-03-28T03:00", 150, "2027-03-29T02:30", id="the day after"),
        pytest.param("2027-03-27T02:30", 150, "2027-03-28T03:00", id="strictly later"),
        pytest.param("2027-03-27T02:29", 150, "2027-03-27T02:30", id="the same day"),
        pytest.param("2027-03-27T02:29", 1440, "2027-03-28T00:00", id="the end of the day"),
    ],
)
def test_the_next_local_time(now, minute, found):
    moment = clock.next_local(clock.moment(now, BERLIN), minute, BERLIN)
    assert clock.iso(moment, BERLIN) == found


def test_days_begin_at_midnight_or_after_the_gap():
    cairo = clock.named("Africa/Cairo")  # there clocks go forward at midnight
    noon = clock.moment("2027-04-30T12:00", cairo)
    assert clock.iso(clock.day_start(noon, cairo), cairo) == "2027-04-30T01:00"
    assert clock.iso(clock.day_start(noon, cairo, 1), cairo) == "2027-05-01T00:00"
    assert clock.weekday(noon, cairo) == "fri"


def test_a_stamp_reads_back_exactly():
    for shown in ("2027-10-31T00:30", "2027-10-31T01:30"):
        moment = clock.moment(shown, UTC)
        assert clock.read(clock.stamp(moment, BERLIN), MOSCOW) == moment


def test_lengths():
    assert clock.length("1d 2h").minutes == 26 * 60
    assert clock.length("soon") is None


MOMENTS = st.integers(clock.moment("2027-01-01", UTC), clock.moment("2028-12-31", UTC))
NAMES = ["Europe/Moscow", "Europe/Berlin", "Australia/Lord_Howe", "Africa/Cairo", "UTC"]
ZONES = st.sampled_from(NAMES).map(clock.named)
LENGTHS = st.sampled_from(["1m", "1h", "1d", "1w", "1mo", "3mo", "1y", "1mo 1d", "2mo 90m"])


@given(MOMENTS, ZONES)
def test_a_local_time_means_the_first_moment_at_which_it_shows(moment, zone):
    """semantics 2.7"""
    wall = clock.wall_of(moment, zone)
    first = clock.on_wall(wall, zone)
    assert first <= moment
    assert clock.wall_of(first, zone) == wall


@given(MOMENTS, ZONES)
def test_every_wall_clock_time_means_the_first_moment_not_before_it(wall, zone):
    """semantics 2.7"""
    found = clock.on_wall(wall, zone)
    assert clock.wall_of(found, zone) >= wall
    assert clock.wall_of(found - 1, zone) < wall or clock.next_shift(found - clock.DAY, zone)


@given(MOMENTS, ZONES, LENGTHS)
@example(clock.moment("2027-03-31T12:00", MOSCOW), MOSCOW, "1mo")
def test_ago_is_the_latest_moment_that_is_so_long_ago(now, zone, text):
    """semantics 2.13"""
    duration = lasting(text)
    found = clock.ago(now, duration, zone)
    assert clock.is_past(found, now, duration, zone)
    assert clock.inside(found + 1, now, duration, zone)
    assert clock.not_after(now, duration) <= found


@given(MOMENTS, ZONES)
def test_the_next_shift_is_where_the_offset_changes(moment, zone):
    found = clock.next_shift(moment, zone)
    offsets = [clock.wall_of(m, zone) - m for m in range(moment, moment + clock.DAY + 1, 30)]
    if found is None:
        assert len(set(offsets)) == 1
    else:
        assert len({clock.wall_of(m, zone) - m for m in (found - 1, found)}) == 2


@given(MOMENTS, ZONES, st.integers(0, 1440))
def test_the_next_local_minute_is_later_and_within_two_days(moment, zone, minute):
    found = clock.next_local(moment, minute, zone)
    assert moment < found <= moment + 2 * clock.DAY + 120


def test_last_days():
    for year in (2027, 2028, 2100):
        for month in range(1, 13):
            day = clock.last_day(year, month)
            assert (date(year, month, day) + timedelta(days=1)).day == 1
