"""Texts in languages that only put in values, such as `{{Name|friend}}`, as authors write them."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

from crmspec.dialect.names import load
from crmspec.engine.survey import slug

if TYPE_CHECKING:
    from collections.abc import Iterator

_TAG = re.compile(r"\{\{([A-Za-z][A-Za-z0-9_]*)(?:\|([^{}|?\r\n]*))?\}\}")
_OTHER = re.compile(r"\{[{%#]")
_QUOTES = ('"', "'")


def authored(words: object, dialect: str, *, page: bool = False) -> str | None:
    """Return a vendor's text with neutral paths in place of its names, None if it cannot be read.

    A name that stands for nothing else is an attribute of that id. In a `page` fallbacks are HTML.
    """
    if not isinstance(words, str) or not words or _OTHER.search(_TAG.sub("", words)):
        return None
    names = dict(_names(dialect))
    made: list[str] = []
    end = 0
    for tag in _TAG.finditer(words):
        path = names.get(tag[1], f"profile.{slug(tag[1])}")
        other = unescape(tag[2] or "") if page else tag[2] or ""
        quote = next((one for one in _QUOTES if one not in other), None)
        if quote is None:
            return None
        value = f"{path} | default({quote}{other}{quote})" if other else path
        made += [words[end : tag.start()], f"{{{{ {value} }}}}"]
        end = tag.end()
    return "".join([*made, words[end:]])


def _names(dialect: str) -> Iterator[tuple[str, str]]:
    """Yield what the language calls something by a name of its own, and its path."""
    for path, entry in load(dialect).table.paths.items():
        text = entry if isinstance(entry, str) else entry.tag or entry.plain or ""
        if "*" not in path:
            yield text.strip("{}"), path
