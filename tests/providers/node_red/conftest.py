"""A Node-RED for all tests of a module, empty for each of them, and an inbox."""

import socket

import pytest
from aiosmtpd.controller import Controller

from tests.providers.node_red.server import Inbox, NodeRed


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with NodeRed(tmp_path_factory.mktemp("node_red"), free_port()) as server:
        yield server


@pytest.fixture
def server(running):
    running.clear()
    return running


@pytest.fixture
def inbox():
    box = Inbox()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    box.port = controller.port
    yield box
    controller.stop()
