"""Files that are written whole, and what is said of those that cannot be written."""

from __future__ import annotations

import errno
import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from crmspec.diagnostics import text
from crmspec.engine.error import StoreUnusableError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from crmspec.diagnostics import Text

_ROOM = text("make room on the disk, then do it again: it goes on where this ended")
_ADVICE: dict[int, Text] = {
    errno.ENOSPC: _ROOM,
    errno.EDQUOT: _ROOM,
    errno.EFBIG: text("let files be larger (`ulimit -f`), then do it again"),
    errno.EROFS: text("it is on a disk that can only be read: name another folder"),
    errno.EACCES: text("see that you may read and write it, and the folder that it is in"),
    errno.EPERM: text("see that you may read and write it, and the folder that it is in"),
}


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
        reason = (error.strerror or type(error).__name__).lower()
        said = text("`{path}`: {reason}", path=str(error.filename or path), reason=reason)
        raise StoreUnusableError(said, advice(error)) from None


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
