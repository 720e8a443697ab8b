"""Chains that others of higher priority never leave room for."""

import pytest

from crmspec.document import read
from crmspec.ir import build
from crmspec.logic.portfolio import Portfolio
from crmspec.logic.proof import undecided
from crmspec.rules import crowded_out, frequency_overload, starvation

SHOP = """
events: {asked: {}, answered: {}, viewed: {}}
attributes:
  age: {type: integer}
consents: {ads: {channel: email}}
channels: {email: {type: email, consent: ads}}
messages:
  a: {channel: email, subject: S, body: B}
  b: {channel: email, subject: S, body: B}
  c: {channel: email, subject: S, body: B}
"""
FOUR = "frequency: {cap: {limits: [4 per 4d]%s}}"
OFTEN = "high: {trigger: viewed, priority: 80, reentry: always, steps: [{send: a}]}"
LOW = "low: {trigger: asked, priority: 20, steps: [{send: b}]}"
TOLD = "customers who keep coming back to `high` can get nothing of `low`: `cap` is full every time"


def chains(*some):
    return f"chains: {{{', '.join(some)}}}"


TWO = (
    "high: {trigger: viewed, priority: 80, reentry: after 2d, steps: [{send: a}]}",
    "more: {trigger: answered, priority: 70, reentry: after 2d, steps: [{wait: 2h}, {send: c}]}",
)
DELAY = ", exceed: delay, ttl: 2d"


@pytest.mark.parametrize(
    ("cap", "some"),
    [
        pytest.param(FOUR % "", (OFTEN, LOW), id="one every day"),
        pytest.param(FOUR % DELAY, (OFTEN, LOW), id="put off until it is given up"),
        pytest.param(FOUR % ", exceed: exit", (OFTEN, LOW), id="the chain ends"),
        pytest.param(
            "frequency: {cap: {limits: [8 per 24h]}}", (OFTEN, LOW), id="one every three hours"
        ),
        pytest.param(
            FOUR % "",
            (OFTEN.replace("always", "{mode: always, concurrent: true}"), LOW),
            id="passages side by side",
        ),
        pytest.param(
            FOUR % "",
            (OFTEN, LOW.replace("steps: [", "reentry: after 1d, steps: [{wait: 3h}, ")),
            id="a chain that comes again",
        ),
        pytest.param(
            FOUR % "",
            (OFTEN, LOW.replace("}]}", "}, {wait: 1d}, {send: c}]}")),
            id="both of its messages",
        ),
        pytest.param(
            FOUR % "",
            (OFTEN, LOW.replace("steps: [", "steps: [{wait: 10d}, ")),
            id="after ten days of visits",
        ),
    ],
)
def test_found(findings, cap, some):
    (found,) = findings(starvation, SHOP, cap, chains(*some))
    assert found[0] == TOLD
    assert findings(frequency_overload, SHOP, cap, chains(*some)) == []


def test_two_chains_together(findings):
    (found,) = findings(
        starvation, SHOP, FOUR % "", chains(*(one.replace("2d", "1d 12h") for one in TWO), LOW)
    )
    assert found[0].startswith(
        "customers who keep coming back to `more` and `high` can get nothing"
    )


@pytest.mark.parametrize(
    ("cap", "some"),
    [
        pytest.param(FOUR % "", (OFTEN, LOW.replace("20", "80")), id="of the same priority"),
        pytest.param(FOUR % "", (OFTEN, LOW.replace("20", "90")), id="of higher priority"),
        pytest.param(FOUR % "", (OFTEN.replace("always", "after 4d"), LOW), id="too rare"),
        pytest.param(FOUR % "", (OFTEN.replace("reentry: always,", ""), LOW), id="once for ever"),
        pytest.param(
            FOUR % "",
            (OFTEN.replace("always", "{mode: always, limit: 4}"), LOW),
            id="four times for ever",
        ),
        pytest.param(
            FOUR % "", (OFTEN.replace("viewed", "{segment: old}"), LOW), id="not what they like"
        ),
        pytest.param(
            "frequency: {cap: {limits: [4 per 4d], applies_to: {messages: [a, c]}}}",
            (OFTEN, LOW),
            id="not counted",
        ),
        pytest.param(
            "frequency: {cap: {limits: [99 per 4d]}}", (OFTEN, LOW), id="too many for an example"
        ),
        pytest.param(
            "frequency: {cap: {limits: [30 per 30d]}}", (OFTEN, LOW), id="too long for an example"
        ),
        pytest.param(
            FOUR % "",
            (OFTEN, LOW.replace("steps", "audience: {not_event: viewed}, steps")),
            id="they cannot meet",
        ),
        pytest.param(FOUR % "", (OFTEN.replace("{send: a}", "{note: x}"), LOW), id="nothing sent"),
        pytest.param(FOUR % "", (), id="no chains"),
        pytest.param("frequency: {cap: {limits: [4 per 90m]}}", (OFTEN, LOW), id="no whole hours"),
        pytest.param(
            "frequency: {cap: {limits: [1 per 4d]}}", (OFTEN, LOW), id="CRM302 tells of two actions"
        ),
    ],
)
def test_not_found(findings, cap, some):
    old = "segments: {old: {attribute: age, gte: 80}}"
    assert findings(starvation, SHOP, old, cap, chains(*some)) == []


def test_a_chain_that_a_rule_ends_loses_its_message(findings):
    """The line of the trace names the rule and the message, so that CRM302 and CRM312 see it."""
    cap = "frequency: {cap: {limits: [1 per 1d], exceed: exit}}"
    some = (OFTEN, LOW)
    (found,) = findings(frequency_overload, SHOP, cap, chains(*some))
    assert "`cap` lets 1 through" in found[0]
    alone = chains("low: {trigger: asked, steps: [{send: a}, {wait: 2h}, {send: b}]}")
    (found,) = findings(starvation, SHOP, cap, alone)
    assert found[0].startswith("`b` is lost for everyone who gets `a` before it")


def test_the_budget_ends_the_search(findings, monkeypatch):
    monkeypatch.setattr(crowded_out, "BUDGET", 0)
    assert findings(starvation, SHOP, FOUR % "", chains(OFTEN, LOW)) == []


def test_a_rule_that_a_finding_tells_of_is_not_said_to_be_undecided():
    results = [
        read(f"{n}.yaml", one.encode())
        for n, one in enumerate((SHOP, FOUR % "", chains(OFTEN, LOW)))
    ]
    portfolio = Portfolio(build(document for one in results for document in one.documents))
    findings = list(starvation.check(portfolio))
    assert undecided(portfolio, findings) == ()
    [told] = undecided(portfolio)
    assert told.english() == (
        "undecided: whether a message ever gets lost because of `cap`; more may be due than may be"
        " sent, and no customer was found who loses one"
    )
