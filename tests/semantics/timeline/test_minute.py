"""Events and the order of one minute (semantics section 3)."""

import pytest

from crmspec.semantics.clock import moment, named
from crmspec.semantics.scenario import Customer, Happening, Scenario


def chain(steps, head="", name="one"):
    return f"chains: {{{name}: {{trigger: go, {head} steps: [{steps}]}}}}"


def test_an_event_has_a_moment_and_properties_and_may_name_its_own_moment(play):
    """semantics 3.1"""
    source = """
    events: {bought: {occurred_at: at, properties: {at: {type: datetime}}}}
    chains:
      one:
        trigger: bought
        steps:
          - {send: a, only: {event: bought, within: 2h}}
          - {send: b, unless: {event: bought, within: 2h}}
    """
    assert play(source, (60, "bought", {"at": "2027-03-01T09:30"})).sends == ["0d 10:00 a"]
    assert play(source, (60, "bought", {"at": "2027-02-28T09:30"})).sends == ["0d 10:00 b"]
    assert play(source, (60, "bought", {"at": "soon"})).sends == ["0d 10:00 a"]
    assert play(source, (60, "bought", {"at": "2027-03-09"})).sends == ["0d 10:00 a"]


def test_a_repeated_event_is_dropped(play):
    """semantics 3.2"""
    source = """
    events: {bought: {dedupe_key: id, properties: {id: {type: string}}}}
    chains: {one: {trigger: bought, reentry: always, steps: [{send: a}]}}
    """
    twice = [(0, "bought", {"id": "1"}), (1, "bought", {"id": "1"}), (2, "bought", {"id": "2"})]
    assert play(source, *twice).sends == ["0d 09:00 a", "0d 09:02 a"]
    assert len(play(source, (0, "bought"), (1, "bought")).sends) == 2


def test_a_late_event_counts_at_its_own_moment_and_acts_when_it_arrives(play):
    """semantics 3.3"""
    source = """
    events: {bought: {occurred_at: at, properties: {at: {type: datetime}}}}
    chains:
      one: {trigger: go, exit: [bought], steps: [{wait: 5h}, {send: a}]}
      two: {trigger: bought, steps: [{send: b}]}
    """
    early = play(source, (60, "go"), (120, "bought", {"at": "2027-03-01T09:30"}))
    assert early.sends == ["0d 11:00 b", "0d 15:00 a"]
    late = play(source, (60, "go"), (120, "bought", {"at": "2027-03-01T10:30"}))
    assert late.sends == ["0d 11:00 b"]


def test_events_of_one_minute_are_taken_in_the_order_of_their_arrival(play):
    """semantics 3.4"""
    source = "chains: {one: {trigger: go, exit: [stop], steps: [{wait: 1h}, {send: a}]}}"
    assert play(source, (0, "go"), (0, "stop")).sends == []
    assert play(source, (0, "stop"), (0, "go")).sends == ["0d 10:00 a"]


def test_events_come_before_time_and_time_before_steps(play):
    """semantics 3.5, 3.7, 3.13"""
    source = """
    segments: {fresh: {event: go, within: 1h}}
    chains:
      one: {trigger: go, exit: [stop], steps: [{wait: 1h}, {send: a}]}
      two: {trigger: go, exit: {if: {not: fresh}}, steps: [{wait: 1h}, {send: b}]}
      three: {trigger: {segment: fresh, transition: left}, priority: 1, steps: [{send: c}]}
    """
    story = play(source, (0, "go"), (60, "stop"))
    assert story.sends == ["0d 10:00 c"]
    assert story.of("exit") == ["0d 10:00 exit one stop", "0d 10:00 exit two condition"]
    assert play(source, (0, "go"), (61, "stop")).sends == ["0d 10:00 a", "0d 10:00 c"]


def test_an_event_is_logged_then_ends_then_wakes_then_starts(play):
    """semantics 3.6"""
    source = """
    attributes: {orders: {type: integer, computed: {event: stop, aggregate: count}}}
    exclusive: {main: {chains: [one, two], on_conflict: first}}
    chains:
      one: {trigger: go, exit: [stop], steps: [{wait: 1d}]}
      two: {trigger: stop, audience: {attribute: orders, eq: 1}, steps: [{send: b}]}
      three:
        trigger: go
        steps: [{wait_for: {if: {event: stop}, then: [{send: a}], timeout: 1d}}]
    """
    story = play(source, (0, "go"), (60, "stop"))
    assert story.of("exit", "enter")[2:] == ["0d 10:00 exit one stop", "0d 10:00 enter two"]
    assert sorted(story.sends) == ["0d 10:00 a", "0d 10:00 b"]


def test_due_passages_run_by_priority_then_chain_then_entry(play):
    """semantics 3.8, 3.9, 3.10"""
    source = """
    frequency: {cap: {limits: [2 per 1d]}}
    chains:
      low: {trigger: go, priority: 10, steps: [{send: a}]}
      mid_2: {trigger: go, steps: [{send: b}]}
      mid_1: {trigger: go, steps: [{send: c}]}
      top: {trigger: go, priority: 90, steps: [{send: p}]}
    """
    story = play(source, (0, "go"))
    assert story.sends == ["0d 09:00 p", "0d 09:00 c"]
    assert [e.message for e in story.entries("skip")] == ["b", "a"]


def test_of_one_chain_the_older_passage_runs_first(play):
    """semantics 3.8"""
    source = """
    chains:
      one:
        trigger: go
        reentry: {mode: always, concurrent: true}
        steps: [{wait: {until: {at: "12:00"}}}, {send: a}]
    """
    story = play(source, (0, "go"), (5, "go"))
    assert [e.passage for e in story.trace.sends()] == [1, 2]


