"""Steps (semantics section 7)."""

import pytest

from crmspec.semantics.bucket import bucket


def go(steps, head="", rest=""):
    return f"{rest}\nchains: {{one: {{trigger: go, {head} steps: [{steps}]}}}}"


DATA = """
attributes:
  n: {type: number}
  plan: {type: string}
  day: {type: date}
  hour: {type: datetime}
  tags_: {type: array, items: string, max_items: 3}
lists: {club: {title: Club}}
"""


def test_steps_run_in_order_and_arms_lead_back(play):
    """semantics 7.1"""
    steps = (
        "{branch: {if: {event: go}, then: [{send: a}, {wait: 1h}], else: [{send: c}]}}, {send: b}"
    )
    assert play(go(steps), (0, "go")).sends == ["0d 09:00 a", "0d 10:00 b"]
    steps = "{branch: {if: {event: go}, then: [{exit: x}]}}, {send: b}"
    assert play(go(steps), (0, "go")).sends == []


def test_an_arm_without_steps_leads_on(play):
    """semantics 7.1"""
    steps = "{branch: {if: {event: stop}, then: [{send: a}]}}, {send: b}"
    assert play(go(steps), (0, "go")).sends == ["0d 09:00 b"]


@pytest.mark.parametrize(
    ("condition", "sends"),
    [
        pytest.param("only: {event: go}", ["a", "b"], id="only, true"),
        pytest.param("only: {event: stop}", ["b"], id="only, false"),
        pytest.param("unless: {event: go}", ["b"], id="unless, true"),
        pytest.param("unless: {event: stop}", ["a", "b"], id="unless, false"),
    ],
)
def test_only_and_unless_are_asked_when_the_step_is_reached(play, condition, sends):
    """semantics 7.2"""
    steps = f"{{id: s, send: a, {condition}}}, {{send: b}}"
    story = play(go(steps), (0, "go"))
    assert [e.message for e in story.trace.sends()] == sends
    assert [e.reason for e in story.entries("skip")] == ["condition"] * (2 - len(sends))
    steps = f"{{id: s, send: a, {condition}}}, {{send: c, only: {{step: s, outcome: skipped}}}}"
    assert len(play(go(steps), (0, "go")).of("send")) == 1


def test_a_step_that_is_no_send_can_be_left_out(play):
    """semantics 7.2"""
    assert play(go("{wait: 1h, only: {event: stop}}, {send: a}"), (0, "go")).sends == ["0d 09:00 a"]


@pytest.mark.parametrize(
    ("on_error", "sends", "exits"),
    [
        pytest.param("continue", ["0d 09:00 a"], [], id="continue"),
        pytest.param("exit", [], ["0d 09:00 exit one error"], id="exit"),
        pytest.param("retry", ["0d 10:11 a"], [], id="retry"),
    ],
)
def test_on_error(play, on_error, sends, exits):
    """semantics 7.3"""
    hook = f"{{id: hook, webhook: {{url: 'https://shop.example'}}, on_error: {on_error}}}"
    source = go(f"{hook}, {{send: a, only: {{step: hook, outcome: failed}}}}")
    story = play(source, (0, "go"), answers={"one.steps.0": False})
    assert (story.sends, story.of("exit")) == (sends, exits)
    assert play(source, (0, "go")).sends == []


@pytest.mark.parametrize(
    "step",
    ["{wait: 1m}", "{branch: {if: {event: go}, then: [{note: x}]}}", "{note: x}"],
)
def test_steps_that_cannot_fail_ignore_on_error(play, step):
    """semantics 7.4"""
    source = go(f"{step.removesuffix('}')}, on_error: exit}}, {{send: a}}")
    assert len(play(source, (0, "go"), answers={"one.steps.0": False}).sends) == 1


