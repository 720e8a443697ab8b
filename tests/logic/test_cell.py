"""Cells and axioms: which values are told apart, and what follows from masks."""

import pytest

from crmspec.logic.axiom import Axioms
from crmspec.logic.cell import ChoiceGrid, Limits, NumberGrid

EITHER = ChoiceGrid(("left", "right"), optional=False)
LEFT, RIGHT = 2, 4


@pytest.mark.parametrize(
    ("grid", "cell", "value"),
    [
        pytest.param(NumberGrid([1, 5]), 1, 0, id="below, with zero"),
        pytest.param(NumberGrid([-3]), 1, -4, id="below, all negative"),
        pytest.param(NumberGrid([1, 5]), 2, 1, id="a constant"),
        pytest.param(NumberGrid([1, 5]), 3, 2, id="a whole number between"),
        pytest.param(NumberGrid([0, 1]), 3, 0.5, id="none between"),
        pytest.param(NumberGrid([9], Limits(low=4)), 1, 4, id="the least"),
        pytest.param(NumberGrid([3], Limits(high=3.5)), 3, 3.25, id="up to the most"),
    ],
)
def test_a_natural_number_of_a_cell(grid, cell, value):
    assert grid.sample(cell) == value
    assert grid.cell(value) == cell


@pytest.mark.parametrize("value", ["x", True, None, [1]])
def test_what_is_no_number_has_no_cell(value):
    assert NumberGrid([1, 5]).cell(value) is None
    assert NumberGrid([1, 5]).mask("eq", value) is None
    assert NumberGrid([1, 5]).mask("lt", value) is None


def test_a_constant_that_is_not_on_the_grid_cannot_be_asked_for():
    assert NumberGrid([1, 5]).mask("gte", 3) is None
    assert NumberGrid([1, 5]).mask("between", (1, 3)) is None


def test_words_and_others():
    grid = ChoiceGrid(("a", "other", 1), is_open=True)
    assert grid.sample(grid.other) == "other 2"
    assert grid.cell("zzz") == grid.cell(["a"]) == grid.other
    assert grid.cell(value=True) == grid.other
    assert grid.mask("eq", "zzz") is None
    assert grid.mask("gt", "a") is None
    assert grid.sample(1) == "a"
    closed = ChoiceGrid(("a", "b"))
    assert closed.mask("in", ("a", "zzz")) == 2
    assert closed.cell("zzz") is None


def axioms(*sides):
    """Return axioms by which each pair of names is on different sides."""
    made = Axioms({name: EITHER for pair in sides for name in pair})
    for one, other in sides:
        made.implies(one, LEFT, other, RIGHT)
        made.implies(one, RIGHT, other, LEFT)
    return made


def test_three_cannot_all_be_on_different_sides():
    both = LEFT | RIGHT
    line = axioms(("a", "b"), ("b", "c"))
    assert line.customer({"a": both, "b": both, "c": both}) == {"a": LEFT, "b": RIGHT, "c": LEFT}
    ring = axioms(("a", "b"), ("b", "c"), ("a", "c"))
    assert ring.customer({"a": both, "b": both, "c": both}) is None
    assert ring.customer({"a": LEFT, "b": LEFT}) is None


def test_nothing_follows_from_the_impossible():
    made = axioms(("a", "b"))
    assert made.close({"a": 0}) is None
    assert made.close({"a": LEFT, "b": LEFT}) is None
    assert made.close({"a": LEFT}) == {"a": LEFT, "b": RIGHT}


def test_a_value_is_at_most_another():
    numbers = NumberGrid([1, 2, 3])
    made = Axioms({"few": numbers, "many": numbers})
    made.at_most("few", "many")
    above = numbers.mask("gte", 3)
    assert made.close({"few": above})["many"] == above
    below = numbers.mask("lte", 1)
    assert made.close({"few": above, "many": below}) is None
    assert made.close({"many": below, "few": above}) is None
