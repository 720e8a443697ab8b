"""Texts in Klaviyo's template language as authors write them."""

from __future__ import annotations

import re
from functools import cache

from crmspec.dialect.names import load

_TAG = re.compile(r"\{\{(?P<value>[^{}]*)\}\}|(?P<tag>\{%[^{}]*%\})|(?P<odd>\{[{%#])")
_VALUE = re.compile(
    r"(?P<path>[a-z_]+(?:\.[A-Za-z_][A-Za-z0-9_]*)+)"
    r"(?P<none>\|default_if_none:\"\")?"
    r"(?:\|default:(?P<other>\"[^\"{}]*\"|'[^'{}]*'))?"
    r"(?:\|safe)?"
)
_OWNERS = {"person": "profile", "event": "event"}


def authored(words: object) -> str | None:
    """Return a text with neutral paths in place of Klaviyo's names, None if it cannot be read."""
    if not isinstance(words, str):
        return None
    made: list[str] = []
    end = 0
    for found in _TAG.finditer(words):
        value = _tag(found["tag"]) if found["tag"] else _value(found["value"])
        if value is None:
            return None
        made += [words[end : found.start()], f"{{{{ {value} }}}}"]
        end = found.end()
    return "".join([*made, words[end:]])


def _value(written: str | None) -> str | None:
    found = _VALUE.fullmatch((written or "").strip())
    if found is None:
        return None
    path = _paths().get(found["path"]) or _own(found["path"])
    other = found["other"]
    return path if path is None or other is None else f"{path} | default({other})"


def _own(path: str) -> str | None:
    owner, _, name = path.partition(".")
    return f"{_OWNERS[owner]}.{name}" if owner in _OWNERS and "." not in name else None


def _tag(written: str) -> str | None:
    return _paths().get(written)


@cache
def _paths() -> dict[str, str]:
    """Return the neutral path of each name and tag of Klaviyo's own."""
    return {
        entry if isinstance(entry, str) else entry.tag or entry.plain or "": path
        for path, entry in load("klaviyo").table.paths.items()
        if "*" not in path
    }
