"""A scenario is left with what its aim needs, whatever was in it besides."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmspec.logic.shrink import shrink
from crmspec.semantics.scenario import Customer, Happening, Scenario

NAMES = [f"a{number:02}" for number in range(20)]


def scenario(attributes, happenings=1):
    return Scenario(
        customer=Customer(attributes=dict.fromkeys(attributes, 1), reachable=frozenset({"sms"})),
        start=0,
        until=9,
        happenings=tuple(Happening(moment=n, subject="visit") for n in range(happenings)),
    )


def needs(names, happenings=1):
    def judge(one):
        enough = len(one.happenings) >= happenings
        return enough and set(names) <= one.customer.attributes.keys()

    return judge


@pytest.mark.parametrize(
    ("names", "needed"),
    [
        pytest.param(NAMES[:1], [], id="one thing too many"),
        pytest.param(NAMES[:2], NAMES[1:2], id="one of two"),
        pytest.param(NAMES[:2], NAMES[:2], id="both of two"),
        pytest.param(NAMES[:8], NAMES[:8], id="all of a few"),
        pytest.param(NAMES, NAMES[3:5], id="some of many"),
        pytest.param(NAMES, [], id="none of many"),
    ],
)
def test_what_is_needed_stays(names, needed):
    found = shrink(scenario(names), Customer(), needs(needed))
    assert sorted(found.customer.attributes) == needed
    assert not found.customer.reachable


@given(st.sets(st.sampled_from(NAMES)), st.integers(1, 6))
def test_nothing_else_stays(needed, happenings):
    found = shrink(scenario(NAMES, 6), Customer(), needs(needed, happenings), runs=10_000)
    assert found.customer.attributes.keys() == needed
    assert len(found.happenings) == happenings


def test_the_guess_at_the_customer_is_tried():
    runs = []

    def judge(one):
        runs.append(one)
        return needs(["a01"])(one)

    guess = Customer(attributes={"a01": 1})
    assert shrink(scenario(NAMES), guess, judge).customer == guess
    assert len(runs) < 5


def test_at_the_end_of_the_budget_the_rest_stays():
    found = shrink(scenario(NAMES), Customer(), needs(NAMES[:1]), runs=2)
    assert "a00" in found.customer.attributes
    assert len(found.customer.attributes) > 1
