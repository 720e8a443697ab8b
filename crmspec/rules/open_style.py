"""Styles that a value writes: whoever can set it decides how a letter looks, and what it loads."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from crmspec.diagnostics import text
from crmspec.rules.open_link import is_open
from crmspec.rules.prose import in_tags
from crmspec.template import tree
from crmspec.template.source import written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Text
    from crmspec.ir.message import Message
    from crmspec.logic.wording import Wording
    from crmspec.source import Span

_WORDS: Final = frozenset(
    "href src alt title name target rel css-class mj-class srcset sizes usemap background-url "  # noqa: SIM905
    "thumbnails-src icon-wrapped-url icon-unwrapped-url role lang dir path type id".split()
)
"""Attributes of MJML that are no style."""
_INSIDE: Final = re.compile(
    r"<(?P<element>[\w-]+)(?:[^<>\"']|\"[^\"]*+\"|'[^']*+')*?"
    r"\s(?P<name>[\w-]+)\s*=\s*(?:\"(?P<double>[^\"]*)|'(?P<single>[^']*))\Z"
)
"""A tag up to somewhere in an attribute."""
_ADDRESS: Final = re.compile(r"://[^\s()\"']*\Z")
"""The end of an address, in which values are encoded."""
_SAFE: Final = frozenset("number date length plural hash url_encode plus minus times".split())  # noqa: SIM905
"""Filters that let no signs of CSS through."""


def styled(wording: Wording, message: Message) -> Iterator[tuple[Span, Text]]:
    """Yield where a value that can be anything stands in a style, and what to say of it."""
    for found in in_tags(wording, message):
        value = found.piece.expression
        safe = isinstance(value, tree.Filter) and value.name in _SAFE
        if not safe and _is_style(found.before) and is_open(wording, message, found):
            words = text("`{value}` can write any style here", value=written(value))
            yield found.piece.span, words


def _is_style(before: str) -> bool:
    """Say whether a text ends in a style, or in an attribute that MJML makes one of."""
    inside = _INSIDE.fullmatch(before, before.rfind("<"))
    if inside is None or _ADDRESS.search(before):
        return False
    name = inside["name"].lower()
    return name == "style" or (inside["element"].startswith("mj-") and name not in _WORDS)
