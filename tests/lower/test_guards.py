"""Questions of the gate, exits and races as steps."""

import pytest
from msgspec.structs import replace

from crmspec.ir.chain import Reentry
from crmspec.ir.step import Branch, Note, Send, Wait
from crmspec.lower.lowering import lower
from crmspec.lower.rewrite import changed
from crmspec.semantics import machine
from tests.contract.project import program
from tests.logic import timelines
from tests.lower import law
from tests.lower.table import TARGET, by, table

HEAD = """
events: {order: {title: Order, properties: {total: {type: number}}}}
channels: {email: {type: email, consent: news, CHANNEL}, sms: {type: sms}}
consents: {news: {title: News, channel: email, topics: [tips]}}
segments: {vip: {event: order, count: {gte: 3}}}
messages:
  hello: {channel: email, topic: tips, subject: Hi, body: Hi, MESSAGE}
  text: {channel: sms, text: Hi}
  code: {channel: sms, category: transactional, text: Hi}
RULES
chains:
  c:
    trigger: order
    SETTINGS
    steps:
"""
NIGHT = 'quiet_hours: {from: "22:00", to: "09:00"}'

VIP = "audience: vip"
EACH = "\n    recheck: each_step"
OWN = "audience: {message: hello, opened: true}"
LATER = "\n    exit: [{event: order, when: step_end}]"
ODD = "fallback: {when: vip}"
ZONE = "\n    timezone: Europe/Moscow"
GAP = "frequency: {gap: {min_gap: 1h, exceed: delay}}"
HELD = "experiments: {h: {type: holdout, percent: 5}}"


def asks(*names):
    return table({("policy", name): by(name) for name in names})


def lowered(capabilities, *steps, settings="priority: 1", channel="", message="", rules=""):
    text = HEAD.replace("SETTINGS", settings).replace(", CHANNEL", channel and f", {channel}")
    text = text.replace(", MESSAGE", message and f", {message}").replace("RULES", rules)
    body = "".join(f"      - {step}\n" for step in steps)
    return lower(program(text + body), capabilities, TARGET)


def steps(done):
    return done.program.chains["c"].steps


def lost(done):
    return [one.reason.english() for one in done.survey.gaps(("chain", "c"))]


def told(done):
    found = done.survey.outcomes["chain", "c"]
    return {(one.element, one.support.value) for one in found if one.reason is not None}


def test_the_audience_is_asked_before_each_send():
    done = lowered(asks("recheck"), "{wait: 1h}", "{id: a, send: hello}", settings="audience: vip")
    _, guard, send = steps(done)
    assert guard.branch.cases[0].then[0].exit == "audience"
    assert send.id == "a"
    assert done.program.chains["c"].recheck == "entry"
    assert told(done) == {("recheck", "lowered")}


def test_consent_is_asked_before_each_send():
    done = lowered(asks("consent"), "{id: a, send: hello}", "{send: code}")
    guard, free = steps(done)
    assert guard.branch.cases[0].if_.topic.id == "tips"
    assert guard.branch.cases[0].then[0].id == "a"
    assert guard.branch.else_ == ()
    assert isinstance(free, Send)
    asked = lowered(asks("consent"), "{send: hello}", "{send: text}", settings="audience: vip")
    first, never = steps(asked)
    assert first.branch.else_[0].branch.cases[0].then[0].exit == "audience"
    assert never.branch.cases[0].if_.any == ()


def test_quiet_hours_become_waits():
    done = lowered(
        asks("quiet_hours"), "{send: hello}", "{send: code}", settings=f"{NIGHT}\n    audience: vip"
    )
    guard, send, free = steps(done)
    assert len(guard.branch.cases[0].if_.all) == 3
    assert isinstance(guard.branch.cases[0].then[0], Wait)
    assert isinstance(send, Send)
    assert isinstance(free, Send)
    assert done.program.chains["c"].quiet_hours is None


@pytest.mark.parametrize(
    ("ttl", "stays"),
    [
        pytest.param("13h", False, id="as long as the hours, and what a changed clock adds"),
        pytest.param("779m", True, id="a minute less"),
    ],
)
def test_a_ttl_that_never_ends_changes_nothing(ttl, stays):
    done = lowered(asks("quiet_hours"), "{send: hello}", settings=f"{NIGHT[:-1]}, ttl: {ttl}}}")
    assert bool(lost(done)) is stays


