"""Find a project on disk and read its files; the only reader of project files."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from crmspec.diagnostics import Diagnostic, Label, text
from crmspec.document.codes import UNREADABLE_FILE
from crmspec.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PROJECT_NAMES = ("crmspec.yaml", "crmspec.yml")
SUFFIXES = (".yaml", ".yml")
TEST_SUFFIXES = (".test.yaml", ".test.yml")
_SKIPPED = {"node_modules", "__pycache__", "venv"}


@dataclass(frozen=True)
class Workspace:
    """A project as bytes: YAML by project-relative path, templates by path below their folder.

    `focus` holds the paths the user asked about; empty means all. `problems` are files that
    could not be read.
    """

    root: Path
    files: dict[str, bytes]
    templates: dict[str, str] = field(default_factory=dict)
    focus: tuple[str, ...] = ()
    problems: tuple[Diagnostic, ...] = ()
    state: Path | None = None


def find_root(start: Path) -> Path | None:
    """Return the nearest folder at or above `start` that holds a project file."""
    start = start if start.is_dir() else start.parent
    for folder in (start, *start.parents):
        if any((folder / name).is_file() for name in PROJECT_NAMES):
            return folder
    return None


def load(paths: Iterable[Path]) -> Workspace:
    """Read the project around the paths, or, outside of any project, just the paths.

    Raises:
        FileNotFoundError: a path does not exist.
    """
    given = [path.absolute() for path in paths] or [Path.cwd()]
    for path in given:
        if not path.exists():
            raise FileNotFoundError(path)
    root = find_root(given[0])
    if root is None:
        return _loose(given)
    reader = _Reader(root)
    project = next(root / name for name in PROJECT_NAMES if (root / name).is_file())
    reader.add(project)
    campaigns, templates = _folders(reader.files)
    for folder in campaigns:
        reader.add_tree(root / folder, SUFFIXES)
    reader.add_tree(root / "tests", TEST_SUFFIXES)
    texts = reader.texts(root / templates)
    focus = tuple(_relative(path, root) for path in given if path != root)
    return Workspace(root, reader.files, texts, focus, tuple(reader.problems))


def _loose(given: list[Path]) -> Workspace:
    """Read paths that belong to no project."""
    root = Path(os.path.commonpath([p if p.is_dir() else p.parent for p in given]))
    reader = _Reader(root)
    for path in given:
        if path.is_dir():
            reader.add_tree(path, SUFFIXES)
        else:
            reader.add(path)
    return Workspace(
        root, reader.files, reader.texts(root / "templates"), (), tuple(reader.problems)
    )


def _folders(files: dict[str, bytes]) -> tuple[tuple[str, ...], str]:
    """Return where the project file says its campaigns and templates are."""
    from crmspec.document import read

    ((path, data),) = files.items()
    for document in read(path, data).documents:
        paths = document.child("paths")
        data_ = paths.data if paths is not None else None
        if isinstance(data_, dict):
            campaigns = data_.get("campaigns", "campaigns")
            listed = campaigns if isinstance(campaigns, list) else [campaigns]
            templates = data_.get("templates", "templates")
            return tuple(str(item) for item in listed), str(templates)
    return ("campaigns",), "templates"


class _Reader:
    """Collects files below a root; what cannot be read becomes a finding."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.real = root.resolve()
        self.files: dict[str, bytes] = {}
        self.problems: list[Diagnostic] = []

    def add(self, path: Path) -> None:
        name = _relative(path, self.root)
        if name not in self.files:
            data = self._bytes(path, name)
            if data is not None:
                self.files[name] = data

    def add_tree(self, folder: Path, suffixes: tuple[str, ...]) -> None:
        for path in self._walk(folder):
            if path.name.endswith(suffixes) and path.name not in PROJECT_NAMES:
                self.add(path)

    def texts(self, folder: Path) -> dict[str, str]:
        """Return the text files below a folder by their path in it."""
        found = {}
        for path in self._walk(folder):
            data = self._bytes(path, _relative(path, self.root))
            if data is not None and b"\0" not in data[:1024]:
                found[_relative(path, folder)] = data.decode("utf-8", errors="replace")
        return found

    def _walk(self, folder: Path) -> Iterator[Path]:
        if not folder.resolve().is_relative_to(self.real):
            self._problem(_relative(folder, self.root), "it lies outside the project")
            return
        for parent, folders, names in os.walk(folder):
            folders[:] = sorted(n for n in folders if n not in _SKIPPED and not n.startswith("."))
            yield from (Path(parent, name) for name in sorted(names) if not name.startswith("."))

    def _bytes(self, path: Path, name: str) -> bytes | None:
        try:
            if path.is_symlink() and not path.resolve().is_relative_to(self.real):
                self._problem(name, "it lies outside the project")
                return None
            if not path.is_file():
                self._problem(name, "it is not a regular file")
                return None
            return path.read_bytes()
        except OSError as error:
            self._problem(name, (error.strerror or type(error).__name__).lower())
        return None

    def _problem(self, name: str, reason: str) -> None:
        message = text("cannot read `{path}`: {reason}", path=name, reason=reason)
        self.problems.append(
            Diagnostic(code=UNREADABLE_FILE, message=message, label=Label(Span(name, 0, 0)))
        )


def _relative(path: Path, root: Path) -> str:
    return Path(os.path.relpath(path, root)).as_posix()
