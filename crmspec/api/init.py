"""`init`: a new project from the scaffold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.assets import folder

if TYPE_CHECKING:
    from pathlib import Path


class ExistingFilesError(Exception):
    """The scaffold would overwrite files."""


def init(target: Path) -> list[Path]:
    """Copy the scaffold into `target` and return what was written.

    Raises:
        ExistingFilesError: a file of the scaffold exists already; nothing is written.
    """
    scaffold = folder("templates") / "init"
    sources = sorted(path for path in scaffold.rglob("*") if path.is_file())
    copies = [(path, target / path.relative_to(scaffold)) for path in sources]
    there = [str(copy) for _, copy in copies if copy.exists()]
    if there:
        raise ExistingFilesError(f"will not overwrite {', '.join(there)}")
    for path, copy in copies:
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    return [copy for _, copy in copies]
