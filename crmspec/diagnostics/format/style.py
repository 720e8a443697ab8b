"""Colours of the text format: roles on one side, escape sequences on the other."""

from __future__ import annotations

from enum import Enum

from crmspec.diagnostics.model import Severity


class Role(Enum):
    """What a piece of output is; the value is its ANSI sequence."""

    PLAIN = ""
    ERROR = "1;31"
    WARNING = "1;33"
    INFO = "1;36"
    RELATED = "1;34"
    GUTTER = "34"
    STRONG = "1"
    FAINT = "2"


LEVELS = {
    Severity.ERROR: Role.ERROR,
    Severity.WARNING: Role.WARNING,
    Severity.INFO: Role.INFO,
}


class Style:
    """Paints text by role, or leaves it alone when colour is off."""

    def __init__(self, *, color: bool) -> None:
        self._color = color

    def paint(self, role: Role, words: str) -> str:
        """Return `words` in the colour of `role`."""
        if not self._color or role is Role.PLAIN or not words:
            return words
        return f"\x1b[{role.value}m{words}\x1b[0m"
