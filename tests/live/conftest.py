"""Real servers: absent ones skip their tests, or fail them where engines are required."""

from __future__ import annotations

import pytest

from tests.dialect.engine import absent
from tests.live.server import Server, is_installed


@pytest.fixture(scope="session")
def running(tmp_path_factory):
    if not is_installed():
        absent("trytond", "bash .ci/engines")
    with Server(tmp_path_factory.mktemp("tryton")) as server:
        yield server


@pytest.fixture
def tryton(running):
    running.clear()
    return running
