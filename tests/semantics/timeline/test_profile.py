"""How systems differ, and what is live (semantics sections 9 and 10)."""

import pytest

from crmspec.semantics.behaviour import REFERENCE, Behaviour
from crmspec.semantics.profile import BASES, behaviour, of_target

PROFILES = """
profiles:
  mine: {base: braze, exits: wait_end, counter_lag: 90s, week_starts: sun, caps: rolling}
  plain: {}
  klaviyo: {base: reference, over_cap: exit}
targets:
  by_name: {platform: braze}
  unknown: {platform: own_system}
  by_profile: {platform: braze, profile: mine}
"""


def test_a_profile_says_how_a_system_deviates_and_its_base_gives_the_rest(make):
    """semantics 9.1"""
    program = make(PROFILES)
    mine = behaviour(program, "mine")
    assert (mine.exits, mine.counter_lag, mine.week_starts, mine.caps) == (
        "wait_end",
        2,
        "sun",
        "rolling",
    )
    assert (mine.name, mine.over_cap, mine.by_priority) == ("mine", "skip", False)
    assert behaviour(program, "plain") == Behaviour(name="plain")
    assert behaviour(program, "klaviyo").over_cap == "exit"
    assert behaviour(program, "braze") == BASES["braze"]
    assert behaviour(program, "nobody") == behaviour(program, None) == REFERENCE


def test_a_target_without_a_profile_uses_the_one_of_its_platform(make):
    """semantics 9.2"""
    program = make(PROFILES)
    assert of_target(program, "by_name") == BASES["braze"]
    assert of_target(program, "unknown") == REFERENCE
    assert of_target(program, "by_profile").name == "mine"
    assert of_target(program, "nobody") == REFERENCE


EXITS = """
chains:
  one:
    trigger: go
    exit: [stop]
    goal: {goal: done, exits: true}
    steps: [{wait: 2h}, {note: x}, {branch: {if: {event: other}, then: [{note: y}]}}, {send: a}]
goals: {done: {event: other}}
"""


@pytest.mark.parametrize(
    ("exits", "left"),
    [
        pytest.param("continuous", "0d 10:00", id="at once"),
        pytest.param("step_end", "0d 11:00", id="when a step ends"),
        pytest.param("wait_end", "0d 11:00", id="when a wait ends"),
        pytest.param("at_send", "0d 11:00", id="before a send"),
    ],
)
@pytest.mark.parametrize(("event", "reason"), [("stop", "stop"), ("other", "goal")])
def test_when_exits_are_looked_at(play, exits, left, event, reason):
    """semantics 9.3"""
    story = play(EXITS, (0, "go"), (60, event), behaviour=Behaviour(exits=exits))
    assert story.of("exit") == [f"{left} exit one {reason}"]
    assert story.sends == []


def test_between_waits_and_sends_some_systems_do_not_look(play):
    """semantics 9.3"""
    source = """
    attributes: {x: {type: number}}
    chains:
      one:
        trigger: go
        exit: [{if: {attribute: x, eq: 1}}]
        steps: [{wait: 1h}, {update: {set: {x: 1}}}, {task: Call}, {send: a}]
    """
    for exits, kinds in {
        "continuous": ["act", "send"],
        "step_end": ["exit"],
        "wait_end": ["act", "send"],
        "at_send": ["act", "exit"],
    }.items():
        story = play(source, (0, "go"), behaviour=Behaviour(exits=exits))
        assert [e.kind for e in story.entries("act", "exit", "send")] == kinds


CAPPED = """
frequency: {cap: {limits: [1 per %s], window: %s, exceed: %s}}
chains: {one: {trigger: go, reentry: always, steps: [{send: a}]}}
"""


