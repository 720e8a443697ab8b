"""Boxes and z3 give the same answers; the long run is `python -m tests.logic.differential`."""

import pytest

pytest.importorskip("z3")

from tests.logic.differential import compare


def test_boxes_and_the_solver_agree():
    counts, mismatches = compare(2000)
    assert mismatches == []
    assert counts["disjoint proved"] > 50
    assert counts["implies proved"] > 50
