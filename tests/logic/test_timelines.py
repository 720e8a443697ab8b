"""Random customers never get more than the analysis says they can; `timelines` runs many more."""

import pytest

from tests.logic import timelines


@pytest.mark.parametrize("seed", range(1, 25))
def test_no_customer_exceeds_a_bound(seed):
    program = timelines.project(seed)
    if program is None:
        pytest.skip("check does not let this one through")
    bounds = timelines.Bounds(program)
    for trace in timelines.lives(program, seed, 8):
        assert not list(bounds.exceeded(trace))


@pytest.mark.parametrize(
    ("moments", "window", "most"),
    [
        pytest.param([], 60, 0, id="nothing"),
        pytest.param([0, 59, 60], 60, 2, id="a window is half open"),
        pytest.param([5, 5, 5], 60, 3, id="one minute"),
        pytest.param([0, 100, 110, 300, 310, 320], 60, 3, id="the densest of several"),
    ],
)
def test_densest(moments, window, most):
    assert timelines.densest(moments, window) == most
