"""Jumps as copies of the steps they go to."""

import pytest

from crmspec.ir import walk
from crmspec.ir.step import Jump, Leave, Send
from crmspec.lower.lowering import lower
from tests.contract.project import program
from tests.lower.table import TARGET, by, table

HEAD = """
events: {order: {title: Order}}
channels: {email: {type: email}}
segments: {vip: {event: order, count: {gte: 3}}}
messages:
  one: {channel: email, category: service, subject: One, body: Hi}
  two: {channel: email, category: service, subject: Two, body: Hi}
  three: {channel: email, category: service, subject: Three, body: Hi}
chains:
  c:
    trigger: order
    steps:
"""
COPIED = table({("step", "jump"): by("jump"), ("policy", "only"): by("only")})
ONE, TWO, THREE = "{id: a, send: one}", "{wait: 1d}", "{id: z, send: three}"


def lowered(*steps, capabilities=COPIED):
    text = HEAD + "".join(f"      - {step}\n" for step in steps)
    return lower(program(text), capabilities, TARGET)


def lost(done):
    return [one.reason.english() for one in done.survey.gaps(("chain", "c"))]


def way(steps):
    """Return the messages of a way, forks in brackets."""
    said = []
    for step in steps:
        if isinstance(step, Send):
            said.append(step.send.message.id)
        elif hasattr(step, "branch"):
            inner = [way(one.then) for one in step.branch.cases] + [way(step.branch.else_)]
            said.append(f"[{' | '.join(inner)}]")
        elif isinstance(step, Leave):
            said.append("leave")
    return " ".join(said)


@pytest.mark.parametrize(
    ("steps", "copied"),
    [
        pytest.param([ONE, TWO, "{jump: {to: a, max: 2}}", THREE], "one one one three", id="back"),
        pytest.param([ONE, "{jump: {to: z}}", "{send: two}", THREE], "one three", id="on"),
        pytest.param(
            [ONE, "{branch: {if: vip, then: [{jump: {to: z}}]}}", "{send: two}", THREE],
            "one [three | two three]",
            id="out of a branch",
        ),
        pytest.param(
            [ONE, "{branch: {if: vip, then: [{jump: {to: a, max: 1}}], else: [{exit: x}]}}", THREE],
            "one [one [three | leave] | leave]",
            id="back out of a branch",
        ),
        pytest.param(
            [ONE, "{jump: {to: a, max: 1}, only: vip}", THREE],
            "one [one [three | three] | three]",
            id="only for some",
        ),
        pytest.param([ONE, "{jump: {to: none}}", THREE], "one three", id="nowhere"),
    ],
)
def test_what_comes_at_a_jump_is_copied(steps, copied):
    done = lowered(*steps)
    chain = done.program.chains["c"]
    assert way(chain.steps) == copied
    assert not any(isinstance(node, Jump) for node in walk(chain))
    assert lost(done) == []
    ids = [node.id for node in walk(chain) if isinstance(node, Send) and node.id is not None]
    assert len(ids) == len(set(ids))


ASKED = "{branch: {if: {step: a, outcome: sent}, then: []}}"


@pytest.mark.parametrize(
    ("steps", "why"),
    [
        pytest.param([ONE, "{jump: {to: a, max: 1}}", ASKED], "the result of `a`", id="a result"),
        pytest.param([ONE, "{jump: {to: a, max: 99}}", *["{wait: 1h}"] * 3], "200", id="too many"),
        pytest.param(
            ["{throttle: {limit: 1, per: 1d}}", ONE, "{jump: {to: a, max: 1}}"],
            "`throttle`",
            id="throttle",
        ),
        pytest.param(
            [ONE, "{branch: {if: vip, then: []}, unless: vip}", "{jump: {to: a, max: 1}}"],
            "a fork has",
            id="a fork that may be skipped",
        ),
        pytest.param(
            [ONE, "{jump: {to: a, max: 1}, unless: vip}"],
            "a jump has",
            id="a jump that may be skipped",
        ),
    ],
)
def test_some_jumps_stay(steps, why):
    done = lowered(*steps, capabilities=table({("step", "jump"): by("jump")}))
    assert any(why in one for one in lost(done))
    assert any(isinstance(node, Jump) for node in walk(done.program.chains["c"]))


def test_a_result_of_a_step_that_is_not_copied_may_be_asked_for():
    assert lost(lowered(ONE, ASKED, "{id: b, wait: 1d}", "{jump: {to: b, max: 1}}")) == []


def test_what_the_target_has_itself_is_left_alone():
    done = lowered(ONE, "{jump: {to: a, max: 1}}", capabilities=table())
    assert isinstance(done.program.chains["c"].steps[1], Jump)
