"""Journeys back to chains: what is built of what was decoded compiles to the journey again."""

from __future__ import annotations

import pytest

from crmspec.document.write import flow
from crmspec.engine.resource import Address
from crmspec.providers.onesignal.session import decode, normalise
from tests.providers.onesignal.small import HEAD, chain, made, told

CHAIN = Address("chain", "c")
ACCEPTED = "on_unsupported: degrade\n"


def again(body):
    """Return the journey of the chain that a journey is decoded to."""
    fields = decode(CHAIN, body)
    assert "steps" in fields
    text = f"{HEAD}chains:\n  c: {flow(fields)}\n"
    return normalise(CHAIN, told(made(text), "chain", "c")[0])


STEPS = [
    pytest.param("[{id: a, wait: 36h}, {send: one}, {title: Two, wait: 90s}]", id="deeds"),
    pytest.param("[{update: {set: {vip: true, city: Omsk}}}]", id="tags"),
    pytest.param("[{update: {unset: [city]}}]", id="no tag"),
    pytest.param(
        "[{wait: {until: {at: '10:00'}}}, {title: Two, wait: {until: {at: '12:30', weekday: [mon,"
        " fri]}, timezone: Asia/Omsk}}]",
        id="times of day",
    ),
    pytest.param(
        "[{id: b, branch: {cases: [{if: best, then: [{send: one}]}, {if: {segment: best},"
        " then: [{wait: 1h}]}], else: [{send: two}]}}, {wait: 1h}]",
        id="cases",
    ),
    pytest.param(
        "[{send: one}, {branch: {if: {message: one, opened: false}, then: [{send: two}]}},"
        " {branch: {if: {message: one, clicked: true}, then: [{send: two}], else: [{exit: x}]}},"
        " {wait: 1d}]",
        id="reactions",
    ),
    pytest.param(
        "[{split: {arms: {x: {weight: 50, steps: [{exit: done}]}, y: {weight: 30},"
        " z: {weight: 20, steps: [{send: one}]}}}}, {wait: 1h}]",
        id="a split",
    ),
    pytest.param(
        "[{wait_for: {first_of: [{if: {event: order, where: {total: {gte: 1000}, kind: a}},"
        " then: [{send: one}]}, {if: best}], timeout: 1d}}, {send: two}]",
        id="a race",
    ),
    pytest.param(
        "[{wait_for: {first_of: [{if: {event: order}}], timeout: 3d, otherwise: [{exit: late}]}},"
        " {send: two}]",
        id="a race against leaving",
    ),
]


@pytest.mark.parametrize("steps", STEPS)
def test_steps_come_back(steps):
    body = normalise(CHAIN, chain(steps, trigger="{event: order}", settings=ACCEPTED)[0])
    assert body["nodes"]
    assert again(body) == body


HEADS = [
    pytest.param("", "{event: order, where: {total: {gt: 5, lte: 7.5}, kind: b}}", id="an event"),
    pytest.param("", "{segment: best, backfill: true}", id="a segment"),
    pytest.param("", "{segment: best}", id="who comes into a segment"),
    pytest.param("    audience: best\n    recheck: entry\n", "{event: order}", id="an audience"),
    pytest.param("    audience: best\n", "{event: order}", id="an audience asked again"),
    pytest.param("    reentry: {mode: after, after: 7d}\n", "{event: order}", id="again"),
    pytest.param("    exit: [order, {if: best}]\n", "{event: order}", id="leaving"),
    pytest.param(
        '    quiet_hours: {from: "21:00", to: "09:30", timezone: Europe/Moscow}\n',
        "{event: order}",
        id="hours",
    ),
]


@pytest.mark.parametrize(("head", "trigger"), HEADS)
def test_who_enters_and_leaves_comes_back(head, trigger):
    found, _ = chain("[{send: sale}, {wait: 1h}, {send: sale}]", head, trigger, ACCEPTED)
    body = normalise(CHAIN, found)
    assert again(body) == body


def test_quarters_of_different_hours_are_no_wait():
    found, _ = chain("[{wait: {until: {at: '10:00', weekday: [mon, fri]}}}]", settings=ACCEPTED)
    body = normalise(CHAIN, found)
    assert "steps" in decode(CHAIN, body)
    body["nodes"][0]["windows"][1] |= {"start": {"hour": 9}, "end": {"hour": 9, "minute": 15}}
    assert decode(CHAIN, body) == {}
    del body["nodes"][0]["windows"][1]["day_of_week"]
    body["nodes"][0]["windows"][1] |= {"start": {"hour": 10}, "end": {"hour": 10, "minute": 15}}
    assert decode(CHAIN, body) == {}


NODE = {"client_node_id": "x", "kind": "wait", "duration_seconds": 60}
OTHERS = [
    pytest.param({"nodes": [NODE | {"until": "x"}]}, id="a field"),
    pytest.param({"nodes": [NODE | {"kind": "webhook"}]}, id="a kind of node"),
    pytest.param({"audience": {"kind": "schedule"}}, id="a way to enter"),
    pytest.param({"early_exit": {"rules": {"on_session": True}}}, id="a way to leave"),
    pytest.param({"nodes": [{"kind": "wait"}]}, id="a node without a name"),
    pytest.param(
        {"nodes": [NODE | {"kind": "send_push", "template_id": "t-1"}]}, id="a foreign message"
    ),
]


@pytest.mark.parametrize("other", OTHERS)
def test_what_has_no_words_is_not_led_back(other):
    body = {"audience": {"kind": "event_trigger", "name": "order"}, "nodes": [NODE]}
    assert decode(CHAIN, body)["steps"] == [{"id": "x", "wait": {"for": "1m"}}]
    assert decode(CHAIN, body | other) == {}
