"""Chains of too many steps, cut into several that follow one another."""

import pytest
from msgspec.structs import replace

from crmspec.ir.action import Emit
from crmspec.ir.step import StartChain, Wait
from crmspec.lower.capability import Limits
from crmspec.lower.lowering import lower
from crmspec.semantics import machine
from crmspec.semantics.scenario import Customer, Happening, Scenario
from tests.contract.project import program
from tests.lower.table import TARGET, table

HEAD = """
project: shop
events:
  order: {title: Order, properties: {total: {type: number}}}
  late: {title: Late, occurred_at: ts, properties: {ts: {type: datetime}}}
attributes: {level: {title: Level, type: integer}}
channels: {email: {type: email}, sms: {type: sms}}
segments: {vip: {event: order, count: {gte: 3}}}
goals: {won: {title: Won, event: order}}
frequency: {cap: {title: Cap, applies_to: {chains: [c]}, limits: ["900 per 1d"]}}
messages:
  hello: {channel: email, category: service, subject: Hi, body: Hi}
  bye: {channel: email, category: service, subject: Bye, body: Bye}
  odd:
    channel: email
    category: service
    subject: Hi
    body: Hi
    fallback: {when: {trigger: total, gte: 5}}
  total: {channel: email, category: service, subject: Hi, body: "{{ event.total }}"}
chains:
  c:
    title: C
    trigger: order
    SETTINGS
    steps:
STEPS
"""
LIMITS = Limits(steps=4)
STARTS = table(limits=LIMITS)
WIDER = table(limits=Limits(steps=6))
BY_API = table({("trigger", "manual"): "none"}, limits=LIMITS)
EMITS = table({("step", "start_chain"): "none"}, limits=LIMITS)
ALONE = table({("step", "start_chain"): "none", ("step", "emit"): "none"}, limits=LIMITS)
LONG = ["{send: hello}", "{wait: 1h}", "{send: hello}", "{wait: 2h}", "{send: bye}", "{wait: 3h}"]


def lowered(*steps, capabilities=STARTS, settings="priority: 60", more=""):
    body = "".join(f"      - {step}\n" for step in steps)
    text = HEAD.replace("SETTINGS", settings).replace("STEPS\n", body + more)
    return lower(program(text), capabilities, TARGET)


def told(done):
    found = done.survey.outcomes["chain", "c"]
    return [one.reason.english() for one in found if one.reason is not None]


def test_a_chain_goes_on_in_another_one():
    done = lowered(*LONG, settings="exit: [order]\n    quiet_hours: {from: '22:00', to: '09:00'}")
    first, second = done.program.chains["c"], done.program.chains["c__2"]
    *steps, last = first.steps
    assert isinstance(last, StartChain)
    assert last.start_chain.chain.id == "c__2"
    assert isinstance(second.steps[0], Wait)
    assert len(steps) + len(second.steps) == len(LONG)
    assert (second.exit, second.quiet_hours) == (first.exit, first.quiet_hours)
    assert (second.title, second.trigger[0].subject) == ("C (2)", "manual")
    assert (second.reentry.mode, second.reentry.concurrent) == ("always", True)
    assert told(done) == ["cut into 2 chains that follow one another"]
    assert [one.id for one in done.program.frequency["cap"].applies_to.chains] == ["c", "c__2"]
    assert not done.survey.gaps(("chain", "c__2"))


def test_a_longer_one_is_cut_more_often():
    done = lowered(*LONG, *LONG)
    assert list(done.program.chains) == ["c", "c__2", "c__3", "c__4", "c__5"]
    assert told(done) == ["cut into 5 chains that follow one another"]


@pytest.mark.parametrize(
    ("capabilities", "step", "trigger"),
    [
        pytest.param(BY_API, StartChain, "api", id="a call"),
        pytest.param(EMITS, Emit, "event", id="an event"),
    ],
)
def test_the_join_is_what_the_target_has(capabilities, step, trigger):
    done = lowered(*LONG, capabilities=capabilities)
    assert isinstance(done.program.chains["c"].steps[-1], step)
    assert done.program.chains["c__2"].trigger[0].subject == trigger
    assert ("c__2" in done.program.events) is (trigger == "event")


def test_without_a_join_or_a_limit_nothing_is_cut():
    assert told(lowered(*LONG, capabilities=ALONE)) == ["Acme takes 4 steps; this chain has 6"]
    assert list(lowered(*LONG, capabilities=table()).program.chains) == ["c"]
    assert list(lowered(*LONG[:4]).program.chains) == ["c"]


@pytest.mark.parametrize(
    ("shape", "made"),
    [pytest.param("graph", ["c"], id="once"), pytest.param("tree", ["c", "c__2"], id="copied")],
)
def test_what_will_be_copied_is_counted_as_often(shape, made):
    fork = "{branch: {if: vip, then: [{send: bye}]}}"
    steps = ["{send: hello}", "{wait: 1h}", fork, "{wait: 1h}", "{send: bye}"]
    capabilities = table(limits=Limits(steps=6), shape=shape)
    assert list(lowered(*steps, capabilities=capabilities).program.chains) == made


def test_an_audience_is_asked_before_the_sends_of_each_part():
    done = lowered(*LONG, *LONG, settings="audience: vip", capabilities=WIDER)
    assert not any("takes" in one for one in told(done))
    second = done.program.chains["c__2"]
    assert second.audience is None
    assert second.steps[1].branch.cases[0].then[0].exit == "audience"
    assert second.recheck == "entry"