@pytest.mark.parametrize(
    ("per", "window", "how", "after", "sends"),
    [
        pytest.param("1d", "rolling", {}, "16h", 1, id="as the rule says"),
        pytest.param("1d", "rolling", {"caps": "calendar"}, "16h", 2, id="calendar"),
        pytest.param("1d", "calendar", {"caps": "rolling"}, "16h", 1, id="rolling"),
        pytest.param("1d", "calendar", {}, "10h", 1, id="the customer's days"),
        pytest.param("1d", "calendar", {"cap_timezone": "account"}, "10h", 2, id="the project's"),
        pytest.param("7d", "rolling", {"caps": "calendar"}, "6d 15h", 2, id="calendar weeks"),
        pytest.param(
            "7d", "rolling", {"caps": "calendar", "calendar_weeks": False}, "6d 15h", 1, id="weeks"
        ),
        pytest.param("7d", "calendar", {"week_starts": "sun"}, "6d", 2, id="sunday"),
    ],
)
def test_how_caps_count(play, per, window, how, after, sends):  # noqa: PLR0917 - a table
    """semantics 9.4"""
    west = {"timezone": "UTC"} if after == "10h" else {}
    start = "2027-03-01T12:00" if west else "2027-03-01T09:00"
    story = play(
        CAPPED % (per, window, "skip"),
        (0, "go"),
        (after, "go"),
        behaviour=Behaviour(**how),
        customer=west,
        start=start,
    )
    assert len(story.sends) == sends


@pytest.mark.parametrize(
    ("exceed", "how", "kinds"),
    [
        pytest.param("delay", {"over_cap": "skip"}, ["send", "skip"], id="skip, not delay"),
        pytest.param("skip", {"over_cap": "exit"}, ["send", "exit"], id="exit, not skip"),
        pytest.param("skip", {"over_cap": "delay"}, ["send", "defer"], id="delay, not skip"),
        pytest.param("delay", {"may_delay": False}, ["send", "skip"], id="no delay at all"),
        pytest.param("yield", {"over_cap": "skip"}, ["send", "skip"], id="nobody yields"),
    ],
)
def test_what_becomes_of_a_send_over_the_cap(play, exceed, how, kinds):
    """semantics 9.5"""
    source = CAPPED % ("1d", "rolling", exceed)
    story = play(source, (0, "go"), (60, "go"), behaviour=Behaviour(**how), days=0.2)
    assert [e.kind for e in story.entries("send", "skip", "exit", "defer")] == kinds


@pytest.mark.parametrize(
    ("exceed", "word", "message"),
    [
        pytest.param("skip", "yield", "b", id="yields"),
        pytest.param("yield", "skip", "a", id="does not"),
    ],
)
def test_a_system_decides_who_yields(play, exceed, word, message):
    """semantics 9.5"""
    low = "low: {trigger: go, priority: 10, steps: [{send: a}]}"
    top = "top: {trigger: go, priority: 90, steps: [{wait: 2h}, {send: b}]}"
    rule = CAPPED[: CAPPED.index("chains")] % ("1d", "rolling", exceed)
    story = play(f"{rule}chains: {{{low}, {top}}}", (0, "go"), behaviour=Behaviour(over_cap=word))
    assert [one.message for one in story.trace.sends()] == [message]


@pytest.mark.parametrize(
    ("lag", "sends"),
    [
        pytest.param(0, 1, id="none"),
        pytest.param(60, 1, id="just seen"),
        pytest.param(61, 2, id="not seen"),
    ],
)
def test_the_last_sends_are_invisible_to_a_lagging_counter(play, lag, sends):
    """semantics 9.6"""
    source = CAPPED % ("1d", "rolling", "skip")
    story = play(source, (0, "go"), (60, "go"), behaviour=Behaviour(counter_lag=lag))
    assert len(story.sends) == sends


UNKNOWN = """
messages: {t: {channel: email, category: transactional}}
chains: {one: {trigger: go, quiet_hours: "08:00-12:00", steps: [{send: a}, {send: t}]}}
"""


@pytest.mark.parametrize(
    ("how", "sends"),
    [
        pytest.param("default", ["0d 12:00 a", "0d 12:00 t"], id="the project's zone"),
        pytest.param("deny", ["0d 09:00 t"], id="nothing is sent"),
        pytest.param("unenforced", ["0d 09:00 a", "0d 09:00 t"], id="no quiet hours"),
    ],
)
def test_customers_without_a_zone(play, how, sends):
    """semantics 9.7"""
    nowhere = {"timezone": None}
    story = play(UNKNOWN, (0, "go"), customer=nowhere, behaviour=Behaviour(unknown_timezone=how))
    assert story.sends == sends
    known = play(UNKNOWN, (0, "go"), behaviour=Behaviour(unknown_timezone=how))
    assert known.sends == ["0d 12:00 a", "0d 12:00 t"]


