"""Chains that start one another for ever."""

from textwrap import dedent

import pytest

from crmspec.document import read
from crmspec.ir import build
from crmspec.logic.portfolio import Portfolio
from crmspec.logic.proof import undecided
from crmspec.rules import channel_collision, frequency_overload, trigger_loop
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


FOLLOWERS = """
chains:
  a: {trigger: {chain: b, state: completed}, reentry: always, steps: [wait: 10m, send: ad]}
  b: {trigger: {chain: a, state: completed}, reentry: always, steps: [wait: 10m, send: second]}
"""
UP_AND_DOWN = """
segments: {hot: {attribute: age, gte: 10}}
chains:
  up:
    trigger: {segment: hot, transition: left}
    reentry: always
    steps: [update: {set: {age: 20}}]
  dn:
    trigger: {segment: hot}
    reentry: always
    steps: [wait: 1h, update: {set: {age: 1}}, send: ad]
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
        pytest.param(
            FOLLOWERS + "  st: {trigger: asked, reentry: never, steps: [{start_chain: a}]}",
            "chains start one another over and over: a → b → a, 504 times a week",
            id="a third chain starts it",
        ),
        pytest.param(
            FOLLOWERS.replace(
                "a: {trigger: {chain: b, state: completed}",
                "a: {trigger: [{chain: b, state: completed}, {chain: st}]",
            )
            + "  st: {trigger: asked, steps: [{send: ad}]}",
            "chains start one another over and over: a → b → a, 504 times a week",
            id="it follows a third chain",
        ),
        pytest.param(
            UP_AND_DOWN,
            "chains start one another over and over: dn → up → dn, 168 times a week",
            id="a segment that two chains move a customer in and out of is one circle",
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
        pytest.param(
            FOLLOWERS + "  st: {trigger: asked, status: draft, steps: [{start_chain: a}]}",
            id="nobody ever comes in: a draft starts it",
        ),
        pytest.param(
            UP_AND_DOWN.replace("set: {age: 20}", "set: {age: 2}"),
            id="a segment that only one of them moves a customer into",
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


ROUND = PAIR.replace("%s", "always", 1)
FIVE = ", ".join(["{send: ad}"] * 5)


@pytest.mark.parametrize("rule", [frequency_overload, channel_collision])
@pytest.mark.parametrize("wait", ["0m", "10m", "3h"])
def test_what_comes_round_is_told_once(findings, rule, wait):
    assert [told for told, _, _ in findings(rule, SHOP, ROUND % wait)] == []
    assert len(findings(trigger_loop, SHOP, ROUND % wait)) == 1


@pytest.mark.parametrize(
    "chains",
    [
        pytest.param(ROUND.replace("{send: ad}", FIVE) % "3h", id="one round is too much already"),
        pytest.param(
            ROUND % "3h" + f"  five: {{trigger: cart_updated, steps: [{FIVE}]}}",
            id="another chain that does not come round",
        ),
    ],
)
def test_too_much_beside_a_circle_is_told_too(findings, chains):
    [(told, _, _)] = findings(frequency_overload, SHOP, chains)
    assert "5 marketing messages in 24 hours" in told


def test_a_circle_that_loses_a_message_decides_about_its_rule():
    cap = "frequency: {cap: {limits: [1 per 1d]}}"
    lists = """
    chains:
      a: {trigger: {list: friends}, reentry: always, steps: [send: ad, list: {remove: [friends]}]}
      b:
        trigger: {list: friends, transition: left}
        reentry: always
        steps: [wait: 3h, list: {add: [friends]}]
    """
    results = [read(f"{n}.yaml", dedent(one).encode()) for n, one in enumerate((SHOP, cap, lists))]
    portfolio = Portfolio(build(document for one in results for document in one.documents))
    assert undecided(portfolio) != ()
    assert undecided(portfolio, list(trigger_loop.check(portfolio))) == ()
