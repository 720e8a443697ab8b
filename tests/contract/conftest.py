from __future__ import annotations

import pytest

from tests.contract.world import STAND_INS, World


@pytest.fixture
def world(tmp_path):
    with STAND_INS["sandbox"](tmp_path) as stand_in:
        yield World(stand_in, tmp_path)
