"""What does not change in a made-up customer: devices, related objects, what started a passage."""

import pytest

from crmspec.document import read
from crmspec.ir import build
from crmspec.logic.example import customer_of
from crmspec.logic.portfolio import Portfolio
from crmspec.logic.witness import Entrance, Stage, enact
from tests.logic import made_up_conditions

IOS = {"device": {"os": "ios"}}
A = {"related": "contract", "where": {"kind": "a"}}
B = {"related": "contract", "where": {"kind": "b"}}


def customer(data):
    program = made_up_conditions.program([{"all": data}])
    found = customer_of(Portfolio(program), program.segments["asked_0"].condition)
    return None if found is None else found.customer


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param([IOS], ["ios"], id="one"),
        pytest.param([IOS, {"device": {"os": "android"}}], ["ios", "android"], id="two"),
        pytest.param([IOS, {"device": {"os": {"in": ["ios", "tvos"]}}}], ["ios"], id="one for all"),
        pytest.param(
            [{"not": {"device": {"os": "android"}}}, IOS], ["ios"], id="one and not the other"
        ),
        pytest.param([{"not": IOS}], [], id="none"),
    ],
)
def test_devices(data, expected):
    assert [one["os"] for one in customer(data).devices] == expected


@pytest.mark.parametrize(
    "data",
    [
        pytest.param([IOS, {"not": IOS}], id="in hand and not"),
        pytest.param([{"device": {"os": {"eq": "ios", "neq": "ios"}}}], id="such and not such"),
        pytest.param([A, {"not": {"related": "contract"}}], id="one and none"),
        pytest.param([{"related": "contract", "count": {"gt": 2, "lt": 3}}], id="two and a half"),
    ],
)
def test_nobody_has_them(data):
    assert customer(data) is None


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param([A, {"not": B}], ["a"], id="of one kind"),
        pytest.param([A, B], ["a", "b"], id="of both kinds"),
        pytest.param([A | {"count": {"between": [2, 3]}}], ["a", "a"], id="two"),
        pytest.param([{"related": "contract", "count": {"eq": 0}}], [], id="none"),
    ],
)
def test_related_objects(data, expected):
    found = dict(customer(data).related).get("contract", ())
    assert [one["kind"] for one in found] == expected


SHOP = """
project: shop
objects: {contract: {properties: {kind: {type: enum, values: [a, b]}}}}
events: {signup: {}}
consents: {news: {channel: email}}
channels: {email: {type: email, consent: news}}
messages:
  hello: {channel: email, subject: S, body: B}
  bye: {channel: email, subject: S, body: B}
"""


def shown(chain, kind="enter", step=None):
    results = [
        read(f"{n}.yaml", one.encode()) for n, one in enumerate((SHOP, f"chains: {{c: {chain}}}"))
    ]
    portfolio = Portfolio(build(document for one in results for document in one.documents))

    def seen(trace):
        return any(step is None or one.step == step for one in trace.of(kind))

    wanted = () if step is None else (step,)
    return enact(portfolio, Stage((Entrance("c"),), seen, wanted=wanted))


@pytest.mark.parametrize(
    ("where", "audience", "expected"),
    [
        pytest.param("{}", "{trigger: kind, eq: b}", "b", id="what the audience asks"),
        pytest.param("{kind: a}", "{trigger: kind, neq: b}", "a", id="what both ask"),
        pytest.param("{kind: a}", "{trigger: kind, eq: b}", None, id="what nothing meets"),
    ],
)
def test_an_object_is_such_that_its_chain_is_entered(where, audience, expected):
    trigger = f"{{object: contract, change: created, where: {where}}}"
    found = shown(f"{{trigger: {trigger}, audience: {audience}, steps: [{{send: hello}}]}}")
    kinds = [] if found is None else [one.data["kind"] for one in found.scenario.happenings]
    assert kinds == ([] if expected is None else [expected])


@pytest.mark.parametrize(
    ("outcome", "is_found"),
    [pytest.param("sent", True, id="it is sent"), pytest.param("failed", False, id="it fails")],
)
def test_the_run_alone_decides_what_a_step_comes_to(outcome, is_found):
    branch = f"{{branch: {{if: {{step: s, outcome: {outcome}}}, then: [{{send: bye}}]}}}}"
    chain = f"{{trigger: signup, steps: [{{id: s, send: hello}}, {branch}]}}"
    assert (shown(chain, "send", "c.steps.1.0.0") is not None) is is_found
