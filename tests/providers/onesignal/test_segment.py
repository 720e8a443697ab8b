"""Conditions as OneSignal's filters, and the way back."""

from __future__ import annotations

from itertools import product

import pytest

from crmspec.providers.onesignal.segment import decode_segment, normalised
from crmspec.providers.onesignal.term import Term, negated, simplified
from tests.providers.onesignal.small import HEAD, resources, segment


def lines(filters):
    """Return the alternatives of filters, a line each."""
    made = [[]]
    for one in filters:
        if one == {"operator": "OR"}:
            made.append([])
        else:
            words = [one.get("key", one["field"]), one["relation"], one.get("value")]
            made[-1].append(" ".join(word for word in words if word is not None))
    return [" & ".join(one) for one in made]


@pytest.mark.parametrize(
    ("condition", "expected", "gaps"),
    [
        pytest.param("{attribute: tier, eq: gold}", ["tier = gold"], [], id="equal"),
        pytest.param(
            "{attribute: tier, neq: gold}", ["tier != gold", "tier not_exists"], [], id="unequal"
        ),
        pytest.param("{attribute: city, eq: Omsk}", ["city = Omsk"], ["deviates"], id="letters"),
        pytest.param(
            "{attribute: city, eq: Omsk, case: sensitive}", ["city = Omsk"], [], id="exact letters"
        ),
        pytest.param(
            "{attribute: score, gte: 80}",
            ["score exists & score > 80", "score = 80"],
            [],
            id="an order is asked of what is there",
        ),
        pytest.param("{attribute: score, lt: 1.5}", ["score exists & score < 1.5"], [], id="below"),
        pytest.param(
            "{not: {attribute: score, gte: 80}}",
            ["score not_exists", "score exists & score < 80"],
            [],
            id="not an order: or it is missing",
        ),
        pytest.param(
            "{attribute: tier, in: [gold, silver]}",
            ["tier = gold", "tier = silver"],
            [],
            id="one of several",
        ),
        pytest.param(
            "{attribute: tier, not_in: [gold, silver]}",
            ["tier != gold & tier != silver", "tier not_exists"],
            [],
            id="none of several",
        ),
        pytest.param("{attribute: city, exists: true}", ["city exists"], [], id="there"),
        pytest.param("{attribute: city, missing: true}", ["city not_exists"], [], id="missing"),
        pytest.param("{attribute: city, missing: false}", ["city exists"], [], id="not missing"),
        pytest.param("{attribute: vip, is: true}", ["is_vip = true"], [], id="yes, renamed"),
        pytest.param("{attribute: lang, eq: ru}", ["language = ru"], [], id="the language"),
        pytest.param("{attribute: lang, not_in: [ru]}", ["language != ru"], [], id="not of it"),
        pytest.param("{not: {attribute: lang, eq: ru}}", ["language != ru"], [], id="not it"),
        pytest.param(
            "{attribute: town, eq: omsk}",
            ["town = omsk", "town = Омск"],
            ["deviates"],
            id="all spellings of a directory",
        ),
        pytest.param(
            "{attribute: town, eq: other}",
            ["town = other", "town = Other", "town not_exists"],
            ["deviates"],
            id="what missing stands for",
        ),
        pytest.param(
            "{attribute: town, not_in: [other, omsk]}",
            ["town != other & town != Other & town != omsk & town != Омск & town exists"],
            ["deviates"],
            id="none of what missing stands for",
        ),
        pytest.param(
            "{event: order, within: 7d}", ["crmspec__order_7d exists"], ["deviates"], id="an event"
        ),
        pytest.param(
            "{not_event: order}", ["crmspec__order not_exists"], ["deviates"], id="no event"
        ),
        pytest.param("{segment: best}", ["tier = gold"], [], id="a segment is written out"),
        pytest.param("{not: best}", ["tier != gold", "tier not_exists"], [], id="not a segment"),
        pytest.param(
            "{none: [{segment: best}, {attribute: city, exists: true}]}",
            ["tier != gold & city not_exists", "tier not_exists & city not_exists"],
            [],
            id="none",
        ),
        pytest.param(
            "{all: [{attribute: tier, eq: gold}, {any: [{attribute: vip, is: true},"
            " {attribute: score, gt: 1}]}]}",
            ["tier = gold & is_vip = true", "tier = gold & score exists & score > 1"],
            [],
            id="any in all",
        ),
        pytest.param(
            "{all: [{attribute: score, gte: 1}, {attribute: score, lte: 1}]}",
            ["score exists & score > 1 & score < 1", "score = 1"],
            [],
            id="what cannot hold goes as far as it is seen",
        ),
    ],
)
def test_conditions(condition, expected, gaps):
    filters, found = segment(condition)
    assert (lines(filters), [one for one, _ in found]) == (expected, gaps)


