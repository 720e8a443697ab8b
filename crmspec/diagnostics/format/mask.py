"""What stands where a secret is named is not shown: people write the secret itself there."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.source import Source

_KEY: Final = re.compile(
    r"""(?i)\b(?:(?:credentials|env)["']?\s*:(?=\s|$)"""
    r"""|auth(?:orization)?["']?\s*:(?=\s+(?!\{\s*title|\#)\S))"""
)
_WORD: Final = re.compile(r"""[^\s{}\[\],"']+""")
_NAME: Final = re.compile(
    r"\$?[A-Z][A-Z0-9]*(_[A-Z0-9]+)+|[A-Z]{1,12}|[a-z][a-z_]{0,29}:|#|[|>&*-]+"
)
_OPENING, _CLOSING = "{[", "}]"


def masked_line(source: Source, number: int) -> str:
    """Return a line of a source with asterisks for what may be a secret; it is as long as before.

    What stays is what names a secret: `{env: NAME}`.
    """
    return _hidden(source.text).get(number) or source.line(number)


@lru_cache(maxsize=16)
def _hidden(text: str) -> dict[int, str]:
    """Return the lines that change, by number from 1."""
    return dict(_changed(text)) if _KEY.search(text) else {}


def _changed(text: str) -> Iterator[tuple[int, str]]:
    within: int | None = None
    for number, row in enumerate(text.split("\n"), 1):
        depth, words = len(row) - len(row.lstrip()), row.rstrip("\r")
        if within is not None and (depth > within or not row.strip()):
            yield number, _masked(words)
            continue
        within = None
        found = _KEY.search(words)
        if found is not None:
            end = _end(words, found.end())
            within = depth if end == len(words) else None
            hidden = _masked(words[found.end() : end])
            yield number, f"{words[: found.end()]}{hidden}{words[end:]}"


def _end(row: str, start: int) -> int:
    """Return where a value ends on its line: within braces, before what does not belong to it."""
    if not any(mark in row[:start] for mark in _OPENING):
        return len(row)
    deep = 0
    for place in range(start, len(row)):
        deep += (row[place] in _OPENING) - (row[place] in _CLOSING)
        if deep < 0 or (deep == 0 and row[place] == ","):
            return place
    return len(row)


def _masked(row: str) -> str:
    return _WORD.sub(lambda word: _shown(word[0]), row)


def _shown(word: str) -> str:
    return word if _NAME.fullmatch(word) else "*" * len(word)
