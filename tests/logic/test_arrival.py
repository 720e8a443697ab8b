"""When passages come to the steps of a chain."""

from textwrap import dedent

import pytest

from crmspec.document import read
from crmspec.ir import build
from crmspec.logic import week
from crmspec.logic.portfolio import Portfolio

SHOP = """
events: {asked: {}, answered: {}}
attributes: {birthday: {type: date}}
consents: {ads: {channel: email}}
channels: {email: {type: email, consent: ads}}
messages: {ad: {channel: email, subject: S, body: B}}
"""


def portfolio(*texts):
    results = [read(f"{n}.yaml", dedent(one).encode()) for n, one in enumerate(texts)]
    return Portfolio(build(document for result in results for document in result.documents))


def last(steps, more="trigger: asked", extra=""):
    found = portfolio(SHOP, f"chains: {{c: {{{more}, steps: [{steps}, {{note: here}}]}}}}", extra)
    return next(one for one in found.arrivals["c"] if getattr(one.step, "note", "") == "here")


AT_9 = '{wait: {until: {at: "09:00"}}}'


@pytest.mark.parametrize(
    ("steps", "least"),
    [
        pytest.param("{wait: 1h}", 60, id="a wait"),
        pytest.param("{wait: 1mo}", 28 * week.DAY, id="a month has 28 days at the least"),
        pytest.param("{wait: {between: {min: 1h, max: 2h}}}", 60, id="a random wait"),
        pytest.param(AT_9, 0, id="a time of day"),
        pytest.param("{wait_for: {if: {event: answered}, timeout: 1h}}", 0, id="a race"),
        pytest.param(
            "{wait_for: {if: {event: answered}, then: [{exit: x}], timeout: 1h}}",
            60,
            id="a race that is lost",
        ),
        pytest.param("{branch: {if: {event: answered}, then: [{wait: 1h}]}}", 0, id="a branch"),
        pytest.param("{batch: {for: 1h, as: all}}", 60, id="a batch"),
        pytest.param("{wait: 1h, only: {event: answered}}", 0, id="a wait of some"),
        pytest.param(
            "{branch: {if: {event: answered}, then: [{jump: {to: end}}]}}, {wait: 1h}, "
            "{note: x, id: end}",
            0,
            id="a jump ahead",
        ),
        pytest.param(
            "{wait: 1h, id: top}, {wait: 1h}, {jump: {to: top, max: 2}}", 120, id="a jump back"
        ),
    ],
)
def test_the_soonest_arrival(steps, least):
    assert last(steps).way.least == least


def minutes(*times, weekdays=()):
    found = 0
    for time in times:
        hour, minute = time.split(":")
        found |= week.daily(int(hour) * 60 + int(minute), weekdays)
    return found


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        pytest.param("{wait: 1h}", week.ALWAYS, id="any time"),
        pytest.param(AT_9, minutes("09:00"), id="a time of day"),
        pytest.param(f"{AT_9}, {{wait: 25h}}", minutes("10:00"), id="a day and an hour later"),
        pytest.param(f"{AT_9}, {{wait: 1mo}}", week.ALWAYS, id="a month later"),
        pytest.param(
            '{wait: {until: {at: "09:00", weekday: [mon]}}}',
            minutes("09:00", weekdays=["mon"]),
            id="on Mondays",
        ),
        pytest.param(
            "{wait: {until: {weekday: [mon]}}}", minutes("00:00", weekdays=["mon"]), id="a day"
        ),
        pytest.param(
            '{wait: {until: {at: "09:00", working_day: true}}}',
            minutes("09:00", weekdays=week.DAYS[:5]),
            id="on working days",
        ),
        pytest.param(
            "{wait: {until: {weekday: [mon], if_inside: pass}}}", week.ALWAYS, id="or right now"
        ),
        pytest.param("{wait: {until: {day: 2027-03-01}}}", week.ALWAYS, id="one date"),
        pytest.param(
            '{wait: {until: {date: birthday, at: "09:00", if_past: exit}}}',
            minutes("09:00"),
            id="the time of a date",
        ),
        pytest.param(
            '{wait: {until: {date: birthday, at: "09:00"}}}', week.ALWAYS, id="a date that is past"
        ),
        pytest.param(
            '{wait: {until: {at: "09:00"}, timezone: account}}', week.ALWAYS, id="another zone"
        ),
        pytest.param(
            f"{AT_9}, {{wait: {{between: {{min: 1m, max: 2m}}}}}}",
            minutes("09:01", "09:02"),
            id="a minute or two",
        ),
        pytest.param(
            f"{AT_9}, {{split: {{arms: {{a: {{weight: 50, steps: [{{wait: 1h}}]}}, "
            "b: {weight: 50}}}}",
            minutes("09:00", "10:00"),
            id="two arms",
        ),
        pytest.param(f"{AT_9}, {{send: ad}}", minutes("09:00"), id="a message"),
        pytest.param(
            f"{AT_9}, {{note: x, id: top}}, {{wait: 1h}}, {{jump: {{to: top, max: 2}}}}",
            week.ALWAYS,
            id="round and round",
        ),
    ],
)
def test_the_minutes_of_the_week(steps, expected):
    assert last(steps).way.minutes == expected