@pytest.mark.parametrize(
    "condition",
    [
        pytest.param("{event: order, count: {gte: 2}}", id="how often something came"),
        pytest.param("{attribute: town, starts_with: m}", id="the beginning of a name"),
        pytest.param("{attribute: points, gte: 1}", id="a default that OneSignal does not know"),
        pytest.param("{attribute: tier, starts_with: g}", id="the beginning"),
        pytest.param("{attribute: city, eq: '', case: sensitive}", id="an empty text"),
        pytest.param("{attribute: score, changed: {within: 1d}}", id="a change"),
        pytest.param("{attribute: score, gt: true}", id="an order of no number"),
        pytest.param("{attribute: mail, exists: true}", id="an address"),
        pytest.param("{attribute: lang, exists: true}", id="whether there is a language"),
        pytest.param("{segment: best, joined: {within: 1d}}", id="since when"),
        pytest.param("{random: 10%}", id="chance"),
        pytest.param("{any: []}", id="nobody"),
        pytest.param("{all: []}", id="everybody"),
        pytest.param("{attribute: tier, in: []}", id="one of nothing"),
        pytest.param("{message: one, opened: true}", id="a reaction outside a chain"),
    ],
)
def test_what_onesignal_cannot_ask(condition):
    _, found = segment(condition)
    assert "none" in [one for one, _ in found]


def test_alternatives_do_not_grow_without_end():
    many = ", ".join(f"{{attribute: score, eq: {n}}}" for n in range(120))
    filters, found = segment(f"{{any: [{many}]}}")
    assert len(filters) <= 200
    assert ("none", "OneSignal takes 100 alternatives at most here") in found


def test_too_many_filters_are_told():
    leaves = ", ".join(f"{{attribute: score, lt: {n}}}" for n in range(64))
    filters, found = segment(f"{{all: [{{attribute: tier, eq: gold}}, {{any: [{leaves}]}}]}}")
    assert len(filters) > 200
    assert ("none", "OneSignal takes 200 filters, each `OR` counted") in found


@pytest.mark.parametrize("count", [pytest.param(90, id="fits"), pytest.param(120, id="too long")])
def test_a_name_has_room_for_its_marker(count):
    filters, found = segment(f"{{title: {'x' * count}, attribute: tier, eq: gold}}")
    said = "OneSignal takes names of 119 characters beside the marker"
    assert filters
    assert (("none", said) in found) is (count > 119)


def test_a_description_has_a_limit():
    _, found = segment(f"{{description: {'x' * 256}, attribute: tier, eq: gold}}")
    assert ("none", "OneSignal takes descriptions of 255 characters") in found


# -- the law of alternatives ------------------------------------------------------------------

VALUES = (None, "1", "2", "3")


def holds(term, value):
    """Say whether a term holds of a tag, as any OneSignal would have it."""
    match term.relation:
        case "exists":
            return value is not None
        case "not_exists":
            return value is None
    if value is None:
        return False
    one, other = float(value), float(term.value)
    return {"=": one == other, "!=": one != other, "<": one < other, ">": one > other}[
        term.relation
    ]


def meets(ways, customer):
    return any(all(holds(term, customer[term.key]) for term in way) for way in ways)


TERMS = [
    Term("tag", relation, "a", value)
    for relation, value in [("=", "1"), ("=", "2"), ("exists", None), ("not_exists", None)]
]
WAYS = [
    *([(term,)] for term in TERMS),
    [(Term("language", "=", "a", "1"), TERMS[2]), (TERMS[3],)],
    [(TERMS[2], Term("tag", ">", "a", "1"))],
    [(TERMS[2], Term("tag", "<", "a", "2")), (TERMS[0],)],
    [(Term("tag", "!=", "a", "1"), Term("tag", "!=", "a", "2")), (TERMS[3],)],
    [(TERMS[0], Term("tag", "=", "b", "1")), (Term("tag", "not_exists", "b"),)],
]


@pytest.mark.parametrize("ways", WAYS)
def test_the_opposite_holds_when_it_does_not(ways):
    for one, other in product(VALUES, VALUES):
        customer = {"a": one, "b": other}
        assert meets(negated(ways), customer) is not meets(ways, customer)
        assert meets(negated(negated(ways)), customer) is meets(ways, customer)


