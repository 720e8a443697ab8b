"""Conditions in both languages of Tryton, and what neither has words for."""

from __future__ import annotations

import pytest

from tests.providers.tryton.small import HEAD, chain, findings


def searched(condition):
    """Return a condition as a domain, and what is told of it."""
    body, gaps = chain(head=f"    audience: {condition}\n    recheck: entry\n")
    first, *rest = body["domain"]
    assert first == ["name", "!=", None]
    return rest, [one for one in gaps if one[0] != "lowered"]


def asked(condition):
    """Return a condition as PYSON, and what is told of it."""
    body, gaps = chain(f"[{{send: two}}, {{send: one, only: {condition}}}]")
    (child,) = body["activities"][0].get("children", [{}])
    return child.get("condition"), [one for one in gaps if one[0] != "lowered"]


def value(way, otherwise):
    return {"__class__": "Eval", "v": way, "d": otherwise}


def equal(one, other):
    return {"__class__": "Equal", "s1": one, "s2": other}


WORDS = [
    pytest.param(
        "{attribute: name, eq: A, case: sensitive}",
        [["name", "=", "A"]],
        equal(value("self.name", ""), "A"),
        id="a text",
    ),
    pytest.param(
        "{attribute: tongue, in: [ru, en]}",
        [["langs", "where", [["lang.code", "in", ["ru", "en"]]]]],
        {
            "__class__": "Or",
            "s": [equal(value("self._parent_lang.code", ""), one) for one in ("ru", "en")],
        },
        id="a field of another record",
    ),
    pytest.param(
        "{attribute: member, eq: true}",
        [["member", "=", True]],
        equal(value("self.member", otherwise=False), True),  # noqa: FBT003 - what is compared
        id="yes or no",
    ),
    pytest.param(
        "{attribute: spent, gt: 5}",
        [["spent", ">", 5]],
        {"__class__": "Greater", "s1": value("self.spent", None), "s2": 5, "e": False},
        id="more",
    ),
    pytest.param(
        "{not: {attribute: digits, lte: 5}}",
        [["OR", ["code_digit", ">", 5], ["code_digit", "=", None]]],
        {
            "__class__": "Not",
            "v": {"__class__": "Less", "s1": value("self.code_digit", None), "s2": 5, "e": True},
        },
        id="not at most",
    ),
    pytest.param(
        "{attribute: email, missing: true}",
        [["contact_mechanisms", "not where", [["type", "in", ["email"]]]]],
        {
            "__class__": "Not",
            "v": {"__class__": "Not", "v": equal(value("self.email", None), None)},
        },
        id="no address",
    ),
    pytest.param(
        "{attribute: tongue, missing: true}",
        [["langs", "not where", [["lang.code", "!=", None]]]],
        {
            "__class__": "Not",
            "v": {"__class__": "Not", "v": equal(value("self._parent_lang.code", None), None)},
        },
        id="no language",
    ),
    pytest.param(
        "{attribute: boss, missing: true}",
        [["OR", ["replaced_by.name", "=", None], ["replaced_by", "=", None]]],
        {
            "__class__": "Not",
            "v": {
                "__class__": "Not",
                "v": equal(value("self._parent_replaced_by.name", None), None),
            },
        },
        id="nothing of another record",
    ),
    pytest.param(
        "{attribute: tongue, exists: false}",
        [["langs", "not where", [["lang.code", "!=", None]]]],
        {
            "__class__": "Not",
            "v": {"__class__": "Not", "v": equal(value("self._parent_lang.code", None), None)},
        },
        id="that it does not exist",
    ),
    pytest.param(
        "{attribute: digits, eq: 5}",
        [["code_digit", "=", 5]],
        {
            "__class__": "And",
            "s": [
                {"__class__": name, "s1": value("self.code_digit", None), "s2": 5, "e": True}
                for name in ("Greater", "Less")
            ],
        },
        id="a number",
    ),
    pytest.param("{any: []}", [["id", "<", 0]], None, id="never"),
    pytest.param("{all: []}", [], None, id="always"),
    pytest.param("{any: [vip, {all: []}]}", [], None, id="or always"),
]


@pytest.mark.parametrize(("condition", "domain", "pyson"), WORDS)
def test_words(condition, domain, pyson):
    found, gaps = searched(condition)
    assert found in (domain, [domain])
    assert gaps == []
    found, gaps = asked(condition)
    assert gaps == []
    assert found == pyson


LISTS = [
    pytest.param("{contains: A}", ["categories.name", "=", "A"], id="one"),
    pytest.param("{contains_any: [A, B]}", ["categories.name", "in", ["A", "B"]], id="any"),
    pytest.param(
        "{not_contains: A}", ["categories", "not where", [["name", "=", "A"]]], id="not one"
    ),
]


@pytest.mark.parametrize(("tests", "meant"), LISTS)
def test_lists_are_searched_and_not_asked(tests, meant):
    condition = "{attribute: groups, case: sensitive, " + tests.strip("{}") + "}"
    assert searched(condition) == ([meant], [])
    _, gaps = asked(condition)
    assert [support for support, _ in gaps] == ["none"]


LACKING = [
    pytest.param("{attribute: city, eq: a}", "say with `names`", id="a field that nobody named"),
    pytest.param("{attribute: odd, eq: 1}", "`default`", id="a default"),
    pytest.param("{attribute: name, eq: A, missing_as: true}", "cannot ask", id="missing as"),
    pytest.param("{attribute: name, starts_with: A}", "cannot ask", id="a beginning"),
    pytest.param("{attribute: name, contains: A}", "cannot ask", id="a part of a text"),
    pytest.param("{attribute: born, before: 2020-01-01}", "cannot ask", id="a date"),
    pytest.param("{attribute: tongue, gt: a}", "cannot ask", id="texts in order"),
    pytest.param("{segment: vip, joined: {within: 1d}}", "cannot ask", id="since when"),
    pytest.param("{random: 10%}", "", id="a share"),
    pytest.param("{attribute: groups, exists: true}", "cannot ask", id="whether a list is empty"),
    pytest.param("{attribute: flat, not_contains: A}", "cannot ask", id="a list of no records"),
]


@pytest.mark.parametrize(("condition", "words"), LACKING)
def test_what_neither_can_ask(condition, words):
    for say in (searched, asked):
        _, gaps = say(condition)
        assert [one for one in gaps if one[0] == "none" and words in one[1]]


SEARCHLESS = [
    pytest.param("{attribute: email, eq: a@example.com, case: sensitive}", id="what is computed"),
]


@pytest.mark.parametrize("condition", SEARCHLESS)
def test_what_can_be_asked_but_not_searched(condition):
    assert [support for support, _ in searched(condition)[1]] == ["none"]
    assert asked(condition)[1] == []


def test_capitals_count():
    _, gaps = asked("{attribute: name, eq: A}")
    assert [one for one in gaps if one[0] == "deviates" and "5.6" in one[1]]
    _, gaps = asked("{attribute: name, exists: true}")
    assert gaps == []


def test_an_option_that_tryton_has_not():
    from crmspec.ir.target import Target

    target = Target(id="main", platform="tryton", options={"database": "crm", "colour": "red"})
    said = [words for _, words in findings(HEAD, target)]
    assert "Tryton has no option `colour`" in said
    assert not [words for words in said if "database" in words]
