"""Names of files made of names in a project, which anybody may have written."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote

_ODD: Final = re.compile(r"[^\w.-]")
_DEVICE: Final = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)


def file_name(written: str) -> str:
    """Return a name that stays inside its folder, and that Windows takes; ids are left as they are.

    But for those that are devices there, such as `con`.
    """
    if _DEVICE.fullmatch(written):
        return f"%{ord(written[0]):02X}{written[1:]}"
    return _ODD.sub(lambda found: quote(found[0], safe=""), written)


def inside(path: str) -> str:
    """Return a path with slashes that leads out of no folder."""
    return "/".join("%2E%2E" if part == ".." else part for part in path.split("/"))
