"""What is declared of the properties of the thing that starts a chain."""

import pytest

from crmspec.document import read
from crmspec.ir import build
from crmspec.logic.portfolio import Portfolio

SHOP = """
events:
  signup: {properties: {place: {type: string}}}
  visit: {properties: {place: {type: string}}}
  order: {properties: {place: {type: integer}}}
objects: {contract: {properties: {place: {type: boolean}}}}
segments: {signed: {event: signup}}
chains: {c: {trigger: %s, steps: []}}
"""


@pytest.mark.parametrize(
    ("trigger", "expected"),
    [
        pytest.param("signup", "string", id="an event"),
        pytest.param("[signup, visit]", "string", id="two events that agree"),
        pytest.param("[signup, order]", None, id="two events that do not"),
        pytest.param("{no_event: order, for: 1d, after: signup}", "string", id="what began it"),
        pytest.param("{no_event: order, for: 1d}", None, id="a silence that nothing began"),
        pytest.param("{object: contract, change: created}", "boolean", id="an object"),
        pytest.param("{segment: signed}", None, id="a segment"),
        pytest.param("[signup, {segment: signed}]", None, id="an event and a segment"),
        pytest.param("unheard", None, id="an unknown event"),
        pytest.param("{object: unheard, change: created}", None, id="an unknown object"),
    ],
)
def test_the_type_of_a_property(trigger, expected):
    program = build(read("a.yaml", (SHOP % trigger).encode()).documents)
    wheres = Portfolio(program).space.translator.wheres
    found = wheres.declared(program.chains["c"], "place")
    assert (found and found.type) == expected
    assert wheres.declared(program.chains["c"], "other") is None
    assert wheres.declared(None, "place") is None
