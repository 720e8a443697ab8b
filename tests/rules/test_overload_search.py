"""Where overload is looked for: other days, other periods, more chains, and without broadcasts."""

from textwrap import dedent

import pytest

from crmspec.document import read
from crmspec.ir import build
from crmspec.logic.portfolio import Portfolio
from crmspec.logic.witness import Entrance, Stage, enact
from crmspec.rules import (
    cap_leak,
    concurrent_chains,
    frequency_overload,
    reentry_overlap,
    starvation,
)
from crmspec.semantics import clock

BASE = """
project: shop
timezone: Europe/Moscow
events: {bought: {}, added: {}, viewed: {}}
consents: {mail_ok: {channel: email}}
channels: {email: {type: email, consent: mail_ok}, site: {type: onsite}}
messages:
  a: {channel: email, subject: S, body: B}
  b: {channel: email, subject: S, body: B}
  c: {channel: email, subject: S, body: B}
  d: {channel: email, subject: S, body: B, tags: news}
tags: {news: {}}
segments: {readers: {all: [{consent: mail_ok}, {not: {event: bought, within: 30d}}]}}
"""


def portfolio(*sources):
    whole = (BASE, *sources)
    results = [read(f"{n}.yaml", dedent(one).encode()) for n, one in enumerate(whole)]
    assert not [one for result in results for one in result.diagnostics]
    return Portfolio(build(document for result in results for document in result.documents))


def cap(limit, more=""):
    scope = "channels: [email], categories: [marketing]"
    return f"frequency: {{cap: {{applies_to: {{{scope}}}, limits: [{limit}]{more}}}}}"


def chain(*steps, more=""):
    inside = ", ".join(f"{{{one}}}" for one in steps)
    return f"chains: {{x: {{trigger: added, {more} steps: [{inside}]}}}}"


def apart(*events):
    made = (
        f"x{n}: {{trigger: {event}, steps: [{{send: {message}}}, {{wait: 2d}}]}}"
        for n, (event, message) in enumerate(zip(events, "abc", strict=False))
    )
    return f"chains: {{{', '.join(made)}}}"


CALENDAR = ", window: calendar"
SUNDAY = "{project: shop, week_starts: sun}"
DAILY = """
broadcasts: {all: {audience: {include: [readers]}, message: d, repeat: {rrule: FREQ=DAILY}}}
"""
LEAKS = [
    pytest.param((cap("1 per 1d", CALENDAR), chain("send: a", "wait: 5h", "send: b")), id="a day"),
    pytest.param(
        (cap("1 per 2d", CALENDAR), chain("send: a", "wait: 27h", "send: b")), id="2 days"
    ),
    pytest.param((cap("1 per 7d", CALENDAR), chain("send: a", "wait: 5d", "send: b")), id="a week"),
    pytest.param(
        (cap("1 per 7d", CALENDAR), chain("send: a", "wait: 5d", "send: b"), SUNDAY),
        id="a week from Sunday on",
    ),
    pytest.param(
        (cap("1 per 1mo", CALENDAR), chain("send: a", "wait: 25d", "send: b")), id="a month"
    ),
    pytest.param(
        (cap("1 per 1mo", CALENDAR), chain("wait: 40d", "send: a", "wait: 25d", "send: b")),
        id="a later month",
    ),
    pytest.param((cap("1 per 7d", CALENDAR), apart("added", "viewed")), id="two chains"),
    pytest.param(
        (cap("1 per 7d", CALENDAR), chain("send: a", more="reentry: after 3d,")),
        id="one chain twice",
    ),
    pytest.param((cap("1 per 7d", CALENDAR), DAILY), id="broadcasts only"),
]
WEEKLY = DAILY.replace("DAILY", "WEEKLY;BYDAY=TH").replace("message", "timezone: account, message")
HOLDS = [
    pytest.param((cap("1 per 1d"), chain("send: a", "wait: 5h", "send: b")), id="a rolling day"),
    pytest.param((cap("1 per 30h", CALENDAR), apart("added", "viewed")), id="no calendar period"),
    pytest.param(
        (cap("1 per 7d", CALENDAR), chain("send: a")), id="one message ever"
    ),
    pytest.param((cap("1 per 7d", CALENDAR), WEEKLY), id="the same day of each week"),
    pytest.param(
        (cap("3 per 7d", CALENDAR), chain("send: a", more="reentry: after 1h,")),
        id="so many passages are not looked for",
    ),
    pytest.param(
        (cap("1 per 1d", CALENDAR), chain("send: a", "wait: 2d", "send: b")), id="two days apart"
    ),
    pytest.param(
        (cap("1 per 7d"), chain("send: a", "wait: 5d", "send: b"),
         "targets: {t: {platform: braze}}"),
        id="a target that counts weeks by the hour",
    ),
]  # fmt: skip


