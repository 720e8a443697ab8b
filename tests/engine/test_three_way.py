"""Merging of what became of a value on two sides."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmspec.engine.body import same
from crmspec.engine.three_way import Clash, holds, merge

LINES = st.lists(st.sampled_from(["a\n", "b\n", "c\n", "d\n", "e"]), max_size=8).map("".join)
LEAVES = st.one_of(st.integers(0, 3), st.booleans(), st.none(), LINES)
DATA = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.sampled_from(["id", "wait", "send"]), inner, max_size=3),
    ),
    max_leaves=8,
)
STEPS = [{"id": "a", "wait": "1h"}, {"id": "b", "send": "x"}, {"id": "c", "wait": "3d"}]


def changed(steps, at, **fields):
    return [step | fields if n == at else step for n, step in enumerate(steps)]


MERGED = [
    pytest.param("a\nb\nc\n", "A\nb\nc\n", "a\nb\nC\n", "A\nb\nC\n", id="lines apart"),
    pytest.param("a\nb\n", "A\nb\n", "a\nB\n", "A\nB\n", id="lines next to each other"),
    pytest.param("a\nb\nc\n", "b\nc\n", "a\nb\nc\nd\n", "b\nc\nd\n", id="one less, one more"),
    pytest.param("a\nb\n", "A\nb\n", "A\nb\nc\n", "A\nb\nc\n", id="the same, and one more"),
    pytest.param("a", "b", "b", "b", id="the same"),
    pytest.param({"x": 1}, {"x": 1, "y": 2}, {"x": 3}, {"x": 3, "y": 2}, id="keys"),
    pytest.param({"x": 1, "y": 1}, {"x": 1}, {"x": 3, "y": 1}, {"x": 3}, id="a key less"),
    pytest.param(
        STEPS,
        changed(STEPS, 0, wait="2h"),
        changed(STEPS, 1, send="y"),
        changed(changed(STEPS, 0, wait="2h"), 1, send="y"),
        id="steps next to each other",
    ),
    pytest.param(
        STEPS,
        changed(STEPS, 0, wait="2h"),
        changed(STEPS, 0, title="Hour"),
        changed(STEPS, 0, wait="2h", title="Hour"),
        id="two fields of a step",
    ),
]


@pytest.mark.parametrize(("base", "here", "there", "both"), MERGED)
def test_what_does_not_overlap_is_merged(base, here, there, both):
    assert merge(base, here, there) == (both, ())
    assert merge(base, there, here) == (both, ())
    assert holds(base, both, there)
    assert holds(base, here, there) is (here == both)


CLASHES = [
    pytest.param("a", "b", "c", [Clash("a", "b", "c", 1)], id="one line"),
    pytest.param(
        "a\nb\nc\n", "0\na\nB\nc\n", "a\nX\nc\n", [Clash("b\n", "B\n", "X\n", 3)], id="a line"
    ),
    pytest.param("a\n", "a\nb\n", "a\nc\n", [Clash("", "b\n", "c\n", 2)], id="added at one place"),
    pytest.param("a\nb\n", "a\n", "a\nc\n", [Clash("b\n", "", "c\n", 2)], id="deleted, changed"),
    pytest.param({"x": 1}, {}, {"x": 2}, [Clash(1, None, 2)], id="a key deleted and changed"),
    pytest.param(
        STEPS,
        changed(STEPS, 1, id="d"),
        changed(STEPS, 1, send="y"),
        [Clash(STEPS[1], {"id": "d", "send": "x"}, {"id": "b", "send": "y"})],
        id="another step, and a change of it",
    ),
    pytest.param(0, 1, 2, [Clash(0, 1, 2)], id="numbers"),
]


@pytest.mark.parametrize(("base", "here", "there", "clashes"), CLASHES)
def test_what_overlaps_clashes_and_the_rest_is_merged(base, here, there, clashes):
    made = merge(base, here, there)
    assert list(made.clashes) == clashes
    assert not holds(base, here, there)
    assert holds(base, made.value, there)


@given(DATA, DATA)
def test_one_side_alone_decides(base, side):
    assert merge(base, side, base) == (side, ())
    assert merge(base, base, side) == (side, ())
    assert merge(base, side, side) == (side, ())
    assert holds(base, side, side)


@given(DATA, DATA, DATA)
def test_the_sides_may_be_exchanged(base, here, there):
    one, other = merge(base, here, there), merge(base, there, here)
    assert len(one.clashes) == len(other.clashes)
    if not one.clashes:
        assert same(one.value, other.value)


@given(DATA, DATA, DATA)
def test_what_is_merged_holds_the_changes_of_both_sides(base, here, there):
    made = merge(base, here, there)
    if not made.clashes:
        assert holds(base, made.value, there)
        assert holds(base, made.value, here)