WAITS = [
    pytest.param("90m", "0d 10:30", id="a duration, 7.5"),
    pytest.param("1d", "1d 09:00", id="a day, 7.5"),
    pytest.param("1mo", "31d 09:00", id="a month, 7.5"),
    pytest.param("{between: {min: 1h, max: 2h}}", "0d 10:00", id="as short as can be, 7.6"),
    pytest.param("{until: {at: '12:00'}}", "0d 12:00", id="a time today, 7.7"),
    pytest.param("{until: {at: '08:00'}}", "1d 08:00", id="a time tomorrow, 7.7"),
    pytest.param("{until: {at: '09:00'}}", "1d 09:00", id="strictly after now, 7.7"),
    pytest.param("{until: {weekday: [wed]}}", "2d 00:00", id="a weekday, 7.7"),
    pytest.param("{until: {weekday: [mon], at: '10:00'}}", "0d 10:00", id="later today, 7.7"),
    pytest.param("{until: {weekday: [mon]}}", "7d 00:00", id="the next monday, 7.7"),
    pytest.param("{until: {working_day: true, at: '08:00'}}", "1d 08:00", id="working day, 7.7"),
    pytest.param("{until: {weekday: [mon], if_inside: pass}}", "0d 09:00", id="the day fits, 7.8"),
    pytest.param("{until: {at: '09:00', if_inside: pass}}", "0d 09:00", id="that minute, 7.8"),
    pytest.param("{until: {at: '09:01', if_inside: pass}}", "0d 09:01", id="not it, 7.8"),
    pytest.param("{until: {day: '2027-03-04'}}", "3d 00:00", id="a day, 7.9"),
    pytest.param("{until: {day: '2027-03-04', at: '07:00'}}", "3d 07:00", id="at, 7.9"),
    pytest.param("{until: {day: '2027-03-04T08:00'}}", "3d 08:00", id="time in the value, 7.9"),
    pytest.param("{until: {day: '2027-03-04', offset: -1d}}", "2d 00:00", id="offset, 7.9"),
    pytest.param("{until: {day: '2027-03-04', offset: 90m}}", "3d 01:30", id="minutes, 7.9"),
    pytest.param("{until: {date: day, at: '10:00'}}", "4d 10:00", id="an attribute, 7.9"),
    pytest.param("{until: {property: due}}", "5d 12:00", id="a property, 7.9"),
    pytest.param("{until: {day: '2027-02-01'}}", "0d 09:00", id="past, 7.10"),
    pytest.param("{until: {date: hour}}", "0d 09:00", id="missing, 7.10"),
    pytest.param("{until: {day: '2027-02-01', if_past: exit}}", None, id="past, exit, 7.10"),
    pytest.param("{until: {date: hour, if_past: exit}}", None, id="missing, exit, 7.10"),
    pytest.param("{until: {at: '12:00'}, timezone: UTC}", "0d 15:00", id="a zone"),
]


@pytest.mark.parametrize(("wait", "until"), WAITS)
def test_waits(play, wait, until):
    """semantics 7.5, 7.6, 7.7, 7.8, 7.9, 7.10"""
    who = {"attributes": {"day": "2027-03-05"}}
    event = (0, "go", {"due": "2027-03-06T12:00"})
    story = play(go(f"{{wait: {wait}}}, {{send: a}}", rest=DATA), event, customer=who, days=40)
    assert story.sends == ([] if until is None else [f"{until} a"])
    assert story.of("exit") == (["0d 09:00 exit one past"] if until is None else [])


def test_a_random_wait_is_what_the_scenario_says(play):
    """semantics 7.6"""
    source = go("{id: pause, wait: {between: {min: 1h, max: 2h}}}, {send: a}")
    assert play(source, (0, "go"), waits={"one.steps.0": (90,)}).sends == ["0d 10:30 a"]
    assert play(source, (0, "go"), waits={"one.pause": (120,)}).sends == ["0d 11:00 a"]
    assert play(source, (0, "go"), waits={"one.pause": (999,)}).sends == ["0d 11:00 a"]
    assert play(source, (0, "go"), waits={"one.pause": ()}).sends == ["0d 10:00 a"]


AGAIN = "{wait: {between: {min: 1h, max: 5h}}}, {send: a}"
ROUNDS = "{id: nap, wait: {between: {min: 1h, max: 5h}}}, {send: a}, {jump: {to: nap, max: 2}}"


