from __future__ import annotations

import pytest

from tests.contract.rest import StandIn
from tests.contract.world import STAND_INS, HastyClock, World

FLAT = sorted(name for name, one in STAND_INS.items() if not issubclass(one, StandIn))
"""Targets that take the language as it is; vendors have a project of their own."""


@pytest.fixture(params=FLAT)
def world(request, tmp_path):
    with STAND_INS[request.param](tmp_path) as stand_in:
        yield World(stand_in, tmp_path, clock=HastyClock())


@pytest.fixture
def hasty(monkeypatch):
    """Let no command wait for a target's budgets: the time that it would have taken has passed."""
    monkeypatch.setattr("crmspec.api.deploy.SystemClock", HastyClock)
