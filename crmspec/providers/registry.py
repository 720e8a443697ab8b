"""All providers by platform; a provider's code is imported when it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from crmspec.diagnostics import text
from crmspec.engine.error import MissingCredentialError, UnknownTargetError
from crmspec.ir.target import Target

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager

    from crmspec.engine.port import Clock, Provider


class Connection(msgspec.Struct, frozen=True, kw_only=True):
    """What a provider needs: the project, the target, the secret, and a folder of its own.

    `token` is the value of the secret that the target names; it is never written anywhere.
    `root` is the folder of the project.
    """

    project: str
    target: Target
    folder: str
    token: str | None = None
    root: str = ""

    def __repr__(self) -> str:
        return f"Connection({self.project}, {self.target.id})"


def _sandbox(connection: Connection, clock: Clock) -> AbstractContextManager[Provider]:
    from crmspec.providers.sandbox.session import open_sandbox

    return open_sandbox(connection, clock)


def _files(connection: Connection, clock: Clock) -> AbstractContextManager[Provider]:
    from crmspec.providers.files.session import open_files

    return open_files(connection, clock)


def _by_hand(connection: Connection) -> AbstractContextManager[Provider]:
    from crmspec.providers.by_hand import open_by_hand

    return open_by_hand(connection.target)


PROVIDERS: dict[str, Callable[[Connection, Clock], AbstractContextManager[Provider]]] = {
    "files": _files,
    "sandbox": _sandbox,
}
"""Platform → what opens a provider; nothing is contacted before the first read or apply."""

DEFAULT_TARGET = Target(id="sandbox", platform="sandbox")
"""The target of a project that declares none."""


def connect(connection: Connection, clock: Clock) -> AbstractContextManager[Provider]:
    """Open the provider for a target.

    Raises:
        UnknownTargetError: there is no provider for the platform.
    """
    if connection.target.mode == "build_sheet":
        return _by_hand(connection)
    platform = connection.target.platform
    if platform not in PROVIDERS:
        raise UnknownTargetError(
            text("there is no provider for platform `{platform}`", platform=platform),
            text("the platforms are {known}", known=", ".join(f"`{p}`" for p in sorted(PROVIDERS))),
            text("`mode: build_sheet` gives instructions to set it all up by hand"),
        )
    return PROVIDERS[platform](connection, clock)


def target(targets: Mapping[str, Target], id_: str | None) -> Target:
    """Return the target to use: the named one, the only one, or else the sandbox.

    Raises:
        UnknownTargetError: there is no such target, or there are several and none is named.
    """
    if id_ is None and len(targets) <= 1:
        return next(iter(targets.values()), DEFAULT_TARGET)
    if id_ is not None and id_ in targets:
        return targets[id_]
    if id_ == DEFAULT_TARGET.id:
        return DEFAULT_TARGET
    known = ", ".join(f"`{name}`" for name in targets) or f"`{DEFAULT_TARGET.id}`"
    if id_ is None:
        raise UnknownTargetError(
            text("the project has several targets: {known}", known=known),
            text("name one: `--target {first}`", first=next(iter(targets))),
        )
    raise UnknownTargetError(
        text("there is no target `{id}`", id=id_), text("the targets are {known}", known=known)
    )


def secret(target: Target, environment: Mapping[str, str]) -> str | None:
    """Return the secret that a target names as `credentials: {env: NAME}`, or None without one.

    Raises:
        MissingCredentialError: the variable is not set; there is no fallback.
    """
    name = target.credentials.get("env")
    if name is None or target.mode == "build_sheet":
        return None
    if not environment.get(name):
        raise MissingCredentialError(
            text("target `{id}` needs the environment variable `{name}`", id=target.id, name=name),
            text("set it for this command; it is stored nowhere"),
        )
    return environment[name]
