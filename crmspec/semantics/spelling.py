"""Text as it is compared: normalised, case aside, spellings of a directory as its keys."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING
from unicodedata import normalize

from crmspec.semantics.same import Same

if TYPE_CHECKING:
    from crmspec.ir.data import Directory


@lru_cache(maxsize=65_536)
def fold(text: str) -> str:
    """Return the form in which texts are compared without regard to case (semantics 5.6)."""
    if text.isascii():
        return text.lower()
    return normalize("NFC", normalize("NFC", text).casefold())


@lru_cache(maxsize=65_536)
def plain(text: str) -> str:
    """Return the form in which texts are compared when case matters (semantics 5.6)."""
    return text if text.isascii() else normalize("NFC", text)


def key(directory: Directory, text: str) -> str:
    """Return the key whose title or synonym a text equals, else the text (semantics 1.7)."""
    return _keys(Same(directory)).get(fold(text), text)


@lru_cache(maxsize=1024)
def _keys(same: Same[Directory]) -> dict[str, str]:
    found: dict[str, str] = {}
    for id_, value in same.it.values.items():
        for spelling in (value.title, *value.synonyms):
            if spelling is not None:
                found.setdefault(fold(spelling), id_)
    return found | {fold(id_): id_ for id_ in same.it.values}
