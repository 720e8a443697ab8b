"""Bounds and proofs against the interpreter; who can be in two chains at once."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crmspec.diagnostics.evidence import Verdict
from crmspec.document import read
from crmspec.ir import build
from crmspec.logic import repeat
from crmspec.logic.bound import bound
from crmspec.logic.delay import SHIFT, of_quiet_hours
from crmspec.logic.door import easiest
from crmspec.logic.lifetime import together
from crmspec.logic.portfolio import Portfolio
from crmspec.logic.pressure import in_window
from crmspec.logic.proof import proofs
from crmspec.logic.rush import densest
from crmspec.semantics.behaviour import Behaviour
from crmspec.semantics.machine import run
from crmspec.semantics.scenario import Customer, Happening, Scenario
from crmspec.semantics.scope import Source, over

BASE = """
events: {e: {}, f: {}, g: {assume: {min_gap: 2h}}, bought: {}}
consents: {ok: {channel: email}}
channels:
  email: {type: email, consent: ok}
  push: {type: mobile_push, quiet_hours: "22:00-08:00"}
messages:
  a: {channel: email, subject: S, body: B, tags: warm}
  b: {channel: email, subject: S, body: B, topic: news}
  p: {channel: push, heading: H, text: T}
  t: {channel: push, heading: H, text: T, category: transactional}
  v: {channel: push, heading: H, text: T, category: service}
