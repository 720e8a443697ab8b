"""`init`: a new project from the scaffold."""

from __future__ import annotations

import re
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
        data = path.read_bytes()
        if copy.name == "crmspec.yaml":
            data = data.replace(b"project: shop", f"project: {project_id(target)}".encode(), 1)
        copy.write_bytes(data)
    ignored = target / ".gitignore"
    if not ignored.exists():
        ignored.write_text("# what crmspec applied, and the sandbox's database\n.crmspec/\nout/\n")
    return [copy for _, copy in copies]


def project_id(folder: Path) -> str:
    """Return an id made of the folder's name: projects that share an account must differ."""
    name = re.sub(r"[^a-z0-9]+", "_", folder.absolute().name.lower()).strip("_")
    return name if name[:1].isalpha() else "shop"
