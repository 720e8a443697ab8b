"""Texts and pages of Genshi as authors write them, as far as they only put in values."""

from __future__ import annotations

import re
from ast import literal_eval
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from crmspec.diagnostics import text
from crmspec.dialect.genshi import UNSUBSCRIBE, quoted
from crmspec.engine.way_back import WordlessError
from crmspec.providers.tryton.letter import undirected
from crmspec.providers.tryton.markup import UnsayableError, well_formed

if TYPE_CHECKING:
    from crmspec.providers.tryton.asked import Fields

_TAG: Final = re.compile(r"\$\{([^{}]*)\}")
_ODD: Final = re.compile(r"\$|\{[{%#]")
_SIGN: Final = re.compile(r"'([$#]?)'|Markup\('(\\x[0-9a-f]{2})'\)")
_WAY: Final = r"record(?:\.[A-Za-z][A-Za-z0-9_]*)+(?: and record(?:\.[A-Za-z][A-Za-z0-9_]*)+)*"
_VALUE: Final = re.compile(_WAY)
_OTHER: Final = re.compile(rf"('[^']*') if \((?P<way>{_WAY})\) in \(None, ''\) else \((?P=way)\)")
_LEAVE: Final = re.compile(r'(<a(?:\s[^<>]*?)?\shref=")unsubscribe(?=")')
_LINK: Final = r"\1{{ links.unsubscribe }}"


def page(words: str, fields: Fields) -> str:
    """Return a page of XML as a template.

    Raises:
        WordlessError: it has other than values, and a link to unsubscribe.
    """
    with suppress(UnsayableError):
        if well_formed(_LEAVE.sub(rf"\1{UNSUBSCRIBE}", _printed(words))) == words:
            return _LEAVE.sub(_LINK, authored(words, fields))
    raise WordlessError(text("a page is not written as crmspec writes it"))


def title(words: str, fields: Fields) -> str:
    """Return a subject as a template.

    Raises:
        WordlessError: it has other than values, or is not written as crmspec writes it.
    """
    if undirected(_printed(words)) != words:
        raise _unread(words)
    return authored(words, fields)


def _printed(words: str) -> str:
    """Return a text as it is printed before signs are put in place of others."""
    return _TAG.sub(lambda tag: _shown(_sign(tag[1]), tag[0]), words)


def _shown(sign: str | None, tag: str) -> str:
    return tag if sign is None or sign == "$" else sign


def leaves(words: str) -> bool:
    """Say whether a page has a link to unsubscribe."""
    return _LEAVE.search(words) is not None


def authored(words: str, fields: Fields) -> str:
    """Return a text with neutral paths in place of Tryton's expressions.

    Raises:
        WordlessError: it has other than values.
    """
    made: list[str] = []
    end = 0
    for tag in _TAG.finditer(words):
        made += [_plain(words[end : tag.start()]), _value(tag[1], fields)]
        end = tag.end()
    return "".join([*made, _plain(words[end:])])


def _plain(words: str) -> str:
    odd = _ODD.search(words)
    if odd is not None:
        raise _unread(words[odd.start() : odd.start() + 20])
    return words


def _value(code: str, fields: Fields) -> str:
    sign = _sign(code)
    if sign is not None:
        return sign
    other = _OTHER.fullmatch(code)
    way = code if other is None else other["way"]
    if not _VALUE.fullmatch(way):
        raise _unread(f"${{{code}}}")
    path = f"profile.{fields.named(_path(way))}"
    return (
        f"{{{{ {path} }}}}" if other is None else f"{{{{ {path} | default({_told(other[1])}) }}}}"
    )


def _sign(code: str) -> str | None:
    """Return the sign that an expression stands for, None if it is a value."""
    found = _SIGN.fullmatch(code)
    if found is None:
        return None
    return found[1] if found[2] is None else str(literal_eval(f"'{found[2]}'"))


def _path(way: str) -> str:
    """Return the field at the end of a way on which nothing is empty."""
    *above, last = way.split(" and ")
    steps = last.split(".")
    passed = [".".join(steps[:length]) for length in range(2, len(steps))]
    if above != passed:
        raise _unread(way)
    return ".".join(steps[1:])


def _told(literal: str) -> str:
    """Return a literal of Python as one of a template."""
    words = str(literal_eval(literal))
    quote = next((one for one in "'\"" if one not in words), None)
    if quote is None or "\\" in words or quoted(words) != literal:
        raise _unread(words)
    return f"{quote}{words}{quote}"


def _unread(words: str) -> WordlessError:
    return WordlessError(text("the project has no words for `{it}` in a letter", it=words))
