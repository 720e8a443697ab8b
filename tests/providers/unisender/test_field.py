"""Attributes as fields, lists as lists, segments as the lists that they are."""

from __future__ import annotations

import pytest

from crmspec.engine.resource import Address
from crmspec.providers.unisender.session import decode, normalise
from tests.providers.unisender.small import HEAD, findings, told, wanted

AGE = Address("attribute", "age")


def attribute(fields):
    return told(f"attributes:\n  age: {{title: Age, {fields}}}\n", "attribute", "age")


@pytest.mark.parametrize(
    ("fields", "body"),
    [
        pytest.param("type: string", {"name": "age", "type": "string"}, id="a text"),
        pytest.param("type: integer", {"name": "age", "type": "number"}, id="a whole number"),
        pytest.param("type: number", {"name": "age", "type": "number"}, id="a number"),
        pytest.param("type: boolean", {"name": "age", "type": "bool"}, id="yes or no"),
        pytest.param("type: date", {"name": "age", "type": "date"}, id="a day"),
        pytest.param("type: datetime", {"name": "age", "type": "string"}, id="a moment"),
        pytest.param(
            "type: string, names: {unisender: Age}", {"name": "Age", "type": "string"}, id="renamed"
        ),
        pytest.param(
            "type: string, standard: first_name", {"name": "Name", "type": "string"}, id="the name"
        ),
    ],
)
def test_a_field(fields, body):
    assert attribute(fields) == (body, [])


@pytest.mark.parametrize(
    ("fields", "support"),
    [
        pytest.param("type: array, items: string", "deviates", id="several values"),
        pytest.param(
            "type: number, computed: {event: order, aggregate: count}", "deviates", id="computed"
        ),
        pytest.param("type: string, names: {unisender: 'my-age'}", "none", id="a name with a dash"),
    ],
)
def test_what_a_field_is_not(fields, support):
    assert [one for one, _ in attribute(fields)[1]] == [support]


def test_a_name_that_a_target_gives_counts_as_well():
    text = "targets: {main: {platform: unisender}}\nattributes: {age: {names: {main: Years}}}\n"
    body, _ = told(text, "attribute", "age")
    assert body["name"] == "Years"


def test_addresses_are_unisenders_own():
    text = "attributes: {mail: {standard: email}, phone: {type: string}, city: {type: string}}\n"
    assert wanted(text).keys() == {"attribute.city"}


def test_a_field_is_read_back():
    assert decode(AGE, {"name": "age", "type": "bool"}) == {"type": "boolean"}
    assert decode(AGE, {"name": "Age", "type": "string"}) == {
        "type": "string",
        "names": {"unisender": "Age"},
    }
    first_name = Address("attribute", "first_name")
    assert decode(first_name, {"name": "Name", "type": "string"}) == {"type": "string"}
    assert decode(Address("list", "news"), {}) == {}
    assert normalise(AGE, {"name": "age", "type": "text"}) == {"name": "age", "type": "string"}


@pytest.mark.parametrize(
    ("fields", "supports"),
    [
        pytest.param("purpose: audience", [], id="members"),
        pytest.param("purpose: seed", [], id="colleagues"),
        pytest.param("opt_in: single", [], id="no confirmation"),
        pytest.param("purpose: suppression", ["none"], id="never to be written to"),
        pytest.param("domains: [shop.example]", ["none"], id="domains"),
        pytest.param("opt_in: double", ["deviates"], id="confirmation"),
        pytest.param("members_from: {file: a.csv}", ["deviates"], id="members from a file"),
    ],
)
def test_a_list(fields, supports):
    body, gaps = told(f"lists: {{news: {{title: News, {fields}}}}}\n", "list", "news")
    assert body == {}
    assert [one for one, _ in gaps] == supports


@pytest.mark.parametrize(
    ("condition", "supports"),
    [
        pytest.param("{list: news}", [], id="a list"),
        pytest.param("{attribute: city, eq: Omsk}", ["manual"], id="an attribute"),
        pytest.param("{list: news, joined: {within: 5d}}", ["none"], id="new on a list"),
    ],
)
def test_a_segment(condition, supports):
    text = HEAD.replace("  vip:", f"  x: {condition}\n  vip:")
    _, gaps = told(text, "segment", "x")
    assert [one for one, _ in gaps] == supports


def test_a_segment_that_is_a_list_is_no_object():
    assert "segment.readers" not in wanted(HEAD, settings="on_unsupported: manual\n")


def test_a_segment_by_hand_says_where():
    found = [words for level, words in findings(HEAD) if level == "error"]
    assert any("Сегментация" in words for words in found)


CHAIN = (
    HEAD
    + """
events: {order: {title: Order}}
chains:
  c:
    trigger: order
    audience: {attribute: city, eq: Omsk}
    exit: [order]
    quiet_hours: {from: "21:00", to: "09:00"}
    steps:
      - {send: hello}
      - {wait: 1h}
      - branch: {if: {list: news}, then: [{exit: done}]}
"""
)


def test_a_chain_is_by_hand_and_told_of_once():
    said = (
        "Unisender takes `chain` by hand only: in the account: Автоматизация, the editor of chains"
    )
    known = {words for _, words in findings(HEAD)}
    assert [words for _, words in findings(CHAIN) if words not in known] == [said]
    assert "chain.c" not in wanted(CHAIN, settings="on_unsupported: manual\n")