ANEW = "chains: {x: {trigger: %s, reentry: always, exit: %s, steps: [{send: a}, {wait: 1d}]}}"
AFTER = (
    "chains: {x: {trigger: %s, exit: %s, steps: [{send: a}, {wait: 2d}]}, "
    "y: {trigger: {chain: x, state: %s}, steps: [{send: b}]}}"
)


@pytest.mark.parametrize(
    ("sources", "told"),
    [
        pytest.param(
            (cap("2 per 1d"), ANEW % ("SEEN", "SEEN")), True, id="it ends and begins anew"
        ),
        pytest.param(
            (cap("3 per 1d"), ANEW % ("SEEN", "SEEN")), False, id="three times is allowed"
        ),
        pytest.param(
            (cap("1 per 1d"), AFTER % ("SEEN", "DONE", "exited")), True, id="what follows an exit"
        ),
        pytest.param(
            (cap("1 per 1d"), AFTER % ("SEEN", "DONE", "completed")), False, id="days later"
        ),
        pytest.param((cap("2 per 1d"), AFTER % ("SEEN", "DONE", "exited")), False, id="room"),
        pytest.param(
            (cap("1 per 1d"), AFTER % ("SEEN", "DONE", "entered")), True, id="both at once"
        ),
    ],
)
def test_passages_that_end_early(sources, told):
    named = [one.replace("SEEN", "added").replace("DONE", "viewed") for one in sources]
    assert bool(list(frequency_overload.check(portfolio(*named)))) == told


@pytest.mark.parametrize("sources", LEAKS)
def test_a_period_ends_between_the_messages(sources):
    whole = portfolio(*sources)
    [found] = cap_leak.check(whole)
    assert found.evidence.test is not None
    assert [one.code.id for one in frequency_overload.check(whole)] in (["CRM302"], [])


@pytest.mark.parametrize("sources", HOLDS)
def test_a_limit_that_holds(sources):
    assert not list(cap_leak.check(portfolio(*sources)))


def test_the_messages_lie_on_both_sides_of_midnight():
    sources = (cap("1 per 1d", CALENDAR), chain("send: a", "wait: 5h", "send: b"))
    whole = portfolio(*sources)
    from crmspec.logic.leak import leak

    found = leak(whole, whole.program.frequency["cap"])
    zone = clock.named("Europe/Moscow")
    first, second = (clock.iso(one.moment, zone)[:10] for one in found.sent)
    assert first < second


def test_three_actions_are_too_many_where_two_are_not():
    [found] = frequency_overload.check(
        portfolio(cap("2 per 7d"), apart("added", "viewed", "bought"))
    )
    assert set(found.evidence.chains) == {"x0", "x1", "x2"}


def test_of_three_chains_two_are_told_if_they_are_too_many():
    [found] = frequency_overload.check(
        portfolio(cap("1 per 7d"), apart("added", "viewed", "bought"))
    )
    assert len(found.evidence.chains) == 2


def test_three_chains_within_the_limit_are_fine():
    assert not list(
        frequency_overload.check(portfolio(cap("3 per 7d"), apart("added", "viewed", "bought")))
    )


MAILING = """
broadcasts:
  digest:
    audience: {include: [readers]}
    message: d
    repeat: {rrule: FREQ=DAILY, at: "12:00"}
"""
NEWS = """
frequency:
  news: {applies_to: {channels: [email]}, limits: [2 per 30d]}
  late: {applies_to: {messages: [a, b]}, limits: [1 per 30d]}
"""


def test_a_customer_who_gets_no_broadcast_shows_it():
    whole = portfolio(MAILING, NEWS, chain("send: c", "wait: 3d", "send: a", "wait: 5d", "send: b"))
    found = {one.message.english() for one in frequency_overload.check(whole)}
    assert found
    lost = [one.message.english() for one in starvation.check(whole)]
    assert len(lost) == 2
    assert all(one.startswith("`b` is lost for everyone") for one in lost)


def test_a_message_that_is_dropped_at_once_waits_for_no_other_rule():
    slow = "frequency: {slow: {limits: [3 per 1d], exceed: delay, ttl: 2d}}"
    whole = portfolio(cap("1 per 7d"), slow, chain("send: a", "wait: 6d", "send: b"))
    assert [one.code.id for one in starvation.check(whole)] == ["CRM312"]


