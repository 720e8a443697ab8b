"""How wide text is on a terminal, and how to show characters that would disturb it."""

from __future__ import annotations

from functools import lru_cache
from unicodedata import category, east_asian_width

TAB = 4
_CONTROL_PICTURES = 0x2400
_DELETE = 0x7F
_UNSEEN = frozenset(("Cc", "Cs", "Zl", "Zp"))
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_JAMO_MEDIAL = range(0x1160, 0x1200)


@lru_cache(maxsize=4096)
def glyph(char: str) -> tuple[str, int]:
    """Return what to print for `char` and the number of columns it takes.

    Control, direction and line-separating characters become visible pictures, so that a file
    can neither move the cursor nor show its text in another order.
    """
    kind = category(char)
    if kind in _UNSEEN or char in _BIDI:
        return _picture(char), 1
    if kind in ("Mn", "Me", "Cf") or ord(char) in _JAMO_MEDIAL:
        return char, 0
    return char, 2 if east_asian_width(char) in "WF" else 1


def _picture(char: str) -> str:
    number = ord(char)
    if number < ord(" "):
        return chr(_CONTROL_PICTURES + number)
    return "\u2421" if number == _DELETE else "\ufffd"


def printable(words: str) -> str:
    """Return `words` on one line, with pictures for characters that would disturb a terminal."""
    if words.isprintable():
        return words
    return "".join(glyph(char)[0] for char in words)


def cells(line: str) -> list[tuple[str, int]]:
    """Return the glyph and the width of each code point of a line; tabs go to the next stop."""
    if line.isascii() and line.isprintable():
        return [(char, 1) for char in line]
    found: list[tuple[str, int]] = []
    column = 0
    for char in line:
        shown, width = glyph(char)
        if char == "\t":
            width = TAB - column % TAB
            shown = " " * width
        found.append((shown, width))
        column += width
    return found