@pytest.mark.parametrize(
    ("steps", "reentry", "waits", "sends"),
    [
        pytest.param(
            AGAIN, "always", (90, 120), ["0d 10:30 a", "1d 11:00 a", "2d 11:00 a"], id="two lengths"
        ),
        pytest.param(
            AGAIN, "always", (90,), ["0d 10:30 a", "1d 10:30 a", "2d 10:30 a"], id="one for all"
        ),
        pytest.param(
            ROUNDS, "never", (60, 120, 300), ["0d 10:00 a", "0d 12:00 a", "0d 17:00 a"], id="rounds"
        ),
    ],
)
def test_a_random_wait_is_drawn_anew_each_time(play, steps, reentry, waits, sends):
    """semantics 7.41"""
    source = go(steps, f"reentry: {reentry},")
    days = [(f"{number}d", "go") for number in range(3)]
    assert play(source, *days, waits={"one.steps.0": waits}).sends == sends


def test_passages_side_by_side_draw_in_the_order_in_which_they_come(play):
    """semantics 7.41"""
    source = go(AGAIN, "reentry: {mode: always, concurrent: true},")
    story = play(source, (0, "go"), ("1h", "go"), waits={"one.steps.0": (300, 60)})
    assert [(one.passage, story.when(one.moment)) for one in story.trace.sends()] == [
        (2, "0d 11:00"),
        (1, "0d 14:00"),
    ]


def test_a_weekday_that_no_calendar_has_does_not_hold_the_passage(play):
    """semantics 7.7"""
    working_sunday = "{wait: {until: {weekday: [sun], working_day: true}}}, {send: a}"
    assert play(go(working_sunday), (0, "go")).sends == ["0d 09:00 a"]


@pytest.mark.parametrize(
    ("value", "sends"),
    [
        pytest.param("2027-03-09", ["8d 10:00 a"], id="later"),
        pytest.param("2027-03-03", ["2d 10:00 a"], id="earlier"),
        pytest.param("2027-03-05", ["4d 10:00 a"], id="the same"),
        pytest.param("2027-02-01", ["1d 09:00 a"], id="past"),
        pytest.param(None, ["1d 09:00 a"], id="gone"),
    ],
)
def test_the_end_of_a_wait_moves_with_its_date(play, value, sends):
    """semantics 7.11"""
    source = go("{wait: {until: {date: day, at: '10:00'}}}, {send: a}", rest=DATA)
    who = {"attributes": {"day": "2027-03-05"}}
    moved = ("1d", "day", {"value": value}, "attribute")
    assert play(source, (0, "go"), moved, customer=who).sends == sends
    other = ("1d", "n", {"value": 1}, "attribute")
    assert play(source, (0, "go"), other, customer=who).sends == ["4d 10:00 a"]


def test_a_date_that_moves_into_the_past_may_end_the_passage(play):
    """semantics 7.11, 7.10"""
    source = go("{wait: {until: {date: day, if_past: exit}}}, {send: a}", rest=DATA)
    who = {"attributes": {"day": "2027-03-05"}}
    moved = ("1d", "day", {"value": "2027-02-01"}, "attribute")
    story = play(source, (0, "go"), moved, customer=who)
    assert (story.sends, story.of("exit")) == ([], ["1d 09:00 exit one past"])


def race(arms, rest=""):
    return go(
        f"{{id: r, wait_for: {{first_of: [{arms}], {rest} otherwise: [{{send: c}}]}}}}", rest=DATA
    )


STOP = "{if: {event: stop}, then: [{send: a}]}"
OTHER = "{if: {event: other}, then: [{send: b}]}"
OPENED = "{if: {message: a, opened: true}, then: [{send: b}]}"


