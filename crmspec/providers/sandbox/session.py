"""Open the sandbox: at the target's address, or embedded on a free loopback port."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from crmspec.diagnostics import text
from crmspec.engine.error import MissingCredentialError
from crmspec.providers.sandbox.client import Client
from crmspec.providers.sandbox.provider import SandboxProvider
from crmspec.providers.sandbox.server import SandboxServer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.engine.port import Clock
    from crmspec.providers.registry import Connection

DATABASE = "sandbox.db"


@contextmanager
def open_sandbox(connection: Connection, clock: Clock) -> Iterator[SandboxProvider]:
    """Give a provider; a target without `url` gets a server of its own, in the project's folder.

    Raises:
        MissingCredentialError: the target has a `url`, but no secret.
    """
    target = connection.target
    if target.url is None:
        with SandboxServer(Path(connection.folder, DATABASE)) as server:
            yield from _session(connection, server.url, server.token, clock)
        return
    if connection.token is None:
        raise MissingCredentialError(
            text("target `{id}` has a `url`, but names no secret", id=target.id),
            text("add `credentials: {{env: NAME}}` to the target"),
        )
    yield from _session(connection, target.url, connection.token, clock)


def _session(
    connection: Connection, url: str, token: str, clock: Clock
) -> Iterator[SandboxProvider]:
    client = Client(url, token, clock)
    try:
        yield SandboxProvider(connection.project, connection.target, client)
    finally:
        client.close()
