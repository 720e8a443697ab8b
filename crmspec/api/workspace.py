"""Find a project on disk and read its files; the only reader of project files."""

from __future__ import annotations

import codecs
import os
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import field

from crmspec.diagnostics import Diagnostic, Label, text
from crmspec.document.codes import UNREADABLE_FILE
from crmspec.ir import KINDS
from crmspec.source import Span
from crmspec.source.record import Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crmspec.diagnostics import Text

PROJECT_NAMES = ("crmspec.yaml", "crmspec.yml")
SUFFIXES = (".yaml", ".yml")
TEST_SUFFIXES = (".test.yaml", ".test.yml")
SKIPPED = frozenset({"node_modules", "__pycache__", "venv"})
"""Folders that hold no part of a project."""


_ENVIRONMENT: ContextVar[str | None] = ContextVar("environment", default=None)


@contextmanager
def choosing(environment: str | None) -> Iterator[None]:
    """Have every project that is loaded meanwhile be that of an environment."""
    before = _ENVIRONMENT.set(environment)
    try:
        yield
    finally:
        _ENVIRONMENT.reset(before)


def choose(environment: str | None) -> str | None:
    """Choose an environment for the rest of a `choosing`; return the one chosen before, if any."""
    if _ENVIRONMENT.get() is None:
        _ENVIRONMENT.set(environment)
    return _ENVIRONMENT.get()


