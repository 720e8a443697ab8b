"""An apply of the example project, killed; `python -m tests.contract.crash` is all of it."""

from __future__ import annotations

import pytest

from tests.contract.crash import Scene, every_moment

STEP = 127
"""Of so many moments one is tried."""


@pytest.fixture(scope="module", params=[False, True], ids=["first", "change"])
def scene(request, tmp_path_factory):
    return Scene(tmp_path_factory.mktemp("scene") / "before", changed=request.param)


def test_killed_here_and_there_it_converges(scene):
    moments = list(every_moment(scene))[STEP // 2 :: STEP]
    assert {kind for kind, _ in moments} == {"request", "before", "torn", "after"}
    assert [scene.kill(*moment) for moment in moments] == [True] * len(moments)