def test_emitted_events_are_processed_after_all_that_was_due(play):
    """semantics 3.11"""
    source = """
    chains:
      one: {trigger: go, priority: 90, steps: [{emit: stop}, {send: a}]}
      two: {trigger: go, steps: [{send: b}]}
      three: {trigger: stop, priority: 99, steps: [{send: c}]}
    """
    assert play(source, (0, "go")).sends == ["0d 09:00 a", "0d 09:00 b", "0d 09:00 c"]


LOOP = """
chains:
  one:
    trigger: go
    steps: [{id: top, note: again}, {jump: {to: top, max: %s}}]
"""


@pytest.mark.parametrize(
    ("rounds", "trouble"),
    [pytest.param(498, 0, id="a thousand steps"), pytest.param(5000, 1, id="without an end")],
)
def test_a_loop_without_a_wait_is_stopped_and_reported(play, rounds, trouble):
    """semantics 3.12"""
    story = play(LOOP % rounds, (0, "go"), (60, "stop"))
    assert len(story.of("trouble")) == trouble
    assert [e.reason for e in story.entries("trouble")] == ["loop"] * trouble


def test_entries_that_start_each_other_are_a_loop_as_well(play):
    """semantics 3.12"""
    source = """
    chains:
      one:
        trigger: [go, {chain: two, state: entered}]
        reentry: {mode: always, concurrent: true}
        steps: [{wait: 1d}]
      two:
        trigger: {chain: one, state: entered}
        reentry: {mode: always, concurrent: true}
        steps: [{wait: 1d}]
    """
    assert [e.reason for e in play(source, (0, "go")).entries("trouble")] == ["loop"]


def test_emitted_events_that_start_each_other_are_a_loop(play):
    """semantics 3.12"""
    source = """
    chains:
      one: {trigger: go, reentry: always, steps: [{emit: stop}]}
      two: {trigger: stop, reentry: always, steps: [{emit: go}]}
    """
    assert [e.reason for e in play(source, (0, "go")).entries("trouble")] == ["loop"]


def test_reactions_are_events_of_one_send_and_come_after_it(play):
    """semantics 3.14"""
    source = """
    chains:
      one: {trigger: go, steps: [{wait: 1h}, {send: a}]}
      two: {trigger: {message: a, reaction: clicked}, reentry: always, steps: [{send: b}]}
    """
    story = play(source, (0, "go"), reactions=[("a", "clicked", 30)])
    assert story.sends == ["0d 10:00 a", "0d 10:30 b"]
    assert play(source, (0, "go"), reactions=[("b", "clicked", 30)]).sends == ["0d 10:00 a"]
    at_once = play(source, (0, "go"), reactions=[("a", "clicked", 0)])
    assert at_once.sends == ["0d 10:00 a", "0d 10:00 b"]


ASSUMED = """
events:
  signup: {}
  buy: {assume: {preceded_by: signup}}
  birthday: {assume: {min_gap: 365d}}
  lapse: {assume: {requires_silence: 30d}}
"""


@pytest.mark.parametrize(
    ("happenings", "created", "reasons"),
    [
        pytest.param([(0, "buy")], True, ["preceded_by"], id="a new customer buys first"),
        pytest.param([(0, "buy")], False, [], id="of old customers not all is known"),
        pytest.param([(0, "signup"), (1, "buy")], True, [], id="bought after signing up"),
        pytest.param([(0, "birthday"), ("9d", "birthday")], True, ["min_gap"], id="too soon"),
        pytest.param([(0, "birthday")], True, [], id="the first time"),
        pytest.param([(0, "signup"), ("2d", "lapse")], True, ["requires_silence"], id="no rest"),
        pytest.param([("-31d", "signup"), (0, "lapse")], True, [], id="after a rest"),
    ],
)
def test_events_that_break_an_assumption_are_reported(play, happenings, created, reasons):
    """semantics 3.15"""
    since = moment("2027-01-01", named("UTC")) if created else None
    story = play(ASSUMED, *happenings, customer={"created": since})
    assert [e.reason for e in story.entries("trouble")] == reasons


def test_what_other_systems_do_later_is_left_out(play):
    """semantics 3.16"""
    source = """
    events: {go: {assume: {causes: [stop]}}}
    chains:
      one: {trigger: go, emits: [stop], steps: [{send: a}]}
      two: {trigger: stop, steps: [{send: b}]}
    """
    story = play(source, (0, "go"))
    assert story.sends == ["0d 09:00 a"]
    assert story.entries("trouble") == []


def test_history_changes_the_state_and_starts_nothing(play):
    source = """
    chains:
      one: {trigger: go, steps: [{send: a}]}
      two: {trigger: stop, audience: {event: go, within: 7d}, steps: [{send: b}]}
    """
    assert play(source, ("-1d", "go"), (0, "stop")).sends == ["0d 09:00 b"]


def test_a_run_is_the_same_every_time(make):
    program = make(chain("{wait: 1h}, {send: a}", "reentry: always,"))
    from crmspec.semantics.machine import Machine, run

    scenario = Scenario(
        customer=Customer(reachable=frozenset({"email"})),
        start=0,
        until=100_000,
        happenings=tuple(Happening(moment=n, subject="go") for n in range(0, 5000, 100)),
    )
    machine = Machine(program)
    assert machine.run(scenario) == machine.run(scenario) == run(program, scenario)
