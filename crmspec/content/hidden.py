"""The parts of a letter that are written, but not seen."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING, Final

from crmspec.content.tag import signs

if TYPE_CHECKING:
    from crmspec.content.tag import Tag

_HIDING: Final = re.compile(
    r"(?:display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0(?:\.0*)?\s*(?:[;!\"']|$))"
    r"|\shidden(?=[\s=/]|$)",
    re.IGNORECASE,
)
_WORDS: Final = ("display", "visibility", "opacity", "hidden")
"""One of them stands wherever something is hidden."""
_OUTLOOK: Final = "<!--[if"


def hidden(written: str) -> list[tuple[int, int]]:
    """Return where elements stand that nobody sees, or nobody but the readers of old Outlook."""
    low = written.lower()
    may = any(word in low for word in _WORDS)
    hiding = [one.start() for one in _HIDING.finditer(written)] if may else []
    if not hiding and _OUTLOOK not in written:
        return []
    found: list[tuple[int, int]] = []
    outlook: int | None = None
    stack: list[Tag] = []
    for sign in signs(written):
        if sign.hides is not None:
            if outlook is not None:
                found.append((outlook, sign.start))
            outlook = sign.end if sign.hides else None
        elif hiding and sign.tag is not None and outlook is None:
            found += _passed(stack, sign.tag, hiding)
    return found


def _passed(stack: list[Tag], tag: Tag, hiding: list[int]) -> list[tuple[int, int]]:
    """Return the hidden elements that end with a tag, which opens or closes one."""
    if not tag.closing:
        if not tag.empty:
            stack.append(tag)
        return []
    if all(one.name != tag.name for one in stack):
        return []
    found: list[tuple[int, int]] = []
    while True:
        left = stack.pop()
        at = bisect_left(hiding, left.start)
        if at < len(hiding) and hiding[at] < left.end:
            found.append((left.start, tag.start))
        if left.name == tag.name:
            return found
