"""All providers by platform; a provider's code is imported when it is asked for."""

from __future__ import annotations

import pkgutil
from typing import TYPE_CHECKING, TypeAlias

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

    Opener: TypeAlias = Callable[["Connection", Clock], AbstractContextManager[Provider]]


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
    environment: str | None = None

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


def _by_hand(connection: Connection) -> AbstractContextManager[Provider]:
    from crmspec.providers.by_hand import open_by_hand

    return open_by_hand(connection.target)


PROVIDERS: dict[str, str] = {
    "braze": "crmspec.providers.braze.session:open_braze",
    "files": "crmspec.providers.files.session:open_files",
    "klaviyo": "crmspec.providers.klaviyo.session:open_klaviyo",
    "knock": "crmspec.providers.knock.session:open_knock",
    "mindbox": "crmspec.providers.mindbox.session:open_mindbox",
    "node_red": "crmspec.providers.node_red.session:open_node_red",
    "onesignal": "crmspec.providers.onesignal.session:open_onesignal",
    "sandbox": "crmspec.providers.sandbox.session:open_sandbox",
    "tryton": "crmspec.providers.tryton.session:open_tryton",
    "unione": "crmspec.providers.unione.session:open_unione",
    "unisender": "crmspec.providers.unisender.session:open_unisender",
    "sendsay": "crmspec.providers.sendsay.session:open_sendsay",
}
"""Platform → what opens a provider, an `Opener`; nothing is contacted before the first read."""

TABLES: dict[str, str] = {
    "braze": "crmspec.providers.braze.capability:CAPABILITIES",
    "files": "crmspec.lower.whole:FILES",
    "klaviyo": "crmspec.providers.klaviyo.capability:CAPABILITIES",
    "knock": "crmspec.providers.knock.capability:CAPABILITIES",
    "mindbox": "crmspec.providers.mindbox.capability:CAPABILITIES",
    "node_red": "crmspec.providers.node_red.capability:CAPABILITIES",
    "onesignal": "crmspec.providers.onesignal.capability:CAPABILITIES",
    "sandbox": "crmspec.providers.sandbox.capability:CAPABILITIES",
    "tryton": "crmspec.providers.tryton.capability:CAPABILITIES",
    "unione": "crmspec.providers.unione.capability:CAPABILITIES",
    "unisender": "crmspec.providers.unisender.capability:CAPABILITIES",
    "sendsay": "crmspec.providers.sendsay.capability:CAPABILITIES",
}
"""Platform → its table of capabilities, for those that have a provider or not yet."""

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
    found: Capabilities = pkgutil.resolve_name(TABLES[platform])
    return found


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
    opener: Opener = pkgutil.resolve_name(PROVIDERS[platform])
    return opener(connection, clock)


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
            text("say which one is meant: `--target NAME`"),
        )
    raise UnknownTargetError(
        text("there is no target `{id}`", id=id_), text("the targets are {known}", known=known)
    )


def connection(
    project: str, target: Target, folder: Path, place: Place, environment: str | None = None
) -> Connection:
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
        environment=environment,
    )