@pytest.mark.parametrize(
    ("source", "happenings", "sends"),
    [
        pytest.param(race(f"{STOP}, {OTHER}"), [("2h", "other")], ["0d 11:00 b"], id="7.12"),
        pytest.param(race(STOP), [("-1h", "stop")], [], id="events from before, 7.13"),
        pytest.param(race(STOP), [("-1h", "stop"), ("1h", "stop")], ["0d 10:00 a"], id="7.13"),
        pytest.param(
            go(f"{{wait: 2h}}, {{wait_for: {{first_of: [{STOP}], since: chain_start}}}}"),
            [("1h", "stop")],
            ["0d 11:00 a"],
            id="since the start, 7.13",
        ),
        pytest.param(
            go(f"{{wait: 2h}}, {{wait_for: {{first_of: [{STOP}]}}}}"),
            [("1h", "stop")],
            [],
            id="not since the start, 7.13",
        ),
        pytest.param(
            race("{if: {attribute: n, eq: 1}, then: [{send: a}]}"),
            [("-1h", "n", {"value": 1}, "attribute")],
            ["0d 09:00 a"],
            id="state holds already, 7.14",
        ),
        pytest.param(
            race("{if: {attribute: n, eq: 1}, then: [{send: a}]}"),
            [("1h", "n", {"value": 1}, "attribute")],
            ["0d 10:00 a"],
            id="state holds later, 7.14",
        ),
        pytest.param(
            race("{if: {now: {weekday: [tue]}}, then: [{send: a}]}"), [], ["1d 00:00 a"],
            id="time, 7.14",
        ),
        pytest.param(
            race(f"{STOP}, {OTHER}"), [("1h", "other"), ("1h", "stop")], ["0d 10:00 b"],
            id="the earlier event, 7.15",
        ),
        pytest.param(
            race("{if: {event: stop}, then: [{send: b}]}, " + STOP), [("1h", "stop")],
            ["0d 10:00 b"], id="the arm written first, 7.15",
        ),
        pytest.param(race(STOP, "timeout: 1d,"), [], ["1d 09:00 c"], id="timeout, 7.16"),
        pytest.param(
            race(STOP, "timeout: 1d,"), [("1d", "stop")], ["1d 09:00 a"],
            id="in that very minute, 7.16",
        ),
        pytest.param(race(STOP), [], [], id="no timeout, 7.17"),
    ],
)  # fmt: skip
def test_races(play, source, happenings, sends):
    """semantics 7.12, 7.13, 7.14, 7.15, 7.16, 7.17"""
    assert play(source, (0, "go"), *happenings).sends == sends


def test_the_outcome_of_a_race(play):
    """semantics 7.12, 7.16"""
    steps = f"{{id: r, wait_for: {{first_of: [{STOP}], timeout: 1d}}}}"
    won = "{send: b, only: {step: r, outcome: matched}}"
    lost = "{send: c, only: {step: r, outcome: timeout}}"
    source = go(f"{steps}, {won}, {lost}")
    assert play(source, (0, "go"), (60, "stop")).sends == ["0d 10:00 a", "0d 10:00 b"]
    assert play(source, (0, "go")).sends == ["1d 09:00 c"]


def test_reactions_win_races(play):
    """semantics 7.13"""
    source = go(f"{{send: a}}, {{wait_for: {{first_of: [{OPENED}], timeout: 1d}}}}")
    story = play(source, (0, "go"), reactions=[("a", "opened", 30)])
    assert story.sends == ["0d 09:00 a", "0d 09:30 b"]


BRANCH = """{branch: {cases: [
  {if: {attribute: n, gte: 5}, then: [{send: a}]},
  {if: {attribute: n, gte: 1}, then: [{send: b}]}], else: [{send: c}]}}"""


@pytest.mark.parametrize(
    ("value", "sent"),
    [(7, "a"), (3, "b"), (0, "c"), pytest.param(None, "c", id="missing")],
)
def test_a_branch_takes_the_first_case_that_holds(play, value, sent):
    """semantics 7.18"""
    who = {"attributes": {} if value is None else {"n": value}}
    story = play(go(BRANCH, rest=DATA), (0, "go"), customer=who)
    assert [e.message for e in story.trace.sends()] == [sent]


SWITCH = "{switch: {value: %s, cases: {'5': [{send: a}], Pro: [{send: b}], 'true': [{send: p}], skipped: [{send: a}]}, default: [{send: c}]}}"  # noqa: E501


@pytest.mark.parametrize(
    ("value", "attributes", "sent"),
    [
        pytest.param("{attribute: plan}", {"plan": "pRO"}, "b", id="case ignored"),
        pytest.param("{attribute: n}", {"n": 5.0}, "a", id="a number as text"),
        pytest.param("{attribute: n}", {"n": 5.5}, "c", id="another number"),
        pytest.param("{attribute: plan}", {"plan": True}, "p", id="a truth as text"),
        pytest.param("{attribute: plan}", {"plan": False}, "c", id="the other truth"),
        pytest.param("{attribute: plan}", {}, "c", id="missing"),
        pytest.param("{trigger: kind}", {}, "b", id="a property"),
        pytest.param("{step: {step: s}}", {}, "a", id="an outcome"),
        pytest.param("{step: {step: nobody}}", {}, "c", id="of no step"),
        pytest.param("{step: {step: s, output: x}}", {}, "c", id="an output"),
        pytest.param("{locale: true}", {}, "b", id="the language"),
        pytest.param("{}", {}, "c", id="nothing"),
    ],
)
def test_a_switch_takes_the_case_equal_to_the_value(play, value, attributes, sent):
    """semantics 7.19"""
    source = go("{id: s, note: x, only: {event: stop}}, " + SWITCH % value, rest=DATA)
    who = {"attributes": attributes, "locale": "PRO"}
    story = play(source, (0, "go", {"kind": "pro"}), customer=who)
    assert [e.message for e in story.trace.sends()] == [sent]


