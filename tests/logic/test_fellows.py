"""Who may meet whom, quickly: never fewer than a look at each pair finds."""

from textwrap import dedent

import pytest

from crmspec.document import read
from crmspec.ir import build
from crmspec.logic.fellows import fellows
from crmspec.logic.portfolio import Portfolio
from crmspec.logic.witness import Stage

BASE = """
events: {e: {}, f: {}, g: {}}
consents: {ok: {channel: email}}
channels: {email: {type: email, consent: ok}}
attributes:
  kind: {type: enum, values: [m, n, o], mutability: immutable, nullable: false}
  city: {type: enum, values: [p, q], mutability: frozen, nullable: false}
messages: {a: {channel: email, subject: S, body: B}}
exclusive: {pair: {chains: [x, y]}, old: {status: draft, chains: [u, v]}}
"""
CHAINS = """
chains:
  x: {trigger: e, audience: {attribute: kind, eq: m}, steps: [{send: a}]}
  y: {trigger: e, audience: {attribute: kind, in: [m, n]}, steps: [{send: a}]}
  z:
    trigger: e
    audience: {any: [{attribute: kind, eq: o}, {attribute: city, eq: q}]}
    steps: [{send: a}]
  u: {trigger: e, audience: {attribute: city, eq: p}, steps: [{wait: 40d}, {start_chain: x}]}
  v: {trigger: [e, f], audience: {all: [{attribute: kind, eq: n}, {event: g}]}, steps: []}
  w: {trigger: f, exclusive: alone, steps: [{wait: {until: {attribute: born}}}]}
"""


@pytest.fixture
def portfolio():
    text = dedent(BASE) + CHAINS
    text = text.replace("exclusive: {", "exclusive: {alone: {chains: [w, z]}, ")
    text = text.replace("attributes:", "attributes:\n  born: {type: date}")
    return Portfolio(build(read("all.yaml", text.encode()).documents))


def test_they_are_never_fewer_than_those_who_may_meet(portfolio):
    chains = list(portfolio.program.chains)
    found = fellows(portfolio, chains)
    lifetimes = portfolio.lifetimes
    for here, one in enumerate(chains):
        for there, other in enumerate(chains):
            grouped = lifetimes.group(one, other) is not None
            may = one != other and not grouped and lifetimes.may_meet(one, other)
            assert not may or found[here] >> there & 1
            assert bool(found[here] >> there & 1) == bool(found[there] >> here & 1)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        pytest.param("x", "y", False, id="one exclusive group"),
        pytest.param("x", "v", False, id="different kinds"),
        pytest.param("y", "v", True, id="one kind"),
        pytest.param("u", "v", True, id="the group is a draft"),
        pytest.param("x", "z", True, id="one of two things"),
        pytest.param("w", "z", False, id="a group named by the chain"),
        pytest.param("x", "x", False, id="itself"),
    ],
)
def test_fellows(portfolio, one, other, expected):
    found = fellows(portfolio, (one, other))
    assert bool(found[0] >> 1 & 1) is expected


def test_a_stage_that_failed_is_played_again_only_for_an_aim_that_was_seen(portfolio):
    from crmspec.logic.witness import Entrance

    runs = []
    machine = portfolio.machine
    original = machine.run
    portfolio.machine.run = lambda scenario: runs.append(1) or original(scenario)
    entrances = (Entrance("v", 1),)

    def enact(aim):
        runs.clear()
        return portfolio.rehearsals.enact(Stage(entrances, aim)), len(runs)

    witness, first = enact(lambda trace: len(trace.of("enter")) > 5)
    assert witness is None
    assert first
    assert enact(lambda trace: bool(trace.of("send"))) == (None, 0)
    witness, again = enact(lambda trace: bool(trace.of("enter")))
    assert witness is not None
    assert again


def test_steps_lie_apart():
    text = dedent(BASE).replace("exclusive", "x_exclusive") + (
        "chains: {x: {trigger: e, steps: [{send: a}, {branch: {if: {event: f}, then: [{wait: 1h}, "
        "{send: a}], else: [{send: a}]}}, {wait: 2h}, {send: a}]}}"
    )
    text = "\n".join(line for line in text.splitlines() if not line.startswith("x_exclusive"))
    track = Portfolio(build(read("all.yaml", text.encode()).documents)).tracks["x"]
    first, left, right, last = "x.steps.0", "x.steps.1.0.1", "x.steps.1.1.0", "x.steps.3"
    assert track.apart(first, left) == 60
    assert track.apart(first, right) == 0
    assert track.apart(left, right) is None
    assert track.apart(right, last) == 120
    assert track.apart(first, last) == 120
    assert track.apart(last, first) is None
