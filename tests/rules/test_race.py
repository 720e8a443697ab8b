"""Chains whose order decides what customers get."""

import pytest

from crmspec.rules import race

SHOP = """
events: {order_placed: {}, cart_updated: {}, asked: {}, answered: {}}
attributes:
  x: {}
  age: {type: integer}
  birthday: {type: date}
lists: {friends: {}}
consents: {ads: {channel: email}, other: {channel: email}}
channels: {email: {type: email, consent: ads}, sms: {type: sms}}
messages:
  free: {channel: sms, category: service, text: T}
  ad: {channel: email, subject: S, body: B}
  second: {channel: email, subject: S, body: B}
"""

MARK = "{update: {set: {x: '1'}}}"
ASK = "{send: ad, unless: {attribute: x, eq: '1'}}"


def chains(a, b, more_a="", more_b=""):
    return f"""
    chains:
      a: {{trigger: asked, {more_a} steps: [{a}]}}
      b: {{trigger: asked, {more_b} steps: [{b}]}}
    """


@pytest.mark.parametrize(
    ("a", "b"),
    [
        pytest.param(MARK, ASK, id="a mark that keeps a message back"),
        pytest.param(ASK, MARK, id="the other way round"),
        pytest.param(MARK, "{send: ad, only: {attribute: x, eq: '1'}}", id="one that lets it go"),
        pytest.param(
            MARK, "{branch: {if: {attribute: x, eq: '1'}, then: [{send: ad}]}}", id="a branch"
        ),
        pytest.param(
            MARK, "{switch: {value: {attribute: x}, cases: {'1': [{send: ad}]}}}", id="a switch"
        ),
        pytest.param(MARK, "{update: {set: {x: '2'}}}", id="two values"),
        pytest.param(
            "{update: {unset: [x]}}", "{send: ad, only: {attribute: x, missing: true}}", id="unset"
        ),
        pytest.param(
            "{update: {increment: {age: 1}}}", "{send: ad, only: {attribute: age, gte: 1}}", id="up"
        ),
        pytest.param(
            "{list: {add: [friends]}}", "{send: ad, unless: {list: friends}}", id="a list"
        ),
        pytest.param("{consent: {set: ads, status: unsubscribed}}", "{send: ad}", id="a consent"),
        pytest.param("{stop_chain: b}", "{send: ad}", id="a chain that stops the other"),
    ],
)
def test_found(findings, a, b):
    found = findings(race, SHOP, chains(a, b))
    assert len(found) == 1
    assert "which of them comes first decides about" in found[0][0]


@pytest.mark.parametrize(
    ("a", "b"),
    [
        pytest.param(MARK, "{send: ad}", id="nobody asks"),
        pytest.param(
            MARK, "{send: ad, unless: {attribute: age, eq: 1}}", id="about something else"
        ),
        pytest.param(MARK, MARK, id="the same value twice"),
        pytest.param("{stop_chain: b}", "{wait: 1h}, {send: ad}", id="stopped in good time"),
        pytest.param("{wait: 1h}, {stop_chain: b}", "{send: ad}", id="stopped too late"),
        pytest.param(f"{{wait: 1h}}, {MARK}", ASK, id="an hour later"),
        pytest.param(MARK, f"{{wait: 1h}}, {ASK}", id="asked an hour later"),
        pytest.param(f"{MARK}, {ASK}", "{note: x}", id="one chain alone"),
        pytest.param(MARK, "{send: ad, unless: {attribute: x, eq: '2'}}", id="no difference"),
        pytest.param(
            "{update: {unset: [away]}}",
            "{send: ad, only: {attribute: away, missing: true}}",
            id="an attribute that is not there",
        ),
        pytest.param(
            MARK,
            "{wait_for: {if: {attribute: age, eq: 1}, then: [{send: ad}], timeout: 1d}}",
            id="waiting for something else",
        ),
        pytest.param(
            "{consent: {set: ads, status: unsubscribed}}", "{send: free}", id="nothing is asked"
        ),
    ],
)
def test_not_found(findings, a, b):
    assert findings(race, SHOP, chains(a, b)) == []


@pytest.mark.parametrize(
    ("more_a", "more_b"),
    [
        pytest.param("priority: 60,", "", id="one is more important"),
        pytest.param("status: draft,", "", id="a draft"),
        pytest.param(
            "audience: {attribute: age, lt: 9},",
            "audience: {attribute: age, gt: 9},",
            id="no customer in both",
        ),
    ],
)
def test_nothing_to_decide(findings, more_a, more_b):
    assert findings(race, SHOP, chains(MARK, ASK, more_a, more_b)) == []


def test_an_audience_asked_again(findings):
    assert findings(
        race, SHOP, chains(MARK, "{send: ad}", "", "audience: {attribute: x, neq: '1'},")
    )
    once = "audience: {attribute: x, neq: '1'}, recheck: entry,"
    assert findings(race, SHOP, chains(MARK, "{send: ad}", "", once)) == []


GROUP = "exclusive: {main: {chains: [a, b]}}"


def test_names_decide_who_gets_in(findings):
    (found,) = findings(race, SHOP, GROUP, chains("{send: ad}", "{send: second}"))
    assert found[0] == (
        "`a` and `b` start together, and only their names decide which one the exclusive group"
        " `main` lets in"
    )
    assert findings(race, SHOP, GROUP, chains("{send: ad}", "{send: ad}", "priority: 51,")) == []
    old, young = "audience: {attribute: age, gte: 50},", "audience: {attribute: age, lt: 50},"
    assert findings(race, SHOP, GROUP, chains("{send: ad}", "{send: ad}", old, young)) == []


def test_a_group_that_chains_name(findings):
    more = "exclusive: main,"
    group = "exclusive: {main: {chains: [a]}}"
    assert len(findings(race, SHOP, group, chains("{send: ad}", "{send: ad}", "", more))) == 1