UPDATE = """
attributes:
  n: {type: number}
  plan: {type: string}
  day: {type: date}
  hour: {type: datetime}
  tags_: {type: array, items: string, max_items: 3}
chains:
  one:
    trigger: go
    steps:
      - update: %s
      - {send: a, only: %s}
"""


@pytest.mark.parametrize(
    ("update", "condition"),
    [
        pytest.param("{set: {n: 3}}", "{attribute: n, eq: 3}", id="set"),
        pytest.param("{unset: [n]}", "{attribute: n, missing: true}", id="unset"),
        pytest.param("{increment: {n: 2}}", "{attribute: n, eq: 9}", id="increase"),
        pytest.param("{unset: [n], increment: {n: 2}}", "{attribute: n, eq: 2}", id="the order"),
        pytest.param("{set: {n: 1}, increment: {n: 2}}", "{attribute: n, eq: 3}", id="both"),
        pytest.param("{set: {hour: now}}", "{attribute: hour, on_day: 2027-03-01}", id="now"),
        pytest.param("{set: {day: now}}", "{attribute: day, eq: 2027-03-01}", id="today"),
        pytest.param("{set: {plan: '{{ event.k }}'}}", "{attribute: plan, eq: kk}", id="template"),
        pytest.param("{set: {plan: '{{ x | y }}'}}", "{attribute: plan, exists: true}", id="text"),
        pytest.param("{append: {tags_: c}}", "{attribute: tags_, length: 3}", id="append"),
        pytest.param("{append: {tags_: [a, b]}}", "{attribute: tags_, length: 2}", id="no twice"),
        pytest.param(
            "{append: {tags_: [c, d]}}", "{attribute: tags_, contains_none: [a]}", id="oldest out"
        ),
        pytest.param("{append: {plan: x}}", "{attribute: plan, contains: x}", id="not a list yet"),
    ],
)  # fmt: skip
def test_updates(play, update, condition):
    """semantics 7.20, 7.21"""
    who = {"attributes": {"n": 7, "tags_": ["a", "b"]}}
    story = play(UPDATE % (update, condition), (0, "go", {"k": "kk"}), customer=who)
    assert story.sends == ["0d 09:00 a"]


def test_changes_by_steps_count_in_the_same_minute(play):
    """semantics 7.22, 3.11"""
    source = f"""
    {DATA.strip().replace(chr(10), chr(10) + "    ")}
    segments: {{rich: {{attribute: n, gte: 5}}}}
    chains:
      one:
        trigger: go
        steps:
          - {{update: {{set: {{n: 5}}}}}}
          - {{list: {{add: [club], remove: [club]}}}}
          - {{list: club}}
          - {{consent: {{set: texts, status: unsubscribed}}}}
          - {{send: a}}
      by_attribute: {{trigger: {{attribute: n}}, steps: [{{send: b}}]}}
      by_list: {{trigger: {{list: club}}, reentry: always, steps: [{{send: b}}]}}
      by_segment: {{trigger: {{segment: rich}}, steps: [{{send: c}}]}}
    """
    story = play(source, (0, "go"))
    entered = [e.chain for e in story.entries("enter")]
    assert entered == ["one", "by_attribute", "by_segment", "by_list"]
    assert "c" not in [e.message for e in story.trace.sends()]
    assert [e.subject for e in story.entries("change")] == [
        "attribute n",
        "list club",
        "list club",
        "list club",
        "consent texts",
    ]


