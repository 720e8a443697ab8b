"""Conditions as filters of Sendsay, and the way back."""

from __future__ import annotations

import pytest

from crmspec.engine.resource import Address
from crmspec.providers.sendsay.session import decode, normalise
from tests.providers.sendsay.small import HEAD, resources, segment

X = Address("segment", "x")


def told(elements):
    """Return a filter as one line."""
    return " ".join(map(_told, elements))


def _told(one):
    if "group" in one:
        return f"({told(one['group'])})"
    name = one.get("pid", one.get("qid", ""))
    name = name["$ref"].partition(".")[2] if isinstance(name, dict) else name
    return " ".join(filter(None, [one["which"], name, one.get("resp", "")]))


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        pytest.param("{attribute: score, gte: 80}", "dirtyS score AND ge score 80", id="at least"),
        pytest.param("{attribute: score, gt: 80}", "dirtyS score AND ge score 81", id="more"),
        pytest.param("{attribute: score, lt: 80}", "dirtyS score AND le score 79", id="less"),
        pytest.param("{attribute: score, lte: 80}", "dirtyS score AND le score 80", id="at most"),
        pytest.param(
            "{attribute: score, eq: 5}", "dirtyS score AND ge score 5 AND le score 5", id="equal"
        ),
        pytest.param(
            "{attribute: score, neq: 5}",
            "emptyS score OR le score 4 OR ge score 6",
            id="unequal, or missing",
        ),
        pytest.param(
            "{attribute: score, between: [1, 3]}",
            "dirtyS score AND ge score 1 AND le score 3",
            id="between, both ends included",
        ),
        pytest.param(
            "{attribute: score, in: [1, 3]}",
            "(dirtyS score AND ge score 1 AND le score 1) OR"
            " (dirtyS score AND ge score 3 AND le score 3)",
            id="one of several",
        ),
        pytest.param(
            "{attribute: score, not_in: [1, 3]}",
            "(emptyS score OR le score 0 OR ge score 2) AND"
            " (emptyS score OR le score 2 OR ge score 4)",
            id="none of several",
        ),
        pytest.param(
            "{attribute: score, gte: 1, lte: 9}",
            "(dirtyS score AND ge score 1) AND (dirtyS score AND le score 9)",
            id="two tests",
        ),
        pytest.param(
            "{not: {attribute: score, gte: 80}}",
            "emptyS score OR (dirtyS score AND le score 79)",
            id="not an order: or it is missing",
        ),
        pytest.param(
            "{attribute: score, neq: 5, missing_as: false}",
            "dirtyS score AND (emptyS score OR le score 4 OR ge score 6)",
            id="a result of its own for what is missing",
        ),
        pytest.param("{attribute: town, exists: true}", "dirtyS town", id="there"),
        pytest.param("{attribute: town, missing: true}", "emptyS town", id="missing"),
        pytest.param("{not: {attribute: town, exists: true}}", "emptyS town", id="not there"),
        pytest.param(
            "{attribute: seen, eq: true}", "dirtyS seen AND ge seen 1 AND le seen 1", id="yes"
        ),
        pytest.param(
            "{attribute: seen, neq: true}", "emptyS seen OR le seen 0 OR ge seen 2", id="no"
        ),
        pytest.param(
            "{attribute: born, after: '2000-02-28'}",
            "dirtyS born AND ge born 2000-02-29",
            id="after a day",
        ),
        pytest.param(
            "{attribute: born, before: '2000-03-01'}",
            "dirtyS born AND le born 2000-02-29",
            id="before a day",
        ),
        pytest.param(
            "{attribute: born, on_day: '2000-03-01'}",
            "dirtyS born AND ge born 2000-03-01 AND le born 2000-03-01",
            id="on a day",
        ),
        pytest.param("{attribute: first_name, exists: true}", "dirtyS firstName", id="of Sendsay"),
        pytest.param(
            "{attribute: phone_no, exists: true}", "dirtyS cellphone", id="a standard one"
        ),
        pytest.param("{attribute: size, gte: 2}", "dirtyS q7 AND ge q7 2", id="under its own name"),
        pytest.param("{segment: vip}", "PRF vip 1", id="a segment"),
        pytest.param("{list: news}", "PRF news 1", id="a list"),
        pytest.param(
            "{any: [vip, {all: [{list: news}, {attribute: score, lt: 1}]}]}",
            "PRF vip 1 OR (PRF news 1 AND (dirtyS score AND le score 0))",
            id="all in any",
        ),
        pytest.param(
            "{raw: {sendsay: {which: like, aid: custom, qid: town, resp: Om}}}",
            "like town Om",
            id="its own words",
        ),
        pytest.param(
            "{raw: {main: [{which: PRF, pid: shop__segment__vip, resp: 0}]}}",
            "PRF vip 0",
            id="a list of its own words",
        ),
    ],
)
def test_conditions(condition, expected):
    body, gaps = segment(condition)
    assert (told(normalise(X, body)["filter"]), gaps) == (expected, [])


