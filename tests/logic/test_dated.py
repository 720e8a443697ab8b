"""Broadcasts that go out once: a bound by their days, and where customers live."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmspec.document import read
from crmspec.ir import build
from crmspec.logic.bound import bound
from crmspec.logic.delay import DAY, HOUR
from crmspec.logic.occasion import occasions
from crmspec.logic.portfolio import Portfolio
from crmspec.semantics import clock
from crmspec.semantics.machine import run
from crmspec.semantics.scenario import Customer, Scenario

BASE = """
project: shop
timezone: Europe/Moscow
events: {e: {}}
channels: {push: {type: mobile_push, quiet_hours: "22:00-08:00"}, email: {type: email}}
messages:
  a: {channel: email, subject: S, body: B, category: service}
  p: {channel: push, heading: H, text: T, category: service}
segments: {s: {not: {event: e}}}
frequency: {cap: {applies_to: {}, limits: [9 per 1d]}}
"""
ZONES = ("profile", "account", "Asia/Tokyo", "Pacific/Auckland")
HOMES = ("Europe/Moscow", "Europe/Berlin", "Pacific/Kiritimati", "Etc/GMT+12", "Antarctica/Troll")


def portfolio(*bodies):
    made = (
        f"m{n}: {{audience: {{include: [s]}}, message: {'ap'[n % 2]}, {body}}}"
        for n, body in enumerate(bodies)
    )
    sources = (BASE, f"broadcasts: {{{', '.join(made)}}}")
    results = [read(f"{n}.yaml", source.encode()) for n, source in enumerate(sources)]
    assert not [one for result in results for one in result.diagnostics]
    return Portfolio(build(document for result in results for document in result.documents))


def most(whole, window):
    return bound(whole, whole.loads.of_rule("cap"), window)


bodies = st.builds(
    "at: 2027-03-{:02}T{:02}:00{}, timezone: {}{}".format,
    st.integers(26, 30),
    st.integers(0, 23),
    st.sampled_from(["", "", "+02:00"]),
    st.sampled_from(ZONES),
    st.sampled_from(["", "", ", resend: {after: 1d}", ", if_past: send_now"]),
)


@given(
    st.lists(bodies, min_size=1, max_size=5),
    st.sampled_from(HOMES),
    st.sampled_from([HOUR, 23 * HOUR, DAY, 3 * DAY]),
)
def test_nobody_gets_more_than_the_bound(made, home, window):
    whole = portfolio(*made)
    start = clock.moment("2027-03-25T00:00", clock.named("UTC"))
    someone = Customer(timezone=home, reachable=frozenset({"email", "push"}))
    trace = run(whole.program, Scenario(customer=someone, start=start, until=start + 20 * DAY))
    moments = [entry.moment for entry in trace.sends()]
    assert moments
    fullest = max(sum(at - window < one <= at for one in moments) for at in moments)
    assert fullest <= most(whole, window)


@pytest.mark.parametrize(
    ("bodies", "expected"),
    [
        pytest.param(["at: 2027-05-01T10:00", "at: 2027-05-03T10:00"], 1, id="two days apart"),
        pytest.param(["at: 2027-05-01T10:00", "at: 2027-05-02T09:00"], 2, id="a night apart"),
        pytest.param(
            ["at: 2027-05-01T10:00", "at: 2027-05-02T20:00, timezone: account"],
            2,
            id="they may meet where the first comes late",
        ),
        pytest.param(
            ["at: 2027-05-02T11:00, timezone: account", "at: 2027-05-01T10:00, timezone: account"],
            2,
            id="the night may hold the second of the day before",
        ),
        pytest.param(
            ["at: 2027-05-01T10:00", "at: 2027-06-01T10:00, throttle: 10%/h"],
            2,
            id="spread over hours",
        ),
        pytest.param(
            ["at: 2027-05-01T10:00, resend: {after: 3d}"], 1, id="a second try some days later"
        ),
        pytest.param(
            ["at: 2027-05-01T10:00", "repeat: {rrule: FREQ=WEEKLY}"], 2, id="one that is repeated"
        ),
    ],
)
def test_days_keep_broadcasts_apart(bodies, expected):
    assert most(portfolio(*bodies), DAY) == expected


def test_occasions_are_those_of_the_interpreter():
    """A share of a broadcast comes later, and repeated ones are looked at around single ones."""
    whole = portfolio(
        "at: 2029-05-03T10:00, throttle: 10%/h",
        "repeat: {rrule: FREQ=DAILY, at: '12:00'}",
        "repeat: {cron: '0 0 30 2 *'}",
    )
    found = occasions(whole.program, ["m0", "m1", "m2"], "Europe/Berlin", DAY)
    once = next(one for one in found if one.broadcast == "m0")
    near = [one for one in found if abs(one.moment - once.moment) < DAY]
    assert {one.broadcast for one in near} == {"m0", "m1"}
    start = min(one.begins for one in near)
    someone = Customer(timezone="Europe/Berlin", reachable=frozenset({"email", "push"}))
    trace = run(whole.program, Scenario(customer=someone, start=start, until=start + 2 * DAY))
    assert {(one.moment, one.broadcast) for one in trace.sends()} >= {one[:2] for one in near}
    assert once.begins + 10 * 60 > once.moment > once.begins