def test_a_share_by_chance_stays_the_same():
    share = "{branch: {if: {random: 50%}, then: []}}"
    done = lowered("{send: hello}", "{wait: 1h}", "{send: hello}", "{wait: 1h}", share)
    assert done.program.chains["c__2"].steps[1].branch.cases[0].if_.salt == "chain c"


def test_an_audience_is_not_asked_again_after_a_wait_at_the_gate():
    settings = "audience: vip\n    quiet_hours: {from: '22:00', to: '09:00'}"
    assert "8.21" in told(lowered(*LONG, *LONG, settings=settings, capabilities=WIDER))[0]


GOAL = "goal: {goal: won, exits: true}"


def test_what_ends_the_chain_ends_its_later_parts():
    done = lowered(*LONG, settings=GOAL)
    order = (Happening(moment=1, subject="order"), Happening(moment=170, subject="order"))
    life = Scenario(customer=Customer(reachable=frozenset({"email"})), start=0, until=900)
    trace = machine.run(done.program, replace(life, happenings=order))
    assert [(one.moment, one.chain, one.message) for one in trace.sends()] == [
        (1, "c", "hello"),
        (61, "c", "hello"),
    ]
    assert [(one.moment, one.chain, one.reason) for one in trace.of("exit")] == [
        (170, "c__2", "goal")
    ]
    bare = machine.run(done.program, replace(life, happenings=order[:1]))
    assert [one.moment for one in bare.sends()] == [1, 61, 181]


STOPS = "  d: {trigger: late, steps: [{stop_chain: c}]}\n"
FOLLOWS = "  d: {trigger: {chain: c, state: completed}, steps: [{send: bye}]}\n"
EMITTER = "  d: {trigger: late, steps: [{emit: order}]}\n"
MARKED = ["{id: a, send: hello}", *LONG[1:4]]


@pytest.mark.parametrize(
    ("steps", "settings", "more", "why"),
    [
        pytest.param(LONG, "", STOPS, "another chain stops it", id="stopped"),
        pytest.param(LONG, "", FOLLOWS, "`d` asks who", id="followed"),
        pytest.param(LONG, "recheck: each_step\n    audience: vip", "", "between", id="each step"),
        pytest.param(
            LONG, "audience: vip\n    exit: [{no_longer: audience}]", "", "between", id="audience"
        ),
        pytest.param(LONG, "rate_limit: 100/h", "", "`rate_limit`", id="a rate"),
        pytest.param(LONG, "goal: {goal: won, within: 5d, exits: true}", "", "entry", id="a goal"),
        pytest.param(LONG, "reentry: always", "", "come back", id="who is still in it"),
        pytest.param(LONG, "reentry: {mode: always, concurrent: true}", "", "come back", id="caps"),
        pytest.param(LONG, "exit: [late]", "", "told late", id="a late event"),
        pytest.param(
            LONG,
            "exit: [{if: {event: order, since: chain_start, count: {gte: 5}}}]",
            "",
            "exits ask",
            id="its start",
        ),
        pytest.param([*LONG, "{batch: {for: 1h, as: x}}"], "", "", "`batch`", id="a batch"),
        pytest.param(["{send: hello}", *["{send: bye}"] * 4], "", "", "no wait", id="no wait"),
        pytest.param([*LONG[:4], "{send: total}"], "", "", "what started", id="data of the event"),
        pytest.param([*LONG[:4], "{send: odd}"], "", "", "what started", id="a fallback"),
        pytest.param(
            [*LONG[:4], "{update: {set: {level: '{{ event.total }}'}}}"],
            "",
            "",
            "what started",
            id="a value",
        ),
        pytest.param(
            [*LONG[:4], "{switch: {value: {trigger: total}, cases: {'1': []}}}"],
            "",
            "",
            "what started",
            id="a switch",
        ),
        pytest.param(
            [*LONG[:4], "{wait: {until: {property: total}}}"], "", "", "what started", id="a date"
        ),
        pytest.param(
            [*MARKED, "{branch: {if: {step: a, outcome: sent}, then: []}}"],
            "",
            "",
            "the result",
            id="a result",
        ),
        pytest.param(
            [*LONG[:4], "{branch: {if: {message: hello, opened: true}, then: []}}"],
            "",
            "",
            "reactions",
            id="a reaction",
        ),
    ],
)
def test_some_chains_stay(steps, settings, more, why):
    done = lowered(*steps, settings=settings or "priority: 60", more=more)
    assert "c__2" not in done.program.chains
    assert any("cannot be cut" in one and why in one for one in told(done))


def test_an_event_that_ends_the_chain_must_not_come_in_the_gap():
    """Within the minute of the cut nobody is in either part, where an event joins them."""
    settings = "exit: [order]"
    assert (
        "`d` emits" in told(lowered(*LONG, settings=settings, more=EMITTER, capabilities=EMITS))[0]
    )
    assert "c__2" in lowered(*LONG, settings=settings, more=EMITTER).program.chains


@pytest.mark.parametrize(
    ("wait", "cut"),
    [
        pytest.param("{wait: {between: {min: 1h, max: 2h}}}", True, id="a random length"),
        pytest.param("{wait: {until: {at: '10:00'}}}", True, id="the next morning"),
        pytest.param("{wait: {until: {at: '10:00', if_inside: pass}}}", False, id="maybe no time"),
        pytest.param("{wait: {until: {day: '2026-05-01'}}}", False, id="a day that may be past"),
        pytest.param("{wait: 1h, only: vip}", False, id="only for some"),
    ],
)
def test_only_before_what_takes_time(wait, cut):
    done = lowered("{send: hello}", "{send: hello}", wait, "{send: bye}", "{note: x}")
    assert ("c__2" in done.program.chains) is cut
