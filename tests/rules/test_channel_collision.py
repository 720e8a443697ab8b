"""One action, several messages: also of chains that start others, beside them or in their place."""

import pytest

from crmspec.rules import channel_collision

BASE = """
project: shop
timezone: UTC
events: {viewed: {}, ready: {}, rare: {}}
consents: {mail_ok: {channel: email}, push_ok: {channel: push}}
channels: {email: {type: email, consent: mail_ok}, push: {type: mobile_push, consent: push_ok}}
attributes: {plan: {type: enum, values: [a, b], mutability: immutable}}
messages:
  a: {channel: email, subject: S, body: B}
  p: {channel: push, heading: H, text: T}
  q: {channel: push, heading: H, text: T, category: transactional}
"""
NEXT = "{start_chain: y}"
AT_ONCE = "one action brings `a` (`email`) and `p` (`push`) in one minute"


def chains(conflict, steps, other="{send: p}", *, trigger="{manual: true}", more="", x=""):
    """A chain on what a customer does, and another one that it starts, in one exclusive group."""
    group = f"exclusive: {{g: {{chains: [x, y], on_conflict: {conflict}}}}}\n" if conflict else ""
    return (
        f"{group}chains:\n"
        f"  x: {{trigger: viewed, {x} steps: [{steps}]}}\n"
        f"  y: {{trigger: {trigger}, {more} steps: [{other}]}}\n"
    )


STAYS = f"{{send: a}}, {NEXT}, {{wait: 1d}}"
ANSWER = "{send: a}, {wait_for: {if: %s, then: [{send: p}], timeout: 2d}}"
DONE = "{chain: x, state: completed}"
ENTERED = "{chain: x, state: entered}"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        pytest.param(chains("newest", STAYS), AT_ONCE, id="the new one takes the place"),
        pytest.param(
            chains("priority", STAYS, more="priority: 90,"), AT_ONCE, id="the important one does"
        ),
        pytest.param(
            chains("newest", STAYS, "{wait: 30m}, {send: p}"),
            "one action brings `a` (`email`) and `p` (`push`), 30 min apart",
            id="and speaks a little later",
        ),
        pytest.param(
            chains("newest", "{send: a}, {emit: ready}, {wait: 1d}", trigger="ready"),
            AT_ONCE,
            id="an event brings it in",
        ),
        pytest.param(
            chains("first", "{send: a}", trigger=DONE), AT_ONCE, id="it follows the other"
        ),
        pytest.param(chains("", STAYS), AT_ONCE, id="beside it"),
        pytest.param(
            chains("", "{wait: 30m}, {send: a}", trigger=ENTERED),
            "one action brings `p` (`push`) and `a` (`email`), 30 min apart",
            id="it starts with the other",
        ),
        pytest.param(
            chains("", f"{ANSWER % '{event: ready}'}", "{emit: ready}", trigger=ENTERED),
            AT_ONCE,
            id="it waits for what another chain does",
        ),
    ],
)
def test_a_chain_that_starts_another(findings, source, message):
    assert [found for found, _, _ in findings(channel_collision, BASE, source)] == [message]


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(chains("first", STAYS), id="the first one keeps its place"),
        pytest.param(chains("priority", STAYS, more="priority: 10,"), id="the important one does"),
        pytest.param(
            chains("newest", f"{NEXT}, {{send: a}}"), id="the place is taken before it speaks"
        ),
        pytest.param(chains("newest", STAYS, "{wait: 2h}, {send: p}"), id="hours later"),
        pytest.param(chains("newest", STAYS, "{send: q}"), id="a transactional message"),
        pytest.param(
            chains("newest", STAYS, x="audience: {attribute: plan, eq: a},").replace(
                "{manual: true}, ", "{manual: true}, audience: {attribute: plan, eq: b},"
            ),
            id="not for the same customers",
        ),
        pytest.param(chains("newest", STAYS, more="status: draft,"), id="a draft"),
        pytest.param(chains("newest", STAYS, x="status: draft,", trigger="rare"), id="of a draft"),
        pytest.param(chains("", "{send: a}", trigger=DONE.replace("x", "y")), id="only itself"),
        pytest.param(
            chains("", "{send: a}, {emit: ready}", trigger="rare"), id="nobody hears of it"
        ),
    ],
)
def test_nothing_is_said(findings, source):
    assert findings(channel_collision, BASE, source) == []


@pytest.mark.parametrize(
    "awaited",
    [
        pytest.param("{message: a, opened: true}", id="the customer opens the first"),
        pytest.param("{event: ready}", id="the customer does something else"),
    ],
)
def test_an_answer_to_what_the_customer_does_next_is_no_collision(findings, awaited):
    source = chains("", ANSWER % awaited, trigger="rare")
    assert findings(channel_collision, BASE, source) == []
