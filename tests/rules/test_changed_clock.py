"""Quiet hours on the two days on which clocks change."""

import pytest

from crmspec.logic.clock_change import before, changes, in_day, minute_of_week
from crmspec.rules import quiet_hours_trap
from crmspec.semantics import clock

SHOP = """
events: {asked: {}, answered: {}}
consents: {ads: {channel: email}}
channels: {email: {type: email, consent: ads}}
messages:
  ad: {channel: email, subject: S, body: B}
  second: {channel: email, subject: S, body: B}
"""
BERLIN = "project: shop\ntimezone: Europe/Berlin"
MOSCOW = "project: shop\ntimezone: Europe/Moscow"
NIGHT = 'quiet_hours: {from: "22:00", to: "09:00"%s}'


def chain(hours, steps, more="trigger: asked"):
    return f"chains: {{c: {{{more}, {hours}, steps: [{steps}]}}}}"


def until(at, rest):
    return f'{{wait: {{until: {{at: "{at}"}}}}}}, {rest}'


GIVEN_UP = (
    "when clocks change on 2027-10-31, quiet hours last 12 hours, and messages are given up:"
    " `ttl` is 11 hours"
)
SHUT = (
    "on 2027-03-28 clocks skip the only hours that quiet hours leave: `ad` of `c` waits for"
    " 46 hours"
)
SPRING = "`ad` of `c` is lost when clocks change on 2027-03-28: it is due in quiet hours then"
AUTUMN = SPRING.replace("2027-03-28", "2027-10-31")
TWO_TO_THREE = 'quiet_hours: {from: "03:00", to: "02:00"%s}'


@pytest.mark.parametrize(
    ("found", "text"),
    [
        pytest.param(chain(NIGHT % ", ttl: 11h", "{send: ad}"), GIVEN_UP, id="a longer night"),
        pytest.param(
            chain(NIGHT % ", ttl: 11h", "{wait: 2d}, {send: ad}"), GIVEN_UP, id="after two days"
        ),
        pytest.param(
            chain(NIGHT % ", ttl: 10h", until("23:00", "{wait: 1d}, {send: ad}")),
            GIVEN_UP.replace("12 hours", "11 hours").replace("is 11", "is 10"),
            id="at eleven in that night",
        ),
        pytest.param(chain(TWO_TO_THREE % "", "{send: ad}"), SHUT, id="one hour that is skipped"),
        pytest.param(
            chain(NIGHT % ", fallback: skip", until("21:30", "{wait: 1d}, {send: ad}")),
            SPRING,
            id="a day later by the clock",
        ),
        pytest.param(
            chain(NIGHT % ", fallback: exit", until("09:30", "{wait: 3d}, {send: ad}")),
            AUTUMN,
            id="a day earlier by the clock",
        ),
        pytest.param(
            chain(
                'quiet_hours: {from: "03:00", to: "08:00", fallback: skip}',
                until("02:30", "{send: ad}"),
            ),
            SPRING,
            id="a time that does not exist",
        ),
        pytest.param(
            chain(
                'quiet_hours: {from: "03:00", to: "08:00", ttl: 2h}',
                "{send: ad}",
                "trigger: {schedule: {cron: '30 2 * * *'}}",
            ),
            SPRING,
            id="a schedule at a time that does not exist",
        ),
    ],
)
def test_found(findings, found, text):
    told = [message for message, _, _ in findings(quiet_hours_trap, BERLIN, SHOP, found)]
    if "fallback" in found or "cron" in found:
        assert text in told
    else:
        assert told[-1] == text
    assert sum("2027" in one for one in told) == 1


