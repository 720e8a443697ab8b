"""Open the sandbox: at the target's address, or embedded on a free loopback port."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crmspec.diagnostics import text
from crmspec.engine.error import MissingCredentialError, UnknownTargetError
from crmspec.providers.sandbox.client import Client
from crmspec.providers.sandbox.provider import SandboxProvider
from crmspec.providers.sandbox.server import SandboxServer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Text
    from crmspec.engine.port import Clock
    from crmspec.providers.registry import Connection

DATABASE = "sandbox.db"


@contextmanager
def open_sandbox(connection: Connection, clock: Clock) -> Iterator[SandboxProvider]:
    """Give a provider; a target without `url` gets a server of its own, in the project's folder.

    Raises:
        UnknownTargetError: its `url` is no address to call.
        MissingCredentialError: the target has a `url`, but no secret, or one that is broken.
        TargetUnusableError: the file of a server of its own cannot be used.
    """
    target = connection.target
    if target.url is None:
        with SandboxServer(Path(connection.folder, DATABASE)) as server:
            yield from _session(connection, server.url, server.token, clock)
        return
    check_url(target.id, target.url)
    if connection.token is None and connection.parts:
        raise MissingCredentialError(
            text(
                "target `{id}` wants one secret without a name, and names {parts}",
                id=target.id,
                parts=", ".join(f"`{name}`" for name in sorted(connection.parts)),
            ),
            text("say only where it is: `credentials: {{env: NAME}}`"),
        )
    if connection.token is None:
        raise MissingCredentialError(
            text("target `{id}` has a `url`, but names no secret", id=target.id),
            text("add `credentials: {{env: NAME}}` to the target"),
        )
    if not _sendable(connection.token):
        raise MissingCredentialError(
            text("the secret of target `{id}` cannot be sent: it is no plain text", id=target.id),
            text("give it in Latin letters, digits and signs, without spaces around it"),
        )
    yield from _session(connection, target.url, connection.token, clock)


def check_url(target: str, url: str) -> None:
    """Make sure that a `url` can be called.

    Raises:
        UnknownTargetError: it has no host, another scheme, or a password; it is not repeated.
    """
    problem = _problem(url)
    if problem is not None:
        raise UnknownTargetError(
            text("`url` of target `{id}` {problem}", id=target, problem=problem),
            text("write it as in `https://esp.shop.example`; secrets go into `credentials`"),
        )


def _problem(url: str) -> Text | None:
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname
    except ValueError:
        return text("is no address")
    if parts.scheme not in {"http", "https"}:
        return text("must begin with `https://` or `http://`")
    if parts.username is not None or parts.password is not None:
        return text("must not hold a user or a password")
    if not host or port == 0 or not url.isascii() or not url.isprintable() or " " in url:
        return text("is no address")
    return text("must end with its path") if parts.query or parts.fragment else None


def _sendable(token: str) -> bool:
    return token.isascii() and token.isprintable() and token == token.strip()


def _session(
    connection: Connection, url: str, token: str, clock: Clock
) -> Iterator[SandboxProvider]:
    client = Client(url, token, clock)
    try:
        yield SandboxProvider(connection.project, connection.target, client)
    finally:
        client.close()
