"""Passages steered to a step that they do not come to by themselves."""

import pytest

from crmspec.document import read
from crmspec.ir import build
from crmspec.logic.portfolio import Portfolio
from crmspec.logic.witness import Entrance, Stage, enact

SHOP = """
project: shop
events:
  signup: {}
  order: {properties: {total: {type: number}}}
  cart: {}
attributes: {points: {type: integer}}
segments: {buyers: {event: order}, rich: {attribute: points, gte: 100}}
goals: {bought: {event: order}}
consents: {news: {channel: email}}
channels: {email: {type: email, consent: news}}
experiments: {colours: {variants: {red: {weight: 50}, blue: {weight: 50}}}}
messages:
  hello: {channel: email, subject: S, body: B}
  bye: {channel: email, subject: S, body: B}
"""
BYE = "{send: bye}"


def shown(steps, path, head=""):
    """Return the trace of a passage that comes to the send at a path, None if none is found."""
    chains = f"chains: {{c: {{trigger: signup, {head} steps: [{steps}]}}}}"
    results = [read(f"{n}.yaml", one.encode()) for n, one in enumerate((SHOP, chains))]
    portfolio = Portfolio(build(document for one in results for document in one.documents))
    path = f"c.steps.{path}"

    def reached(trace):
        return any(one.step == path for one in trace.sends())

    witness = enact(portfolio, Stage((Entrance("c"),), reached, wanted=(path,)))
    return None if witness is None else witness.trace


@pytest.mark.parametrize(
    ("guard", "is_found"),
    [
        pytest.param("unless: {not_event: order}", True, id="unless they have not bought"),
        pytest.param("only: buyers, unless: {not: rich}", True, id="both"),
        pytest.param("only: buyers, unless: {event: order}", False, id="neither can be"),
    ],
)
def test_a_send_with_a_guard(guard, is_found):
    assert (shown(f"{{send: bye, {guard}}}", "0") is not None) is is_found


@pytest.mark.parametrize("way", [0, 1])
@pytest.mark.parametrize(
    "step",
    [
        pytest.param(
            "{experiment: {id: colours, arms: {red: {weight: 50, steps: [%s]},"
            " blue: {weight: 50, steps: [%s]}}}}",
            id="experiment",
        ),
        pytest.param(
            "{split: {arms: {red: {weight: 50, steps: [%s]}, blue: {weight: 50, steps: [%s]}}}}",
            id="split",
        ),
        pytest.param("{branch: {if: rich, then: [%s], else: [%s]}}", id="branch"),
        pytest.param("{branch: {if: {not: buyers}, then: [%s], else: [%s]}}", id="branch of most"),
        pytest.param(
            "{wait_for: {if: {event: cart}, then: [%s], timeout: 1d, otherwise: [%s]}}", id="event"
        ),
        pytest.param(
            "{wait_for: {if: {not: buyers}, then: [%s], timeout: 1d, otherwise: [%s]}}", id="state"
        ),
        pytest.param(
            "{switch: {value: {attribute: points}, cases: {'7': [%s]}, default: [%s]}}", id="switch"
        ),
    ],
)
def test_each_way_is_gone(step, way):
    assert shown(step % (BYE, BYE), f"0.{way}.0") is not None


@pytest.mark.parametrize(
    ("condition", "is_found"),
    [
        pytest.param("{all: [{event: cart}, {not: rich}]}", True, id="no longer rich"),
        pytest.param("{all: [{event: cart}, {not: {event: signup}}]}", False, id="undone"),
    ],
)
def test_a_wait_for_an_event_and_the_end_of_a_state(condition, is_found):
    steps = f"{{wait_for: {{if: {condition}, then: [{BYE}]}}}}"
    assert (shown(steps, "0.0.0", "audience: rich, recheck: entry,") is not None) is is_found


def test_a_passage_that_waits_without_end_is_woken_after_its_goal_too():
    """Reaching a goal is no step: the passage still waits."""
    order = "{wait_for: {if: {event: order}, then: [{send: hello}]}}"
    cart = "{wait_for: {if: {event: cart}}}"
    trace = shown(f"{order}, {cart}, {BYE}", "2", "goal: bought,")
    happened = [one.subject for one in trace.of("happening")]
    assert happened == ["event signup", "event order", "event cart"]
    assert [one.message for one in trace.sends()] == ["hello", "bye"]


@pytest.mark.parametrize(
    ("condition", "is_found"),
    [
        pytest.param("{any: [{event: cart}, {event: order}]}", True, id="one of two events"),
        pytest.param(
            "{any: [{event: order, where: {total: {gte: 100}}}, {event: cart}]}",
            True,
            id="one with a filter, one without",
        ),
        pytest.param(
            "{any: [{event: order, where: {total: {gte: 100}}}, rich]}", True, id="one event"
        ),
        pytest.param(
            "{any: [{all: [{event: cart}, rich]}, {event: order, where: {total: {gte: 100}}}]}",
            True,
            id="a filter rather than an event and a state",
        ),
        pytest.param("{any: [rich, {not: buyers}]}", True, id="states"),
        pytest.param("{any: []}", False, id="nothing"),
    ],
)
def test_a_wait_for_any_of_several_things(condition, is_found):
    steps = f"{{wait_for: {{if: {condition}, then: [{BYE}], timeout: 1d}}}}"
    trace = shown(steps, "0.0.0")
    assert (trace is not None) is is_found
