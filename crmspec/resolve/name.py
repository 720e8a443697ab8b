"""How ids are written, and which ones differ in spelling alone."""

from __future__ import annotations

import re

_ID = re.compile(r"[a-z][a-z0-9_]*")
_NO_LETTER = re.compile(r"[\W_]+")


def is_id(name: str) -> bool:
    """Say whether a name has only the characters that an id may have."""
    return _ID.fullmatch(name) is not None


def fold(name: str) -> str:
    """Return what is left of a name without case, dashes, spaces and the like."""
    return _NO_LETTER.sub("", name).casefold()
