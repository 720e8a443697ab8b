"""Emoji in a line, and its length as people count it: what is drawn as one sign is one."""

from __future__ import annotations

import re
from typing import Final

_DRAWN: Final = (
    "\U0001f004\U0001f0cf\U0001f18e\U0001f191-\U0001f19a\U0001f201-\U0001f251"
    "\U0001f300-\U0001f3fa\U0001f400-\U0001faff"
    "\u231a\u231b\u23e9-\u23ec\u23f0\u23f3\u25fd\u25fe\u2614\u2615\u2648-\u2653\u267f\u2693\u26a1"
    "\u26aa\u26ab\u26bd\u26be\u26c4\u26c5\u26ce\u26d4\u26ea\u26f2\u26f3\u26f5\u26fa\u26fd\u2705"
    "\u270a\u270b\u2728\u274c\u274e\u2753-\u2755\u2757\u2795-\u2797\u27b0\u27bf\u2b1b\u2b1c\u2b50"
    "\u2b55"
)
"""Signs that are pictures by themselves (Unicode, Emoji_Presentation)."""
_AFTER: Final = "\ufe0f?[\U0001f3fb-\U0001f3ff]?\u20e3?[\U000e0020-\U000e007f]*"
"""What may follow a picture: its look, a skin tone, a key around it, letters of a flag."""
_EMOJI: Final = re.compile(
    rf"(?:[\U0001f1e6-\U0001f1ff]{{2}}|[{_DRAWN}]{_AFTER}|[^\s\ufe0f]\ufe0f{_AFTER})"
    rf"(?:\u200d[^\s\u200d]{_AFTER})*"
)
"""One emoji, of however many signs (Unicode Technical Standard 51, emoji sequences)."""
_PLAIN: Final = re.compile(r"[\u0000-\u02ff\u0370-\u0482\u048a-\u0590\u2010-\u2029\u2030-\u205f]*")
"""Signs of which each is drawn by itself."""
_MARK: Final = re.compile("[\u0300-\u036f\u20d0-\u20ff\ufe00-\ufe0f]")


def emoji(line: str) -> int:
    """Return how many emoji a line has."""
    return 0 if _PLAIN.fullmatch(line) else len(_EMOJI.findall(line))


def without_emoji(line: str) -> str:
    """Return a line without its emoji."""
    return line if _PLAIN.fullmatch(line) else _EMOJI.sub("", line)


def seen(line: str) -> int:
    """Return how many signs people see: an emoji is one, and so is a letter with its accents."""
    if _PLAIN.fullmatch(line):
        return len(line)
    return len(_MARK.sub("", _EMOJI.sub("x", line)))
