"""Tests of single values: semantics 5.3-5.10, 1.5-1.7, 5.47-5.52."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmspec.ir.value import OPERATORS, Test
from crmspec.semantics import clock
from crmspec.semantics.comparison import OPPOSITE
from crmspec.semantics.condition import View, meets
from crmspec.semantics.scenario import Customer
from crmspec.semantics.state import State

Test.__test__ = False
MISSING = None

TABLE = [
    # value, test, answer; the value of `attribute` is set before the question
    ("name", "Anna", "eq: anna", True, "5.6 case does not matter"),
    ("name", "Anna", "eq: Ann", False, "5.6 but the text does"),
    ("name", "Анна", "eq: АННА", True, "5.6 in any alphabet"),
    ("name", "Zoe\u0308", "eq: Zo\u00eb", True, "5.6 composed and decomposed are one text"),
    ("name", "Anna", "eq: anna, case: sensitive", False, "5.6 unless case matters"),
    ("name", "Zoe\u0308", "eq: Zo\u00eb, case: sensitive", True, "5.6 normalised even then"),
    ("level", "Silver", "eq: Silver", True, "5.6 an enum as it is"),
    ("level", "Silver", "eq: silver", False, "5.6 an enum in another case"),
    ("name", "Anna", "neq: ANNA", False, "5.4 neq of equal"),
    ("name", "Anna", "neq: Olga", True, "5.4 neq of another"),
    ("name", "Anna", "in: [olga, anna]", True, "in"),
    ("name", "Anna", "not_in: [olga, anna]", False, "not_in"),
    ("name", "Anna", "contains: NN", True, "5.10 a part of text"),
    ("name", "Anna", "not_contains: nn", False, "5.10 not a part of text"),
    ("name", "Anna", "contains_any: [x, nn]", True, "5.10 one of the parts"),
    ("name", "Anna", "contains_all: [a, nn]", True, "5.10 all the parts"),
    ("name", "Anna", "contains_all: [x, nn]", False, "5.10 not all the parts"),
    ("name", "Anna", "contains_none: [x, y]", True, "5.10 none of the parts"),
    ("name", "Anna", "starts_with: aN", True, "starts with"),
    ("name", "Anna", "not_starts_with: an", False, "does not start with"),
    ("name", "Anna", "ends_with: NA", True, "ends with"),
    ("name", "Anna", "not_ends_with: x", True, "does not end with"),
    ("name", "Anna", 'matches: "n+a$"', True, "5.52 a pattern anywhere in the text"),
    ("name", "Anna", 'matches: "^n"', False, "5.52 a pattern that is not there"),
    ("name", "Anna", 'matches: "NN"', True, "5.6 patterns and case"),
    ("name", "Anna", 'matches: "NN", case: sensitive', False, "5.6 patterns when case matters"),
    ("name", "Anna", 'matches: "["', False, "a pattern that is none"),
    ("name", "Anna", 'not_matches: "["', True, "the opposite of a pattern that is none"),
    ("name", "Anna", "length: 4", True, "5.10 length of text"),
    ("name", "Anna", "length: {gte: 5}", False, "5.10 length compared"),
    ("name", "Anna", "length: {neq: 5, lt: 9}", True, "5.10 length with a negative"),
    ("name", "Anna", "length: {matches: x, bad: 1}", False, "5.10 odd lengths"),
    ("name", 7, 'contains: "7"', False, "a number is no text"),
    ("name", 7, 'matches: "7"', False, "a number fits no pattern"),
    ("age", 7, "length: 1", False, "a number has no length"),
    ("age", 18, "gte: 18, lt: 19", True, "5.3 all operators must hold"),
    ("age", 18, "gte: 18, lt: 18", False, "5.3 one operator fails"),
    ("age", 18, "gt: 18", False, "gt"),
    ("age", 18, "lte: 18", True, "lte"),
    ("age", 18, "between: [18, 20]", True, "semantics 5.7 the lower end"),
    ("age", 20, "between: [18, 20]", True, "5.7 the upper end"),
    ("age", 21, "between: [18, 20]", False, "5.7 beyond"),
    ("age", 21, "between: [18]", False, "a pair that is none"),
    ("age", 18.0, "eq: 18", True, "numbers of two sorts"),
    ("age", "18", "eq: 18", False, "a text is no number"),
    ("age", "18", "gte: 3", False, "a text has no order with numbers"),
    ("age", "2027-03-01", "gte: 3", False, "a date has no order with numbers"),
    ("age", "18", "neq: 18", True, "5.4 the exact opposite, for odd data too"),
    ("age", True, "eq: 1", False, "true is no number"),
    ("age", True, "gte: 1", False, "true has no order"),
    ("age", 0, "exists: true", True, "semantics 1.6 zero is a value"),
    ("vip", False, "exists: true", True, "1.6 false is a value"),
    ("vip", False, "is: false", True, "is false"),
    ("vip", True, "is: false", False, "is not false"),
    ("likes", ["Tea"], "contains: tea", True, "5.10 an equal item"),
    ("likes", ["Tea"], "contains: te", False, "5.10 a part of an item is not it"),
    ("likes", ["Tea", "milk"], "contains_all: [milk, tea]", True, "5.10 all items"),
    ("likes", ["Tea"], "contains_all: [milk, tea]", False, "5.10 not all items"),
    ("likes", ["Tea"], "contains_none: [milk]", True, "5.10 none of the items"),
    ("likes", ["Tea", 3], "length: 2", True, "5.10 number of items"),
    ("likes", ["Tea"], "eq: tea", False, "a list is no text"),
    ("likes", [], "missing: true", True, "1.6 an empty list is missing"),
    ("name", "", "missing: true", True, "1.6 an empty text is missing"),
    ("name", "", "exists: false", True, "5.52 exists: false is missing: true"),
    ("name", "x", "missing: false", True, "5.52 missing: false is exists: true"),
    ("name", "x", "exists: false", False, "5.52 there is a value"),
    ("city", "Moscow", "eq: msk", True, "1.7 a synonym is its key"),
    ("city", "МОСКВА", "eq: msk", True, "1.7 a title is its key, case ignored"),
    ("city", "msk", "eq: мск", True, "1.7 the operand is replaced too"),
    ("city", "Питер", "eq: msk", False, "1.7 another key"),
    ("city", "Тверь", "eq: тверь", True, "1.7 what is not in the directory stays"),
    ("city", "OMSK", "eq: omsk", True, "1.7 the key itself"),
    ("cities", ["Питер"], "contains: spb", True, "1.7 in lists"),
    ("born", "2027-03-01", "on_day: 2027-03-01", True, "semantics 5.9 on the day"),
    ("seen", "2027-03-01T23:59", "on_day: 2027-03-01", True, "5.9 late on the day"),
    ("seen", "2027-03-01T22:00Z", "on_day: 2027-03-02", True, "5.9 the local day counts"),
    ("seen", "2027-03-02T00:00", "on_day: 2027-03-01", False, "5.9 the next day"),
    ("seen", "x", "on_day: 2027-03-01", False, "what is no date is on no day"),
    ("seen", 5, "after: 2027-03-01", False, "a number is no date"),
    ("seen", "2027-03-01", "on_day: x", False, "no such day"),
    ("seen", "2027-03-01T10:00", "before: 2027-03-01T10:00", False, "5.7 before excludes"),
    ("seen", "2027-03-01T09:59", "before: 2027-03-01T10:00", True, "5.7 before"),
    ("seen", "2027-03-01T10:00", "after: 2027-03-01T10:00", False, "5.7 after excludes"),
    ("seen", "2027-03-01T10:01", "after: 2027-03-01T10:00", True, "5.7 after"),
    ("born", "2027-03-01", "after: 2027-02-28", True, "2.10 a date is its first minute"),
    ("seen", "2027-03-01T11:59", "before: now", True, "now is this moment"),
    ("seen", "2027-03-01T12:00", "after: now", False, "now excludes itself"),
    ("seen", "2027-02-28", "between: [2027-02-28, 2027-03-01]", True, "5.7 between dates"),
    ("seen", "2027-03-01T00:01", "between: [2027-02-28, 2027-03-01]", False, "2.10 and 5.7"),
    ("seen", "2027-03-01T09:00Z", "eq: 2027-03-01T12:00", True, "equal moments"),
    ("seen", "2027-02-26T12:01", "within_last: 3d", True, "semantics 5.8 inside the last days"),
    ("seen", "2027-02-26T12:00", "within_last: 3d", False, "5.8 t - D < value"),
    ("seen", "2027-03-01T12:00", "within_last: 3d", True, "5.8 value <= t"),
    ("seen", "2027-03-01T12:01", "within_last: 3d", False, "5.8 in the future"),
    ("seen", "2027-03-01T12:00", "within_next: 3d", True, "5.8 t <= value"),
    ("seen", "2027-03-01T11:59", "within_next: 3d", False, "5.8 in the past"),
    ("seen", "2027-03-04T11:59", "within_next: 3d", True, "5.8 value < t + D"),
    ("seen", "2027-03-04T12:00", "within_next: 3d", False, "5.8 too far"),
    ("seen", "2027-02-26T12:00", "older_than: 3d", True, "5.8 value <= t - D"),
    ("seen", "2027-02-26T12:01", "older_than: 3d", False, "5.8 too young"),
    ("seen", "2027-02-26", "older_than: x", False, "a duration that is none"),
    ("seen", "2027-02-26", "within_last: x", False, "a last duration that is none"),
    ("seen", "2027-02-26", "within_next: x", False, "a next duration that is none"),
    ("seen", "2027-01-29", "older_than: 1mo", True, "2.13 e + D <= t"),
    ("seen", "2027-01-29", "within_last: 1mo", False, "2.13 the same end"),
    ("born", "1990-12-31", "month: 12", True, "5.9 month"),
    ("born", "1990-12-31", "month: [1, 2]", False, "5.9 other months"),
    ("born", "1990-12-31", "day_of_month: [30, 31]", True, "5.9 day of month"),
    ("seen", "2027-03-01T22:00Z", "weekday: tue", True, "5.9 local weekday"),
    ("seen", "2027-03-01T22:00Z", "weekday: [mon]", False, "5.9 not the weekday in UTC"),
]


@pytest.mark.parametrize(
    ("attribute", "value", "test", "answer"),
    [pytest.param(*row[:4], id=row[4]) for row in TABLE],
)
def test_one_value(who, attribute, value, test, answer):
    who.set(attribute, value)
    assert who.holds(f"{{attribute: {attribute}, {test}}}") is answer


NEGATIVE = {
    "neq": "x",
    "not_in": "[x]",
    "not_contains": "x",
    "contains_none": "[x]",
    "not_starts_with": "x",
    "not_ends_with": "x",
    "not_matches": "x",
}
POSITIVE = {
    "eq": "x",
    "is": "false",
    "in": "[x]",
    "gt": "1",
    "gte": "0",
    "lt": "1",
    "lte": "0",
    "between": "[0, 1]",
    "exists": "true",
    "contains": "x",
    "contains_any": "[x]",
    "contains_all": "[x]",
    "starts_with": "x",
    "ends_with": "x",
    "matches": '"."',
    "before": "2030-01-01",
    "after": "1990-01-01",
    "on_day": "2027-03-01",
    "within_last": "9y",
    "within_next": "9y",
    "older_than": "1d",
    "month": "3",
    "day_of_month": "1",
    "weekday": "mon",
    "length": "0",
}


def test_every_operator_is_in_the_tables_of_missing_values():
    assert set(NEGATIVE) == set(OPPOSITE)
    assert set(NEGATIVE) | set(POSITIVE) | {"missing"} == OPERATORS


@pytest.mark.parametrize("operator", sorted(POSITIVE))
def test_a_missing_value_makes_a_positive_test_false(who, operator):
    """semantics 5.4"""
    assert not who.holds(f"{{attribute: name, {operator}: {POSITIVE[operator]}}}")


@pytest.mark.parametrize("operator", sorted(NEGATIVE))
def test_a_missing_value_makes_a_negative_test_true(who, operator):
    """semantics 5.4"""
    assert who.holds(f"{{attribute: name, {operator}: {NEGATIVE[operator]}}}")


@pytest.mark.parametrize(
    ("written", "answer"),
    [
        pytest.param(
            "{attribute: score, eq: 5}", True, id="semantics 1.5 the default is the value"
        ),
        pytest.param(
            "{attribute: score, missing: true}", False, id="1.5 with a default none lacks"
        ),
        pytest.param(
            "{attribute: points, lt: 1}", True, id="semantics 5.5 missing_as of attribute"
        ),
        pytest.param("{attribute: points, gt: 0}", False, id="5.5 missing_as does not fit"),
        pytest.param("{attribute: age, lt: 1, missing_as: true}", True, id="5.5 the answer itself"),
        pytest.param("{attribute: age, neq: 1, missing_as: false}", False, id="5.5 it wins"),
        pytest.param("{attribute: points, lt: 1, missing_as: false}", False, id="5.5 over both"),
        pytest.param("{attribute: score, eq: 5, missing_as: false}", True, id="5.5 not missing"),
    ],
)
def test_what_stands_in_for_a_missing_value(who, written, answer):
    assert who.holds(written) is answer


PROPERTIES = [
    ("{event: order, where: {payment: card}}", True, "an enum"),
    ("{event: order, where: {payment: Card}}", False, "semantics 5.6 enum of an event"),
    ("{event: order, where: {city: Питер}}", False, "semantics 1.7 another city"),
    ("{event: order, where: {city: мск}}", True, "1.7 directory of a property"),
    ("{event: order, where: {channel: web}}", True, "semantics 5.47 default of a property"),
    ("{event: order, where: {channel: {missing: true}}}", False, "5.47 so it is not missing"),
    ("{event: order, where: {total: {gte: 5, lt: 15}}}", True, "both comparisons"),
    ("{event: order, where: {total: [10, 20]}}", True, "a list of values"),
    ("{event: order, where: {unknown: x}}", False, "an absent property"),
    ("{event: order, where: {unknown: {neq: x}}}", True, "an absent property, negative"),
    ("{event: order, where: {items.sku: A}}", True, "semantics 5.47 one item"),
    ("{event: order, where: {items.sku: c}}", False, "5.47 no item"),
    ("{event: order, where: {items.sku: {neq: a}}}", False, "5.47 an item meets the positive"),
    ("{event: order, where: {items.sku: {neq: c}}}", True, "5.47 no item meets the positive"),
    ("{event: order, where: {items.price: {gt: 1, lt: 9}}}", True, "5.47 one item meets both"),
    ("{event: order, where: {items.price: {gt: 5, lt: 9}}}", False, "5.47 two items do not"),
    ("{event: order, where: {items.name: x}}", False, "5.47 what no item has"),
    ("{event: order, where: {items.name: {missing: true}}}", True, "5.47 no item has it"),
    ("{event: order, where: {items.name: {not_in: [x]}}}", True, "5.47 none, negative"),
    ("{event: order, where: {coupons: {contains: SALE}}}", True, "a list in an event"),
    ("{event: order, where: {ships: {within_next: 3d}}}", True, "a date in an event"),
    ("{event: order, where: {items.x.y: 1}}", False, "5.47 a path into nothing"),
    ("{event: order, where: {no.x.y: 1}}", False, "a path from nothing"),
    ("{event: visit, where: {page.kind: cart}}", True, "5.47 an object inside"),
    ("{event: visit, where: {flat.key: 1}}", True, "a name with a full stop"),
]


@pytest.mark.parametrize(
    ("written", "answer"), [pytest.param(*row[:2], id=row[2]) for row in PROPERTIES]
)
def test_properties(who, written, answer):
    items = [{"sku": "a", "price": 2}, {"sku": "b", "price": 10}, "odd"]
    who.did("order", total=10, payment="card", city="Moscow", items=items, coupons=["sale"],
            ships="2027-03-03")  # fmt: skip
    who.did("visit", page={"kind": "Cart"}, **{"flat.key": 1})
    assert who.holds(written) is answer


TEMPLATES = [
    ("{event: visit, where: {sku: '{{ event.sku }}'}}", True, "semantics 5.49 of the trigger"),
    ("{event: visit, where: {sku: '{{ event.other }}'}}", False, "5.49 a name without a value"),
    ("{event: visit, where: {sku: {neq: '{{ event.other }}'}}}", True, "5.49 equals nothing"),
    ("{event: visit, where: {sku: ['x', '{{ event.sku }}', 3]}}", True, "5.49 in a list"),
    ("{event: visit, where: {sku: '{{ profile.name }}'}}", False, "5.49 of the profile"),
    ("{event: visit, where: {by: '{{ profile.name }}'}}", True, "5.49 equal to the profile"),
    ("{event: visit, where: {sku: '{{ chain.saved }}'}}", True, "5.49 of the chain"),
    ("{event: visit, where: {sku: '{{ event.sku | upper }}'}}", False, "5.49 no other template"),
]


@pytest.mark.parametrize(
    ("written", "answer"), [pytest.param(*row[:2], id=row[2]) for row in TEMPLATES]
)
def test_operands_that_name_a_value(who, written, answer):
    who.set("name", "Anna").did("visit", sku="A1", by="anna")
    who.entered(properties={"sku": "a1"}, variables={"saved": "A1"})
    assert who.holds(written) is answer


def test_outside_a_passage_a_template_of_the_event_is_nothing(who):
    """semantics 5.49"""
    who.did("visit", sku="A1")
    assert not who.holds("{event: visit, where: {sku: '{{ event.sku }}'}}")


SEEN = View(None, State(Customer()), clock.moment("2027-03-01T12:00", clock.named("UTC")),
            clock.named("UTC"))  # fmt: skip
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
    | st.sampled_from(["2027-03-01", "now", "3d", "1mo", "2027-03-01T10:00Z"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner,
                                                               max_size=2),
    max_leaves=4,
)  # fmt: skip


@given(st.sampled_from(sorted(OPERATORS)), PLAIN, PLAIN)
def test_odd_data_never_raises(operator, operand, value):
    assert meets((Test(operator=operator, operand=operand),), value, SEEN) in {True, False}


@given(st.sampled_from(sorted(OPPOSITE)), PLAIN, PLAIN)
def test_a_negative_is_the_exact_opposite_of_its_positive(operator, operand, value):
    """semantics 5.4"""
    negative, positive = (
        meets((Test(operator=name, operand=operand),), value, SEEN)
        for name in (operator, OPPOSITE[operator])
    )
    assert negative is not positive


@given(st.floats(allow_nan=False), st.floats(allow_nan=False))
def test_order_is_total_for_numbers(one, other):
    answers = [meets((Test(operator=o, operand=other),), one, SEEN) for o in ("lt", "eq", "gt")]
    assert answers.count(True) == 1


def test_no_test_holds_for_everything():
    assert all(meets((), value, SEEN) for value in (None, "x", 3))
    assert all(not meets((Test(operator="eq", operand=a),), b, SEEN)
               for a, b in product((None, []), (None, "", [])))  # fmt: skip