@pytest.mark.parametrize("name", ["recheck", "consent", "quiet_hours"])
def test_nothing_to_ask_is_no_change(name):
    assert not lowered(asks(name), "{send: code}").survey.gaps(("chain", "c"))
    assert steps(lowered(asks(name), "{send: code}"))[0].__class__ is Send


@pytest.mark.parametrize(
    ("name", "found", "why"),
    [
        pytest.param("recheck", {"settings": f"{VIP}{EACH}"}, "every step", id="each step"),
        pytest.param("recheck", {"settings": OWN}, "reactions", id="own messages"),
        pytest.param("recheck", {"settings": f"{VIP}{LATER}"}, "first step", id="exits"),
        pytest.param("consent", {"message": f"{ODD[:-1]}, then: exit}}"}, "`fallback`", id="end"),
        pytest.param("quiet_hours", {"settings": NIGHT[:-1] + ", ttl: 1h}"}, "`ttl`", id="ttl"),
        pytest.param("quiet_hours", {"settings": f"{NIGHT}{ZONE}"}, "customer's zone", id="zone"),
        pytest.param("quiet_hours", {"settings": NIGHT, "channel": NIGHT}, "channels", id="both"),
        pytest.param("quiet_hours", {"settings": NIGHT, "rules": GAP}, "`delay`", id="delay"),
        pytest.param("quiet_hours", {"settings": NIGHT, "rules": HELD}, "holdout", id="holdout"),
        pytest.param("quiet_hours", {"settings": NIGHT, "message": ODD}, "asked first", id="odd"),
        pytest.param(
            "quiet_hours", {"settings": f"{NIGHT}\n    {VIP}{EACH}"}, "after the wait", id="looks"
        ),
    ],
)
def test_some_questions_stay(name, found, why):
    (said,) = lost(lowered(asks(name), "{send: hello}", **found))
    assert why in said


@pytest.mark.parametrize(
    ("send", "why"),
    [
        pytest.param("{send: [hello, text]}", "among several", id="a choice"),
        pytest.param("{send: hello, only: vip}", "`only`", id="only"),
    ],
)
def test_sends_must_be_plain(send, why):
    (said,) = lost(lowered(asks("consent"), send))
    assert why in said


def test_sends_that_others_look_at_stay():
    jumped = lowered(asks("consent"), "{id: a, send: hello}", "{jump: {to: a, max: 1}}")
    assert "a jump" in lost(jumped)[0]
    user = "{branch: {if: {step: a, outcome: skipped}, then: []}}"
    assert "the result" in lost(lowered(asks("consent"), "{id: a, send: hello}", user))[0]


def test_what_waits_at_the_gate_is_not_asked_again():
    done = lowered(asks("consent"), "{send: hello}", settings=NIGHT)
    assert told(done) == {("consent", "deviates")}
    assert "8.21" in lost(done)[0]


EXITS = table({("policy", f"exit_{one}"): by("exit") for one in ("event", "if", "audience")})


def test_exits_are_looked_at_before_steps_that_act():
    first = "{event: order, where: {total: {gte: 5}}}"
    exits = f"{VIP}\n    exit: [{first}, {{if: vip}}, {{no_longer: audience}}]"
    done = lowered(EXITS, "{wait: 1h}", "{send: hello}", settings=exits)
    wait, guard, send = steps(done)
    assert isinstance(wait, Wait)
    assert [case.then[0].exit for case in guard.branch.cases] == ["order", "condition", "audience"]
    assert guard.branch.cases[0].if_.since == "chain_start"
    assert isinstance(send, Send)
    assert done.program.chains["c"].exit == ()
    assert all("4.3" in one for one in lost(done))
    assert len(lost(done)) == 3


def test_an_exit_that_asks_for_this_passage_stays():
    done = lowered(EXITS, "{send: hello}", settings="exit: [{if: {message: hello, opened: true}}]")
    assert "cannot become a step" in lost(done)[0]
    assert done.program.chains["c"].exit


RACE = table({("step", "wait_for"): by("race")})
ASKED = "{all: [{event: order}, {event: order, within: 1h}]}"
WAIT = f"{{ID wait_for: {{if: {ASKED}, TIMEOUT then: [{{send: hello}}]}}}}"


