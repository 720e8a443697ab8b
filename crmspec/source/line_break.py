"""Line breaks: what is written into a text has those of the text around it."""

from __future__ import annotations

_WINDOWS = "\r\n"


def line_break(text: str) -> str:
    """Return the line break that most lines of a text have."""
    return _WINDOWS if 2 * text.count(_WINDOWS) > text.count("\n") else "\n"


def with_breaks_of(text: str, added: str) -> str:
    """Return what is added to a text with the line breaks that the text has."""
    if "\n" not in added or line_break(text) == "\n":
        return added
    return added.replace(_WINDOWS, "\n").replace("\n", _WINDOWS)
