"""What conditions read of a customer."""

import pytest

from crmspec.document import read
from crmspec.ir import build
from crmspec.logic.reading import reads

SHOP = """
attributes: {spent: {type: number, computed: {event: order, aggregate: count}}}
segments: {inner: {event: visit}, outer: {any: [inner, {list: staff}]}, asked: %s}
"""


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        pytest.param("{attribute: age, gte: 1}", {("attribute", "age")}, id="attribute"),
        pytest.param(
            "{attribute: spent, gte: 1}",
            {("attribute", "spent"), ("event", "order")},
            id="computed",
        ),
        pytest.param("{event: order}", {("event", "order")}, id="event"),
        pytest.param("{not_event: order}", {("event", "order")}, id="no event"),
        pytest.param("{first_event: order, within: 1d}", {("event", "order")}, id="first"),
        pytest.param("{last_event: order, within: 1d}", {("event", "order")}, id="last"),
        pytest.param("{not: {list: staff}}", {("list", "staff")}, id="list"),
        pytest.param("{consent: news}", {("consent", "news")}, id="consent"),
        pytest.param("{in_chain: c}", {("chain", "c")}, id="chain"),
        pytest.param("outer", {("event", "visit"), ("list", "staff")}, id="through segments"),
        pytest.param(
            "{any: [outer, inner, outer]}", {("event", "visit"), ("list", "staff")}, id="once"
        ),
        pytest.param("asked", set(), id="itself"),
        pytest.param("unheard", set(), id="an unknown segment"),
        pytest.param("{now: {weekday: [mon]}}", set(), id="nothing of the customer"),
    ],
)
def test_facts(condition, expected):
    program = build(read("a.yaml", (SHOP % condition).encode()).documents)
    assert reads(program, program.segments["asked"].condition, None) == expected
