"""Chains that start one another for ever."""

import pytest

from crmspec.rules import trigger_loop
from crmspec.rules.replay import Replays

SHOP = """
events: {order_placed: {}, cart_updated: {}, asked: {}, answered: {}}
attributes:
  x: {}
  age: {type: integer}
  birthday: {type: date}
lists: {friends: {}}
consents: {ads: {channel: email}, other: {channel: email}}
channels: {email: {type: email, consent: ads}}
messages:
  ad: {channel: email, subject: S, body: B}
  second: {channel: email, subject: S, body: B}
"""

SELF = "c: {trigger: asked, reentry: always, steps: [{emit: asked}]}"
PAIR = """
chains:
  a: {trigger: asked, reentry: %s, steps: [{send: ad}, {emit: answered}]}
  b: {trigger: answered, reentry: always, steps: [{wait: %s}, {emit: asked}]}
"""


def one(body):
    return f"chains: {{c: {{{body}}}}}"


@pytest.mark.parametrize(
    ("chains", "message"),
    [
        pytest.param(
            one("trigger: asked, reentry: always, steps: [{emit: asked}]"),
            "`c` starts itself without a wait, for ever",
            id="an event of its own",
        ),
        pytest.param(
            one("trigger: asked, reentry: always, steps: [{wait: 1d}, {emit: asked}]"),
            "`c` starts itself over and over: 7 times a week",
            id="after a wait",
        ),
        pytest.param(
            one("trigger: asked, reentry: always, steps: [{wait: 10d}, {send: ad}, {emit: asked}]"),
            "`c` starts itself over and over: every 10 days",
            id="after a long wait",
        ),
        pytest.param(
            """
            chains:
              a: {trigger: asked, reentry: always, steps: [{emit: answered}]}
              b: {trigger: answered, reentry: always, steps: [{emit: asked}]}
            """,
            "chains start one another without a wait, for ever: a → b → a",
            id="by way of another chain at once",
        ),
        pytest.param(
            PAIR % ("always", "2d"),
            "chains start one another over and over: a → b → a, 3 times a week",
            id="by way of another chain",
        ),
        pytest.param(
            PAIR % ("always", "20d"),
            "chains start one another over and over: a → b → a, every 20 days",
            id="by way of another chain, slowly",
        ),
        pytest.param(
            PAIR % ("after 1d", "2d"),
            "chains start one another over and over: a → b → a, 3 times a week",
            id="a rest shorter than the round",
        ),
        pytest.param(
            one(
                "trigger: [asked, {list: friends, transition: left}], reentry: always, "
                "steps: [{list: {add: [friends]}}, {wait: 1d}, {list: {remove: [friends]}}]"
            ),
            "`c` starts itself over and over: 7 times a week",
            id="a list",
        ),
        pytest.param(
            one(
                "trigger: [asked, {attribute: age}], reentry: always, "
                "steps: [{wait: 1d}, {update: {increment: {age: 1}}}]"
            ),
            "`c` starts itself over and over: 7 times a week",
            id="an attribute",
        ),
        pytest.param(
            one("trigger: [asked, {chain: c}], reentry: always, steps: [{wait: 1d}, {send: ad}]"),
            "`c` starts itself over and over: 7 times a week",
            id="a chain that follows itself",
        ),
        pytest.param(
            """
            chains:
              a: {trigger: asked, reentry: always, steps: [{wait: 1d}, {start_chain: b}]}
              b: {trigger: answered, reentry: always, steps: [{start_chain: a}]}
            """,
            "chains start one another over and over: a → b → a, 7 times a week",
            id="chains that name each other, with a wait",
        ),
        pytest.param(
            """
            chains:
              c: {trigger: [asked, {segment: grown}], reentry: always, steps: [
                {update: {set: {age: 1}}}, {wait: 1d}, {update: {set: {age: 20}}}]}
            segments: {grown: {attribute: age, gte: 18}}
            """,
            "`c` starts itself over and over: 7 times a week",
            id="a segment",
        ),
    ],
)
def test_found(findings, chains, message):
    assert [found for found, _, _ in findings(trigger_loop, SHOP, chains)] == [message]


