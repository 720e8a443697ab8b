"""Messages that contradict each other: which chains it takes, and chains of one exclusive group."""

import json

import msgspec
import pytest

from crmspec.document import read
from crmspec.ir import build
from crmspec.logic.portfolio import Portfolio
from crmspec.rules import contradictory_messages
from crmspec.semantics.journey import judge, scenario
from crmspec.semantics.machine import run

BASE = """
project: shop
timezone: UTC
events: {viewed: {}, bought: {}}
consents: {mail_ok: {channel: email}}
channels: {email: {type: email, consent: mail_ok}}
tags:
  warm: {incompatible: [cold]}
  cold: {}
messages:
  a: {channel: email, subject: S, body: B, tags: warm}
  b: {channel: email, subject: S, body: B, tags: cold}
  c: {channel: email, subject: S, body: B}
"""


def program(*sources):
    parts = [read(f"{n}.yaml", one.encode()) for n, one in enumerate((BASE, *sources))]
    assert not [one for part in parts for one in part.diagnostics]
    return build(document for part in parts for document in part.documents)


def found(*sources):
    return list(contradictory_messages.check(Portfolio(program(*sources))))


THREE = """
chains:
  x: {trigger: viewed, steps: [{send: a}]}
  z: {trigger: viewed, steps: [{wait: 1h}]}
  y: {trigger: {chain: z, state: completed}, steps: [{send: b}]}
"""
CROWD = "\n".join(f"  o{n:02}: {{trigger: viewed, steps: [{{send: c}}]}}" for n in range(14))
STOPPED = """
  k: {trigger: viewed, priority: 90, exclusive: g, steps: [{wait: 10d}]}
  s: {trigger: viewed, priority: 10, steps: [{stop_chain: k}]}
exclusive: {g: {chains: [y], on_conflict: first}}
"""


@pytest.mark.parametrize(
    "more",
    [
        pytest.param("", id="only those"),
        pytest.param(CROWD, id="many others speak too"),
        pytest.param(STOPPED, id="one is in the way, and another takes it away"),
    ],
)
def test_of_the_chains_none_can_be_left_out(more):
    [one] = found(THREE + more)
    assert set(one.evidence.chains) == {"x", "y", "z"}


def pair(group, x="", y="", more=""):
    """Two chains of one exclusive group on events of their own."""
    return (
        f"exclusive: {{g: {{chains: [x, y], on_conflict: {group}}}}}\nchains:\n"
        f"  x: {{trigger: viewed, {more} steps: [{{send: a}}{x}]}}\n"
        f"  y: {{trigger: bought, steps: [{y}{{send: b}}]}}\n"
    )


STAYS = ", {wait: 2d}"
WAITS = "{wait: 5h}, "
AWAY = "{wait: 2d}, "


@pytest.mark.parametrize(
    ("source", "first"),
    [
        pytest.param(pair("newest", STAYS), "a", id="the newest takes the place of the other"),
        pytest.param(pair("newest", STAYS, WAITS), "a", id="and sends its own later"),
        pytest.param(
            pair("priority", STAYS, more="priority: 10,"), "a", id="the more important one does"
        ),
        pytest.param(pair("first"), "a", id="the other follows"),
        pytest.param(pair("first", STAYS, ""), "b", id="the other comes first, as it ends at once"),
    ],
)
def test_chains_of_one_group_in_turn(source, first):
    [one] = found(source)
    sends = [line.text.english() for line in one.evidence.timeline if line.counted]
    assert [line[1] for line in sends] == [first, {"a": "b", "b": "a"}[first]]
    assert one.help[0].english().startswith("`g` keeps them apart")


LONG = pair("newest", STAYS, AWAY).replace("b}]", "b}, {wait: 2d}]")


@pytest.mark.parametrize(
    ("source", "count"),
    [
        pytest.param(LONG, 1, id="the newest does not let the other stay"),
        pytest.param(LONG.replace("newest", "first"), 0, id="both stay for days"),
        pytest.param(LONG.replace("newest", "priority"), 0, id="both matter as much"),
        pytest.param(
            LONG.replace("newest", "priority").replace("bought,", "bought, priority: 10,"),
            1,
            id="the less important one must go",
        ),
        pytest.param(LONG.replace("[{send: a}", "[{wait: 2d}, {send: a}"), 0, id="days later"),
    ],
)
def test_chains_of_one_group_that_stay_for_days(source, count):
    assert len(found(source)) == count


def without(whole, played, chain, others):
    again = run(whole, msgspec.structs.replace(played, chains=others - {chain}))
    return {one.message for one in again.sends()}


@pytest.mark.parametrize("more", ["", CROWD, STOPPED])
def test_without_any_of_the_chains_the_two_do_not_meet(more):
    [one] = found(THREE + more)
    test = {"title": "Again", **one.evidence.test}
    whole = program(THREE + more, json.dumps({"tests": {"t": test}}))
    played, others = scenario(whole, whole.tests["t"]), frozenset(one.evidence.chains)
    assert not judge(whole.tests["t"], run(whole, played))
    assert {"a", "b"} <= without(whole, played, None, others)
    assert not any({"a", "b"} <= without(whole, played, one, others) for one in others)
