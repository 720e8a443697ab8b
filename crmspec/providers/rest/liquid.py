"""Values in Liquid, as `dialect.liquid` prints them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from crmspec.providers.rest.values import Grammar

if TYPE_CHECKING:
    from collections.abc import Iterator

_OUTPUT: Final = r"\{\{\s*(?P<path>[A-Za-z_][A-Za-z0-9_.]*)"
_OTHER: Final = r"(?:\s*\|\s*default:\s*(?P<other>\"[^\"{}\\]*\"|'[^'{}\\]*'))?"
_ENCODED: Final = r"\s*\|\s*url_encode \| replace: \"\+\", \"%20\" \| replace: \"'\", \"%27\""


def _read(tag: re.Match[str]) -> tuple[str, str | None]:
    return tag["path"], tag["other"]


LIQUID: Final = Grammar(
    re.compile(rf"{_OUTPUT}{_OTHER}(?:{_ENCODED})?\s*\}}\}}"),
    re.compile(rf"{_OUTPUT}{_OTHER}(?:{_ENCODED}|\s*\|\s*escape)?\s*\}}\}}"),
    _read,
)


def names_in(words: str) -> Iterator[str]:
    """Yield the names of the values in a page, as they are written."""
    yield from (tag["path"] for tag in LIQUID.page.finditer(words))
