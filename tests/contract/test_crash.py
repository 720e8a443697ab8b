"""An apply of the example project, killed; `python -m tests.contract.crash` is all of it."""

from __future__ import annotations

import pytest

from tests.contract.crash import Scene, every_moment

STEP = 127
"""Of so many requests one is tried."""


@pytest.fixture(scope="module", params=[False, True], ids=["first", "change"])
def scene(request, tmp_path_factory):
    return Scene(tmp_path_factory.mktemp("scene") / "before", changed=request.param)


def some(scene):
    """Return a few requests and one write for each way to die at it.

    How many writes there are differs from run to run, so it is one that each run comes to.
    """
    found = list(every_moment(scene))
    yield from [one for one in found if one[0] == "request"][STEP // 2 :: STEP]
    for kind in ("before", "torn", "after"):
        writes = [one for one in found if one[0] == kind]
        yield writes[len(writes) // 3]


def test_killed_here_and_there_it_converges(scene):
    moments = list(some(scene))
    assert [scene.kill(*moment) for moment in moments] == [True] * len(moments)
