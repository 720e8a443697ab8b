"""Reactions made up so that steps which ask about messages are reached."""

from textwrap import dedent

import pytest

from crmspec.document import read
from crmspec.ir import build
from crmspec.logic.portfolio import Portfolio
from crmspec.logic.witness import Entrance, Stage, enact

SHOP = """
events: {signup: {title: Signed up}}
consents: {news: {channel: email}}
channels: {email: {type: email, consent: news}}
messages:
  hello: {channel: email, subject: Hello, body: Hello}
  offer: {channel: email, subject: Offer, body: Offer}
  bye: {channel: email, subject: Bye, body: Bye}
"""
BOTH = "{send: hello}, {wait: 1h}, {send: offer}, {wait: 1d}"
SITE = "https://shop.example/sale"


def shown(steps, path, *more):
    """Return a witness of a passage that comes to a step."""
    chains = f"chains: {{c: {{trigger: signup, steps: [{steps}]}}}}"
    sources = (dedent(SHOP), chains, *more)
    results = [read(f"{n}.yaml", one.encode()) for n, one in enumerate(sources)]
    portfolio = Portfolio(build(document for one in results for document in one.documents))
    path = f"c.steps.{path}"

    def reached(trace):
        return any(one.step == path for one in trace.sends())

    return enact(portfolio, Stage((Entrance("c"),), reached, wanted=(path,)))


def asked(condition):
    branch = f"{{branch: {{if: {condition}, then: [{{send: bye}}]}}}}"
    return f"{BOTH}, {branch}, {{wait: 1h}}, {{send: hello}}"


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        pytest.param("{message: hello, opened: true}", [("hello", "opened", None)], id="the first"),
        pytest.param("{message: offer, clicked: true}", [("offer", "clicked", None)], id="a click"),
        pytest.param(
            f"{{message: hello, clicked: true, link: '{SITE}'}}",
            [("hello", "clicked", SITE)],
            id="a link",
        ),
        pytest.param(
            "{all: [{message: hello, replied: true}, {message: offer, opened: true}]}",
            [("hello", "replied", None), ("offer", "opened", None)],
            id="two messages",
        ),
        pytest.param(
            "{all: [{message: any, opened: true}, {message: offer, opened: false}]}",
            [("hello", "opened", None)],
            id="any but one",
        ),
        pytest.param("{message: offer, opened: false}", [], id="nothing needs to be done"),
    ],
)
def test_the_customer_reacts_as_a_condition_asks(condition, expected):
    found = shown(asked(condition), "4.0.0").scenario.reactions
    assert [(one.message, one.reaction, one.link) for one in found] == expected


@pytest.mark.parametrize(
    "condition",
    [
        pytest.param(
            "{all: [{message: hello, clicked: true}, {message: hello, opened: false}]}",
            id="a click is an open",
        ),
        pytest.param("{message: hello, opened: {gte: 2}}", id="a message sent once"),
        pytest.param("{message: offer, received: false}", id="it was sent"),
    ],
)
def test_what_no_reaction_brings_is_not_found(condition):
    assert shown(asked(condition), "4.0.0") is None


def test_a_reaction_comes_before_it_is_asked_about():
    steps = "{send: hello}, {wait: 3m}, {branch: {if: {message: hello, opened: true}, then: [%s]}}"
    witness = shown(steps % "{send: bye}", "2.0.0")
    (reaction,) = witness.scenario.reactions
    assert reaction.after == 3


def test_many_messages_are_reacted_to():
    """One after the other, as many as are asked for."""
    days = [f"d{n}" for n in range(7)]
    messages = ", ".join(f"{one}: {{channel: email, subject: S, body: B}}" for one in days)
    letters = ", ".join(f"{{send: {one}}}, {{wait: 1h}}" for one in days)
    opened = ", ".join(f"{{message: {one}, clicked: true}}" for one in days)
    steps = f"{letters}, {{branch: {{if: {{all: [{opened}]}}, then: [{{send: bye}}]}}}}"
    found = shown(steps, "14.0.0", f"messages: {{{messages}}}").scenario.reactions
    assert {one.message for one in found} == set(days)