def test_emit_puts_an_event_into_the_log_with_its_properties(play):
    """semantics 7.23"""
    source = """
    chains:
      one: {trigger: go, steps: [{emit: stop, properties: {n: '{{ event.n }}', m: 2}}]}
      two: {trigger: {event: stop, where: {n: 7, m: 2}}, steps: [{send: a}]}
    """
    assert play(source, (0, "go", {"n": 7})).sends == ["0d 09:00 a"]
    assert play(source, (0, "go", {"n": 8})).sends == []


def test_requests_succeed_unless_the_scenario_says_otherwise(play):
    """semantics 7.24"""
    hook = "{id: h, fetch: {request: {url: 'https://shop.example', save: {x: y}}, as: it}}"
    source = go(f"{hook}, {{send: a, only: {{step: h, outcome: sent}}}}")
    assert len(play(source, (0, "go")).sends) == 1
    assert play(source, (0, "go"), answers={"one.steps.0": False}).sends == []


def test_a_coupon_is_the_same_in_one_passage(play):
    """semantics 7.25"""
    rest = "attributes: {code: {type: string}, again: {type: string}}\ncoupons: {ten: {code: TEN}}"
    steps = """
      {fetch: {coupon: ten, as: x}}, {update: {set: {code: '{{ chain.x }}'}}},
      {fetch: {coupon: ten, as: x}}, {update: {set: {again: '{{ chain.x }}'}}},
      {send: a, only: {attribute: again, eq: '{{ profile.code }}'}}"""
    assert play(go(steps, rest=rest), (0, "go")).sends == ["0d 09:00 a"]


def test_tasks_notices_and_notes_change_nothing(play):
    """semantics 7.26"""
    steps = "{task: Call}, {notify: {to: [crm@shop.example], subject: S}}, {note: x}, {send: a}"
    story = play(go(steps), (0, "go"))
    assert story.of("change", "send") == ["0d 09:00 send a"]
    assert [e.subject for e in story.entries("act")] == ["task", "notify"]


ADS = """
channels: {ads: {type: audience_sync, consent: pool, quiet_hours: "00:00-23:59"}}
consents: {pool: {purpose: ads, default: %s}}
messages: {ad: {channel: ads, audience: all_of_us}}
segments: {all_of_us: {event: go}}
frequency: {rare: {applies_to: {channels: [ads]}, limits: [1 per 7d], exceed: %s}}
"""


@pytest.mark.parametrize(
    ("consent", "exceed", "kinds"),
    [
        pytest.param("subscribed", "skip", ["act", "skip", "send"], id="once a week"),
        pytest.param("subscribed", "delay", ["act", "skip", "send"], id="never late"),
        pytest.param("subscribed", "exit", ["act", "exit"], id="the rule ends the passage"),
        pytest.param("never_subscribed", "skip", ["skip", "skip", "send"], id="not allowed"),
    ],
)
def test_audiences_pass_consent_and_limits_but_no_quiet_hours(play, consent, exceed, kinds):
    """semantics 7.27"""
    steps = "{audience_sync: {message: ad}}, {audience_sync: {message: ad}}, {send: a}"
    who = {"reachable": frozenset({"ads", "email"})}
    story = play(go(steps, rest=ADS % (consent, exceed)), (0, "go"), customer=who)
    assert [e.kind for e in story.entries("act", "skip", "send", "exit")] == kinds


def test_leaving_an_audience_asks_nobody(play):
    """semantics 7.27"""
    steps = "{audience_sync: {message: ad, action: remove}}"
    story = play(go(steps, rest=ADS % ("never_subscribed", "skip")), (0, "go"))
    assert [e.reason for e in story.entries("act")] == ["remove"]


def test_code_runs_outside_the_reference(play):
    """semantics 7.28"""
    steps = "{code: {target: t, source: s, saves: [x]}}, {send: a}"
    story = play(go(steps), (0, "go"))
    assert story.of("act", "send") == ["0d 09:00 act one sent", "0d 09:00 send a"]


SPLIT = "{id: half, split: {%s arms: {x: {weight: 30, steps: [{send: a}]}, y: {weight: 70, steps: [{send: b}]}}}}"  # noqa: E501