class NothingToReadError(Exception):
    """There is no project here; `reason` says where was looked."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.english())
        self.reason = reason


class Workspace(Value, frozen=True):
    """A project as bytes: YAML by project-relative path, templates by path below their folder.

    `focus` holds the paths the user asked about; empty means all. `problems` are files that
    could not be read. `environment` is the one whose values are put in.
    """

    root: Path
    files: dict[str, bytes]
    templates: dict[str, str] = field(default_factory=dict)
    focus: tuple[str, ...] = ()
    problems: tuple[Diagnostic, ...] = ()
    environment: str | None = None


def find_root(start: Path) -> Path | None:
    """Return the nearest folder at or above `start` that holds a project file."""
    start = start if start.is_dir() else start.parent
    for folder in (start, *start.parents):
        if any((folder / name).is_file() for name in PROJECT_NAMES):
            return folder
    return None


def load(paths: Iterable[Path], *, project: bool = False, bare: bool = False) -> Workspace:
    """Read the project around the paths, or, outside of any project, just the paths.

    A `bare` project may lack its folders.

    Raises:
        FileNotFoundError: a path does not exist.
        NothingToReadError: there is no project (and none of the paths, or `project` wants one).
    """
    given = [Path(os.path.normpath(path.absolute())) for path in paths]
    for path in given:
        if not path.exists():
            raise FileNotFoundError(path)
    root = find_root(given[0] if given else Path.cwd())
    if root is not None:
        return _project(root, given, bare=bare)
    if project or not given:
        place = given[0] if given else Path.cwd()
        raise NothingToReadError(
            text("there is no `crmspec.yaml` in {path} or above it", path=str(place)),
        )
    return _loose(given)


def _project(root: Path, given: list[Path], *, bare: bool) -> Workspace:
    reader = _Reader(root)
    reader.add(next(root / name for name in PROJECT_NAMES if (root / name).is_file()))
    chosen = _Folders.of(reader.files)
    for folder in chosen.campaigns:
        if (root / folder).is_dir():
            reader.add_tree(root / folder, SUFFIXES)
        elif chosen.needed and not bare:
            reader.miss(folder)
    reader.add_tree(root / "tests", TEST_SUFFIXES)
    texts = reader.texts(root / chosen.templates)
    focus = tuple(_relative(path, root) for path in given if path != root)
    problems = tuple(reader.problems)
    return Workspace(root, reader.files, texts, focus, problems, _ENVIRONMENT.get())


def _loose(given: list[Path]) -> Workspace:
    """Read paths that belong to no project."""
    root = Path(os.path.commonpath([p if p.is_dir() else p.parent for p in given]))
    reader = _Reader(root)
    for path in given:
        if path.is_dir():
            reader.add_tree(path, SUFFIXES)
        else:
            reader.add(path)
    if not reader.files and not reader.problems:
        raise NothingToReadError(text("there are no YAML files in {path}", path=str(root)))
    texts = reader.texts(root / "templates")
    return Workspace(root, reader.files, texts, problems=tuple(reader.problems))


class _Folders(Value, frozen=True):
    """Where the project file says its files are; `needed` unless it holds resources itself."""

    campaigns: tuple[str, ...] = ("campaigns",)
    templates: str = "templates"
    needed: bool = True

    @classmethod
    def of(cls, files: dict[str, bytes]) -> _Folders:
        """Look into the project file, if it could be read."""
        from crmspec.document import read

        documents = [d for path, data in files.items() for d in read(path, data).documents]
        resources = any(key in KINDS for d in documents for key in d.entries)
        for document in documents:
            paths = document.child("paths")
            if paths is not None and isinstance(paths.data, dict):
                campaigns = paths.data.get("campaigns", "campaigns")
                listed = campaigns if isinstance(campaigns, list) else [campaigns]
                templates = str(paths.data.get("templates", "templates"))
                named = "campaigns" in paths.data
                return cls(tuple(map(str, listed)), templates, named or not resources)
        return cls(needed=not resources)


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
            if path.name.lower().endswith(suffixes) and path.name not in PROJECT_NAMES:
                self.add(path)

    def miss(self, folder: str) -> None:
        """Note that a folder of campaigns is not there."""
        message = text("there is no folder `{path}`", path=folder)
        advice = text("create it, or name the right one under `paths: {{campaigns: …}}`")
        self.problems.append(_unreadable(next(iter(self.files), folder), message, advice))

    def texts(self, folder: Path) -> dict[str, str]:
        """Return the text files below a folder by their path in it.

        How lines end is a matter of who has checked them out, and no part of a text.
        """
        found = {}
        for path in self._walk(folder):
            data = self._bytes(path, _relative(path, self.root))
            written = None if data is None else _decoded(data)
            if written is not None:
                found[_relative(path, folder)] = written.replace("\r\n", "\n")
        return found

    def _walk(self, folder: Path) -> Iterator[Path]:
        if self._outside(folder):
            self._problem(_relative(folder, self.root), text("it lies outside the project"))
            return
        for parent, folders, names in os.walk(folder, onerror=self._closed):
            folders[:] = sorted(n for n in folders if n not in SKIPPED and not n.startswith("."))
            for name in folders:
                if Path(parent, name).is_symlink():
                    linked = _relative(Path(parent, name), self.root)
                    self._problem(linked, text("links to folders are not followed"))
            yield from (Path(parent, name) for name in sorted(names) if not name.startswith("."))

    def _closed(self, error: OSError) -> None:
        if not isinstance(error, FileNotFoundError):
            self._problem(_relative(Path(error.filename), self.root), _reason(error))

    def _outside(self, path: Path) -> bool:
        return not path.resolve().is_relative_to(self.real)

    def _bytes(self, path: Path, name: str) -> bytes | None:
        try:
            if path.is_symlink() and self._outside(path):
                self._problem(name, text("it lies outside the project"))
            elif not path.is_file():
                self._problem(name, text("it is not a regular file"))
            else:
                return path.read_bytes()
        except RuntimeError:  # how pathlib says so before Python 3.13
            self._problem(name, text("it is a link to itself"))
        except OSError as error:
            self._problem(name, _reason(error))
        return None

    def _problem(self, name: str, reason: Text) -> None:
        message = text("cannot read `{path}`: {reason}", path=name, reason=reason)
        self.problems.append(_unreadable(name, message))


def _decoded(data: bytes) -> str | None:
    """Return the text of a file with or without a byte order mark, None if it holds none."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", errors="replace")
    return None if b"\0" in data[:1024] else data.decode("utf-8-sig", errors="replace")


def _reason(error: OSError) -> Text:
    if isinstance(error, PermissionError):
        return text("permission denied")
    return text("{reason}", reason=(error.strerror or type(error).__name__).lower())


def _unreadable(path: str, message: Text, *advice: Text) -> Diagnostic:
    place = Label(Span(path, 0, 0))
    return Diagnostic(code=UNREADABLE_FILE, message=message, label=place, help=advice)


def _relative(path: Path, root: Path) -> str:
    return Path(os.path.relpath(path, root)).as_posix()
