"""What literals of the source stand for."""

from __future__ import annotations

import re
from typing import Final

_NUMBER: Final = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,15})?")
_ESCAPE: Final = re.compile(
    r"\\(?:([\\'\"abfnrtv])|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))"
)
_ONE: Final = {
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
}
_LAST: Final = 0x10FFFF


def number(written: str) -> int | float | None:
    """Return the number that digits stand for; None for `1e5`, `0x1f`, `1_000` and endless ones."""
    if not _NUMBER.fullmatch(written):
        return None
    return float(written) if "." in written else int(written)


def unescaped(written: str) -> str | None:
    r"""Return the text that a quoted literal stands for; None if it has half a character.

    Backslashes mean what they mean in Jinja2: `\n`, `\'`, `\u2014`; before anything else they stay.
    """
    inner = written[1:-1]
    if "\\" in inner:
        inner = _ESCAPE.sub(_character, inner)
    return None if any("\ud800" <= one <= "\udfff" for one in inner) else inner


def _character(found: re.Match[str]) -> str:
    if found[1]:
        return _ONE.get(found[1], found[1])
    code = int(found[2] or found[3] or found[4], 16)
    return chr(code) if code <= _LAST else "\ud800"