@pytest.mark.parametrize("who", ["anna", "boris", "vera", "gleb"])
@pytest.mark.parametrize(
    ("text", "salt"),
    [
        pytest.param(SPLIT % "", "one.half", id="chain and id"),
        pytest.param((SPLIT % "").replace("id: half, ", ""), "one.steps.0", id="path"),
        pytest.param(SPLIT % "salt: mine,", "mine", id="its own"),
    ],
)
def test_a_split_gives_the_arm_of_the_bucket(play, who, text, salt):
    """semantics 7.29, 7.30, 7.31, 7.32, 7.34"""
    sent = "a" if bucket(salt, who) < 3000 else "b"
    source = go(text, "reentry: always,")
    story = play(source, (0, "go"), ("1d", "go"), customer={"id": who})
    assert [e.message for e in story.trace.sends()] == [sent, sent]


def test_the_scenario_may_fix_an_arm(play):
    """semantics 7.29"""
    for arms in ({"one.half": "x"}, {"one.steps.0": "x"}):
        assert play(go(SPLIT % ""), (0, "go"), arms=arms).sends == ["0d 09:00 a"]
    short = "{split: {arms: {x: {weight: 0, steps: [{send: a}]}, y: {weight: 0}}}}"
    assert play(go(short), (0, "go")).sends == []


TRIAL = """
experiments: {offer: {%s variants: {x: {weight: 50}, y: {weight: 50}}}}
chains:
  one:
    trigger: go
    reentry: always
    steps:
      - experiment: {id: offer, arms: {x: {weight: 50, steps: [{send: a}]}, y: {weight: 50}}}
      - {send: b, only: {experiment: offer, variant: x}}
"""


@pytest.mark.parametrize("who", ["anna", "boris", "vera", "gleb"])
@pytest.mark.parametrize(("head", "salt"), [("", "offer"), ("salt: s,", "s")])
def test_an_experiment_step_draws_by_its_salt_and_records_the_variant(play, who, head, salt):
    """semantics 7.33"""
    story = play(TRIAL % head, (0, "go"), customer={"id": who})
    sent = ["a", "b"] if bucket(salt, who) < 5000 else []
    assert [e.message for e in story.trace.sends()] == sent


def test_a_variant_may_be_given_or_drawn_anew_each_time(play):
    """semantics 7.33"""
    given = {"variants": {"offer": "x"}}
    assert len(play(TRIAL % "", (0, "go"), customer=given).sends) == 2
    assert play(TRIAL % "", (0, "go"), customer=given, arms={"offer": "y"}).sends == []
    times = [(f"{n}h", "go") for n in range(12)]
    drawn = [e.reason for e in play(TRIAL % "unit: send,", *times).entries("take")]
    assert set(drawn) == {"x", "y"}
    assert len({e.reason for e in play(TRIAL % "", *times).entries("take")}) == 1


BATCH = """
chains:
  one:
    trigger: go
    reentry: %s
    steps:
      - {batch: {for: 2h, as: items, %s}}
      - {send: a}
"""


@pytest.mark.parametrize(
    ("body", "happenings", "sends"),
    [
        pytest.param("window: fixed", [], ["0d 11:00 a"], id="fixed"),
        pytest.param("window: fixed", [(60, "go")], ["0d 11:00 a"], id="after the first"),
        pytest.param("window: sliding", [(60, "go")], ["0d 12:00 a"], id="after the latest"),
        pytest.param("max_items: 2", [(60, "go")], ["0d 10:00 a"], id="full"),
        pytest.param("max_items: 1", [], ["0d 09:00 a"], id="full at once"),
        pytest.param(
            "key: n", [(60, "go", {"n": 2})], ["0d 11:00 a", "0d 12:00 a"], id="another key"
        ),
        pytest.param("window: fixed", [(150, "go")], ["0d 11:00 a", "0d 13:30 a"], id="later"),
    ],
)
def test_batches(play, body, happenings, sends):
    """semantics 7.35, 7.36"""
    source = BATCH % ("{mode: always, concurrent: true}", body)
    assert play(source, (0, "go"), *happenings).sends == sends


THROTTLE = "chains: {one: {trigger: go, reentry: always, steps: [{throttle: {limit: 1, per: 2h, %s}}, {send: a}]}}"  # noqa: E501


