"""A Node-RED for all tests of a module, empty for each of them, and an inbox."""

import socket

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from tests.providers.node_red.server import Inbox, NodeRed

USER = (b"shop", b"secret")


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


def kept(**more):
    """Give an inbox that takes letters on a port of its own."""
    box = Inbox()
    controller = Controller(box, hostname="127.0.0.1", port=free_port(), **more)
    controller.start()
    box.port = controller.port
    yield box
    controller.stop()


@pytest.fixture
def inbox():
    yield from kept()


@pytest.fixture
def locked_inbox():
    """An inbox that wants a user and a password."""

    def known(*arguments):
        return AuthResult(success=(arguments[4].login, arguments[4].password) == USER)

    yield from kept(authenticator=known, auth_required=True, auth_require_tls=False)
