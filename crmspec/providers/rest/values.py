"""Texts that hold nothing but text and values, from a vendor's language to an author's words."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from crmspec.content.letter import letter
from crmspec.dialect.names import Names, load
from crmspec.dialect.registry import DIALECTS
from crmspec.template.origin import Origin
from crmspec.template.parse import parse
from crmspec.template.tree import Path

if TYPE_CHECKING:
    from collections.abc import Callable

ROOTS = ("profile", "event", "chain", "links")
_MORE = re.compile(r"\{[{%#]")
_ID = re.compile(r"[a-z][a-z0-9_]*")


class Grammar(NamedTuple):
    """How a language writes values in texts and in pages, where they may be escaped.

    `read` gives of a match the vendor's name, and the literal that stands in for what is missing.
    `more` is how anything else of the language begins, `roots` are those of paths that are known.
    """

    text: re.Pattern[str]
    page: re.Pattern[str]
    read: Callable[[re.Match[str]], tuple[str, str | None]]
    more: re.Pattern[str] = _MORE
    roots: tuple[str, ...] = ROOTS


def authored(
    words: object, grammar: Grammar, dialect: str, *, page: bool = False, bare: bool = False
) -> str | None:
    """Return a text with neutral paths in place of a vendor's names, None if it holds more.

    Values may be escaped in a `page`; whether they are is for the printer to decide again. Names
    that are `bare` stay what they are.
    """
    if not isinstance(words, str):
        return None
    made: list[str] = []
    end = 0
    for tag in (grammar.page if page else grammar.text).finditer(words):
        name, other = grammar.read(tag)
        own = bare and _ID.fullmatch(name) is not None
        path = name if own else neutral(name, dialect)
        if path is None or not (own or path.partition(".")[0] in grammar.roots):
            return None
        value = path if other is None else f"{path} | default({other})"
        made += [words[end : tag.start()], f"{{{{ {value} }}}}"]
        end = tag.end()
    made.append(words[end:])
    more = any(_MORE.search(one) or grammar.more.search(one) for one in made[::2])
    return None if more else "".join(made)


@cache
def neutral(written: str, dialect: str) -> str | None:
    """Return the path that a name stands for, such as `profile.city` for `recipient.city`."""
    names = load(dialect)
    for pattern, entry in sorted(names.table.paths.items(), key=lambda one: "*" in one[0]):
        root, _, key = pattern.partition(".")
        text = entry if isinstance(entry, str) else entry.plain or ""
        head, _, tail = text.partition("{name}")
        rest = written.removeprefix(head).removesuffix(tail) if key == "*" else key
        if root in ROOTS and _ID.fullmatch(rest) and _says(names, root, rest, written):
            return f"{root}.{rest}"
    return None


def _says(names: Names, root: str, key: str, written: str) -> bool:
    found = names.find(Path(root=root, keys=(key,)))
    return found is not None and found.text == written and not found.rest


def text_part(source: str, dialect: str) -> str:
    """Return the text that is made of a page that an author wrote, in a vendor's language."""
    made = letter(parse(source).body, (), {}, Origin().span(0, 0))
    return DIALECTS[dialect].print(made.text).text
