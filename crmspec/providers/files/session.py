"""Open a folder as a target."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from crmspec.providers.files.provider import FilesProvider

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from crmspec.engine.port import Clock
    from crmspec.providers.registry import Connection


def open_files(
    connection: Connection,
    clock: Clock,  # noqa: ARG001 - files are written at once
) -> AbstractContextManager[FilesProvider]:
    """Give a provider; the folder is `options: {folder: …}` below the project, or `out/TARGET`.

    In an environment it is `out/ENVIRONMENT/TARGET`.
    """
    target = connection.target
    usual = "/".join(["out", *filter(None, [connection.environment]), target.id])
    named = str(target.options.get("folder", usual))
    within = Path(connection.root or connection.folder)
    return nullcontext(FilesProvider(connection.project, target, within / named, within))
