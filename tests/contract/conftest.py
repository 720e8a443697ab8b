from __future__ import annotations

import pytest

from crmspec.providers.registry import PROVIDERS
from tests.contract.world import STAND_INS, World


@pytest.fixture(params=sorted(PROVIDERS))
def world(request, tmp_path):
    with STAND_INS[request.param](tmp_path) as stand_in:
        yield World(stand_in, tmp_path)
