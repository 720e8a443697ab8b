"""Customers for whom a chain has no way on."""

import pytest

from crmspec.document import read
from crmspec.ir import build
from crmspec.logic.portfolio import Portfolio
from crmspec.rules import missing_fallback

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


def chain(step, more=""):
    return f"chains: {{c: {{trigger: asked, {more} steps: [{step}]}}}}"


def switch(value, cases, more=""):
    return f"{{switch: {{value: {value}, cases: {{{cases}}}{more}}}}}"


def branch(*cases, more=""):
    arms = ", ".join(f"{{if: {condition}, then: [{step}]}}" for condition, step in cases)
    return f"{{branch: {{cases: [{arms}]{more}}}}}"


YOUNG, OLD = "{attribute: age, lt: 18}", "{attribute: age, gt: 18}"
AD, SECOND, NOTE = "{send: ad}", "{send: second}", "{note: x}"


@pytest.mark.parametrize(
    ("step", "message"),
    [
        pytest.param(
            "{wait_for: {if: {event: answered}, then: [{send: ad}]}}",
            "customers who do nothing wait in `c` for ever",
            id="a wait without an end",
        ),
        pytest.param(
            switch("{attribute: x}", f"gold: [{AD}], silver: [{SECOND}]"),
            "customers with another `x` get nothing here",
            id="a text that is none of the cases",
        ),
        pytest.param(
            branch((YOUNG, AD), (OLD, SECOND)),
            "customers who fit no case get nothing here: whose `age` is 18, for example",
            id="a number between the cases",
        ),
    ],
)
def test_found(findings, step, message):
    assert [found for found, _, _ in findings(missing_fallback, SHOP, chain(step))] == [message]


TIERS = switch("{attribute: x}", f"gold: [{AD}], silver: [{SECOND}]")
AGES = branch((YOUNG, AD), (OLD, SECOND))
RECENT = "audience: {attribute: x, changed: {within: 1h}},"


@pytest.mark.parametrize(
    ("step", "more", "who", "events"),
    [
        pytest.param(
            TIERS,
            "",
            ["`x` is other"],
            [{"at": "2027-02-28T09:00", "set": {"x": "other"}}],
            id="a text that is none of the cases",
        ),
        pytest.param(
            AGES,
            "",
            ["`age` is 18"],
            [{"at": "2027-02-28T09:00", "set": {"age": 18}}],
            id="a number between the cases",
        ),
        pytest.param(
            TIERS,
            RECENT,
            ["`x` is other"],
            [{"at": "2027-03-01T08:30", "set": {"x": "other"}}],
            id="a value that has just changed",
        ),
    ],
)
def test_the_customer_has_the_value_of_which_is_told(step, more, who, events):
    parts = (read(f"{n}.yaml", one.encode()) for n, one in enumerate((SHOP, chain(step, more))))
    program = build(document for part in parts for document in part.documents)
    [found] = missing_fallback.check(Portfolio(program))
    assert [one.english() for one in found.evidence.who] == who
    assert found.evidence.test["events"][:-1] == events


@pytest.mark.parametrize(
    "step",
    [
        pytest.param("{wait_for: {if: {event: answered}, timeout: 1d}}", id="an end"),
        pytest.param(
            switch("{attribute: x}", f"gold: [{AD}]", f", default: [{SECOND}]"), id="a default"
        ),
        pytest.param(switch("{attribute: x}", f"gold: [{AD}]", ", default: []"), id="an empty one"),
        pytest.param(switch("{attribute: x}", f"gold: [{AD}], y: [{NOTE}]"), id="not all send"),
        pytest.param(switch("{attribute: age}", f"'1': [{AD}]"), id="no text"),
        pytest.param(switch("{trigger: x}", f"'1': [{AD}]"), id="a property"),
        pytest.param(
            "{update: {unset: [x]}}, " + switch("{attribute: x}", f"gold: [{AD}], no: [{AD}]"),
            id="the value is gone by then",
        ),
        pytest.param(branch((YOUNG, AD)), id="one case is an exception"),
        pytest.param(branch((YOUNG, AD), (OLD, NOTE)), id="a case that sends nothing"),
        pytest.param(branch((YOUNG, AD), (OLD, SECOND), more=", else: []"), id="an empty else"),
        pytest.param(
            branch((YOUNG, AD), ("{attribute: age, gte: 18}", SECOND)), id="all ages have a case"
        ),
        pytest.param(branch((YOUNG, AD), ("{list: friends}", SECOND)), id="different questions"),
        pytest.param(
            branch(("{attribute: x, eq: a}", AD), (OLD, SECOND)), id="different attributes"
        ),
    ],
)
def test_not_found(findings, step):
    assert findings(missing_fallback, SHOP, chain(step)) == []


def test_an_exit_may_end_the_wait_and_does_not_have_to(findings):
    step = "{wait_for: {if: {event: answered}, then: [{send: ad}]}}"
    assert len(findings(missing_fallback, SHOP, chain(step, "exit: order_placed,"))) == 1
    assert findings(missing_fallback, SHOP, chain(step, "status: draft,")) == []


def test_a_value_that_the_audience_keeps_out(findings):
    step = branch((YOUNG, AD), (OLD, SECOND))
    more = "audience: {attribute: age, neq: 18},"
    assert findings(missing_fallback, SHOP, chain(step, more)) == []


def test_a_language_without_a_case(findings):
    project = "project: shop\nlocales: {default: ru, supported: [ru, en]}"
    step = switch("{locale: true}", f"ru: [{AD}]")
    found = findings(missing_fallback, project, SHOP, chain(step))
    assert [one for one, _, _ in found] == ["customers whose language is `en` get nothing here"]
    assert findings(missing_fallback, SHOP, chain(step)) == []


def test_chains_that_cannot_show_it_are_passed_over(findings):
    nobody = "audience: [{attribute: age, lt: 1}, {attribute: age, gt: 9}],"
    wait = "{wait_for: {if: {event: answered}, then: [{send: ad}]}}"
    for step in (wait, switch("{attribute: x}", f"gold: [{AD}]"), branch((YOUNG, AD), (OLD, AD))):
        assert findings(missing_fallback, SHOP, chain(step, nobody)) == []


def test_cases_that_leave_only_the_missing_value_out(findings):
    step = branch(("{attribute: x, exists: true}", AD), ("{attribute: x, eq: a}", SECOND))
    assert findings(missing_fallback, SHOP, chain(step)) == []
    computed = "attributes: {n: {type: string, computed: {event: asked, aggregate: last, of: x}}}"
    step = switch("{attribute: n}", f"a: [{AD}]")
    assert findings(missing_fallback, SHOP, computed, chain(step)) == []


@pytest.mark.parametrize(
    ("more", "group", "told"),
    [
        pytest.param("", "", False, id="no group"),
        pytest.param("", "exclusive: {main: {chains: [c]}}", True, id="a group that lists it"),
        pytest.param("", "exclusive: {main: {chains: []}}", False, id="a group of others"),
        pytest.param("exclusive: main,", "", True, id="a group that it names"),
    ],
)
def test_groups_are_spoken_of_where_there_are_any(more, group, told):
    step = "{wait_for: {if: {event: answered}, then: [{send: ad}]}}"
    sources = [
        read(f"{n}.yaml", one.encode()) for n, one in enumerate((SHOP, chain(step, more), group))
    ]
    program = build(document for one in sources for document in one.documents)
    (found,) = missing_fallback.check(Portfolio(program))
    assert any("exclusive" in one.english() for one in found.help) is told
