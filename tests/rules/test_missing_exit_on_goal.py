"""Chains that write on after their goal."""

import pytest

from crmspec.rules import missing_exit_on_goal

SHOP = """
events: {order_placed: {}, cart_updated: {}}
goals: {purchase: {event: order_placed}, joined: {segment: buyers}, looked: {event: cart_updated}}
segments:
  vip: {event: cart_updated}
  buyers: {event: order_placed}
  newcomers: {not: buyers}
consents: {ads: {channel: email}}
channels: {email: {type: email, consent: ads}}
lists: {friends: {}}
messages:
  ad: {channel: email, subject: S, body: B}
  receipt: {channel: email, subject: S, body: B, category: transactional}
"""
LATE = "steps: [{wait: 1d}, {send: ad}]"
ASKED = "{event: order_placed, since: chain_start}"


def chain(body):
    return f"chains: {{c: {{trigger: cart_updated, {body}}}}}"


def race(then="[{exit: bought}]", event="order_placed"):
    return f"{{wait_for: {{if: {{event: {event}}}, then: {then}, timeout: 1d}}}}"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(f"goal: purchase, {LATE}", id="a message after a wait"),
        pytest.param(f"goal: purchase, exit: cart_updated, {LATE}", id="another exit"),
        pytest.param(
            f"goal: purchase, exit: [{{event: order_placed, where: {{total: 5}}}}], {LATE}",
            id="an exit for some orders",
        ),
        pytest.param(f"goal: purchase, audience: vip, {LATE}", id="an audience that does not ask"),
        pytest.param(
            f"goal: purchase, audience: newcomers, recheck: entry, {LATE}",
            id="an audience asked only once",
        ),
        pytest.param(
            "goal: purchase, steps: [{wait: 1d}, {branch: {if: vip, then: [{send: ad}]}}]",
            id="on one path",
        ),
        pytest.param(
            "goal: purchase, steps: [{branch: {if: vip, then: [{wait: 1d}]}}, {send: ad}]",
            id="after a wait on one path",
        ),
        pytest.param(
            "goal: purchase, steps: [{split: {arms: {a: [{wait: 1d}, {send: ad}]}}}]".replace(
                "a: [", "a: {weight: 100, steps: ["
            ).replace("]}}}]", "]}}}}]"),
            id="in an arm",
        ),
        pytest.param(
            f"goal: purchase, steps: [{race(event='cart_updated')}, {{send: ad}}]",
            id="waiting for something else",
        ),
        pytest.param(
            f"goal: purchase, steps: [{race()}, {{wait: 1d}}, {{send: ad}}]",
            id="another wait after the one for the goal",
        ),
        pytest.param("goal: purchase, steps: [{wait: 1d}, {send: [receipt, ad]}]", id="a choice"),
        pytest.param(
            "goal: purchase, "
            "steps: [{wait_for: {if: {event: cart_updated}, then: [{note: x}]}}, {send: ad}]",
            id="waiting for something else without end",
        ),
        pytest.param(
            "goal: purchase, steps: [{jump: {to: last}, only: {list: friends}}, {wait: 1d}, "
            "{send: ad, id: last}]",
            id="a wait that some jump over",
        ),
        pytest.param(
            "goal: purchase, steps: [{wait: 1d}, "
            "{branch: {if: {list: friends}, then: [{exit: x}], else: []}}, {send: ad}]",
            id="one path goes on",
        ),
    ],
)
def test_found(findings, body):
    found = findings(missing_exit_on_goal, SHOP, chain(body))
    assert [text for _, text, _ in found] == ["purchase"]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(f"goal: purchase, exit: order_placed, {LATE}", id="the exit is there"),
        pytest.param(
            f"goal: purchase, exit: {{if: {{event: order_placed}}}}, {LATE}", id="as a condition"
        ),
        pytest.param(f"goal: purchase, exit: {{if: buyers}}, {LATE}", id="as a segment"),
        pytest.param(
            f"goal: {{goal: purchase, exits: true}}, {LATE}", id="the goal ends the chain"
        ),
        pytest.param(f"goal: {{goal: purchase, primary: false}}, {LATE}", id="a secondary goal"),
        pytest.param(f"goal: joined, {LATE}", id="a goal without an event"),
        pytest.param(f"goal: unknown, {LATE}", id="an unknown goal"),
        pytest.param(f"goal: looked, {LATE}", id="the goal is what started the chain"),
        pytest.param(f"goal: purchase, audience: newcomers, {LATE}", id="a rechecked audience"),
        pytest.param(f"goal: purchase, audience: broken, {LATE}", id="an unknown audience"),
        pytest.param(
            "goal: purchase, steps: [{send: ad}, {wait: 1d}]", id="no message after the wait"
        ),
        pytest.param(
            "goal: purchase, steps: [{jump: {to: last}}, {wait: 1d}, {send: ad, id: last}]",
            id="a wait that all jump over",
        ),
        pytest.param("goal: purchase, steps: [{wait: 1d}, {send: receipt}]", id="no marketing"),
        pytest.param(
            f"goal: purchase, steps: [{{wait: 1d}}, {{send: ad, unless: {ASKED}}}]", id="a guard"
        ),
        pytest.param(
            f"goal: purchase, steps: [{{wait: 1d}}, {{exit: x, only: {ASKED}}}]",
            id="nothing follows",
        ),
        pytest.param(
            f"goal: purchase, steps: [{{wait: 1d}}, "
            f"{{branch: {{if: {ASKED}, then: [{{exit: bought}}]}}}}, {{send: ad}}]",
            id="a branch that asks",
        ),
        pytest.param(f"goal: purchase, steps: [{race()}, {{send: ad}}]", id="waiting for the goal"),
        pytest.param(
            "goal: purchase, steps: [{wait: 1d}, {exit: done}, {send: ad}]", id="everybody has left"
        ),
        pytest.param(
            "goal: purchase, steps: [{wait: 1d}, "
            "{branch: {if: vip, then: [{exit: x}], else: [{exit: y}]}}, {send: ad}]",
            id="every path leaves",
        ),
        pytest.param(
            f"goal: purchase, audience: {{not_event: order_placed}}, {LATE}", id="who did not order"
        ),
        pytest.param(
            f"goal: purchase, audience: {{last_event: order_placed, older_than: 30d}}, {LATE}",
            id="who ordered long ago",
        ),
        pytest.param(f"goal: purchase, status: draft, {LATE}", id="a draft"),
        pytest.param(f"goal: purchase, status: deprecated, {LATE}", id="a deprecated chain"),
    ],
)
def test_not_found(findings, body):
    assert findings(missing_exit_on_goal, SHOP, chain(body)) == []


