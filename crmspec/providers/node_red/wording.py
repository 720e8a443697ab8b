"""Texts of template nodes, as we write them, back as authors write them: values and sections."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from crmspec.diagnostics import text
from crmspec.engine.way_back import WordlessError

if TYPE_CHECKING:
    from crmspec.providers.node_red.asked import Properties

_NAME: Final = r"[A-Za-z_][A-Za-z0-9_]*"
_TAG: Final = re.compile(
    rf"\{{\{{(?:(?P<nothing>_)|(?P<word>[#^/]?)event\.(?P<name>{_NAME})"
    rf"|\{{event\.(?P<raw>{_NAME})\}})\}}\}}"
)
_ODD: Final = re.compile(r"\{[{%#]")
_FALLBACK: Final = re.compile(
    r"\{% if (?P<path>[^ %]+) %\}(?P<value>\{\{ (?P=path) \}\})\{% else %\}"
    r"(?P<other>[^{}<>&'\"\\]+)\{% endif %\}"
)
_SHORT: Final = r"{{ \g<path> | default('\g<other>') }}"


def authored(words: str, properties: Properties, *, page: bool = False) -> str:
    """Return a text with neutral paths; in a `page` a tag does not tell the type of its value.

    Raises:
        WordlessError: it has other tags than ours.
    """
    reader = _Reader(words, properties, page=page)
    found = reader.until("")
    return _FALLBACK.sub(_SHORT, found)


class _Reader:
    """Reads one text from its beginning to its end."""

    def __init__(self, words: str, properties: Properties, *, page: bool) -> None:
        self._words, self._properties, self._page = words, properties, page
        self._at = 0

    def until(self, end: str) -> str:
        """Return what stands before the end of a section, or of the text."""
        made = ""
        while (tag := _TAG.search(self._words, self._at)) is not None:
            made += _plain(self._words[self._at : tag.start()])
            self._at = tag.end()
            if tag["word"] == "/":
                if tag["name"] != end:
                    raise _odd(tag[0])
                return made
            made += self._tag(tag)
        if end:
            raise _odd(f"{{{{#event.{end}}}}}")
        return made + _plain(self._words[self._at :])

    def _tag(self, tag: re.Match[str]) -> str:
        """Return what a tag begins, as an author writes it."""
        if tag["nothing"]:
            return ""
        name = tag["name"] or tag["raw"]
        path = f"event.{name}"
        if not tag["word"]:
            plain = "" if self._page else "number"
            self._properties.told(name, "string" if tag["raw"] else plain)
            return f"{{{{ {path} }}}}"
        self._properties.told(name)
        then = self.until(name)
        if tag["word"] == "^":
            return f"{{% if not {path} %}}{then}{{% endif %}}"
        opposite = f"{{{{^{path}}}}}"
        if not self._words.startswith(opposite, self._at):
            return f"{{% if {path} %}}{then}{{% endif %}}"
        self._at += len(opposite)
        return f"{{% if {path} %}}{then}{{% else %}}{self.until(name)}{{% endif %}}"


def _plain(words: str) -> str:
    odd = _ODD.search(words)
    if odd is not None:
        raise _odd(words[odd.start() : odd.start() + 20])
    return words


def _odd(words: str) -> WordlessError:
    return WordlessError(text("the project has no words for `{it}` in a letter", it=words))
