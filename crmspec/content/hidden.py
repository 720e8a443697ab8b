"""The parts of a letter that are written, but not seen."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from crmspec.content.tag import signs

if TYPE_CHECKING:
    from crmspec.content.tag import Tag

_HIDING: Final = re.compile(
    r"(?:display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0(?:\.0*)?\s*(?:[;!\"']|$))"
    r"|\shidden(?=[\s=/]|$)",
    re.IGNORECASE,
)
_SUSPECT: Final = re.compile(rf"{_HIDING.pattern}|<!--\[if", re.IGNORECASE)


def hidden(written: str) -> list[tuple[int, int]]:
    """Return where elements stand that nobody sees, or nobody but the readers of old Outlook."""
    if not _SUSPECT.search(written):
        return []
    found: list[tuple[int, int]] = []
    outlook: int | None = None
    stack: list[Tag] = []
    for sign in signs(written):
        if sign.hides is not None:
            if outlook is not None:
                found.append((outlook, sign.start))
            outlook = sign.end if sign.hides else None
        elif sign.tag is not None and outlook is None:
            found += _passed(stack, sign.tag)
    return found


def _passed(stack: list[Tag], tag: Tag) -> list[tuple[int, int]]:
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
        if _HIDING.search(left.written):
            found.append((left.start, tag.start))
        if left.name == tag.name:
            return found
