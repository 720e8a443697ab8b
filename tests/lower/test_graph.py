"""Chains as graphs, and as trees where ways may not meet again."""

import pytest

from crmspec.lower.capability import Limits
from crmspec.lower.graph import graph
from crmspec.lower.lowering import lower
from tests.contract.project import program
from tests.lower.table import TARGET, table

HEAD = """
events: {order: {title: Order}}
channels: {email: {type: email}}
attributes: {tier: {type: enum, values: [a, b]}}
messages: {one: {channel: email, subject: Hi, body: Hi}, two: {channel: email, subject: H, body: H}}
experiments: {colours: {variants: {red: {weight: 50}, blue: {weight: 50}}}}
chains:
  c:
    trigger: order
    steps:
"""
FORK = "{branch: {if: {event: order}, then: [{id: t, send: one}], else: [{exit: bad}]}}"


def made(*steps):
    return program(HEAD + "".join(f"      - {step}\n" for step in steps))


def drawn(*steps):
    return graph(made(*steps).chains["c"])


def edges(*steps):
    return {name: node.edges for name, node in drawn(*steps).nodes.items()}


def test_a_line():
    found = drawn("{id: a, send: one}", "{id: b, wait: 1d}", "{id: c, send: two}")
    assert found.start == "a"
    assert [*found.nodes] == ["a", "b", "c"]
    assert {name: node.edges["next"] for name, node in found.nodes.items()} == {
        "a": "b",
        "b": "c",
        "c": None,
    }
    assert found.is_line


def test_an_empty_chain_has_no_start():
    chain = made("{note: x}").chains["c"]
    assert graph(chain.__class__(id="c", trigger=(), steps=())).start is None


def test_ways_meet_again():
    found = drawn(FORK, "{id: after, send: two}")
    assert found.nodes["c.steps.0"].edges == {"0": "t", "else": "c.steps.0.1.0"}
    assert found.nodes["t"].edges == {"next": "after"}
    assert found.nodes["c.steps.0.1.0"].edges == {}
    assert found.is_tree
    both = drawn(FORK.replace("{exit: bad}", "{id: e, send: two}"), "{id: after, send: two}")
    assert both.meeting() == {"after"}
    assert not both.is_tree


@pytest.mark.parametrize(
    ("step", "names"),
    [
        pytest.param(
            "{id: f, switch: {value: {attribute: tier}, cases: {a: [], b: []}}}",
            ["a", "b", "default"],
            id="switch",
        ),
        pytest.param(
            "{id: f, split: {arms: {x: {weight: 50}, y: {weight: 50}}}}", ["x", "y"], id="split"
        ),
        pytest.param(
            "{id: f, experiment: {id: colours, arms: {red: {weight: 50}, blue: {weight: 50}}}}",
            ["red", "blue"],
            id="experiment",
        ),
        pytest.param(
            "{id: f, wait_for: {if: {event: order}, timeout: 1d}}", ["0", "timeout"], id="wait_for"
        ),
    ],
)
def test_edges_have_names(step, names):
    assert [*edges(step)["f"]] == names


def test_jumps_lead_where_they_go():
    back = edges("{id: a, send: one}", "{id: j, jump: {to: a, max: 2}}", "{id: z, note: x}")
    assert back["j"] == {"jump": "a", "next": "z"}
    ahead = edges("{id: j, jump: {to: z}}", "{id: gone, note: x}", "{id: z, note: x}")
    assert ahead["j"] == {"jump": "z"}
    assert "gone" not in ahead
    assert edges("{id: j, jump: {to: nowhere}}", "{id: z, note: x}")["j"] == {"next": "z"}
    assert not drawn("{id: a, send: one}", "{jump: {to: a, max: 2}}").is_tree


def shaped(*steps, shape="tree", **limits):
    return lower(made(*steps), table(shape=shape, limits=Limits(**limits)), TARGET)


def said(done):
    return [one.reason.english() for one in done.survey.gaps(("chain", "c"))]


FORKS = [
    FORK.replace("{exit: bad}", "{id: e, send: two}"),
    "{switch: {value: {attribute: tier}, cases: {a: [{send: one}]}}}",
    "{split: {arms: {x: {weight: 50}, y: {weight: 50}}}}",
    "{experiment: {id: colours, arms: {red: {weight: 50}, blue: {weight: 50}}}}",
    "{wait_for: {if: {event: order}, timeout: 1d}}",
]


@pytest.mark.parametrize("fork", FORKS)
def test_what_follows_is_copied(fork):
    done = shaped(fork, "{id: after, send: two}")
    found = graph(done.program.chains["c"])
    assert found.is_tree
    assert "after" in found.nodes
    assert sum(name.startswith("c.steps") for name in found.nodes) >= 2
    assert len(done.program.chains["c"].steps) == 1
    assert not said(done)


def test_what_leaves_gets_no_copy():
    both = "{switch: {value: {attribute: tier}, cases: {a: [], b: [{exit: bad}]}}}"
    done = shaped(both, "{id: after, send: two}", "{exit: done}", "{send: one}")
    a, b = done.program.chains["c"].steps[0].switch.cases.values()
    assert [len(a), len(b)] == [2, 1]
    assert len(graph(done.program.chains["c"]).nodes) == 6


def test_forks_in_what_follows_have_their_ids_once():
    done = shaped(FORKS[0], "{id: w, wait: 1d}", FORKS[1], "{id: after, send: two}")
    ids = [one.step.id for one in graph(done.program.chains["c"]).nodes.values() if one.step.id]
    assert sorted(ids) == ["after", "e", "t", "w"]


def test_what_is_a_tree_stays():
    steps = ["{send: one}", FORK, "{send: two}"]
    done = shaped(*steps)
    assert done.program.chains["c"].steps == made(*steps).chains["c"].steps
    assert not [one for one in done.outcomes if one.family == "shape"]


@pytest.mark.parametrize(
    ("steps", "why"),
    [
        pytest.param([FORK, "{id: x, jump: {to: x, max: 1}}"], "a jump", id="jump"),
        pytest.param([FORKS[0], "{throttle: {limit: 1, per: 1d}}"], "a throttle", id="throttle"),
        pytest.param(
            [FORKS[0], "{id: x, send: two}", "{branch: {if: {step: x, outcome: sent}, then: []}}"],
            "the result of `x`",
            id="result",
        ),
        pytest.param(
            [FORKS[0], "{id: x, send: two}", "{branch: {if: {event: order, since: x}, then: []}}"],
            "the result of `x`",
            id="since",
        ),
        pytest.param([FORKS[0][:-1] + ", only: {event: order}}", "{note: x}"], "`only`", id="only"),
        pytest.param([FORKS[2], *FORKS[2:3] * 7], "it would have 255 steps", id="size"),
    ],
)
def test_what_cannot_be_copied(steps, why):
    done = shaped(*steps)
    assert why in said(done)[0]
    assert done.survey.absent


def test_a_target_may_allow_fewer_steps():
    assert (
        "it would have 5 steps; 4 are allowed"
        in said(shaped(FORKS[2], "{send: one}", "{send: two}", steps=4))[0]
    )


@pytest.mark.parametrize(
    ("steps", "lost"),
    [pytest.param(["{send: one}"], False, id="a line"), pytest.param([FORK], True, id="a fork")],
)
def test_a_line_has_no_forks(steps, lost):
    assert bool(said(shaped(*steps, shape="line"))) is lost