@pytest.mark.parametrize(
    ("body", "replacement"),
    [
        pytest.param("goal: purchase", ["{goal: purchase, exits: true}"], id="a bare goal"),
        pytest.param(
            "goal: {goal: purchase, within: 5d}",
            ["exit: order_placed, "],
            id="a goal with more keys",
        ),
        pytest.param(
            "exit: cart_updated, goal: purchase", ["[cart_updated, order_placed]"], id="a bare exit"
        ),
    ],
)
def test_fixes(findings, body, replacement):
    found = findings(missing_exit_on_goal, SHOP, chain(f"{body}, {LATE}"))
    assert [fix for _, _, fix in found] == [replacement]


def test_a_fix_removes_the_finding(findings):
    fixed = chain(f"goal: {{goal: purchase, exits: true}}, {LATE}")
    assert findings(missing_exit_on_goal, SHOP, fixed) == []


LAPSED = "segments: {lapsed: {last_event: order_placed, older_than: 60d}}"


@pytest.mark.parametrize(
    ("trigger", "body", "place"),
    [
        pytest.param(
            "{no_event: order_placed, for: 2h, after: cart_updated}",
            "",
            "order_placed",
            id="silence",
        ),
        pytest.param("{segment: lapsed}", "", "lapsed", id="a segment that is come into"),
        pytest.param(
            "cart_updated",
            "recheck: entry, audience: {not_event: order_placed, within: 30d},",
            "order_placed",
            id="an audience asked once",
        ),
        pytest.param(
            "cart_updated", "recheck: entry, audience: {not: buyers},", "buyers", id="no buyers"
        ),
        pytest.param(
            "cart_updated",
            "recheck: entry, audience: [{none: [{event: order_placed}]}],",
            "order_placed",
            id="none of",
        ),
        pytest.param(
            "cart_updated", "recheck: entry, audience: lapsed,", "lapsed", id="a lapsed audience"
        ),
    ],
)
def test_customers_who_have_come_back(findings, trigger, body, place):
    chains = f"chains: {{c: {{trigger: {trigger}, {body} {LATE}}}}}"
    message = "`c` writes on to customers who have come back: it does not look for `order_placed`"
    found = findings(missing_exit_on_goal, SHOP, LAPSED, chains)
    assert [(one, text) for one, text, _ in found] == [(message, place)]


@pytest.mark.parametrize(
    ("trigger", "body"),
    [
        pytest.param("cart_updated", "audience: {not: buyers},", id="an audience asked again"),
        pytest.param("{segment: lapsed}", "exit: order_placed,", id="an exit"),
        pytest.param("{segment: lapsed, transition: left}", "", id="those who have come back"),
        pytest.param(
            "{segment: lapsed}", "exit: {no_longer: audience}, audience: lapsed,", id="out"
        ),
        pytest.param("{segment: vip}", "", id="a segment of those who did something"),
        pytest.param("{no_event: order_placed, for: 2h, after: order_placed}", "", id="a pause"),
        pytest.param(
            "cart_updated", "recheck: entry, audience: {event: cart_updated},", id="who did it"
        ),
        pytest.param(
            "cart_updated", "recheck: entry, audience: {not: {list: friends}},", id="no friends"
        ),
        pytest.param(
            "cart_updated", "recheck: entry, audience: {not: lapsed},", id="not a lapsed customer"
        ),
        pytest.param(
            "cart_updated",
            "recheck: entry, audience: {not: {event: order_placed, count: {gte: 3}}},",
            id="not a regular",
        ),
    ],
)
def test_customers_who_are_asked_about(findings, trigger, body):
    chains = f"chains: {{c: {{trigger: {trigger}, {body} {LATE}}}}}"
    assert findings(missing_exit_on_goal, SHOP, LAPSED, chains) == []


