"""Hide what is inside `{% native %}` from the lexer: it is the syntax of another system."""

from __future__ import annotations

import re
from typing import Final

_OPEN: Final = re.compile(r"\{#|\{%[-+]?\s*(raw|native)\b")
_CLOSE: Final = {
    None: re.compile(r"#\}"),
    "raw": re.compile(r"\{%[-+]?\s*endraw\s*[-+]?%\}"),
    "native": re.compile(r"\{%[-+]?\s*endnative\b"),
}
_SEEN: Final = re.compile(r"\S")


def masked(text: str) -> str:
    """Return the text with every letter inside `{% native %}` as `x`; offsets stay."""
    if "native" not in text:
        return text
    parts: list[str] = []
    done = at = 0
    while opened := _OPEN.search(text, at):
        start = opened.end() if opened[1] is None else text.find("%}", opened.end()) + 2
        closed = _CLOSE[opened[1]].search(text, start) if start > 1 else None
        if closed is None:
            break
        at = closed.end()
        if opened[1] == "native":
            parts += [text[done:start], _SEEN.sub("x", text[start : closed.start()])]
            done = closed.start()
    return "".join([*parts, text[done:]])
