"""Real servers: absent ones skip their tests, or fail them where engines are required."""

from __future__ import annotations

import pytest

from tests.dialect.engine import absent
from tests.live.server import OldServer, Server, is_installed


@pytest.fixture(
    scope="session", params=[pytest.param(Server, id="8.0"), pytest.param(OldServer, id="6.0")]
)
def running(request, tmp_path_factory):
    if not is_installed(request.param):
        absent(f"trytond ({request.param.home.name})", "bash .ci/engines")
    with request.param(tmp_path_factory.mktemp("tryton")) as server:
        yield server


@pytest.fixture
def tryton(running):
    running.clear()
    return running
