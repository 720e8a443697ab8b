"""The folder: objects that survive a power cut, and no file touched that crmspec did not write."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec.structs import replace

from crmspec.diagnostics import text
from crmspec.engine.body import Body, digest
from crmspec.engine.error import RevisionConflictError, TargetRejectedError, TargetUnusableError
from crmspec.source.decode import UndecodableError, decoded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

FORMAT = "crmspec-object"
VERSION = 1
DRAFT = ".crmspec-draft"
NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


class Object(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the JSON file of an object holds.

    `marker` names the resource; `files` are the digests of the files beside it by name, and
    `dropped` of those that its older state had.
    """

    format: str
    version: int
    marker: str | None = None
    payload: Body
    files: dict[str, str] = {}
    dropped: dict[str, str] = {}


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """An object as it is in the folder; `revision` changes with every byte of it.

    A `damaged` one has a file that cannot be read as an object: nothing is known of it.
    """

    path: str
    object: Object
    texts: dict[str, str]
    revision: str
    changed_at: str
    damaged: bool = False


class Folder:
    """Objects by path: `chains/welcome` is `chains/welcome.json` and the files that it names.

    Files are written as drafts; then the draft of the JSON gets its real name: from now on the
    object is the new one, and a draft counts as the file whose digest the JSON has. The drafts
    get their names last. So an object is always whole, whenever a run dies. Links that lead out of
    the folder, or with it out of the project, are not followed: they are `TargetUnusableError`.
    """

    def __init__(self, root: Path, project: Path | None = None) -> None:
        self.root = root
        self._project = project or root

    def every(self) -> Iterator[Found]:
        """Yield all objects, in the order of their paths; raises `TargetUnusableError`."""
        with self._usable():
            for linked in filter(Path.is_symlink, self.root.glob("*")):
                self._inside(linked)
            paths = sorted(self.root.glob("*/*.json"))
        for path in paths:
            found = self.find(f"{path.parent.name}/{path.name.removesuffix('.json')}")
            if found is not None:
                yield found

    def find(self, path: str) -> Found | None:
        """Return an object; None if there is none, or a file that is none of ours."""
        data = self._read(self._json(path))
        made = _decoded(data)
        if data is None or made is None:
            return None
        held = {name: self._held(path, name, known) for name, known in made.files.items()}
        parts = (data, *(one if one is not None else b"\0" for one in held.values()))
        texts = {
            name: one.decode(errors="replace") for name, one in held.items() if one is not None
        }
        return Found(
            path=path,
            object=made,
            texts=texts,
            revision=digest(b"\0\0".join(parts)),
            changed_at=self._changed(path, made.files),
        )

    def known(self, path: str) -> Found | None:
        """Return an object that crmspec is known to have written, damaged or not."""
        found, data = self.find(path), self._read(self._json(path))
        if found is not None or data is None:
            return found
        nothing = Object(format=FORMAT, version=VERSION, payload={})
        return Found(
            path=path,
            object=nothing,
            texts={},
            revision=digest(data),
            changed_at=self._changed(path, ()),
            damaged=True,
        )

    def _changed(self, path: str, names: Iterable[str]) -> str:
        """Return when a file of the object was written last, in UTC."""
        files = (self._json(path), *(self._beside(path, name) for name in names))
        last = max(file.stat().st_mtime for file in files if file.exists())
        return datetime.fromtimestamp(last, UTC).isoformat(timespec="seconds")

    def write(  # noqa: PLR0913 - an object, and what it replaces
        self,
        path: str,
        marker: str,
        payload: Body,
        texts: Mapping[str, str],
        before: str | None,
        *,
        written: Mapping[str, str] = NOTHING,
    ) -> Found:
        """Write an object and its files; `before` is the revision that is replaced, if any.

        A damaged object does not tell its files: they are those `written` last, by name.

        Raises:
            RevisionConflictError: it was changed or removed meanwhile, or has come to be.
            TargetRejectedError: a file is in the way that crmspec did not write.
            TargetUnusableError: the folder cannot be written.
        """
        old = self._checked(path, before)
        known = _files(old, written) if old is not None else {}
        contents = {name: content.encode() for name, content in texts.items()}
        files = {name: digest(data) for name, data in contents.items()}
        dropped = {name: it for name, it in known.items() if name not in files}
        made = Object(
            format=FORMAT,
            version=VERSION,
            marker=marker,
            payload=payload,
            files=files,
            dropped=dropped,
        )
        with self._usable():
            self._free(path, [name for name in files if name not in known], old)
            for name, data in contents.items():
                self._put(self._draft(path, name), data)
            self._put(self._draft(path), _encoded(made))
            self._draft(path).replace(self._json(path))
            for name in files:
                self._draft(path, name).replace(self._beside(path, name))
            self._drop(path, dropped)
        found = self.find(path)
        if found is None:
            raise _moved(path)
        return found

    def remove(self, path: str, before: str, written: Mapping[str, str] = NOTHING) -> None:
        """Remove an object with its files; raises as `write` does."""
        old = self._checked(path, before)
        if old is None:
            return
        with self._usable():
            self._json(path).replace(self._draft(path))
            self._clear(self._draft(path), path, replace(old.object, files=_files(old, written)))

    def sweep(self) -> None:
        """Finish what a dead run began to remove, and clear what it began to make."""
        with self._usable():
            for draft in sorted(self.root.glob(f"*/*.json{DRAFT}")):
                made = _decoded(self._read(draft))
                path = f"{draft.parent.name}/{draft.name.removesuffix('.json' + DRAFT)}"
                if made is not None and not self._json(path).exists():
                    self._clear(draft, path, made)

    def _clear(self, draft: Path, path: str, made: Object) -> None:
        self._drop(path, made.files | made.dropped)
        for name in made.files:
            self._draft(path, name).unlink(missing_ok=True)
        draft.unlink()
        with suppress(OSError):  # other files are in it
            draft.parent.rmdir()

    def _drop(self, path: str, files: Mapping[str, str]) -> None:
        """Remove files that are as they were written; what people changed is theirs."""
        for name, known in files.items():
            data = self._read(self._beside(path, name))
            if data is not None and digest(data) == known:
                self._beside(path, name).unlink()

    def _checked(self, path: str, before: str | None) -> Found | None:
        found = self.find(path) if before is None else self.known(path)
        if (found.revision if found is not None else None) != before:
            raise _moved(path)
        return found

    def _free(self, path: str, names: Iterable[str], old: Found | None) -> None:
        json = [] if old is not None else [self._json(path).name]
        for name in (*json, *names):
            if os.path.lexists(self._beside(path, name)):
                file = str(self._beside(path, name))
                raise TargetRejectedError(
                    text("`{path}` is in the way: crmspec did not write it", path=file),
                    text("move it away, or name another `folder` in `options` of the target"),
                    status=409,
                )

    def _held(self, path: str, name: str, known: str) -> bytes | None:
        """Return what a file holds; its draft if that is what the object says."""
        data = self._read(self._beside(path, name))
        if data is not None and digest(data) == known:
            return data
        draft = self._read(self._draft(path, name))
        return draft if draft is not None and digest(draft) == known else data

    def _json(self, path: str) -> Path:
        return self.root / f"{path}.json"

    def _beside(self, path: str, name: str) -> Path:
        return self._json(path).with_name(name)

    def _draft(self, path: str, name: str | None = None) -> Path:
        return self._beside(path, f"{name or self._json(path).name}{DRAFT}")

    def _inside(self, path: Path) -> None:
        """Make sure that a file is where its name says; raises `TargetUnusableError`."""
        root = self.root.resolve()
        if not root.is_relative_to(self._project.resolve()):
            raise _led_out(self.root)
        if not path.resolve().is_relative_to(root):
            raise _led_out(path, file=path.is_symlink() and path.parent != self.root)

    def _read(self, path: Path) -> bytes | None:
        with self._usable():
            self._inside(path)
            try:
                return path.read_bytes()
            except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
                return None

    @contextmanager
    def _usable(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise TargetUnusableError(
                text(
                    "the folder `{path}` cannot be used: {reason}",
                    path=str(self.root),
                    reason=(error.strerror or type(error).__name__).lower(),
                ),
                text("see that there is room on the disk, and that you may write there"),
            ) from None

    def _put(self, path: Path, data: bytes) -> None:
        """Write a draft, and wait until it is on the disk."""
        self._inside(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with path.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        except OSError:
            path.unlink(missing_ok=True)  # half of a draft is of no use
            raise


def _encoded(made: Object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(made), indent=2) + b"\n"


def _files(found: Found, written: Mapping[str, str]) -> dict[str, str]:
    """Return the digests of all files of an object, those of an older state too, by name."""
    if found.damaged:
        return {name: digest(content.encode()) for name, content in written.items()}
    return found.object.files | found.object.dropped


def _decoded(data: bytes | None) -> Object | None:
    try:
        made = decoded(data, Object) if data is not None else None
    except UndecodableError:
        return None
    ours = made is not None and (made.format, made.version) == (FORMAT, VERSION)
    return made if ours else None


def _led_out(path: Path, *, file: bool = False) -> TargetUnusableError:
    folder = text("put a folder in its place, or name another `folder` in `options` of the target")
    return TargetUnusableError(
        text("`{path}` leads elsewhere: links are not followed", path=str(path)),
        text("put the file itself in its place, or remove the link") if file else folder,
    )


def _moved(path: str) -> RevisionConflictError:
    return RevisionConflictError(
        text("`{path}` changed in the folder meanwhile", path=path),
        text("plan again and look at what was changed"),
    )