def test_alternatives_that_another_covers_go():
    one, two = TERMS[:2]
    assert simplified([(one, two), (one,), (one,)]) == [(one,)]
    text = [(Term("tag", "exists", "a"), Term("tag", ">", "a", "b"))]
    assert set(text[0]) <= set(negated(negated(text))[0])  # nobody knows how it compares texts


# -- the way back -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "condition",
    [
        pytest.param({"attribute": "tier", "eq": "gold"}, id="equal"),
        pytest.param({"attribute": "tier", "neq": "gold"}, id="unequal"),
        pytest.param({"attribute": "tier", "in": ["gold", "silver"]}, id="one of several"),
        pytest.param({"attribute": "tier", "not_in": ["gold", "silver"]}, id="none of several"),
        pytest.param({"attribute": "score", "gte": 80}, id="at least"),
        pytest.param({"attribute": "score", "lte": 1.5}, id="at most"),
        pytest.param({"attribute": "score", "gt": 1, "lt": 9}, id="between"),
        pytest.param({"attribute": "vip2", "eq": True}, id="yes"),
        pytest.param({"attribute": "city", "missing": True}, id="missing"),
        pytest.param({"attribute": "city", "exists": True}, id="there"),
        pytest.param(
            {
                "all": [
                    {"attribute": "tier", "in": ["gold", "silver"]},
                    {"attribute": "score", "gte": 80},
                ]
            },
            id="all of several",
        ),
        pytest.param(
            {"any": [{"attribute": "tier", "neq": "gold"}, {"attribute": "score", "lt": 5}]},
            id="any",
        ),
        pytest.param(
            {"any": [{"attribute": "score", "gt": 1, "lt": 5}, {"attribute": "score", "eq": 7}]},
            id="any of one attribute",
        ),
        pytest.param(
            {
                "any": [
                    {"all": [{"attribute": "tier", "eq": "gold"}, {"attribute": "score", "eq": 1}]},
                    {
                        "all": [
                            {"attribute": "tier", "eq": "silver"},
                            {"attribute": "score", "eq": 2},
                        ]
                    },
                ]
            },
            id="pairs",
        ),
    ],
)
def test_the_way_back(condition):
    head = HEAD.replace(
        "  vip: {title: VIP", "  vip2: {title: V, type: boolean}\n  vip: {title: VIP"
    )
    text = f"{head}  x: {str(condition).replace('True', 'true')}\n"
    assert decode_segment(resources(text, settings="")["segment.x"].body) == condition


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        pytest.param(
            [{"field": "language", "relation": "!=", "value": "ru"}],
            {"attribute": "language", "neq": "ru"},
            id="not a language",
        ),
        pytest.param(
            [{"field": "tag", "key": "n", "relation": "=", "value": "007"}],
            {"attribute": "n", "eq": "007"},
            id="digits that are no number",
        ),
        pytest.param(
            [{"field": "tag", "key": "n", "relation": "!=", "value": "x"}],
            {},
            id="unequal alone: nobody knows of those without it",
        ),
        pytest.param(
            [{"field": "session_count", "relation": ">", "value": "1"}], {}, id="another field"
        ),
        pytest.param(
            [{"field": "tag", "key": "language", "relation": "=", "value": "ru"}],
            {},
            id="a tag that is called like a field",
        ),
        pytest.param(
            [{"field": "tag", "key": "n", "relation": "time_elapsed_gt", "value": "9"}],
            {},
            id="another relation",
        ),
        pytest.param(
            [{"field": "tag", "key": "n", "relation": "exists", "hours_ago": "1"}],
            {},
            id="more than we know",
        ),
        pytest.param([{"unsupported_in_api": True}], {}, id="what the API does not tell"),
        pytest.param([], {}, id="nothing"),
    ],
)
def test_what_has_other_words_stays_as_it_is(filters, expected):
    assert decode_segment({"filters": filters}) == expected


def test_filters_are_the_same_however_they_are_said():
    told = [
        {"field": "tag", "key": "a", "relation": "=", "value": 7, "hours_ago": None},
        {"operator": "AND"},
        {"field": "location", "relation": None, "radius": 10.0},
        {"unsupported_in_api": True},
    ]
    assert normalised(told) == [
        {"field": "tag", "key": "a", "relation": "=", "value": "7"},
        {"field": "location", "radius": "10"},
        {"unsupported_in_api": True},
    ]
    assert normalised(None) == []
