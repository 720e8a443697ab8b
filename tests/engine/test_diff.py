from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmspec.engine.body import canonical, fingerprint, same
from crmspec.engine.diff import Edit, Fields, Insert, Items, Keep, Replace, atoms, diff, patch
from crmspec.engine.difference import Action, walked

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-9, 9)
    | st.floats(-3, 3, width=16)
    | st.sampled_from(["", "a", "b", "segment.vip", "Корзина"])
)
KEYS = st.sampled_from(["id", "name", "steps", "wait", "$ref", "a"])
VALUES = st.recursive(
    SCALARS, lambda v: st.lists(v, max_size=5) | st.dictionaries(KEYS, v, max_size=4), max_leaves=24
)


@settings(max_examples=400)
@given(VALUES, VALUES)
def test_applying_the_difference_to_one_gives_the_other(a, b):
    assert same(patch(a, diff(a, b)), b)


@given(VALUES)
def test_a_value_does_not_differ_from_itself(a):
    assert diff(a, a) is None


@given(VALUES, VALUES)
def test_no_difference_means_the_same(a, b):
    assert (diff(a, b) is None) == same(a, b)


@settings(max_examples=400)
@given(VALUES, VALUES)
def test_single_changes_are_all_that_differs(a, b):
    delta = diff(a, b)
    singles = [] if delta is None else list(atoms(a, delta))
    assert all(not same(patch(a, one), a) for one in singles)
    apart = [one for single in singles for one in walked(a, single)]
    whole = [] if delta is None else list(walked(a, delta))
    values = [
        [
            (canonical(one.before), canonical(one.after))
            for one in found
            if one.action != Action.MOVE
        ]
        for found in (apart, whole)
    ]
    assert sorted(values[0]) == sorted(values[1])


@given(VALUES)
def test_canonical_text_ignores_key_order(a):
    if isinstance(a, dict):
        assert canonical(dict(reversed(a.items()))) == canonical(a)
        assert fingerprint(dict(reversed(a.items()))) == fingerprint(a)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        pytest.param(1, 1.0, None, id="whole numbers are numbers"),
        pytest.param(1, True, Replace(1, after=True), id="true is not one"),
        pytest.param({"a": 1}, {"a": 1, "b": 2}, Fields({}, {"b": 2}, {}), id="a key more"),
        pytest.param({"a": 1}, {}, Fields({}, {}, {"a": 1}), id="a key less"),
        pytest.param(
            [{"id": "x", "n": 1}, {"id": "y", "n": 2}],
            [{"id": "y", "n": 3}, {"id": "x", "n": 1}],
            Items((Edit(1, Fields({"n": Replace(2, 3)}, {}, {})), Keep(0)), {}),
            id="items with ids may move and change",
        ),
        pytest.param(
            [{"wait": "1h"}, {"send": "a"}],
            [{"note": "x"}, {"wait": "2h"}, {"send": "a"}],
            Items(
                (
                    Insert({"note": "x"}),
                    Edit(0, Fields({"wait": Replace("1h", "2h")}, {}, {})),
                    Keep(1),
                ),
                {},
            ),
            id="items without ids are matched by content, then by shape, never by index",
        ),
        pytest.param(
            [{"id": "x", "send": "a"}],
            [{"id": "y", "send": "b"}],
            Items((Insert({"id": "y", "send": "b"}),), {0: {"id": "x", "send": "a"}}),
            id="items with different ids are different items",
        ),
        pytest.param(
            [{"send": "a"}],
            [{"id": "x", "send": "a"}],
            Items((Edit(0, Fields({}, {"id": "x"}, {})),), {}),
            id="an item may be given an id",
        ),
        pytest.param(
            {"$ref": "message.a"},
            {"$ref": "message.b"},
            Replace({"$ref": "message.a"}, {"$ref": "message.b"}),
            id="a reference is one value",
        ),
        pytest.param(["a", "b"], ["a", "c"], Items((Keep(0), Insert("c")), {1: "b"}), id="words"),
        pytest.param(
            [{"id": "x"}, {"id": "x"}],
            [{"id": "x"}],
            Items((Keep(0),), {1: {"id": "x"}}),
            id="an id that is not unique names nothing",
        ),
    ],
)
def test_differences(a, b, expected):
    assert diff(a, b) == expected


def test_a_delta_for_another_value_is_refused():
    with pytest.raises(TypeError, match="does not fit"):
        patch("text", Fields({}, {"a": 1}, {}))
