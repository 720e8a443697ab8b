"""Leaving a chain (semantics section 4)."""

import pytest

LONG = "steps: [{wait: 1d}, {send: a}, {wait: 2d}, {send: b}]"


def test_a_passage_completes_or_exits_for_a_reason(play):
    """semantics 4.1"""
    source = f"chains: {{one: {{trigger: go, exit: [stop], {LONG}}}}}"
    assert play(source, (0, "go")).of("complete", "exit") == ["3d 09:00 complete one"]
    left = play(source, (0, "go"), ("1d 1h", "stop"))
    assert left.of("complete", "exit") == ["1d 10:00 exit one stop"]
    assert left.sends == ["1d 09:00 a"]


def test_an_exit_event_must_come_after_the_entry_and_fit(play):
    """semantics 4.2"""
    source = f"""
    chains: {{one: {{trigger: go, exit: [{{event: go, where: {{n: 1}}}}], {LONG}}}}}
    """
    assert play(source, (0, "go", {"n": 1})).of("exit") == []
    assert play(source, (0, "go", {"n": 1}), (60, "go", {"n": 2})).of("exit") == []
    assert play(source, (0, "go"), (60, "go", {"n": 1})).of("exit") == ["0d 10:00 exit one go"]


def test_an_immediate_exit_ends_waits_and_drops_what_waits_at_the_gate(play):
    """semantics 4.3"""
    source = """
    chains:
      one: {trigger: go, exit: [stop], quiet_hours: "08:00-12:00", steps: [{send: a}]}
    """
    assert play(source, (0, "go")).sends == ["0d 12:00 a"]
    story = play(source, (0, "go"), (60, "stop"))
    assert story.sends == []
    assert story.of("exit") == ["0d 10:00 exit one stop"]


@pytest.mark.parametrize(
    ("leave", "exits"),
    [
        pytest.param("{event: stop}", ["0d 10:00 exit one stop"], id="at once"),
        pytest.param(
            "{event: stop, when: step_end}", ["1d 09:00 exit one stop"], id="event, step end"
        ),
        pytest.param(
            "{if: {event: stop}, when: step_end}", ["1d 09:00 exit one condition"], id="if"
        ),
        pytest.param("{event: other, when: step_end}", [], id="another event"),
    ],
)
def test_a_step_end_exit_waits_for_the_end_of_the_wait(play, leave, exits):
    """semantics 4.4"""
    source = f"chains: {{one: {{trigger: go, exit: [{leave}], {LONG}}}}}"
    assert play(source, (0, "go"), (60, "stop")).of("exit") == exits


def test_a_step_end_exit_is_looked_at_between_steps_only(play):
    """semantics 4.4"""
    source = """
    chains:
      one:
        trigger: go
        exit: [{if: {attribute: x, eq: 1}, when: step_end}]
        steps: [{send: a}, {update: {set: {x: 1}}}, {send: b}]
    attributes: {x: {type: number}}
    """
    assert play(source, (0, "go")).sends == ["0d 09:00 a"]
    inside = {"attributes": {"x": 1}}
    assert play(source, (0, "go"), customer=inside).sends == ["0d 09:00 a"]


def test_an_exit_condition_is_asked_at_every_event_and_every_minute(play):
    """semantics 4.5"""
    source = f"""
    attributes: {{x: {{type: number}}}}
    chains:
      one: {{trigger: go, exit: [{{if: {{attribute: x, eq: 1}}}}], {LONG}}}
      two: {{trigger: go, exit: [{{if: {{not_event: go, within: 90m}}}}], {LONG}}}
    """
    story = play(source, (0, "go"), (30, "x", {"value": 1}, "attribute"))
    assert story.of("exit") == ["0d 09:30 exit one condition", "0d 10:30 exit two condition"]


@pytest.mark.parametrize(
    ("when", "exits"),
    [
        pytest.param("immediate", ["0d 10:00 exit one audience"], id="at once"),
        pytest.param("step_end", ["1d 09:00 exit one audience"], id="at the end of a step"),
    ],
)
def test_no_longer_audience_ends_the_passage(play, when, exits):
    """semantics 4.6"""
    source = f"""
    chains:
      one:
        trigger: go
        audience: {{not_event: stop}}
        recheck: entry
        exit: [{{no_longer: audience, when: {when}}}]
        {LONG}
    """
    assert play(source, (0, "go"), (60, "stop")).of("exit") == exits
    assert play(source, (0, "go"), (60, "other")).of("exit") == []


