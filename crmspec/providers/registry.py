"""All providers by platform; a provider's code is imported when it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from crmspec.diagnostics import text
from crmspec.engine.error import MissingCredentialError, UnknownTargetError
from crmspec.ir.target import Target
from crmspec.secret.source import ALONE, Held, secrets

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path

    from crmspec.engine.port import Clock, Provider
    from crmspec.lower.capability import Capabilities
    from crmspec.secret.source import Place


class Connection(msgspec.Struct, frozen=True, kw_only=True):
    """What a provider needs: the project, the target, the secret, and a folder of its own.

    `token` is the value of the secret that the target names, `parts` are the secrets that it gives
    names to; they are never written anywhere. `root` is the folder of the project.
    """

    project: str
    target: Target
    folder: str
    token: str | None = None
    root: str = ""
    parts: dict[str, Held] = {}

    def part(self, name: str) -> str:
        """Return a part of the secret.

        Raises:
            MissingCredentialError: the target does not name it.
        """
        if name in self.parts:
            return self.parts[name].value
        raise MissingCredentialError(
            text("target `{id}` names no secret `{part}`", id=self.target.id, part=name),
            text("write `credentials: {{{part}: {{env: NAME}}}}`, and so for each part", part=name),
        )

    def __repr__(self) -> str:
        return f"Connection({self.project}, {self.target.id})"


def _sandbox(connection: Connection, clock: Clock) -> AbstractContextManager[Provider]:
    from crmspec.providers.sandbox.session import open_sandbox

    return open_sandbox(connection, clock)


def _knock(connection: Connection, clock: Clock) -> AbstractContextManager[Provider]:
    from crmspec.providers.knock.session import open_knock

    return open_knock(connection, clock)


def _files(connection: Connection, clock: Clock) -> AbstractContextManager[Provider]:
    from crmspec.providers.files.session import open_files

    return open_files(connection, clock)


def _by_hand(connection: Connection) -> AbstractContextManager[Provider]:
    from crmspec.providers.by_hand import open_by_hand

    return open_by_hand(connection.target)


PROVIDERS: dict[str, Callable[[Connection, Clock], AbstractContextManager[Provider]]] = {
    "files": _files,
    "knock": _knock,
    "sandbox": _sandbox,
}
"""Platform → what opens a provider; nothing is contacted before the first read or apply."""


def _sandbox_table() -> Capabilities:
    from crmspec.providers.sandbox.capability import CAPABILITIES

    return CAPABILITIES


def _knock_table() -> Capabilities:
    from crmspec.providers.knock.capability import CAPABILITIES

    return CAPABILITIES


def _files_table() -> Capabilities:
    from crmspec.lower.whole import FILES

    return FILES


TABLES: dict[str, Callable[[], Capabilities]] = {
    "files": _files_table,
    "knock": _knock_table,
    "sandbox": _sandbox_table,
}
"""Platform → what returns its table of capabilities, for those that have a provider or not yet."""

DEFAULT_TARGET = Target(id="sandbox", platform="sandbox")
"""The target of a project that declares none."""


def capabilities(platform: str) -> Capabilities:
    """Return what a platform can take.

    Raises:
        UnknownTargetError: there is no table for the platform.
    """
    if platform not in TABLES:
        raise UnknownTargetError(
            text("nothing is known of platform `{platform}`", platform=platform),
            text("the platforms are {known}", known=", ".join(f"`{p}`" for p in sorted(TABLES))),
        )
    return TABLES[platform]()


def table(target: Target) -> Capabilities:
    """Return what a target can take; what people set up can be anything.

    Raises:
        UnknownTargetError: there is no table for its platform.
    """
    if target.mode == "build_sheet":
        from crmspec.lower.whole import BY_HAND

        return BY_HAND
    return capabilities(target.platform)


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


def connection(project: str, target: Target, folder: Path, place: Place) -> Connection:
    """Return what the provider of a target needs, with the secrets that it names itself.

    Raises:
        MissingCredentialError: one is not to be had; there is no fallback.
    """
    named = target.credentials if target.mode == "api" else {}
    found = secrets(named, text("target `{id}`", id=target.id), place)
    return Connection(
        project=project,
        target=target,
        folder=str(folder),
        token=found.pop(ALONE).value if ALONE in found else None,
        parts=found,
        root=str(place.root),
    )