NIGHT = 'trigger: asked, quiet_hours: {from: "22:00", to: "08:00"%s}'


@pytest.mark.parametrize(
    ("more", "extra", "expected"),
    [
        pytest.param(NIGHT % "", "", minutes("23:00", "08:00"), id="held, or not sent at all"),
        pytest.param(NIGHT % ", timezone: account", "", week.ALWAYS, id="hours of another zone"),
        pytest.param(
            "trigger: asked, rate_limit: 10/m", "", week.ALWAYS, id="a chain that is slowed down"
        ),
        pytest.param(
            NIGHT % "",
            "frequency: {cap: {limits: [1 per 1d], exceed: delay}}",
            week.ALWAYS,
            id="a limit that delays",
        ),
    ],
)
def test_after_a_message(more, extra, expected):
    found = last('{wait: {until: {at: "23:00"}}}, {send: ad}', more, extra)
    assert found.way.minutes == expected


@pytest.mark.parametrize(
    ("trigger", "expected"),
    [
        pytest.param("{schedule: {cron: '30 9 * * *'}}", minutes("09:30"), id="cron"),
        pytest.param("{schedule: {cron: '*/5 9 * * *'}}", week.ALWAYS, id="every five minutes"),
        pytest.param('{schedule: {rrule: FREQ=DAILY, at: "10:00"}}', minutes("10:00"), id="a rule"),
        pytest.param("{schedule: {rrule: FREQ=DAILY}}", week.ALWAYS, id="a rule without a time"),
        pytest.param('{date: birthday, at: "10:00"}', minutes("10:00"), id="a date at a time"),
        pytest.param("{date: birthday}", week.ALWAYS, id="a date"),
        pytest.param("[asked, {schedule: {cron: '30 9 * * *'}}]", week.ALWAYS, id="or an event"),
    ],
)
def test_the_minutes_of_entry(trigger, expected):
    assert last("{note: x}", f"trigger: {trigger}").way.minutes == expected


def test_nobody_comes_to_what_follows_an_exit():
    found = portfolio(
        SHOP,
        "chains: {c: {trigger: asked, steps: [{jump: {to: end}}, {wait: 1h}, {exit: x, id: end}, "
        "{note: never}]}}",
    )
    assert [one.path for one in found.arrivals["c"]] == ["c.steps.0", "c.steps.2"]


def test_what_conditions_read():
    from crmspec.logic.reading import reads

    program = portfolio(
        SHOP,
        """
        attributes: {orders: {computed: {event: answered, aggregate: count}}}
        lists: {friends: {}}
        segments:
          all_of_it:
            any:
              - {attribute: orders, gte: 1}
              - {not_event: asked}
              - {first_event: asked, within: 1d}
              - {last_event: answered, within: 1d}
              - {list: friends}
              - {consent: ads}
              - {in_chain: c}
              - segment: inner
              - segment: missing
          inner: {all: [all_of_it, {attribute: birthday, missing: true}]}
        chains: {c: {trigger: asked, audience: all_of_it, steps: [{note: x}]}}
        """,
    ).program
    assert reads(program, program.chains["c"].audience, None) == {
        ("attribute", "orders"),
        ("attribute", "birthday"),
        ("event", "asked"),
        ("event", "answered"),
        ("list", "friends"),
        ("consent", "ads"),
        ("chain", "c"),
    }
