"""Comparisons: operators, operands, units and contradictions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmspec.ir.value import OPERATORS
from crmspec.ir.value import Test as Comparison
from crmspec.resolve.catalog import Typed
from crmspec.resolve.comparison import judge
from crmspec.resolve.operand import fits
from crmspec.resolve.operator import ALLOWED
from crmspec.source import Span


def segment(tests, subject="attribute: age"):
    return f"segments: {{s: {{{subject}, {tests}}}}}"


def case(subject, tests, *expected, id):  # noqa: A002 - as pytest.param has it
    return pytest.param(segment(tests, subject), list(expected), id=id)


AGE, SPENT, TIER = "attribute: age", "attribute: spent", "attribute: tier"
BORN, MEMBER, LIKES = "attribute: birthday", "attribute: is_member", "attribute: likes"
NAME, HOME = "attribute: first_name", "attribute: home"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        case(AGE, "gte: 18", id="number and order"),
        case(AGE, "starts_with: 1", ("CRM211", "starts_with"), id="a number starts with nothing"),
        case(NAME, "starts_with: A", id="text starts with text"),
        case(NAME, "gt: A", ("CRM211", "gt"), id="text has no order"),
        case(MEMBER, "is: true", id="a yes-no question"),
        case(MEMBER, "in: [true]", ("CRM211", "in"), id="yes or no is not one of many"),
        case(TIER, "in: [gold, silver]", id="one of the values"),
        case(TIER, "gte: gold", ("CRM211", "gte"), id="values have no order"),
        case(TIER, "is: gold", ("CRM211", "is"), id="is only for true or false"),
        case(BORN, "older_than: 18y", id="a date and an age"),
        case(BORN, 'gt: "2000-01-01"', ("CRM211", "gt"), id="dates are before and after"),
        case(LIKES, "contains: cats", id="a list contains"),
        case(LIKES, "eq: cats", ("CRM211", "eq"), id="a list is not equal"),
        case(LIKES, "length: 3", id="the length of a list"),
        case(LIKES, "length: {gte: 3}", id="a compared length"),
        case(LIKES, "length: {gte: many}", ("CRM216", "many"), id="a length is a number"),
        case(
            LIKES,
            "length: {older_than: 3}",
            ("CRM216", "{older_than: 3}"),
            id="a length has no age",
        ),
        case(HOME, "exists: true", id="anything may exist"),
        case(HOME, "eq: Moscow", ("CRM211", "eq"), id="places are not compared"),
        case(AGE, "exists: maybe", ("CRM216", "maybe"), id="existing is true or false"),
        case(AGE, "anniversary: today", ("CRM211", "age"), id="only dates come round"),
        case(BORN, "anniversary: {within_next: 7d}", id="a birthday"),
        case(AGE, "has_been: {gte: x, for: 7d}", ("CRM216", "x"), id="has been"),
        case(AGE, "changed: {to: {gte: x}}", ("CRM216", "x"), id="changed"),
    ],
)
def test_operators(found, source, expected):
    assert found(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        case(AGE, "eq: 18", id="a whole number"),
        case(AGE, "eq: 18.5", ("CRM216", "18.5"), id="half a year is no whole number"),
        case(AGE, 'eq: "18"', ("CRM216", '"18"'), id="a number in quotes"),
        case(AGE, "eq: true", ("CRM216", "true"), id="true is no number"),
        case(AGE, "in: [1, x]", ("CRM216", "x"), id="one of several"),
        case(AGE, "in: 1", ("CRM216", "1"), id="in takes a list"),
        case(AGE, "between: [1, 2, 3]", ("CRM216", "[1, 2, 3]"), id="between takes two"),
        case(AGE, 'eq: "{{ event.age }}"', id="a template is known later"),
        case(SPENT, "gte: 3000 ₽", ("CRM214", "3000 ₽"), id="its own unit"),
        case(SPENT, "gte: 3 000 руб.", ("CRM214", "3 000 руб."), id="its own unit in words"),
        case(SPENT, "gte: $30", ("CRM214", "$30"), id="another unit"),
        case("attribute: weight", "gte: 3 kg", ("CRM214", "3 kg"), id="a unit nobody declared"),
        case(SPENT, "gte: a lot", ("CRM216", "a lot"), id="words"),
        case(MEMBER, 'is: "yes"', ("CRM216", '"yes"'), id="yes is text"),
        case(TIER, "eq: glod", ("CRM212", "glod"), id="a value nobody declared"),
        case(TIER, "in: [gold, platinum]", ("CRM212", "platinum"), id="one value nobody declared"),
        case(NAME, "eq: 5", ("CRM216", "5"), id="a number is no text"),
        case(NAME, "matches: '^A.+'", id="a pattern"),
        case(NAME, "matches: '('", ("CRM216", "'('"), id="a broken pattern"),
        case(BORN, 'before: "2026-02-30"', ("CRM229", '"2026-02-30"'), id="a day that is not"),
        case(BORN, "before: yesterday", ("CRM216", "yesterday"), id="a word is no date"),
        case(BORN, "before: 2026-02-28", id="a day"),
        case(BORN, "within_last: 7", ("CRM216", "7"), id="seven what"),
        case(BORN, "within_last: 0d", ("CRM215", "0d"), id="no time at all"),
        case(BORN, "month: 12", id="a month"),
        case(BORN, "month: 13", ("CRM216", "13"), id="no month"),
        case(BORN, "weekday: [sat, son]", ("CRM216", "[sat, son]"), id="no weekday"),
        case(LIKES, "contains_any: [cats, 5]", ("CRM216", "5"), id="items of a list"),
    ],
)
def test_operands(found, source, expected):
    assert found(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        case(AGE, "gte: 18, lte: 30", id="a range"),
        case(AGE, "gte: 30, lte: 18", ("CRM225", "18"), id="a range turned round"),
        case(AGE, "gt: 18, lt: 19", ("CRM225", "19"), id="no whole number in between"),
        case(SPENT, "gt: 18, lt: 19", id="but many others"),
        case(SPENT, "gt: 18, lte: 18", ("CRM225", "18"), id="just missed"),
        case(SPENT, "gte: 18, lte: 18", id="just met"),
        case(AGE, "between: [30, 18]", ("CRM225", "[30, 18]"), id="between turned round"),
        case(AGE, "gte: 130", ("CRM225", "130"), id="above what is declared"),
        case(AGE, "between: [130, 140]", ("CRM225", "[130, 140]"), id="a range above it"),
        case(AGE, "lt: 0", ("CRM225", "0"), id="below what is declared"),
        case(AGE, "eq: 150", ("CRM225", "150"), id="outside what is declared"),
        case(AGE, "neq: 150", id="not equal to anything"),
        case(AGE, "in: [5, 150]", id="one of them is possible"),
        case(AGE, "missing: true, gte: 3", ("CRM225", "3"), id="missing and large"),
        case(AGE, "exists: true, gte: 3", id="there and large"),
        case(
            BORN,
            'after: "2020-01-01", before: "2019-01-01"',
            ("CRM225", '"2019-01-01"'),
            id="dates turned round",
        ),
        case(BORN, "older_than: 30d, within_last: 7d", ("CRM225", "7d"), id="old and young"),
        case(BORN, "older_than: 7d, within_last: 30d", id="a window"),
    ],
)
def test_contradictions(found, source, expected):
    assert found(source) == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        pytest.param("where: {payment: card}", [], id="a value"),
        pytest.param("where: {payment: crad}", [("CRM212", "crad")], id="a wrong value"),
        pytest.param("where: {payment: [card, cheque]}", [("CRM212", "cheque")], id="of several"),
        pytest.param("where: {total: {gte: 10}}", [], id="a compared property"),
        pytest.param("where: {total: {gte: ten}}", [("CRM216", "ten")], id="a word"),
        pytest.param("where: {items.price: {gte: ten}}", [("CRM216", "ten")], id="inside a list"),
        pytest.param("where: {city: Москва}", [], id="a normal spelling"),
        pytest.param("where: {city: мск}", [("CRM212", "мск")], id="a synonym"),
        pytest.param("where: {is_first: true}", [], id="yes"),
        pytest.param("count: {gte: 2}", [], id="a count"),
        pytest.param("count: {gte: two}", [("CRM216", "two")], id="a count in words"),
        pytest.param("count: {lt: 0}", [("CRM225", "0")], id="less than none"),
        pytest.param("sum: {property: total, gte: 5000}", [], id="a sum"),
        pytest.param("sum: {property: total, lt: 0}", [("CRM225", "0")], id="a sum below nothing"),
        pytest.param("avg: {property: total, lt: 0}", [("CRM225", "0")], id="a mean below all"),
        pytest.param(
            "sum: {property: total, gte: 5000 kg}", [("CRM214", "5000 kg")], id="its unit"
        ),
        pytest.param("sum: {property: payment, gte: 5}", [("CRM211", "payment")], id="no numbers"),
        pytest.param("max: {property: created_at, after: now}", [], id="the latest date"),
        pytest.param("distinct: {property: payment, gte: 2}", [], id="how many kinds"),
        pytest.param(
            "distinct: {property: payment, gte: x}", [("CRM216", "x")], id="kinds are counted"
        ),
    ],
)
def test_events(found, condition, expected):
    assert found(f"segments: {{s: {{event: order_placed, {condition}}}}}") == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        pytest.param("message: hello, opened: true", [], id="opened"),
        pytest.param("message: hello, opened: {gte: 2}", [], id="opened twice"),
        pytest.param("message: hello, opened: {gte: x}", [("CRM216", "x")], id="opened x times"),
        pytest.param("channel: email, received: {gte: x}", [("CRM216", "x")], id="received"),
        pytest.param(
            "related: contract, where: {ends_at: {within_next: 7d}}, count: 1", [], id="related"
        ),
        pytest.param("related: contract, count: {gte: x}", [("CRM216", "x")], id="how many"),
        pytest.param(
            "related: contract, where: {ends_at: {gt: 5}}", [("CRM211", "gt")], id="related dates"
        ),
    ],
)
def test_other_counts(found, condition, expected):
    assert found(f"segments: {{s: {{{condition}}}}}") == expected


def test_triggers(found, steps):
    assert found(steps("- {send: hello, only: {trigger: total, gte: 10}}")) == []
    assert found(steps("- {send: hello, only: {trigger: total, gte: x}}")) == [("CRM216", "x")]
    changes = "chains: {c: {trigger: {attribute: tier, from: silver, to: glod}, steps: []}}"
    assert found(changes) == [("CRM212", "glod")]


@pytest.mark.parametrize(
    ("tests", "replacement", "safety"),
    [
        pytest.param("attribute: tier, is: gold", "eq", "safe", id="the same meaning"),
        pytest.param("attribute: spent, gte: 3 000,50 ₽", "3000.50", "safe", id="its own unit"),
        pytest.param("attribute: spent, gte: 30 $", "30", "unsafe", id="another unit"),
        pytest.param('attribute: age, eq: "18"', "18", "safe", id="without quotes"),
        pytest.param("attribute: first_name, eq: 5", '"5"', "safe", id="with quotes"),
        pytest.param('attribute: is_member, is: "yes"', "true", "safe", id="yes"),
        pytest.param("attribute: tier, eq: glod", "gold", "unsafe", id="a slip"),
        pytest.param(
            "event: order_placed, where: {city: мск}", "Москва", "safe", id="the normal spelling"
        ),
    ],
)
def test_fixes(look, tests, replacement, safety):
    _, result = look(f"segments: {{s: {{{tests.replace(',50', '.50')}}}}}")
    fix = next(one for one in result if one.code.id != "CRM203").fixes[0]
    assert ([edit.replacement for edit in fix.edits], fix.safety) == ([replacement], safety)


def test_the_ends_of_a_range_are_swapped(look):
    _, result = look(segment("between: [30, 18]"))
    fix = next(one for one in result if one.code.id == "CRM225").fixes[0]
    assert [edit.replacement for edit in fix.edits] == ["18", "30"]


def test_many_values_are_not_listed(look):
    values = ", ".join(f"v{number}" for number in range(9))
    _, result = look(
        f"attributes: {{a: {{type: enum, values: [{values}]}}}}\n"
        "segments: {s: {attribute: a, eq: something}}"
    )
    finding = next(one for one in result if one.code.id == "CRM212")
    assert finding.help[0].english() == "see the values that `a` declares"


def test_a_declared_limit_is_shown(look):
    _, result = look(segment("gte: 130"))
    finding = next(one for one in result if one.code.id == "CRM225")
    assert finding.help[0].english() == "the limit is 120; correct the value or the limit"


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2)
    ),
    max_leaves=5,
)
values = st.builds(
    Typed,
    name=st.just("x"),
    type=st.sampled_from(sorted(ALLOWED)),
    declared=st.just(Span("x", 0, 0)),
    values=st.sampled_from([(), ("a", "b")]),
    unit=st.sampled_from([None, "RUB"]),
    minimum=st.none() | st.floats(allow_nan=False),
    maximum=st.none() | st.floats(allow_nan=False),
)
comparisons = st.lists(
    st.builds(Comparison, operator=st.sampled_from(sorted(OPERATORS)), operand=anything), max_size=3
)


@given(values, comparisons)
def test_any_comparison_is_judged(typed, tests):
    for finding in judge(typed, tuple(tests)):
        assert finding.message.english()


@given(
    st.sampled_from(["10", "-3.5", "1 000", "1 000,50"]), st.sampled_from(["₽", "$", "kg", "шт."])
)
def test_numbers_with_units_are_told_from_words(number, unit):
    typed = Typed(name="x", type="number", declared=Span("x", 0, 0))
    assert [one.code.id for one in fits(typed, f"{number} {unit}", typed.declared)] == ["CRM214"]


def test_nothing_is_said_about_unknown_values(found):
    assert found("segments: {s: {attribute: agee, starts_with: x}}") == [("CRM201", "agee")]
    assert found("segments: {s: {event: anything, where: {x: 5}}}") == []
