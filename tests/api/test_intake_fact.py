"""What an import tells of attributes and events that a target knows, but does not keep."""

from __future__ import annotations

import pytest

from crmspec.api.intake.fact import attribute, changed, properties
from tests.contract.project import program

ENUM = {"type": "enum", "values": ["kazan", "moscow"]}


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        pytest.param("{attribute: x, in: [moscow, kazan]}", ENUM, id="words of a list"),
        pytest.param("[{attribute: x, eq: moscow}, {attribute: x, neq: kazan}]", ENUM, id="words"),
        pytest.param("{attribute: x, starts_with: mos}", {"type": "string"}, id="a part of a text"),
        pytest.param("{attribute: x, exists: true}", {"type": "string"}, id="only that it is"),
        pytest.param("{attribute: x, gte: 80}", {"type": "number"}, id="a number"),
        pytest.param("{attribute: x, between: [1, 2.5]}", {"type": "number"}, id="a range"),
        pytest.param("{attribute: x, is: true}", {"type": "boolean"}, id="yes or no"),
        pytest.param("{attribute: x, older_than: 7d}", {"type": "datetime"}, id="a moment"),
        pytest.param("{attribute: x, contains_any: [a]}", {"type": "array"}, id="a list"),
        pytest.param("{attribute: x, has_been: {gte: 3, for: 2d}}", {"type": "number"}, id="long"),
        pytest.param("{attribute: x, changed: {from: moscow, to: kazan}}", ENUM, id="a change"),
        pytest.param("{attribute: y, gte: 80}", {"type": "string"}, id="another attribute"),
        pytest.param(
            "[{attribute: x, gte: 1}, {attribute: x, eq: a}]", {"type": "string"}, id="both"
        ),
    ],
)
def test_a_type_follows_from_all_that_is_asked(asked, told):
    wanted = program(f"segments: {{one: {{all: [{asked.strip('[]')}]}}}}")
    assert attribute(wanted, "x") == told


def test_what_a_step_sets_tells_the_type_too():
    wanted = program(
        "chains:\n  c: {trigger: {event: go}, steps: [{update: {set: {x: true, y: 5}}},"
        " {send: hi}]}"
    )
    assert attribute(wanted, "x") == {"type": "boolean"}
    assert attribute(wanted, "y") == {"type": "number"}
    assert attribute(wanted, "z") == {"type": "string"}
    assert [one.id for one in changed(wanted.chains["c"])] == ["x", "y"]


def test_properties_of_an_event_are_those_that_are_asked_for():
    wanted = program(
        "segments:\n"
        "  one: {event: bought, where: {shop: [a, b]}, sum: {property: total, gte: 5}}\n"
        "  two: {not_event: bought, where: {paid: {is: true}}, within: 3d}\n"
        "  other: {event: seen, where: {page: home}}\n"
    )
    assert properties(wanted, "bought") == {
        "paid": {"type": "boolean"},
        "shop": {"type": "enum", "values": ["a", "b"]},
        "total": {"type": "number"},
    }
