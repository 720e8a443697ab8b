"""Conditions as Knock has them, and the way back."""

from __future__ import annotations

import pytest

from crmspec.engine.way_back import WordlessError
from crmspec.providers.knock.audience import decode_segment
from crmspec.providers.knock.condition import MOST, Term, negated
from tests.providers.knock.small import segment


def told(body):
    """Return the segments of an audience, a line each."""
    return [
        " & ".join(
            f"{one['property'].removeprefix('recipient.')} {one['operator']}"
            + (f" {argument}" if (argument := one.get("argument")) is not None else "")
            for one in way["conditions"]
        )
        for way in body["segments"]
    ]


@pytest.mark.parametrize(
    ("condition", "expected", "gaps"),
    [
        pytest.param("{attribute: tier, eq: gold}", ['tier equal_to "gold"'], [], id="equal"),
        pytest.param(
            "{attribute: tier, neq: gold}", ['tier not_equal_to "gold"'], [], id="unequal"
        ),
        pytest.param(
            "{attribute: city, eq: Omsk}",
            ['city equal_to "Omsk"'],
            ["deviates"],
            id="text by letters",
        ),
        pytest.param(
            "{attribute: city, eq: Omsk, case: sensitive}",
            ['city equal_to "Omsk"'],
            [],
            id="text, letters told apart",
        ),
        pytest.param(
            "{attribute: score, gte: 80}",
            ["score not_empty & score greater_than_or_equal_to 80"],
            [],
            id="an order is asked of what is there",
        ),
        pytest.param(
            "{not: {attribute: score, gte: 80}}",
            ["score empty", "score less_than 80"],
            [],
            id="not an order: or it is missing",
        ),
        pytest.param(
            "{attribute: tier, in: [gold, silver]}",
            ['tier equal_to "gold"', 'tier equal_to "silver"'],
            [],
            id="one of several",
        ),
        pytest.param(
            "{attribute: tier, not_in: [gold, silver]}",
            ['tier not_equal_to "gold" & tier not_equal_to "silver"'],
            [],
            id="none of several",
        ),
        pytest.param("{attribute: city, exists: true}", ["city not_empty"], [], id="there"),
        pytest.param(
            "{attribute: langs, contains_all: [ru, en]}",
            ['langs contains_all ["ru", "en"]'],
            ["deviates"],
            id="all of a list",
        ),
        pytest.param("{attribute: city, missing: true}", ["city empty"], [], id="missing"),
        pytest.param("{attribute: city, missing: false}", ["city not_empty"], [], id="not missing"),
        pytest.param(
            "{attribute: mail, exists: true}", ["email not_empty"], [], id="a standard attribute"
        ),
        pytest.param(
            "{segment: vip}",
            ["recipient is_audience_member {'$ref': 'segment.vip'}"],
            [],
            id="a segment",
        ),
        pytest.param(
            "{not: vip}",
            ["recipient is_not_audience_member {'$ref': 'segment.vip'}"],
            [],
            id="not a segment",
        ),
        pytest.param(
            "{none: [{segment: vip}, {attribute: city, exists: true}]}",
            ["recipient is_not_audience_member {'$ref': 'segment.vip'} & city empty"],
            [],
            id="none",
        ),
        pytest.param(
            "{all: [{attribute: tier, eq: gold}, {any: [vip, {attribute: score, lt: 1}]}]}",
            [
                "tier equal_to \"gold\" & recipient is_audience_member {'$ref': 'segment.vip'}",
                'tier equal_to "gold" & score not_empty & score less_than 1',
            ],
            [],
            id="any in all",
        ),
    ],
)
def test_conditions(condition, expected, gaps):
    body, found = segment(condition)
    assert (told(body), found) == (expected, gaps)


@pytest.mark.parametrize(
    "condition",
    [
        pytest.param("{event: order}", id="events"),
        pytest.param("{attribute: points, gte: 1}", id="a default that Knock does not know"),
        pytest.param("{attribute: city, starts_with: O, case: sensitive}", id="the beginning"),
        pytest.param("{attribute: city, eq: '', case: sensitive}", id="an empty text"),
        pytest.param("{attribute: score, changed: {within: 1d}}", id="a change"),
        pytest.param("{segment: vip, joined: {within: 1d}}", id="since when"),
        pytest.param("{random: 10%}", id="chance"),
        pytest.param("{attribute: langs, length: 2}", id="a length"),
        pytest.param("{any: []}", id="nobody"),
        pytest.param("{all: []}", id="everybody"),
        pytest.param("{attribute: tier, in: []}", id="one of nothing"),
        pytest.param("{message: one, opened: true}", id="a reaction outside a chain"),
    ],
)
def test_what_knock_cannot_ask(condition):
    _, found = segment(condition)
    assert "none" in found


def test_alternatives_do_not_grow_without_end():
    many = ", ".join(
        f"{{any: [{{attribute: score, eq: {n}}}, {{attribute: points, eq: {n}}}]}}"
        for n in range(9)
    )
    body, found = segment(f"{{all: [{many}]}}")
    assert "none" in found
    assert len(body["segments"]) <= MOST


@pytest.mark.parametrize(
    "condition",
    [
        pytest.param({"attribute": "tier", "eq": "gold"}, id="equal"),
        pytest.param({"all": [{"attribute": "tier", "neq": "gold"}, {"segment": "vip"}]}, id="all"),
        pytest.param({"any": [{"not": "vip"}, {"attribute": "score", "lt": 5}]}, id="any, order"),
        pytest.param({"attribute": "city", "missing": True}, id="missing"),
        pytest.param({"attribute": "city", "exists": True}, id="there"),
    ],
)
def test_the_way_back(condition):
    body, _ = segment(str(condition).replace("True", "true"))
    assert decode_segment(body) == condition


@pytest.mark.parametrize(
    "term",
    [
        pytest.param({"property": "tenant.plan", "operator": "empty"}, id="another root"),
        pytest.param(
            {"property": "recipient.x", "operator": "equal_to", "argument": "data.y"}, id="a path"
        ),
        pytest.param(
            {"property": "recipient.x", "operator": "is_timestamp", "argument": "1"},
            id="other words",
        ),
        pytest.param(
            {"property": "recipient", "operator": "is_audience_member", "argument": "theirs"},
            id="an audience of others",
        ),
    ],
)
def test_what_has_other_words_stays_as_it_is(term):
    for terms in ([term], []):
        with pytest.raises(WordlessError):
            decode_segment({"segments": [{"conditions": terms}]})
    for body in ({"type": "static"}, {"segments": []}):
        with pytest.raises(WordlessError):
            decode_segment(body)


def test_what_is_denied_does_not_grow_without_end():
    pair = (Term("recipient.a", "empty"), Term("recipient.b", "empty"))
    assert len(negated([pair] * 40)) == MOST + 1
    assert negated([pair]) == [(Term(one, "not_empty"),) for one in ("recipient.a", "recipient.b")]