@pytest.mark.parametrize(
    "condition",
    [
        pytest.param("{event: order}", id="events"),
        pytest.param("{not: vip}", id="not a segment"),
        pytest.param("{segment: vip, joined: {within: 1d}}", id="since when"),
        pytest.param("{list: news, joined: {within: 1d}}", id="since when on a list"),
        pytest.param("{attribute: town, eq: Omsk}", id="equal texts"),
        pytest.param("{attribute: tier, in: [gold]}", id="a choice"),
        pytest.param("{attribute: rate, gte: 1.5}", id="decimals"),
        pytest.param("{attribute: score, gte: 1.5}", id="an order of whole numbers and others"),
        pytest.param("{attribute: score, in: [1, 1.5]}", id="whole numbers and others"),
        pytest.param("{attribute: score, in: []}", id="one of nothing"),
        pytest.param("{attribute: seen, between: [false, true]}", id="between no and yes"),
        pytest.param("{attribute: points, gte: 1}", id="a default"),
        pytest.param("{attribute: born, within_last: 30d}", id="how long ago"),
        pytest.param("{attribute: born, after: '2020-01-01T10:00'}", id="a moment of a day"),
        pytest.param("{attribute: last, after: '2020-01-01T10:00'}", id="moments"),
        pytest.param("{attribute: born, anniversary: {today: true}}", id="birthdays"),
        pytest.param("{attribute: born, before: '0001-01-01'}", id="before time began"),
        pytest.param("{attribute: score, contains_any: [1]}", id="what lists hold"),
        pytest.param("{any: []}", id="nobody"),
        pytest.param("{all: []}", id="everybody"),
        pytest.param("{raw: {mindbox: x}}", id="the words of another"),
        pytest.param("{raw: {sendsay: x}}", id="no words at all"),
    ],
)
def test_what_is_left_to_people(condition):
    _, found = segment(condition)
    assert "none" in found


def test_what_is_asked_must_be_there_first():
    found = resources(f"{HEAD}  x: {{all: [vip, {{list: news}}, {{attribute: size, gte: 1}}]}}\n")
    assert {str(one) for one in found["segment.x"].depends} == {"segment.vip", "list.news"}
    assert {str(one) for one in found["segment.vip"].depends} == {"attribute.score"}


@pytest.mark.parametrize(
    "condition",
    [
        pytest.param({"attribute": "score", "gte": 80}, id="at least"),
        pytest.param({"attribute": "score", "lte": 80}, id="at most"),
        pytest.param({"attribute": "score", "eq": 5}, id="equal"),
        pytest.param({"attribute": "score", "neq": 5}, id="unequal"),
        pytest.param({"attribute": "score", "between": [1, 3]}, id="between"),
        pytest.param({"attribute": "born", "after": "2000-01-01"}, id="after a day"),
        pytest.param({"attribute": "born", "before": "2000-01-01"}, id="before a day"),
        pytest.param({"attribute": "born", "on_day": "2000-01-01"}, id="on a day"),
        pytest.param(
            {"attribute": "born", "between": ["2000-01-01", "2000-01-31"]}, id="between days"
        ),
        pytest.param({"attribute": "town", "exists": True}, id="there"),
        pytest.param({"attribute": "town", "missing": True}, id="missing"),
        pytest.param({"segment": "vip"}, id="a segment"),
        pytest.param({"all": [{"segment": "vip"}, {"list": "news"}]}, id="all"),
        pytest.param(
            {"any": [{"segment": "vip"}, {"attribute": "score", "lte": 5}]}, id="any, order"
        ),
    ],
)
def test_the_way_back(condition):
    body, _ = segment(str(condition).replace("True", "true"))
    assert decode(X, normalise(X, body)) == condition


TOWN = {"aid": "custom", "qid": {"$ref": "attribute.town"}}
RATE = {"aid": "custom", "qid": {"$ref": "attribute.rate"}}


@pytest.mark.parametrize(
    "elements",
    [
        pytest.param([], id="nothing"),
        pytest.param({"a": "member.email"}, id="the other form of filters"),
        pytest.param(["odd"], id="no elements"),
        pytest.param(
            [{"which": "dirtyS", **TOWN}, {"which": "AND"}, {"which": "ge", **RATE, "resp": "1"}],
            id="tests of two questions, one not whole",
        ),
        pytest.param([{"which": "like", **TOWN, "resp": "x"}], id="another test"),
        pytest.param([{"which": "dirtyS", "aid": "x", "qid": "y"}], id="a question of others"),
        pytest.param([{"which": "PRF", "pid": "theirs", "resp": "1"}], id="a group of others"),
        pytest.param([{"which": "ge", **TOWN, "resp": "x"}], id="an order without an answer"),
        pytest.param([{"which": "group", "group": []}], id="an empty group"),
        pytest.param([{"which": "dirtyS", **TOWN}, {"which": "XOR"}], id="half a sentence"),
        pytest.param(
            [{"which": "dirtyS", **TOWN}, {"which": "XOR"}, {"which": "dirtyS", **RATE}],
            id="another word",
        ),
        pytest.param(
            [{"which": "ge", **TOWN, "resp": "1"}, {"which": "AND"}, {"which": "ge", **TOWN}],
            id="the same test twice",
        ),
        pytest.param(
            [{"which": "emptyS", **TOWN}, {"which": "AND"}, {"which": "ge", **TOWN, "resp": "1"}],
            id="never",
        ),
    ],
)
def test_what_has_other_words_stays_as_it_is(elements):
    assert decode(X, {"filter": elements}) == {}


def test_the_first_day_of_all_leads_nowhere():
    day = {"which": "ge", **TOWN, "resp": "0001-01-01"}
    body = {"filter": [{"which": "dirtyS", **TOWN}, {"which": "AND"}, day]}
    assert decode(X, body) == {"attribute": "town", "gte": "0001-01-01"}


def test_a_filter_is_the_same_however_it_is_told():
    told_ = [
        {"which": "PRF", "pid": "a", "pid.name": "A", "resp": 1, "aid": None},
        {"which": "any", "aid": "custom", "qid": "q", "qid.type": "nm", "resp": {"1": "One"}},
    ]
    meant = [
        {"which": "PRF", "pid": "a", "resp": "1"},
        {"which": "any", "aid": "custom", "qid": "q", "resp": {"1": "1"}},
    ]
    assert normalise(X, {"filter": told_}) == {"filter": meant}
    assert normalise(X, {"filter": meant}) == {"filter": meant}
