"""What does not fit: texts cut where screens cut them, SMS split where networks split them."""

from __future__ import annotations

from crmspec.content.sms import EXTENDED, SEPTETS, UNITS, measured

_WIDE = 0xFFFF
"""Signs above take two UTF-16 units."""


def cut(written: str, most: int) -> str:
    """Return a text of at most `most` characters on one line, with `…` if it was longer."""
    line = " ".join(written.split())
    return line if len(line) <= most else f"{line[: max(most - 1, 0)].rstrip()}…"


def sms_parts(written: str) -> list[str]:
    """Return the parts in which an SMS is sent."""
    size = measured(written)
    if size.parts == 1:
        return [written]
    ucs2 = size.alphabet == "ucs2"
    most = (UNITS if ucs2 else SEPTETS)[1]
    parts, used = [""], 0
    for sign in written:
        width = 1 + (ord(sign) > _WIDE if ucs2 else sign in EXTENDED)
        if used + width > most:
            parts, used = [*parts, ""], 0
        parts[-1] += sign
        used += width
    return parts