def race(extra="", timeout="timeout: 1d,", *others):
    return lowered(
        RACE, WAIT.replace("ID", extra).replace("TIMEOUT", timeout), *others, "{note: x}"
    )


def test_a_race_becomes_a_wait_and_a_branch():
    done = race()
    mark, wait, branch, _ = steps(done)
    assert isinstance(mark, Note)
    assert isinstance(wait, Wait)
    assert isinstance(branch, Branch)
    first, second = branch.branch.cases[0].if_.all
    assert (first.since, second.since) == (mark.id, None)
    assert "7.12" in lost(done)[0]
    single = lowered(RACE, "{wait_for: {if: {event: order}, timeout: 1d, since: chain_start}}")
    assert steps(single)[2].branch.cases[0].if_.since == "chain_start"


@pytest.mark.parametrize(
    ("extra", "timeout", "others", "why"),
    [
        pytest.param("", "", (), "no `timeout`", id="no end"),
        pytest.param("only: vip,", "timeout: 1d,", (), "`only`", id="only"),
        pytest.param("id: a,", "timeout: 1d,", ("{jump: {to: a, max: 1}}",), "a jump", id="jump"),
        pytest.param(
            "id: a,",
            "timeout: 1d,",
            ("{branch: {if: {step: a, outcome: timeout}, then: []}}",),
            "the result",
            id="result",
        ),
    ],
)
def test_some_races_stay(extra, timeout, others, why):
    assert why in lost(race(extra, timeout, *others))[0]


PROJECTS = [
    pytest.param(seed, found, id=str(seed))
    for seed in range(1, 25)
    if (found := timelines.project(seed)) is not None
]


def unhurried(source):
    """Return a project in which nothing waits at the gate."""
    still = [("chain", replace(one, quiet_hours=None)) for one in source.chains.values()]
    still += [("channel", replace(one, quiet_hours=None)) for one in source.channels.values()]
    return changed(replace(source, frequency={}, broadcasts={}), still)


@pytest.mark.parametrize(("seed", "source"), PROJECTS)
def test_who_never_comes_back_is_sent_the_same_where_exits_are_steps(seed, source):
    """Without re-entry, groups and waits at the gate, leaving later changes no send."""
    source = replace(unhurried(source), exclusive={})
    plain = [
        replace(
            one,
            reentry=Reentry(mode="never"),
            goal=(),
            exit=tuple(leave for leave in one.exit if leave.event is not None),
            trigger=one.trigger[:1],
        )
        for one in source.chains.values()
        if one.trigger[0].subject != "chain"
    ]
    kept = changed(replace(source, chains={}), [("chain", one) for one in plain])
    done = lower(kept, EXITS, TARGET)
    for number in range(6):
        scenario = law.scenario(seed, number, source)
        before, after = (machine.run(one, scenario) for one in (kept, done.program))
        assert sends(before) == sends(after)


def sends(trace):
    return [(one.moment, one.chain, one.message) for one in trace.sends()]


@pytest.mark.parametrize(("seed", "source"), PROJECTS)
def test_a_target_that_asks_for_no_consent_sends_the_same(seed, source):
    source = unhurried(source)
    guards = law.TABLES["guards"]
    whole = {id_ for id_, one in source.chains.items() if one.recheck != "each_step"}
    source = replace(source, chains={id_: source.chains[id_] for id_ in sorted(whole)})
    done = lower(source, guards, TARGET)
    if any(not one.support.kept for one in done.outcomes):
        pytest.skip("not all of it can be lowered")
    channels = [("channel", replace(one, consent=None)) for one in source.channels.values()]
    messages = [("message", replace(one, category="service")) for one in source.messages.values()]
    bare = changed(done.program, [*channels, *messages])
    for number in range(6):
        scenario = law.scenario(seed, number, source)
        assert sends(machine.run(source, scenario)) == sends(machine.run(bare, scenario))


@pytest.mark.parametrize(("seed", "source"), PROJECTS)
def test_where_nothing_comes_in_time_a_race_is_a_wait(seed, source):
    done = lower(source, RACE, TARGET)
    for number in range(6):
        scenario = law.scenario(seed, number, source)
        before = machine.run(source, scenario)
        races = [one for one in before.of("wait") if one.reason == "race"]
        ends = [one for one in before.of("take") if one.reason == "timeout"]
        if races and len(races) == len(ends):
            assert law.story(before) == law.story(machine.run(done.program, scenario))