def test_an_answer_that_the_chain_waits_for(findings):
    steps = f"steps: [{race('[{wait: 1d}, {send: ad}]')}]"
    chains = chain(f"recheck: entry, audience: {{not: buyers}}, {steps}")
    assert findings(missing_exit_on_goal, SHOP, chains) == []


NIGHT = 'quiet_hours: {from: "22:00", to: "09:00"}'


@pytest.mark.parametrize(
    ("exits", "message"),
    [
        pytest.param(
            "{event: order_placed, when: step_end}",
            "`c` sends a held message after `order_placed`: its exit waits for the end of the step",
            id="at the end of a step",
        ),
        pytest.param(
            "[{if: {list: friends}}, {event: order_placed, when: step_end}]",
            "`c` sends a held message after `order_placed`: its exit waits for the end of the step",
            id="after one that asks about a state",
        ),
    ],
)
def test_a_message_that_is_held_while_the_event_happens(findings, exits, message):
    chains = chain(f"exit: {exits}, {NIGHT}, {LATE}")
    assert [one for one, _, _ in findings(missing_exit_on_goal, SHOP, chains)] == [message]
    at_once = chains.replace("step_end", "immediate")
    assert findings(missing_exit_on_goal, SHOP, at_once) == []
    all_day = chains.replace(NIGHT, "priority: 1")
    assert findings(missing_exit_on_goal, SHOP, all_day) == []


@pytest.mark.parametrize("base", ["braze", "salesforce"])
def test_a_target_that_looks_at_exits_late(findings, base):
    target = f"targets: {{mails: {{platform: {base}}}}}"
    chains = chain(f"exit: order_placed, {NIGHT}, {LATE}")
    message = "in `mails` held messages go out after the exit event: `c` after `order_placed`"
    assert [one for one, _, _ in findings(missing_exit_on_goal, SHOP, target, chains)] == [message]
    elsewhere = target.replace("}}", ", manages: [events]}}")
    assert findings(missing_exit_on_goal, SHOP, elsewhere, chains) == []
    prompt = target.replace(base, "customer_io")
    assert findings(missing_exit_on_goal, SHOP, prompt, chains) == []


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(f"exit: order_placed, {LATE}", id="no quiet hours"),
        pytest.param(
            f"exit: {{event: order_placed, when: step_end}}, {NIGHT}, audience: nobody, {LATE}",
            id="nobody enters",
        ),
    ],
)
def test_no_held_message_is_sent_after_the_event(findings, body):
    nobody = "segments: {nobody: {all: [{event: asked}, {not_event: asked}]}}"
    target = "targets: {mails: {platform: braze}}"
    assert findings(missing_exit_on_goal, SHOP, nobody, target, chain(body)) == []


QUIET = """
frequency:
  rest:
    after: {event: order_placed}
    block: {categories: [marketing]}
    for: 2d
    exceed: skip
"""


@pytest.mark.parametrize(
    ("waits", "is_found"),
    [
        pytest.param(["1d", "1d", "1d", "1d"], True, id="the last letter comes after the rest"),
        pytest.param(["6h", "6h", "6h", "6h"], False, id="all are kept back"),
        pytest.param(["1d"], False, id="the only one is kept back"),
    ],
)
def test_a_rest_after_the_event(findings, waits, is_found):
    steps = ", ".join(f"{{wait: {one}}}, {{send: ad}}" for one in waits)
    found = findings(missing_exit_on_goal, SHOP, QUIET, chain(f"goal: purchase, steps: [{steps}]"))
    assert bool(found) is is_found


def test_the_event_starts_no_rival(findings):
    """An order that starts a chain of the same exclusive group would end the passage."""
    orders = """
    events: {order_placed: {properties: {total: {type: number}}, example: {total: 900}}}
    chains:
      rich:
        trigger: {event: order_placed, where: {total: {gte: 500}}}
        exclusive: sales
        priority: 90
        steps: [{send: receipt}]
    """
    shop = SHOP.replace("events: {order_placed: {}, cart", "events: {cart")
    mine = chain(f"exclusive: sales, goal: purchase, {LATE}")
    assert len(findings(missing_exit_on_goal, shop, orders, mine)) == 1
