"""Messages that a target lacks go from chains, and nobody whom they do not reach sees it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from crmspec.ir.step import Branch, Send, Wait, WaitFor
from crmspec.lower.finding import findings
from crmspec.lower.lowering import lower
from crmspec.lower.rewrite import changed
from crmspec.semantics import machine
from tests.contract.project import program
from tests.logic import timelines
from tests.lower import law
from tests.lower.table import TARGET, table

HEAD = """
project: shop
events: {order: {title: Order}}
channels: {email: {type: email}, bot: {type: telegram}, push: {type: mobile_push}}
messages:
  hello: {channel: email, category: service, subject: Hi, body: Hi}
  bot: {channel: bot, category: service, text: Hi}
  ring: {channel: push, category: service, text: Hi, FALLBACK}
segments: {vip: {event: order, count: {gte: 3}}}
chains:
  c:
    trigger: order
    on_unsupported: WISH
    steps:
STEPS
"""
CLICKED = "{message: bot, clicked: true}"


def done(*steps, wish="degrade", fallback="ttl: 1d", lacking=("bot",)):
    body = "".join(f"      - {step}\n" for step in (*steps, "{send: hello}"))
    text = HEAD.replace("WISH", wish).replace("STEPS\n", body).replace("FALLBACK", fallback)
    return lower(program(text), table(), TARGET, lacking=frozenset(lacking))


def left(*steps, **more):
    """Return what is left of steps, without the send at the end."""
    found = done(*steps, **more).program.chains["c"].steps
    assert found[-1].send.message.id == "hello"
    return found[:-1]


GONE = [
    pytest.param("{send: bot}", id="a send"),
    pytest.param("{wait: 1h, only: {message: bot, opened: true}}", id="who reacted to it"),
    pytest.param(
        "{wait: 1h, unless: {any: [vip, {message: bot, opened: false}]}}", id="who did not"
    ),
    pytest.param("{branch: {if: vip, then: [{send: bot}]}}", id="ways with nothing left"),
    pytest.param(f"{{branch: {{if: {CLICKED}, then: [{{wait: 1h}}]}}}}", id="a way nobody goes"),
]


@pytest.mark.parametrize("step", GONE)
def test_steps_that_go(step):
    assert left(step) == ()
    assert len(left(step, wish="manual")) == 1


STAY = [
    pytest.param("{id: a, send: bot}", id="a send that is asked for"),
    pytest.param("{send: hello, only: {message: hello, opened: true}}", id="other messages"),
    pytest.param("{wait: 1h, only: {message: bot, clicked: {gte: 1}}}", id="a count"),
]


@pytest.mark.parametrize("step", STAY)
def test_steps_that_stay(step):
    asked = "{branch: {if: {step: a, outcome: sent}, then: [{wait: 1h}]}}"
    (first, *_) = left(step, asked if "id: a" in step else "{wait: 1h}")
    assert type(first) is type(left(step, wish="manual")[0])


def test_a_message_that_may_end_the_chain_stays():
    assert left("{send: ring}", lacking=["ring"]) == ()
    exits = "fallback: {when: vip, then: exit}"
    assert len(left("{send: ring}", lacking=["ring"], fallback=exits)) == 1


def test_others_are_chosen_among():
    (one,) = left("{send: [bot, hello]}")
    assert one.send.message.id == "hello"
    (two,) = left("{send: [bot, ring, hello]}")
    assert [ref.id for ref in two.send.messages] == ["ring", "hello"]
    (held,) = left("{send: [bot, ring]}", fallback="fallback: {when: vip, then: skip}")
    assert held.send.message is None
    assert left("{send: [bot, ring]}", lacking=["bot", "ring"]) == ()


def test_what_is_known_goes_from_conditions():
    (step,) = left(f"{{wait: 1h, unless: {{any: [vip, {CLICKED}]}}, only: {{not: {CLICKED}}}}}")
    assert step.only is None
    assert len(step.unless.any) == 1
    (fork,) = left(
        f"{{branch: {{cases: [{{if: vip, then: [{{wait: 1h}}]}}, {{if: {{none: [{CLICKED}]}},"
        " then: [{wait: 2h}]}], else: [{wait: 3h}]}}"
    )
    assert isinstance(fork, Branch)
    assert len(fork.branch.cases) == 1
    assert [one.wait.for_.minutes for one in fork.branch.else_] == [120]


def test_a_race_that_nobody_wins_is_a_wait():
    late = "timeout: 1d, otherwise: [{send: ring}]"
    race = f"{{wait_for: {{first_of: [{{if: {CLICKED}}}MORE], {late}}}}}"
    wait, ring = left(race.replace("MORE", ""))
    assert isinstance(wait, Wait)
    assert wait.wait.for_.minutes == 1440
    assert ring.send.message.id == "ring"
    (step,) = left(race.replace("MORE", ", {if: {event: order}}"))
    assert isinstance(step, WaitFor)
    assert len(step.wait_for.first_of) == 1
    (step,) = left(race.replace("MORE", "").replace(late, ""))
    assert isinstance(step, WaitFor)


def test_a_chain_that_sends_nothing_else_stays():
    found = lower(
        program(
            HEAD.replace("WISH", "degrade")
            .replace("FALLBACK", "")
            .replace("STEPS", "      - send: bot")
        ),
        table(),
        TARGET,
        lacking=frozenset(["bot"]),
    )
    (step,) = found.program.chains["c"].steps
    assert isinstance(step, Send)


def test_it_is_told():
    found = done("{send: [bot, hello]}", "{send: bot}")
    told = [
        (one.message.english(), one.help[0].english()) for one in findings(found.survey, table())
    ]
    assert told == [
        (
            "`message.bot` is left out, and is not sent here",
            "the step chooses among the other messages",
        ),
        (
            "`message.bot` is left out, and is not sent here",
            "the step is left out, the rest of `chain.c` is deployed",
        ),
    ]


def stories(found, life):
    trace = machine.run(found, life)
    return None if trace.of("trouble") else law.story(trace)


def plain(chain):
    """Return a chain that looks at nothing but its steps, where a step more does not matter."""
    leaves = tuple(one for one in chain.exit if one.when != "step_end")
    return replace(chain, recheck="entry", exit=leaves, on_unsupported="degrade")


@pytest.mark.parametrize("seed", range(1, 25))
def test_whom_they_do_not_reach_is_sent_the_same(seed):
    source = timelines.project(seed)
    if source is None:
        pytest.skip("check does not let this one through")
    source = changed(source, [("chain", plain(one)) for one in source.chains.values()])
    lacking = {one.id for one in source.messages.values() if one.channel.id == "push"}
    found = lower(source, table(), TARGET, lacking=frozenset(lacking)).program
    for number in range(5):
        life = law.scenario(seed, number, source)
        away = replace(life.customer, reachable=life.customer.reachable - {"push"})
        told = stories(source, replace(life, customer=away))
        assert told is None or told == stories(found, replace(life, customer=away))
