"""Put source text in quotes: the fix for much of what YAML misunderstands."""

from __future__ import annotations

import re
from typing import Final

from crmspec.diagnostics import Edit, Fix, Safety, text
from crmspec.source import Span

_COMMENT: Final = re.compile(r"(?<!\s)\s+#.*")


def quoted(value: str) -> str:
    """Return `value`, which is one line, as a quoted YAML scalar."""
    if '"' not in value and "\\" not in value:
        return f'"{value}"'
    return "'" + value.replace("'", "''") + "'"


def quote_fix(source: str, span: Span, safety: Safety = Safety.SAFE) -> Fix:
    """Return the fix that puts the source text at `span` in quotes."""
    edit = Edit(span, quoted(source[span.start : span.end]))
    return Fix(text("put it in quotes"), (edit,), safety)


def rest_of_line(source: str, path: str, start: int) -> Span:
    """Return the place from `start` to the end of its line, without a comment or blanks."""
    line = source[start : line_end(source, start)]
    return Span(path, start, start + len(_COMMENT.sub("", line, count=1).rstrip()))


def line_start(source: str, offset: int) -> int:
    """Return where the line of `offset` begins."""
    return source.rfind("\n", 0, offset) + 1


def line_end(source: str, offset: int) -> int:
    """Return where the line of `offset` ends, before its line break."""
    end = source.find("\n", offset)
    return len(source) if end < 0 else end