def test_an_exit_without_an_audience_to_lose_never_holds(play):
    """semantics 4.6"""
    source = f"chains: {{one: {{trigger: go, exit: [{{no_longer: audience}}], {LONG}}}}}"
    assert play(source, (0, "go")).of("exit") == []


@pytest.mark.parametrize(
    ("exits", "reason"),
    [
        pytest.param("[stop, {if: {event: stop}}]", "stop", id="the event first"),
        pytest.param("[{if: {event: stop}}, stop]", "condition", id="the condition first"),
        pytest.param("[{if: {event: other}}, stop]", "stop", id="only the second holds"),
    ],
)
def test_the_first_exit_written_gives_the_reason(play, exits, reason):
    """semantics 4.7"""
    source = f"chains: {{one: {{trigger: go, exit: {exits}, {LONG}}}}}"
    assert [e.reason for e in play(source, (0, "go"), (5, "stop")).entries("exit")] == [reason]


GOALS = """
goals:
  bought: {event: stop, where: {n: 1}}
  rich: {segment: riches}
attributes: {money: {type: number}}
segments: {riches: {attribute: money, gte: 100}}
"""


@pytest.mark.parametrize(
    ("goal", "happenings", "reached"),
    [
        pytest.param("bought", [("1h", "stop", {"n": 1})], ["0d 10:00"], id="during the passage"),
        pytest.param("bought", [("1h", "stop", {"n": 2})], [], id="which does not fit"),
        pytest.param("bought", [("-1h", "stop", {"n": 1})], [], id="before the entry"),
        pytest.param("bought", [("4d", "stop", {"n": 1})], [], id="after the passage"),
        pytest.param("bought", [("1h", "stop", {"n": 1})] * 2, ["0d 10:00"], id="once"),
        pytest.param(
            "{goal: bought, within: 5d}", [("4d", "stop", {"n": 1})], ["4d 09:00"], id="4.10"
        ),
        pytest.param("{goal: bought, within: 4d}", [("4d", "stop", {"n": 1})], [], id="too late"),
        pytest.param(
            "rich", [("1h", "money", {"value": 100}, "attribute")], ["0d 10:00"], id="segment"
        ),
    ],
)
def test_goals_are_reached_after_the_entry_and_in_time(play, goal, happenings, reached):
    """semantics 4.8, 4.9, 4.10"""
    source = f"{GOALS}\nchains: {{one: {{trigger: go, goal: {goal}, {LONG}}}}}"
    story = play(source, (0, "go"), *happenings)
    assert [line.removesuffix(" goal one") for line in story.of("goal")] == reached
    assert story.of("exit") == []


def test_a_goal_that_exits_ends_the_passage(play):
    """semantics 4.9"""
    source = (
        f"{GOALS}\nchains: {{one: {{trigger: go, goal: {{goal: bought, exits: true}}, {LONG}}}}}"
    )
    story = play(source, (0, "go"), (60, "stop", {"n": 1}))
    assert story.of("goal", "exit") == ["0d 10:00 goal one", "0d 10:00 exit one goal"]


def test_of_goal_and_exit_the_goal_counts_and_the_exit_gives_the_reason(play):
    """semantics 4.11"""
    head = "goal: {goal: bought, exits: true}, exit: [stop]"
    source = f"{GOALS}\nchains: {{one: {{trigger: go, {head}, {LONG}}}}}"
    story = play(source, (0, "go"), (60, "stop", {"n": 1}))
    assert story.of("goal", "exit") == ["0d 10:00 goal one", "0d 10:00 exit one stop"]


def test_a_goal_nobody_declared_is_never_reached(play):
    source = f"chains: {{one: {{trigger: go, goal: gone, {LONG}}}}}"
    assert play(source, (0, "go"), (60, "stop")).of("goal") == []


def test_the_step_exit_ends_the_passage_where_it_stands(play):
    """semantics 4.12"""
    source = "chains: {one: {trigger: go, steps: [{send: a}, {exit: enough}, {send: b}]}}"
    story = play(source, (0, "go"))
    assert story.sends == ["0d 09:00 a"]
    assert story.of("exit", "complete") == ["0d 09:00 exit one enough"]


def test_a_passage_that_has_ended_never_sends_and_nothing_is_called_back(play):
    """semantics 4.13"""
    source = f"chains: {{one: {{trigger: go, exit: [stop], {LONG}}}}}"
    story = play(source, (0, "go"), ("2d", "stop"))
    assert story.sends == ["1d 09:00 a"]