tags: {warm: {}}
"""
START = 29_000_000


def portfolio(*sources, **behaviour):
    results = [read(f"{n}.yaml", source.encode()) for n, source in enumerate((BASE, *sources))]
    assert not [one for result in results for one in result.diagnostics]
    program = build(document for result in results for document in result.documents)
    return Portfolio(program, Behaviour(**behaviour))


def chains(x, y="trigger: nothing, steps: []"):
    return f"chains: {{x: {{{x}}}, y: {{{y}}}}}"


steps = st.lists(
    st.sampled_from(
        [
            "{send: a}",
            "{send: p}",
            "{send: [p, a]}",
            "{wait: 1h}",
            "{wait: 1d}",
            "{wait: {until: {at: '10:00'}}}",
            "{wait_for: {if: {event: f}, then: [{send: b}], timeout: 2h, otherwise: [{send: a}]}}",
            "{branch: {if: {event: f, within: 3h}, then: [{send: b}, {send: p}]}}",
        ]
    ),
    min_size=1,
    max_size=6,
).map(lambda one: f"[{', '.join(one)}]")
reentries = st.sampled_from(
    [
        "never",
        "always",
        "after 1h",
        "after 1d",
        "after_exit 2h",
        "{mode: after, after: 3h, concurrent: true}",
    ]
)
happenings = st.lists(
    st.tuples(st.integers(0, 3 * 1440), st.sampled_from(["e", "f", "bought"])), max_size=12
)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps, reentries, steps, reentries, happenings, st.sampled_from([60, 1440, 10_080]))
def test_nobody_gets_more_than_the_bound(  # noqa: PLR0917 - two chains, a customer, a window
    x, again, y, later, happened, window
):
    made = portfolio(
        "frequency: {rule: {limits: [99 per 1h]}}",
        chains(
            f"trigger: e, reentry: {again}, steps: {x}",
            f"trigger: f, reentry: {later}, exit: bought, steps: {y}",
        ),
    )
    counted = made.loads.counted("rule")
    most = bound(made, made.loads.of_rule("rule"), window)
    scenario = Scenario(
        customer=Customer(consents={"ok": "subscribed"}, reachable=frozenset({"email", "push"})),
        start=START,
        until=START + 20 * 1440,
        happenings=tuple(
            Happening(moment=START + at, subject=event) for at, event in sorted(happened)
        ),
    )
    trace = run(made.program, scenario)
    found = [len(in_window(trace, counted, one.moment, window)) for one in trace.sends()]
    assert most is None or max(found, default=0) <= most
    for chain in ("x", "y"):
        moments = [entry for entry in trace.sends() if entry.chain == chain]
        curve = made.curves["rule"].get(chain)
        limit = curve.most(window) if curve is not None else 0
        assert limit is None or densest([one.moment for one in moments], window) <= limit


SCOPES = [
    "{}",
    "{applies_to: {channels: [email]}}",
    "{applies_to: {categories: [marketing]}}",
    "{applies_to: {categories: [service, transactional]}}",
    "{applies_to: {topics: [news]}}",
    "{applies_to: {tags: [warm]}}",
    "{applies_to: {messages: [a, t]}}",
    "{applies_to: {chains: [x]}}",
    "{applies_to: {chains: [x], channels: [push]}}",
    "{bypass: {messages: [a]}}",
    "{bypass: {chains: [x], channels: [email]}}",
]


@pytest.mark.parametrize("scope", [pytest.param(one, id=one) for one in SCOPES])
def test_what_counts_is_what_the_interpreter_counts(scope):
    rule = scope[:-1] + (", " if scope != "{}" else "") + "limits: [1 per 1d]}"
    made = portfolio(
        f"frequency: {{rule: {rule}}}",
        chains("trigger: e, steps: []", "trigger: f, frequency: rule, steps: []"),
        "segments: {s: {event: e}}",
        "broadcasts: {m: {audience: {include: [s]}, message: a, frequency: rule}}",
    )
    counted = made.loads.counted("rule")
    for message in made.program.messages:
        for chain, broadcast in (("x", None), ("y", None), (None, "m")):
            expected = over(made.program, Source(message, chain, broadcast)).counted
            assert counted.counts(message, chain or broadcast) == ("rule" in expected)


@pytest.mark.parametrize(
    ("sources", "sentences"),
    [
        pytest.param(
            ("frequency: {r: {limits: [1 per 1d]}}", chains("trigger: e, steps: [{send: a}]")),
            [
                (
                    "`r` never has to hold a message back: no customer is due more than 1"
                    " of the messages it counts in any 1 day"
                    " (limit 1)"
                )
            ],
            id="never reached",
        ),
        pytest.param(
            (
                "frequency: {r: {limits: [1 per 1d]}}",
                chains("trigger: e, steps: [{send: a}, {send: b}]"),
            ),
            [
                (
                    "`r` always holds: no customer gets more than 1 of the messages it counts"
                    " in any 1 day"
                )
            ],
            id="kept by the gate",
        ),
        pytest.param(
            (
                "frequency: {r: {limits: [1 per 1d], window: calendar}}",
                chains("trigger: e, steps: [{send: a}, {send: b}]"),
            ),
            [],
            id="not kept",
        ),
        pytest.param(
            ("frequency: {r: {min_gap: 1h}}", chains("trigger: e, steps: [{send: a}]")),
            ["no two messages of `r` are ever due within 1 hour"],
            id="a pause",
        ),
        pytest.param(
            (
                "frequency: {r: {limits: [2 per 7d]}}",
                "segments: {s: {event: e}}",
                (
                    "broadcasts: {m: {audience: {include: [s]}, message: a, at: '2027-03-01', "
                    "resend: {after: 2d}}}"
                ),
            ),
            [
                (
                    "`r` never has to hold a message back: no customer is due more than 2"
                    " of the messages it counts in any 7 days"
                    " (limit 2)"
                )
            ],
            id="a broadcast and its second try",
        ),
        pytest.param(
            ("frequency: {r: {status: draft, limits: [1 per 7d]}}",),
            [],
            id="a draft proves nothing",
        ),
    ],
)
def test_proofs_say_their_numbers(sources, sentences):
    assert [one.english() for one in proofs(portfolio(*sources))] == sentences


def test_a_system_that_counts_by_the_calendar_proves_less():
    sources = (
        "frequency: {r: {limits: [1 per 1d]}}",
        chains("trigger: e, steps: [{send: a}, {send: b}]"),
    )
    assert proofs(portfolio(*sources, caps="calendar")) == ()


KINDS = "attributes: {kind: {type: enum, values: [m, n], mutability: %s, nullable: %s}}"
APART = (
    "trigger: e, audience: {attribute: kind, eq: m}, steps: [{wait: 7d}]",
    "trigger: f, audience: {attribute: kind, eq: n}, steps: [{wait: 7d}]",
)


@pytest.mark.parametrize(
    ("sources", "reasons"),
    [
        pytest.param(
            (KINDS % ("immutable", "false"), chains(*APART)),
            ["`x` and `y` ask for different values of what does not change"],
            id="customers of two kinds",
        ),
        pytest.param((KINDS % ("volatile", "false"), chains(*APART)), None, id="it may change"),
        pytest.param(
            (KINDS % ("frozen", "false"), chains(*(one.replace("7d", "40d") for one in APART))),
            None,
            id="frozen, but not for so long",
        ),
        pytest.param(
            (
                "exclusive: {one: {chains: [x, y]}}",
                chains("trigger: e, steps: []", "trigger: f, steps: []"),
            ),
            ["`one` lets a customer be in one of its chains at a time"],
            id="an exclusive group",
        ),
        pytest.param(
            (
                "exclusive: {one: {chains: [x, y]}}",
                chains("trigger: e, holdout: {percent: 10%}, steps: []", "trigger: f, steps: []"),
            ),
            [
                (
                    "`one` lets a customer be in one of its chains at a time; those whom a holdout"
                    " puts aside, and who get nothing of a chain, are not counted"
                )
            ],
            id="an exclusive group with a holdout",
        ),
        pytest.param(
            (
                chains(
                    "trigger: e, exit: f, steps: [{wait: 7d}]",
                    "trigger: f, exit: e, steps: [{wait: 7d}]",
                ),
            ),
            ["the event that starts `y` ends `x`", "the event that starts `x` ends `y`"],
            id="exits",
        ),
        pytest.param(
            (
                chains(
                    "trigger: e, audience: {not_event: bought}, exit: bought, steps: [{wait: 7d}]",
                    "trigger: f, audience: {event: bought}, steps: [{wait: 7d}]",
                ),
            ),
            [
                "what `y` asks for cannot come true while a customer is in `x`",
                "what `x` asks for cannot come true while a customer is in `y`",
            ],
            id="neither order of entry is possible",
        ),
        pytest.param(
            (
                chains(
                    "trigger: e, audience: {not_event: bought}, exit: bought, steps: [{wait: 7d}]",
                    "trigger: f, audience: {event: bought}, exit: e, steps: [{wait: 7d}]",
                ),
            ),
            [
                "what `y` asks for cannot come true while a customer is in `x`",
                "the event that starts `x` ends `y`",
            ],
            id="what ends the one is what the other asks for",
        ),
        pytest.param(
            (
                chains(
                    "trigger: e, audience: {event: g, within: 1h}, exit: [{no_longer: audience}], "
                    "steps: [{wait: 7d}]",
                    "trigger: f, audience: {not_event: g, within: 1h}, "
                    "exit: [{if: {event: g, within: 1h}}], steps: [{wait: 7d}]",
                ),
            ),
            [
                "customers who come into `y` leave `x` in that minute",
                "customers who come into `x` leave `y` in that minute",
            ],
            id="exits that look every minute",
        ),
        pytest.param(
            (
                "goals: {buy: {event: f}, buy_again: {event: e}}",
                chains(
                    "trigger: e, goal: {goal: buy, exits: true}, steps: [{wait: 7d}]",
                    "trigger: f, goal: {goal: buy_again, exits: true}, steps: [{wait: 7d}]",
                ),
            ),
            ["the event that starts `y` ends `x`", "the event that starts `x` ends `y`"],
            id="goals that end the chain",
        ),
    ],
)
def test_who_can_be_in_two_chains(sources, reasons):
    found = together(portfolio(*sources), "x", "y")
    if reasons is None:
        assert found.verdict is Verdict.POSSIBLE
        assert found.orders
    else:
        assert found.verdict is Verdict.PROVED
        assert [one.english() for one in found.reasons] == reasons


def test_a_system_that_looks_at_exits_late_proves_less():
    sources = chains(
        "trigger: e, exit: f, steps: [{wait: 7d}]", "trigger: f, exit: e, steps: [{wait: 7d}]"
    )
    assert together(portfolio(sources, exits="at_send"), "x", "y").verdict is Verdict.POSSIBLE


HOUR, DAY, WEEK = 60, 1440, 10_080


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("trigger: e", repeat.Repeat(limit=1), id="never by default"),
        pytest.param("trigger: e, reentry: always", repeat.Repeat(), id="always"),
        pytest.param("trigger: g, reentry: always", repeat.Repeat(120), id="a rare event"),
        pytest.param(
            "trigger: {no_event: e, for: 3d}, reentry: always", repeat.Repeat(3 * DAY), id="silence"
        ),
        pytest.param("trigger: [g, e], reentry: always", repeat.Repeat(), id="two triggers"),
        pytest.param("trigger: e, reentry: after 7d", repeat.Repeat(WEEK), id="after"),
        pytest.param("trigger: e, reentry: after_exit 7d", repeat.Repeat(0, WEEK), id="after exit"),
        pytest.param(
            "trigger: e, reentry: {mode: always, limit: 3}", repeat.Repeat(limit=3), id="a limit"
        ),
        pytest.param(
            "trigger: e, reentry: {mode: after, after: 7d, key: n}",
            repeat.Repeat(concurrent=True),
            id="a key",
        ),
        pytest.param(
            "trigger: e, reentry: {mode: never, key: n}",
            repeat.Repeat(concurrent=True),
            id="once for each key",
        ),
        pytest.param(
            "trigger: {schedule: {rrule: FREQ=DAILY}}, reentry: always",
            repeat.Repeat(DAY - SHIFT),
            id="a schedule",
        ),
    ],
)
def test_how_soon_a_chain_comes_again(body, expected):
    made = portfolio(chains(f"{body}, steps: []"))
    assert made.loads.repeats["x"] == expected


def test_a_chain_that_steps_start_may_come_at_any_time():
    made = portfolio(
        chains("trigger: g, reentry: always, steps: []", "trigger: e, steps: [{start_chain: x}]")
    )
    assert made.loads.repeats["x"] == repeat.Repeat()


@pytest.mark.parametrize(
    ("written", "gap"),
    [
        pytest.param("rrule: FREQ=WEEKLY;BYDAY=TH", WEEK - SHIFT, id="weekly"),
        pytest.param('rrule: "FREQ=WEEKLY;BYDAY=MO,TH"', DAY - SHIFT, id="twice a week"),
        pytest.param("rrule: FREQ=MONTHLY;BYDAY=1MO", DAY - SHIFT, id="a weekday of the month"),
        pytest.param("rrule: FREQ=HOURLY", HOUR, id="hourly"),
        pytest.param('rrule: "FREQ=DAILY;BYHOUR=9,18"', HOUR, id="two hours of a day"),
        pytest.param('rrule: "FREQ=DAILY;BYMINUTE=0,30"', 1, id="two minutes of an hour"),
        pytest.param('rrule: "FREQ=HOURLY;BYMINUTE=30"', 1, id="hourly, but for the skipped hour"),
        pytest.param("rrule: FREQ=MINUTELY", 1, id="anything else"),
        pytest.param('cron: "0 9 * * 4"', WEEK - SHIFT, id="cron, weekly"),
        pytest.param('cron: "0 9 1 * *"', 28 * DAY - SHIFT, id="cron, monthly"),
        pytest.param('cron: "0 9 1 1 *"', 365 * DAY - SHIFT, id="cron, yearly"),
        pytest.param('cron: "0 9 * * *"', DAY - SHIFT, id="cron, daily"),
        pytest.param('cron: "0 * * * *"', HOUR, id="cron, hourly"),
        pytest.param('cron: "* * * * *"', 1, id="cron, each minute"),
        pytest.param('cron: "* * * * *", at: "10:00"', DAY - SHIFT, id="cron, at a time"),
    ],
)
def test_how_soon_a_broadcast_comes_again(written, gap):
    made = portfolio(
        "segments: {s: {event: e}}",
        f"broadcasts: {{m: {{audience: {{include: [s]}}, message: a, repeat: {{{written}}}}}}}",
    )
    assert made.loads.repeats["m"] == repeat.Repeat(gap, concurrent=True)


@pytest.mark.parametrize(
    ("zone", "gap"),
    [
        pytest.param("account", DAY, id="the clocks at home are not changed"),
        pytest.param("Asia/Tokyo", DAY, id="nor there"),
        pytest.param("Europe/Berlin", DAY - SHIFT, id="here they are"),
        pytest.param("Africa/Casablanca", DAY - SHIFT, id="and here, for a month"),
        pytest.param("profile", DAY - SHIFT, id="or where the customer lives"),
    ],
)
def test_a_day_is_as_long_as_its_zone_lets_it_be(zone, gap):
    daily = f"timezone: {zone}, repeat: {{rrule: FREQ=DAILY}}"
    made = portfolio(
        "segments: {s: {event: e}}",
        f"broadcasts: {{m: {{audience: {{include: [s]}}, message: a, {daily}}}}}",
        f"chains: {{x: {{timezone: {zone}, trigger: {{schedule: {{rrule: FREQ=DAILY}}}},"
        " reentry: always, steps: []}}",
    )
    assert made.loads.repeats["m"].gap == gap
    assert made.loads.repeats["x"].gap == gap


def test_quiet_hours_that_leave_no_minute_hold_without_end():
    made = portfolio(
        "channels: {push: {type: mobile_push, quiet_hours: '06:00-20:00'}}".replace("push:", "q:"),
        "chains: {x: {trigger: e, quiet_hours: '18:00-08:00', steps: []}}",
    ).program
    chain, channel = made.chains["x"], made.channels["q"]
    assert of_quiet_hours(chain.quiet_hours, channel.quiet_hours) is None
    assert of_quiet_hours(chain.quiet_hours) == 16 * HOUR
    assert of_quiet_hours(None) == 0


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        pytest.param("e", "{event: e, where: {n: 1}}", True, id="one event"),
        pytest.param("e", "f", False, id="two events"),
        pytest.param("{no_event: e, for: 1d}", "{no_event: e, for: 24h}", True, id="one silence"),
        pytest.param("{no_event: e, for: 1d}", "{no_event: e, for: 2d}", False, id="two silences"),
        pytest.param("{segment: s}", "{segment: s}", True, id="one segment"),
        pytest.param("{segment: s}", "{segment: s, transition: left}", False, id="in and out"),
        pytest.param("{api: go}", "{api: go}", True, id="one entry point"),
        pytest.param("{date: d, at: '10:00'}", "{date: d, at: '10:00'}", True, id="one date"),
        pytest.param("{date: d, at: '10:00'}", "{date: d}", False, id="two times"),
        pytest.param(
            "{schedule: {cron: '0 9 * * *'}}", "{schedule: {cron: '0 9 * * *'}}", True, id="a rule"
        ),
        pytest.param("{manual: true}", "{manual: true}", False, id="by hand"),
        pytest.param("{chain: z}", "{chain: z}", False, id="another chain"),
    ],
)
def test_one_occurrence_starts_the_chains_behind_its_door(one, other, together):
    made = portfolio(chains(f"trigger: {one}, steps: []", f"trigger: {other}, steps: []"))
    assert any(len(doors) > 1 for doors in made.doors.values()) == together


def test_examples_take_the_easiest_trigger():
    made = portfolio(chains("trigger: [{chain: z}, {no_event: e, for: 1d}, f], steps: []"))
    assert easiest(made.program, "x") == ("x", 2)
    assert made.doors["event", "f"] == (("x", 2),)


def test_a_chain_that_is_not_live_has_no_door():
    assert portfolio(chains("status: draft, trigger: e, steps: []")).doors.keys() == {
        ("event", "nothing")
    }
