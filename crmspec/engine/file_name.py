"""Names of files made of names in a project, which anybody may have written."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote

_ODD: Final = re.compile(r"[^\w.-]")


def file_name(written: str) -> str:
    """Return a name that stays inside its folder; ids are left as they are."""
    return _ODD.sub(lambda found: quote(found[0], safe=""), written)


def inside(path: str) -> str:
    """Return a path with slashes that leads out of no folder."""
    return "/".join("%2E%2E" if part == ".." else part for part in path.split("/"))