@pytest.mark.parametrize(
    "chains",
    [
        pytest.param(one("trigger: asked, steps: [{emit: asked}]"), id="once for ever"),
        pytest.param(
            one("trigger: asked, reentry: {mode: always, limit: 3}, steps: [{emit: asked}]"),
            id="three times",
        ),
        pytest.param(
            one("trigger: asked, reentry: after 5d, steps: [{wait: 1d}, {emit: asked}]"),
            id="a rest longer than the round",
        ),
        pytest.param(
            one("trigger: asked, reentry: always, steps: [{emit: asked}, {wait: 1d}]"),
            id="while it still runs",
        ),
        pytest.param(
            one("trigger: asked, reentry: always, steps: [{wait: 40d}, {emit: asked}]"),
            id="slower than a month",
        ),
        pytest.param(
            one("trigger: asked, reentry: always, status: draft, steps: [{emit: asked}]"),
            id="a draft",
        ),
        pytest.param(
            one(
                "trigger: asked, reentry: always, audience: {not_event: asked, within: 2d}, "
                "steps: [{wait: 1d}, {emit: asked}]"
            ),
            id="an audience that keeps it out",
        ),
        pytest.param(
            one(
                "trigger: asked, reentry: always, steps: "
                "[{wait_for: {if: {event: answered}, then: [{emit: asked}], timeout: 1d}}]"
            ),
            id="only if the customer answers",
        ),
        pytest.param(
            """
            chains:
              a: {trigger: asked, reentry: always, steps: [{start_chain: b}]}
              b: {trigger: answered, reentry: always, steps: [{start_chain: a}]}
            """,
            id="chains that name each other at once are reported elsewhere",
        ),
    ],
)
def test_not_found(findings, chains):
    assert findings(trigger_loop, SHOP, chains) == []


def test_each_circle_of_a_knot_is_told(findings):
    chains = """
    chains:
      a: {trigger: asked, reentry: always, steps: [{wait: 1d}, {emit: answered}]}
      b: {trigger: answered, reentry: always, steps: [{wait: 1d}, {emit: asked}]}
      c: {trigger: answered, reentry: always, steps: [{wait: 2d}, {emit: answered}]}
    """
    assert len(findings(trigger_loop, SHOP, chains)) == 2


def test_causes_of_every_kind(findings):
    chains = """
    attributes: {orders: {computed: {event: answered, aggregate: count}}}
    segments:
      members: {list: friends}
      inside: {in_chain: waiting}
    chains:
      joined:
        trigger: [asked, {segment: members}]
        reentry: always
        steps: [{list: {add: [friends]}}, {wait: 1d}, {list: {remove: [friends]}}]
      counted:
        trigger: {attribute: orders}
        reentry: always
        steps: [{wait: 1d}, {emit: answered}]
      waiting:
        trigger: {segment: inside}
        reentry: always
        steps: [{consent: {set: ads, status: subscribed}}, {exit: done}]
      quiet:
        trigger: {no_event: order_placed, for: 1d, after: cart_updated}
        reentry: always
        steps: [{wait: 1h}, {emit: cart_updated}, {update: {unset: [age]}}]
    """
    found = {text for _, text, _ in findings(trigger_loop, SHOP, chains)}
    assert {"answered", "cart_updated"} <= found


def test_what_the_budget_leaves_over(findings, monkeypatch):
    monkeypatch.setattr(Replays.__init__, "__defaults__", (0,))
    chains = one("trigger: asked, reentry: always, steps: [{emit: asked}]")
    (found,) = findings(trigger_loop, SHOP, chains)
    assert found[0] == "1 more like these were not looked at"
