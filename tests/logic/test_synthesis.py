"""Customers made for conditions: they meet them, and nearly all that can be met are."""

import json

import pytest

from crmspec.logic.example import customer_in, customer_of
from crmspec.logic.portfolio import Portfolio
from crmspec.logic.space import Space
from tests.logic import made_up_conditions


def found(data, *, truth=True):
    program = made_up_conditions.program([data])
    leaf = program.segments["asked_0"].condition.all[0]
    return customer_of(Portfolio(program), leaf, truth=truth)


def test_nearly_every_condition_that_can_be_met_is_met():
    met, _, missed = made_up_conditions.measure(300)
    assert met / (met + len(missed)) >= 0.95, [json.dumps(one) for one in missed]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param({"event": "visit", "count": {"gte": 40}, "within": "7d"}, id="many"),
        pytest.param({"event": "visit", "count": {"between": [2, 3]}}, id="two or three"),
        pytest.param(
            {"event": "order", "sum": {"property": "total", "between": [10, 12]}}, id="a sum"
        ),
        pytest.param(
            {
                "all": [
                    {"event": "order", "sum": {"property": "total", "gte": 3000}},
                    {"not_event": "order", "where": {"total": {"gte": 1000}}},
                ]
            },
            id="a sum of small orders",
        ),
        pytest.param(
            {"event": "order", "distinct": {"property": "payment", "gte": 2}}, id="both payments"
        ),
        pytest.param(
            {"event": "order", "distinct": {"property": "total", "gte": 3}}, id="three totals"
        ),
        pytest.param({"attribute": "totals", "gte": 2}, id="two totals, as an attribute"),
        pytest.param({"attribute": "paid", "eq": "cash"}, id="the last payment"),
        pytest.param({"attribute": "name", "matches": "^An"}, id="a pattern"),
        pytest.param({"attribute": "age", "gt": 17.0}, id="a whole number with a point"),
        pytest.param({"event": "order", "min": {"property": "total", "lt": 5}}, id="least"),
        pytest.param(
            {
                "all": [
                    {"event": "order", "avg": {"property": "total", "gte": 500}},
                    {"attribute": "last_total", "lt": 500},
                ]
            },
            id="a small last order of large ones",
        ),
        pytest.param({"event": "visit", "since": "2027-02-01"}, id="since a day"),
        pytest.param({"first_event": "visit", "on_day": "2027-02-03"}, id="first on a day"),
        pytest.param(
            {"all": ["sleeping", {"event": "visit", "within": "30d"}]}, id="between two windows"
        ),
        pytest.param(
            {
                "sequence": [
                    {"event": "visit"},
                    {"not_event": "order", "within": "1d"},
                    {"event": "order", "within": "3d"},
                ]
            },
            id="in order with a gap",
        ),
        pytest.param({"attribute": "seen", "within_next": "3d"}, id="to come"),
        pytest.param({"attribute": "born", "on_day": "1990-05-05"}, id="a day"),
        pytest.param({"attribute": "born", "month": [5], "day_of_month": [5]}, id="in May"),
        pytest.param({"attribute": "born", "weekday": ["sun"]}, id="a Sunday"),
        pytest.param({"attribute": "born", "anniversary": {"today": True}}, id="a birthday"),
        pytest.param({"attribute": "age", "has_been": {"gte": 18, "for": "30d"}}, id="for long"),
        pytest.param(
            {"attribute": "level", "changed": {"from": "silver", "to": "gold", "within": "9d"}},
            id="changed though frozen",
            marks=pytest.mark.xfail(strict=True, reason="a frozen attribute does not change"),
        ),
        pytest.param({"attribute": "name", "starts_with": "An", "ends_with": "na"}, id="both ends"),
        pytest.param({"attribute": "likes", "length": {"gte": 3}}, id="three items"),
        pytest.param({"list": "staff", "joined": {"older_than": "30d"}}, id="long on a list"),
        pytest.param({"segment": "buyers", "joined": {"within": "7d"}}, id="new in a segment"),
        pytest.param({"segment": "adults", "joined": {"older_than": "7d"}}, id="long a member"),
        pytest.param({"consent": "news", "changed": {"within": "7d"}}, id="consent of this week"),
        pytest.param({"suppressed": "sms", "reason": "complaint"}, id="complained"),
        pytest.param({"none": [{"geo": {"city": ["Kazan"]}}]}, id="elsewhere"),
        pytest.param({"device": {"os": "ios", "push_enabled": True}}, id="a device"),
        pytest.param({"not": {"random": 90, "salt": "y"}}, id="the last tenth"),
        pytest.param({"now": {"weekday": ["sat", "sun"]}}, id="at the weekend"),
        pytest.param(
            {"rfm": {"recency": [5], "over": "1y", "event": "order"}}, id="best customers"
        ),
    ],
)
def test_a_customer_is_found(data):
    assert found(data) is not None


