"""The steps of a chain in time: ways that join, and jumps."""

import pytest

from crmspec.document import read
from crmspec.ir import build
from crmspec.logic.portfolio import Portfolio

SHOP = """
events: {signup: {}}
consents: {news: {channel: email}}
channels: {email: {type: email, consent: news}}
attributes: {vip: {type: boolean}}
messages:
  hello: {channel: email, subject: S, body: B}
  bye: {channel: email, subject: S, body: B}
"""
FORK = "{branch: {if: {attribute: vip, is: true}, then: [{wait: 1h}], else: [{wait: 2h}]}}"


def track(steps):
    chains = f"chains: {{c: {{trigger: signup, steps: [{steps}]}}}}"
    results = [read(f"{n}.yaml", one.encode()) for n, one in enumerate((SHOP, chains))]
    program = build(document for one in results for document in one.documents)
    return Portfolio(program).tracks["c"]


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        pytest.param("{send: hello}", [(0, 0)], id="at once"),
        pytest.param(f"{FORK}, {{send: hello}}", [(60, 120)], id="after either of two waits"),
        pytest.param(
            f"{{send: hello, id: again}}, {FORK}, {{jump: {{to: again, max: 2}}}}",
            [(0, 240)],
            id="two more times",
        ),
        pytest.param(
            "{jump: {to: last}}, {wait: 1d}, {send: hello, id: last}", [(0, 0)], id="over a wait"
        ),
        pytest.param("{jump: {to: nowhere}}, {send: hello}", [(0, 0)], id="to an unknown step"),
        pytest.param(
            "{send: hello}, {exit: gone}, {wait: 1d}, {send: bye}", [(0, 0)], id="not after the end"
        ),
        pytest.param(
            "{exit: gone, only: {attribute: vip, is: true}}, {wait: 1d}, {send: bye}",
            [(1440, 1440)],
            id="after an end for some",
        ),
    ],
)
def test_sends_come_between_two_times(steps, expected):
    assert [(one.least, one.most) for one in track(steps).offers] == expected


def test_each_step_is_in_each_round_once():
    """Ways that join lead to one step, not to as many as there are ways."""
    found = track(f"{{send: hello, id: again}}, {FORK}, {{jump: {{to: again, max: 2}}}}")
    assert found.exact
    assert len(found.nodes) == 3 * len({node.path for node in found.nodes})
    assert found.lifetime == (120 // 2, 3 * 120)


def test_a_chain_of_too_many_rounds_is_not_exact():
    steps = "{send: hello, id: again}, {wait: 1h}, {jump: {to: again}}"
    assert not track(steps).exact
    assert track(steps).lifetime == (0, None)
    assert track(steps.replace("to: again", "to: again, max: 9")).exact
