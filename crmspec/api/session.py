"""A project that is checked again and again while its files change."""

from __future__ import annotations

import gc
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import structs

from crmspec.api.check import check_workspace
from crmspec.api.examine import EVERYTHING, Wanted
from crmspec.api.workspace import PROJECT_NAMES, SKIPPED, SUFFIXES, Workspace, load
from crmspec.logic.carry import Carried
from crmspec.source import Memory

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from crmspec.api.check import CheckResult


class Session:
    """Checks one project repeatedly; what did not change is not worked out again.

    Every check finds exactly what a first check of the same files would find.
    """

    def __init__(
        self, workspace: Workspace, baseline: Path | None = None, wanted: Wanted = EVERYTHING
    ) -> None:
        self.workspace = workspace
        self._baseline = baseline
        self._wanted = wanted
        self._memory = Memory()
        self._settled = False
        self._templates = "templates"

    @classmethod
    def at(
        cls,
        paths: Iterable[Path] = (),
        baseline: Path | None = None,
        wanted: Wanted = EVERYTHING,
    ) -> Session:
        """Open the project around the paths; the current folder by default.

        Raises:
            FileNotFoundError: a path does not exist.
            NothingToReadError: there is no project, and no path to look at.
        """
        return cls(load(paths), baseline, wanted)

    def check(self) -> CheckResult:
        """Check the files as they are known now."""
        result = check_workspace(
            self.workspace, self._baseline, memory=self._memory, wanted=self._wanted
        )
        chosen = result.program.project.paths
        self._templates = "templates" if chosen is None else chosen.templates
        if not self._settled:  # what lives for the whole session need not be searched for garbage
            carried = self._memory.left("carried")
            if isinstance(carried, Carried):
                carried.get_ready()
            gc.freeze()
            self._settled = True
        return result

    def recheck(self, changed: Mapping[str, bytes | None]) -> CheckResult:
        """Check again after some files got new bytes, by project-relative path; None: deleted."""
        files = {
            path: data for path, data in {**self._files, **changed}.items() if data is not None
        }
        return self.follow(structs.replace(self.workspace, files=files))

    def follow(self, workspace: Workspace) -> CheckResult:
        """Check a newer reading of the same project."""
        known = self._files
        files = {
            path: known[path] if known.get(path) == data else data
            for path, data in workspace.files.items()
        }
        environment = self.workspace.environment
        self.workspace = structs.replace(workspace, files=files, environment=environment)
        return self.check()

    def reread(self, paths: Iterable[Path] = ()) -> CheckResult:
        """Read the files again and check them; `paths` as they were at the start.

        Raises:
            FileNotFoundError: a path does not exist any more.
            NothingToReadError: the project, or all that was to be read, is gone.
        """
        whole = any(name in self._files for name in PROJECT_NAMES)
        return self.follow(load(tuple(paths) or (self.workspace.root,), project=whole))

    def stamps(self) -> dict[str, tuple[int, int]]:
        """Return the moment of the last change (ns) and the size of every file that counts.

        These are all YAML files below the root and all files of the templates folder.
        """
        root = self.workspace.root
        return {
            **dict(_stamps(root, SUFFIXES)),
            **dict(_stamps(root / self._templates, ("",))),
        }

    @property
    def _files(self) -> dict[str, bytes]:
        return self.workspace.files


def _stamps(folder: Path, endings: tuple[str, ...]) -> Iterator[tuple[str, tuple[int, int]]]:
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in SKIPPED and name[0] != "."]
        for name in names:
            path = Path(parent, name)
            if name.lower().endswith(endings) and name[0] != ".":
                with suppress(OSError):  # it has just been deleted
                    stat = path.stat()
                    yield str(path), (stat.st_mtime_ns, stat.st_size)
