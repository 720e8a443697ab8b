"""Files that are written whole, and what is said of those that cannot be written."""

from __future__ import annotations

import errno
import os
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from crmspec.diagnostics import text
from crmspec.engine.error import StoreUnusableError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Text

_ROOM = text("make room on the disk, then do it again: it goes on where this ended")
_ADVICE: dict[int, Text] = {
    errno.ENOSPC: _ROOM,
    errno.EDQUOT: _ROOM,
    errno.EFBIG: text("let files be larger (`ulimit -f`), then do it again"),
    errno.EROFS: text("it is on a disk that can only be read: name another folder"),
    errno.EACCES: text("see that you may read and write it, and the folder that it is in"),
    errno.EPERM: text("see that you may read and write it, and the folder that it is in"),
    errno.EEXIST: text("a folder belongs there: move away what stands in its place"),
    errno.ENOTDIR: text("a folder belongs there: move away what stands in its place"),
}
_NO_FOLDER = frozenset({errno.EEXIST, errno.ENOTDIR})


def advice(error: OSError) -> Text:
    """Return what to do about a file that cannot be read or written."""
    return _ADVICE.get(error.errno or 0, text("see that it is a file that you may read and write"))


@contextmanager
def usable(path: Path) -> Iterator[None]:
    """Have what the file system refuses be an error of the store, with the path and what to do.

    Raises:
        StoreUnusableError: a file cannot be read or written.
    """
    try:
        yield
    except OSError as error:
        name = Path(error.filename or path)
        found = _in_the_way(name) if error.errno in _NO_FOLDER else None
        if found is not None:
            raise StoreUnusableError(*found) from None
        reason = (error.strerror or type(error).__name__).lower()
        said = text("`{path}`: {reason}", path=str(name), reason=reason)
        raise StoreUnusableError(said, advice(error)) from None


def _in_the_way(path: Path) -> tuple[Text, Text] | None:
    """Return what stands where a folder is to be, at a path or above it, and what to do."""
    for one in (path, *path.parents):
        if one.is_symlink() and not one.exists():
            goal = str(one.readlink())
            said = text(
                "`{path}` is a link to `{goal}`, which is not there", path=str(one), goal=goal
            )
            return said, text("bring back the folder that it leads to, or take the link away")
        if one.exists():
            if one.is_dir():
                return None
            said = text("`{path}` is a file, and must be a folder", path=str(one))
            return said, text("move it away: a folder is made in its place")
    return None


def write(path: Path, data: bytes) -> None:
    """Replace a file in one step that survives a power cut; what fails leaves nothing behind.

    Raises:
        OSError: it cannot be written; the error names the file.
    """
    if path.exists() and not path.is_file():  # such as /dev/stdout
        path.write_bytes(data)
        return
    draft = path.with_name(f"{path.name}.tmp")
    try:
        with draft.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        flush(path.parent)
    except OSError as error:
        error.filename, error.filename2 = str(path), None
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise


def led(folder: Path) -> None:
    """Make sure that a folder, which need not be there, is no link that leads nowhere.

    Raises:
        FileExistsError: it is.
    """
    if folder.is_symlink() and not folder.exists():
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(folder))


def make(folder: Path) -> None:
    """Make a folder and those above it so that they survive a power cut too."""
    if not folder.is_dir():
        make(folder.parent)
        folder.mkdir(exist_ok=True)
        flush(folder.parent)


def flush(folder: Path) -> None:
    """Bring the names in a folder to the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