@pytest.mark.parametrize(
    ("body", "sends"),
    [
        pytest.param("", ["0d 09:00 a", "0d 11:00 a"], id="for the customer"),
        pytest.param("key: n", ["0d 09:00 a", "0d 10:00 a", "0d 11:00 a"], id="for each key"),
    ],
)
def test_throttles(play, body, sends):
    """semantics 7.37"""
    events = [(0, "go", {"n": 1}), (60, "go", {"n": 2}), (120, "go", {"n": 1})]
    story = play(THROTTLE % body, *events)
    assert story.sends == sends
    assert [e.reason for e in story.entries("exit")] == ["throttled"] * (3 - len(sends))


@pytest.mark.parametrize(
    ("steps", "sends"),
    [
        pytest.param(
            "{id: top, send: a}, {wait: 1d}, {jump: {to: top, max: 2}}, {send: b}",
            ["0d 09:00 a", "1d 09:00 a", "2d 09:00 a", "3d 09:00 b"],
            id="back at most twice",
        ),
        pytest.param(
            "{jump: end}, {send: a}, {id: end, send: b}", ["0d 09:00 b"], id="forward"
        ),
        pytest.param("{jump: nowhere}, {send: a}", ["0d 09:00 a"], id="to no step"),
        pytest.param(
            "{branch: {if: {event: go}, then: [{jump: end}]}}, {send: a}, {id: end, send: b}",
            ["0d 09:00 b"],
            id="out of an arm",
        ),
    ],
)  # fmt: skip
def test_jumps(play, steps, sends):
    """semantics 7.38"""
    assert play(go(steps), (0, "go")).sends == sends


def test_start_chain_offers_the_customer_in_the_same_minute(play):
    """semantics 7.39"""
    source = """
    attributes: {x: {type: number}}
    chains:
      one:
        trigger: go
        reentry: always
        steps: [{start_chain: {chain: two, pass: {n: 5}}}, {send: a}]
      two:
        trigger: stop
        steps:
          - {update: {set: {x: '{{ chain.n }}'}}}
          - {send: b, only: {attribute: x, eq: 5}}
    """
    story = play(source, (0, "go"), (60, "go"))
    assert story.sends == ["0d 09:00 a", "0d 09:00 b", "0d 10:00 a"]
    assert story.of("refuse") == ["0d 10:00 refuse two reentry"]
    draft = source.replace("trigger: stop", "status: draft\n        trigger: stop")
    assert play(draft, (0, "go")).sends == ["0d 09:00 a"]


def test_stop_chain_ends_the_other_chain(play):
    """semantics 7.40"""
    source = """
    chains:
      one: {trigger: go, steps: [{wait: 1d}, {send: a}]}
      two: {trigger: stop, steps: [{stop_chain: one}, {send: b}]}
      self: {trigger: other, steps: [{stop_chain: self}, {send: c}]}
    """
    story = play(source, (0, "go"), (60, "stop"), (120, "other"))
    assert story.sends == ["0d 10:00 b"]
    assert story.of("exit") == ["0d 10:00 exit one stopped", "0d 11:00 exit self stopped"]
    assert play(source, (60, "stop")).sends == ["0d 10:00 b"]


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("one.steps.0", id="by its path"),
        pytest.param("one.half", id="by its id"),
        pytest.param("pepper", id="by its salt"),
    ],
)
@pytest.mark.parametrize("arm", ["x", "y"])
def test_a_scenario_names_a_split(play, name, arm):
    source = """
    chains:
      one:
        trigger: go
        steps:
          - id: half
            split:
              salt: pepper
              arms: {x: {weight: 50, steps: [{send: a}]}, y: {weight: 50, steps: [{send: b}]}}
    """
    sent = "a" if arm == "x" else "b"
    assert play(source, (0, "go"), arms={name: arm}).sends == [f"0d 09:00 {sent}"]


@pytest.mark.parametrize(
    ("answers", "sends"),
    [
        pytest.param({"one.call": False}, [], id="by its id"),
        pytest.param({"one.steps.0": False}, [], id="by its path"),
        pytest.param({"one.steps.1": False}, ["0d 09:00 a"], id="of another step"),
    ],
)
def test_a_scenario_lets_a_request_fail(play, answers, sends):
    source = """
    chains:
      one:
        trigger: go
        steps:
          - {id: call, webhook: {url: "https://shop.example"}, on_error: exit}
          - {send: a}
    """
    assert play(source, (0, "go"), answers=answers).sends == sends