def test_a_pause_that_delays_may_let_it_come_late_enough():
    slow = "frequency: {slow: {after: bought, for: 2d, block: {}, exceed: delay, ttl: 2d}}"
    whole = portfolio(cap("1 per 7d"), slow, chain("send: a", "wait: 6d", "send: b"))
    assert not list(starvation.check(whole))


def test_a_chain_meets_another_though_its_message_is_kept_back():
    pause = "frequency: {rest: {after: added, for: 3d, block: {messages: [b]}}}"
    two = """
    chains:
      x: {trigger: added, steps: [{send: a}, {wait: 2d}]}
      y: {trigger: added, steps: [{wait: 1d}, {send: b}, {wait: 2d}]}
    """
    [found] = concurrent_chains.check(portfolio(pause, two))
    assert set(found.evidence.chains) == {"x", "y"}


LONG = ("wait: 3d", "send: a", "wait: 4d", "send: b")
TWICE = "`x` can send `a` twice to one customer"
BESIDE = "`x` can run twice at once for one customer: `{}` of one passage, then `{}` of the other"


@pytest.mark.parametrize(
    ("again", "told"),
    [
        pytest.param("{mode: after, after: 2d, concurrent: true}", [TWICE], id="after two days"),
        pytest.param(
            "{mode: after, after: 6d, concurrent: true}", [BESIDE.format("b", "a")], id="at the end"
        ),
        pytest.param("{mode: after, after: 8d, concurrent: true}", [], id="after the end"),
        pytest.param("{mode: after, after: 2d}", [], id="only one at a time"),
        pytest.param("always", [], id="one after another"),
        pytest.param("{mode: after, after: 2d, concurrent: true, limit: 1}", [], id="only once"),
    ],
)  # fmt: skip
def test_passages_side_by_side(again, told):
    whole = portfolio(chain(*LONG, more=f"reentry: {again},"))
    found = [one.message.english() for one in reentry_overlap.check(whole)]
    assert len(found) == len(told)
    assert all(one.startswith(start) for one, start in zip(found, told, strict=True))


def test_one_message_of_two_passages_far_apart():
    again = "{mode: after, after: 2d, concurrent: true}"
    whole = portfolio(chain("wait: 3d", "send: a", "wait: 1d", more=f"reentry: {again},"))
    [found] = reentry_overlap.check(whole)
    assert found.message.english().startswith(TWICE)


MANY = "abcdefgh"


def crowd(limit, more, *lengths, rules=()):
    """Chains on events of their own, each with so many letters an hour apart."""
    events = ", ".join(f"e_{name}: {{}}" for name in MANY)
    made = []
    for name, length in zip(MANY, lengths, strict=False):
        steps = ", ".join("{send: a}, {wait: 1h}" for _ in range(length))
        made.append(f"y_{name}: {{trigger: e_{name}, steps: [{steps}]}}")
    return portfolio(
        *rules, cap(limit, more), f"events: {{{events}}}", f"chains: {{{', '.join(made)}}}"
    )


def test_of_many_combinations_a_few_are_shown():
    [known] = crowd("1 per 7d", "", 1, 1, 1, 1).pressures["cap"]
    assert [one.actions for one in known.overloads] == [2, 2, 2]
    assert known.left == 1


def test_three_are_not_looked_for_where_two_are_too_many():
    [known] = crowd("2 per 7d", "", 2, 1, 1, 1).pressures["cap"]
    assert {one.actions for one in known.overloads} == {2}
    assert known.left == 1


def test_the_budget_for_timelines_may_run_out():
    """Another rule drops every message before this one is asked."""
    first = "frequency: {a_first: {limits: [1 per 2d]}}"
    whole = crowd("1 per 1d", "", *[1] * 8, rules=[first])
    [known] = whole.pressures["cap"]
    assert known.left
    told = [one.message.english() for one in frequency_overload.check(whole)]
    assert "whether `cap` loses messages after three actions could not be decided" in told


@pytest.mark.parametrize(
    ("ttl", "is_last"),
    [
        pytest.param("2h", True, id="its time is up before there is room"),
        pytest.param("2d", False, id="there is room before its time is up"),
    ],
)
def test_a_message_is_held_until_there_is_room_or_its_time_is_up(ttl, is_last):
    rule = cap("1 per 1d", f", exceed: delay, ttl: {ttl}")
    shown = portfolio(rule, chain("send: a", "wait: 1h", "send: b"))
    stage = Stage((Entrance("x"),), lambda trace: bool(trace.of("defer")))
    (entry,) = enact(shown, stage).trace.of("defer")
    assert entry.data == ({"last": True} if is_last else {})