@pytest.mark.parametrize(
    "chains",
    [
        pytest.param(chain(NIGHT % "", "{send: ad}"), id="no `ttl`"),
        pytest.param(chain(NIGHT % ", ttl: 12h", "{send: ad}"), id="an hour to spare"),
        pytest.param(
            chain('quiet_hours: {from: "22:00", to: "02:00", ttl: 4h}', "{send: ad}"),
            id="a night that is over before",
        ),
        pytest.param(
            chain(NIGHT % ", ttl: 11h, weekdays: [mon, tue, wed, thu, fri]", "{send: second}"),
            id="not in the night to Sunday",
        ),
        pytest.param(
            chain('quiet_hours: {from: "03:00", to: "01:00"}', "{send: ad}"), id="one hour is left"
        ),
        pytest.param(
            chain(NIGHT % ", fallback: skip", until("20:30", "{wait: 1d}, {send: ad}")),
            id="an hour and a half before",
        ),
        pytest.param(
            chain(NIGHT % ", fallback: skip", until("21:30", "{wait: 60d}, {send: ad}")),
            id="before all examples begin",
        ),
        pytest.param(
            chain(NIGHT % "", until("21:30", "{wait: 1d}, {send: ad}")), id="held until morning"
        ),
        pytest.param(
            chain(NIGHT % ", fallback: skip", until("21:30", "{send: ad}")), id="by the clock"
        ),
        pytest.param(
            chain(
                'quiet_hours: {from: "04:00", to: "08:00", fallback: skip}',
                until("02:30", "{send: ad}"),
            ),
            id="a time that does not exist, and quiet hours later",
        ),
    ],
)
def test_not_found(findings, chains):
    told = [message for message, _, _ in findings(quiet_hours_trap, BERLIN, SHOP, chains)]
    assert [one for one in told if "clocks" in one] == []


def test_where_clocks_never_change(findings):
    found = chain(NIGHT % ", ttl: 11h", "{send: ad}")
    assert findings(quiet_hours_trap, MOSCOW, SHOP, found) == []
    here = chain(NIGHT % ", ttl: 11h", "{send: ad}", "trigger: asked, timezone: Europe/Berlin")
    told = [message for message, _, _ in findings(quiet_hours_trap, MOSCOW, SHOP, here)]
    assert told == [GIVEN_UP]


def test_one_finding_for_one_wait(findings):
    """The second send falls under the same wait."""
    steps = until("21:30", "{wait: 1d}, {send: ad}, {send: second}")
    told = findings(quiet_hours_trap, BERLIN, SHOP, chain(NIGHT % ", fallback: skip", steps))
    assert [message for message, _, _ in told] == [SPRING]


def test_chains_that_cannot_show_it_are_passed_over(findings):
    nobody = "trigger: asked, audience: {all: [{event: answered}, {not_event: answered}]}"
    for hours, steps in (
        (NIGHT % ", ttl: 11h", "{send: ad}"),
        (TWO_TO_THREE % "", "{send: ad}"),
        (NIGHT % ", fallback: skip", until("21:30", "{wait: 1d}, {send: ad}")),
    ):
        assert findings(quiet_hours_trap, BERLIN, SHOP, chain(hours, steps, nobody)) == []


@pytest.mark.parametrize(
    ("name", "days"),
    [
        pytest.param("Europe/Berlin", ["2027-03-28T03:00", "2027-10-31T02:00"], id="Berlin"),
        pytest.param("Australia/Lord_Howe", ["2027-04-04T01:30", "2027-10-03T02:30"], id="half"),
        pytest.param("Europe/Moscow", [], id="Moscow"),
    ],
)
def test_the_changes_of_a_year(name, days):
    zone = clock.named(name)
    assert [clock.iso(one.moment, zone) for one in changes(zone)] == days
    for one in changes(zone):
        saturday = before(one, 5 * clock.DAY + 22 * 60, zone)
        assert clock.iso(saturday, zone)[11:] == "22:00"
        assert 0 < one.moment - saturday < 24 * 60
        assert minute_of_week(saturday, zone) == 5 * clock.DAY + 22 * 60
        assert (
            clock.iso(in_day(one, 12 * 60, zone), zone)
            == f"{clock.iso(one.moment, zone)[:10]}T12:00"
        )
