from __future__ import annotations

from contextlib import ExitStack

import pytest

from tests.stores.kept import NAMES, place, servers


@pytest.fixture(scope="session")
def running():
    """Start each server once, when it is asked for."""
    started = {}
    with ExitStack() as stack:

        def get(name):
            if name not in started:
                started[name] = stack.enter_context(servers(name))
            return started[name]

        yield get


@pytest.fixture
def place_on(running, tmp_path):
    return lambda name: place(name, tmp_path, running(name))


@pytest.fixture(params=NAMES)
def kept(request, place_on):
    return place_on(request.param)
