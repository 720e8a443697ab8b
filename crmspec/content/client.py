"""What mail programs make of the CSS and HTML of a letter (caniemail.com)."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from crmspec.content.tag import attributes, signs

if TYPE_CHECKING:
    from collections.abc import Iterator

_COMMENT: Final = re.compile(r"/\*.*?\*/", re.DOTALL)
_DECLARATION: Final = re.compile(r"(?:^|[;{])\s*(?P<name>-?[a-z][a-z-]*)\s*:\s*(?P<value>[^;{}]*)")
_FUNCTION: Final = re.compile(r"([a-z-]+)\(")
_UNIT: Final = re.compile(r"(?<![\w#-])\d*\.?\d+([a-z]+)\b")
_RULE: Final = re.compile(r"@([a-z-]+)")
_IMAGE: Final = re.compile(r"\.([a-z0-9]+)(?:[?#]|\Z)", re.IGNORECASE)
_HIDING: Final = re.compile(r"(?:^|[;\s])(?:display\s*:\s*none|mso-hide\s*:\s*all)", re.IGNORECASE)
"""A style that hides its element, such as a preheader; the rest of it is there to make sure."""
_FORGIVEN: Final = frozenset(
    "property:border-radius property:max-width property:box-shadow property:word-break "  # noqa: SIM905
    "property:overflow property:border-collapse property:text-transform element:style".split()
)
"""What a letter can do without: where it is not known, nothing is lost but looks."""


class Support(msgspec.Struct, frozen=True):
    """The clients that leave a feature out, and those that take a part of it."""

    slug: str
    no: tuple[str, ...] = ()
    partly: tuple[str, ...] = ()

    @property
    def page(self) -> str:
        """Return where the facts are from."""
        return f"https://www.caniemail.com/features/{self.slug}/"


class Table(msgspec.Struct, frozen=True):
    """The facts: `clients` gives titles by id, `features` the support by `kind:name`."""

    source: str
    licence: str
    clients: dict[str, str]
    features: dict[str, Support]


class Doubt(NamedTuple):
    """A feature that some clients do not have, and where it is used: `[start, end)`."""

    feature: str
    support: Support
    start: int
    end: int

    @property
    def name(self) -> str:
        """Return the feature as an author knows it: `display:flex`, `<video>`, `@import`."""
        kind, _, name = self.feature.partition(":")
        return _NAMES.get(kind, "{}").format(name)


_NAMES: Final = {"element": "<{}>", "rule": "@{}", "function": "{}()", "image": ".{}"}


@cache
def table() -> Table:
    """Return the facts."""
    file = files("crmspec.content") / "data" / "clients.json"
    return msgspec.json.decode(file.read_bytes(), type=Table)


def doubts(written: str, *, forgive: bool = True) -> Iterator[Doubt]:
    """Yield what some mail programs leave out of HTML or MJML, in the order of the text.

    With `forgive`, what only looks plainer without is not told.
    """
    known = table().features
    for feature, start, end in _used(written):
        if not (forgive and feature in _FORGIVEN):
            yield Doubt(feature, known[feature], start, end)


def _used(written: str) -> Iterator[tuple[str, int, int]]:
    end, sheet, outlook = 0, False, False
    for sign in signs(written):
        outlook = outlook if sign.hides is None else sign.hides
        if sheet:
            yield from filter(_is_told, _in_sheet(written[end : sign.start], end))
        tag, end = sign.tag, sign.end
        sheet = (
            tag is not None and tag.name in {"style", "mj-style"} and not (tag.closing or outlook)
        )
        if tag is not None and not tag.closing and not outlook:
            if _is_told((f"element:{tag.name}", tag.start, tag.end)):
                yield f"element:{tag.name}", tag.start, tag.end
            for feature, start, last in _in_tag(tag.written):
                yield feature, tag.inside + start, tag.inside + last


def _is_told(used: tuple[str, int, int]) -> bool:
    """Say whether some clients do not have a feature."""
    found = table().features.get(used[0])
    return found is not None and bool(found.no)


@lru_cache(maxsize=8192)
def _in_tag(written: str) -> tuple[tuple[str, int, int], ...]:
    """Return what the attributes of a tag use that some clients do not have."""
    return tuple(filter(_is_told, _in_attributes(written)))


def _in_attributes(written: str) -> Iterator[tuple[str, int, int]]:
    for name, value, start, _ in attributes(written):
        end = start + len(value)
        yield f"attribute:{name}", start, end
        if name == "style" and not _HIDING.search(value):
            yield from _declared(value, start)
        elif name in {"src", "background", "background-url"}:
            found = _IMAGE.search(value)
            kind = "data" if value.startswith("data:") else found[1] if found else ""
            yield f"image:{kind.lower()}", start, end


def _in_sheet(sheet: str, at: int) -> Iterator[tuple[str, int, int]]:
    bare = _COMMENT.sub(lambda found: " " * len(found[0]), sheet)
    for found in _RULE.finditer(bare):
        yield f"rule:{found[1]}", at + found.start(), at + found.end()
    yield from _declared(bare, at)


def _declared(style: str, at: int) -> Iterator[tuple[str, int, int]]:
    for found in _DECLARATION.finditer(style.lower()):
        name, value = found["name"], found["value"].strip()
        place = at + found.start("name"), at + found.end()
        yield f"property:{name}", *place
        yield f"value:{name}:{value.removesuffix('!important').strip()}", *place
        for one in _FUNCTION.findall(value):
            yield f"function:{one}", *place
        for one in _UNIT.findall(value):
            yield f"unit:{one}", *place