@pytest.mark.parametrize(
    "data",
    [
        pytest.param({"all": ["buyers", {"not": "buyers"}]}, id="in and out"),
        pytest.param({"any": []}, id="nothing"),
        pytest.param(
            {"all": [{"event": "order", "within": "1d"}, {"not_event": "order", "within": "2d"}]},
            id="in a shorter window only",
        ),
        pytest.param(
            {"all": [{"attribute": "vip", "is": True}, {"attribute": "vip", "is": False}]},
            id="two values",
        ),
        pytest.param(
            {
                "all": [
                    {"experiment": "colours", "variant": "red"},
                    {"experiment": "colours", "variant": "blue"},
                ]
            },
            id="two variants",
        ),
        pytest.param({"first_event": "visit", "on_day": "2027-02-30"}, id="no such day"),
        pytest.param({"segment": "missing"}, id="no such segment"),
        pytest.param({"in_chain": "welcome"}, id="what only a passage brings"),
        pytest.param({"message": "hello", "opened": True}, id="what only a message brings"),
        pytest.param(
            {"all": [{"raw": {"sandbox": "x"}}, {"not": {"raw": {"sandbox": "x"}}}]}, id="both"
        ),
        pytest.param(
            {
                "all": [
                    {"geo": {"near": [10, 10], "radius": "1km"}},
                    {"geo": {"near": [20, 20], "radius": "1km"}},
                ]
            },
            id="two places",
        ),
        pytest.param(
            {"all": [{"random": 10, "salt": "x"}, {"not": {"random": 20, "salt": "x"}}]},
            id="two buckets",
        ),
        pytest.param(
            {"all": [{"list": "staff"}, {"not": {"list": "staff"}}]}, id="on a list and off it"
        ),
        pytest.param(
            {"all": [{"consent": "news"}, {"consent": "news", "is": "pending"}]}, id="two states"
        ),
        pytest.param(
            {"all": [{"reachable": "sms"}, {"not": {"reachable": "sms"}}]}, id="reachable or not"
        ),
    ],
)
def test_nobody_is_found(data):
    assert found(data) is None


def test_the_opposite_may_be_asked_for():
    assert found("buyers", truth=False).history == ()


def test_orders_have_numbers_of_their_own():
    made = found({"event": "order", "count": {"gte": 3}})
    numbers = [one.data["number"] for one in made.history if one.subject == "order"]
    assert len(set(numbers)) == len(numbers) == 3


def test_a_customer_is_found_in_a_region():
    program = made_up_conditions.program([])
    portfolio = Portfolio(program)
    space = portfolio.space
    region = space.segment("buyers") & ~space.segment("regulars")
    made = customer_in(portfolio, region)
    assert [one.subject for one in made.history if one.subject == "order"] == ["order"]
    assert customer_in(portfolio, space.segment("buyers") & ~space.segment("buyers")) is None
    either = space.segment("buyers") | space.segment("adults")
    assert customer_in(portfolio, either) is not None


def test_a_customer_is_found_in_the_audience_of_a_chain():
    program = made_up_conditions.program([])
    portfolio = Portfolio(program)
    condition = program.segments["buyers"].condition
    region = portfolio.space.region(condition, owner="chain welcome")
    assert [one.subject for one in customer_in(portfolio, region).history] == ["visit", "order"]


def test_a_region_of_cells_says_nothing_to_a_customer():
    program = made_up_conditions.program([])
    portfolio = Portfolio(program)
    region = portfolio.space.entry(program.chains["welcome"])[0]
    assert customer_in(portfolio, region & portfolio.space.segment("buyers")) is None


def test_boxes_and_customers_agree_on_what_is_empty():
    asked = [{"all": ["buyers", {"not_event": "order"}]}, {"all": ["buyers", "adults"]}]
    program = made_up_conditions.program(asked)
    space = Space(program)
    empty = [space.region(program.segments[f"asked_{n}"].condition).is_empty for n in (0, 1)]
    assert empty == [found(one) is None for one in asked] == [True, False]
