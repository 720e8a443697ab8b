"""A scenario is left with what its aim needs, whatever was in it besides."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmspec.logic.shrink import fewest, shrink
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


@given(st.sets(st.frozensets(st.integers(0, 9), min_size=1), max_size=60))
def test_nothing_can_be_left_out_even_if_less_may_be_worse(sufficient):
    every = frozenset(range(10))
    known = sufficient | {every}
    found = fewest(sorted(every), lambda some: frozenset(some) in known, [1000], 1)
    assert frozenset(found) in known
    assert not any(frozenset(found) - {one} in known for one in found)


def test_what_could_only_go_later_goes_too():
    enough = ({1, 2, 3}, {1, 3}, {3})  # without 2 nobody needs 1 any more
    assert fewest([1, 2, 3], lambda some: set(some) in enough, [9], 1) == [3]


def test_at_the_end_of_the_budget_the_rest_stays():
    found = shrink(scenario(NAMES), Customer(), needs(NAMES[:1]), runs=2)
    assert "a00" in found.customer.attributes
    assert len(found.customer.attributes) > 1