def test_a_calendar_cap_lets_twice_as_many_through_and_a_lag_even_more(play):
    """semantics 9.8"""
    source = CAPPED % ("1d", "calendar", "skip")
    late = [("14h 58m", "go"), ("14h 59m", "go"), ("15h", "go"), ("15h 1m", "go")]
    assert play(source, *late).sends == ["0d 23:58 a", "1d 00:00 a"]
    assert len(play(source, *late, behaviour=Behaviour(counter_lag=5)).sends) == 4


def test_without_priority_who_asks_first_wins(play):
    """semantics 9.8, 3.10"""
    source = """
    frequency: {cap: {limits: [1 per 1d]}}
    chains:
      low: {trigger: go, priority: 10, steps: [{wait: {until: {at: "12:00"}}}, {send: a}]}
      top: {trigger: stop, priority: 90, steps: [{wait: {until: {at: "12:00"}}}, {send: b}]}
    """
    events = [(0, "go"), (60, "stop")]
    assert play(source, *events).sends == ["0d 12:00 b"]
    assert play(source, *events, behaviour=BASES["braze"]).sends == ["0d 12:00 a"]


def test_a_limit_of_a_message_type_may_beat_that_of_its_channel(play):
    """semantics 9.8, 8.15"""
    source = """
    tags: {promo: {title: Promo}}
    messages: {d: {channel: email, tags: [promo]}}
    frequency:
      by_channel: {limits: [0 per 1d], applies_to: {channels: [email]}, exceed: exit}
      by_type: {limits: [0 per 1d], applies_to: {tags: [promo]}}
    chains: {one: {trigger: go, steps: [{send: d}, {send: a}]}}
    """
    loose = Behaviour(strictest=False)
    assert play(source, (0, "go")).of("exit", "skip") == ["0d 09:00 exit one frequency"]
    assert play(source, (0, "go"), behaviour=loose).of("exit", "skip") == [
        "0d 09:00 skip d cap",
        "0d 09:00 exit one frequency",
    ]


@pytest.mark.parametrize(
    ("status", "lines"),
    [
        pytest.param("draft", [], id="a draft does nothing"),
        pytest.param("live", ["0d 09:00 enter one", "0d 09:00 complete one"], id="live works"),
        pytest.param("deprecated", ["0d 09:00 refuse one status"], id="nobody enters"),
        pytest.param("paused", ["0d 09:00 refuse one status"], id="triggers are lost"),
    ],
)
def test_what_a_status_does(play, status, lines):
    """semantics 10.1, 10.3"""
    source = f"chains: {{one: {{trigger: go, status: {status}, steps: [{{note: x}}]}}}}"
    assert play(source, (0, "go")).of("enter", "complete", "refuse") == lines


@pytest.mark.parametrize(
    ("base", "sent"),
    [
        pytest.param("customer_io", ["0d 09:00", "1d 10:00"], id="nothing is tried again"),
        pytest.param("klaviyo", ["0d 09:00", "1d 10:00"], id="the windows are those of the rule"),
        pytest.param("salesforce", ["0d 09:00", "1d 10:00"], id="caps as in the reference"),
    ],
)
def test_what_bases_leave_to_the_reference(play, base, sent):
    """semantics 9.10"""
    source = """
frequency: {cap: {limits: [1 per 1d]}}
chains: {one: {trigger: go, steps: [{send: a}, {wait: 17h}, {send: b}, {wait: 8h}, {send: a}]}}
"""
    story = play(source, (0, "go"), behaviour=BASES[base])
    assert story.sends == [f"{at} a" for at in sent]


def test_a_daily_goal_is_looked_at_when_a_wait_ends(play):
    """semantics 9.10"""
    source = """
chains:
  one:
    trigger: go
    goal: {goal: done, exits: true}
    steps: [{wait: 2h}, {send: a}]
goals: {done: {event: other}}
"""
    story = play(source, (0, "go"), (30, "other"), behaviour=BASES["salesforce"])
    assert [e.reason for e in story.entries("exit")] == ["goal"]
    assert story.entries("exit")[0].moment - story.entries("enter")[0].moment == 120
