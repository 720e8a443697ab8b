"""Find the whole value that begins with a template or variable, where its end is beyond doubt.

Quotes around less than the whole value would become part of what customers read.
"""

from __future__ import annotations

import re
from typing import Final

from crmspec.document.quote import line_end, line_start, rest_of_line
from crmspec.source import Span

_QUOTED: Final = r""""[^"]*"|'[^']*'"""
_KEY: Final = rf"""(?:[^\s"'#:,\[\]{{}}&*!|>%@`?-][^:#,\[\]{{}}\n]*|{_QUOTED})"""
_WORD: Final = rf"(?:[\w.-]+|{_QUOTED})"
_BEFORE: Final = re.compile(rf"([ \t]*(?:- +)*)({_KEY}:[ \t]+)?")
_NEXT: Final = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\r?\n)*([ \t]*)([^\n]*)")
_NEW: Final = re.compile(rf"(?:-(?:\s|$)|\?\s|---|\.\.\.|{_KEY}:(?:\s|$))")
_TEMPLATE: Final = re.compile(r"\{\{\{.*?\}\}\}|\{\{.*?\}\}|\{%.*?%\}")
_OPEN: Final = re.compile(r"[\[\]{}\r]|,$")
_COMMENT: Final = re.compile(r"(?:\s+#+(?:\s(?:(?![}%]\}).)*)?)?\s*")
_SIMPLE: Final = re.compile(r"\{\{[^{}\n]*\}\}|\{%[^{}\n]*%\}|\$\{[^{}\n]*\}")
_HIDDEN: Final = re.compile(rf"{_QUOTED}|{_SIMPLE.pattern}")
_ITEM: Final = (re.compile(r".*[\[,][ \t]*"), re.compile(r"[ \t]*[,\]]"))
_PAIR: Final = (
    re.compile(rf".*[{{,][ \t]*{_WORD}:[ \t]+"),
    re.compile(rf"[ \t]*(?:\}}|,\s*(?:\}}|{_WORD}:(?=\s)))"),
)
_FARTHEST: Final = 500
"""How far into its line a value may begin; lines of many values would take quadratic time."""
_PARTNER: Final = {"]": "[", "}": "{"}


def whole_value(source: str, path: str, start: int) -> Span | None:
    """Return the value that begins at `start` if it certainly is all of it, or None."""
    far = start - _FARTHEST
    if far > 0 and source.rfind("\n", far, start) < 0:
        return None
    return _block_value(source, path, start) or _flow_value(source, path, start)


def ends_here(source: str, value: Span, column: int) -> bool:
    """Say whether nothing after a value in block style, on its line or the next, belongs to it."""
    end = line_end(source, value.end)
    if not _COMMENT.fullmatch(source, value.end, end):
        return False
    below = _NEXT.match(source, min(end + 1, len(source)))
    if below is None or not below[2].strip():
        return True
    return len(below[1]) <= column and _NEW.match(below[2]) is not None


def column_of(source: str, start: int) -> int | None:
    """Return the column of the key or dash whose block value begins at `start`, or None."""
    before = _BEFORE.fullmatch(source, line_start(source, start), start)
    if before is None or not before[0].strip():
        return None
    return len(before[1]) if before[2] else before[1].rindex("-")


def _block_value(source: str, path: str, start: int) -> Span | None:
    column = column_of(source, start)
    if column is None:
        return None
    value = rest_of_line(source, path, start)
    outside = _TEMPLATE.sub("", source[value.start : value.end])
    if _OPEN.search(outside) or not ends_here(source, value, column):
        return None
    return value


def _flow_value(source: str, path: str, start: int) -> Span | None:
    begin = line_start(source, start)
    before = source[begin:start]
    bracket = _innermost(_HIDDEN.sub("_", before))
    found = _SIMPLE.match(source, start)
    if bracket is None or found is None:
        return None
    lead, tail = _ITEM if bracket == "[" else _PAIR
    if lead.fullmatch(before) and tail.match(source, found.end()):
        return Span(path, start, found.end())
    return None


def _innermost(before: str) -> str | None:
    """Return the last bracket that is opened on the line and not closed, or None."""
    opened: list[str] = []
    for character in before:
        if character in "[{":
            opened.append(character)
        elif character in "]}" and opened and opened[-1] == _PARTNER[character]:
            opened.pop()
    return opened[-1] if opened else None
