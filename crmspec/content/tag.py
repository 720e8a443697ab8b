"""Find the tags, comments and attributes of HTML and MJML that is held as one text."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_SIGN: Final = re.compile(
    r"(?P<begin><!--\[if[^\]>]*\]>(?P<revealed><!--+>)?)"
    r"|(?P<end>(?:<!--+)?<!\[endif\](?:--)?>)"
    r"|(?P<comment><!--)"
    r"|<(?P<slash>/?)(?P<name>[A-Za-z][\w:.-]*+)"
    r"(?P<attributes>(?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+)>"
    r"|(?P<declaration><[!?][^<>]*+>)"
)
_ATTRIBUTE: Final = re.compile(
    r"(?P<name>[^\s=/>\"']+)"
    r"(?:\s*=\s*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[^\s\"'>]+)))?"
)
RAW: Final = frozenset({"style", "script", "title", "mj-style", "mj-title", "mj-preview"})
"""Elements whose content is text, whatever it looks like."""
VOID: Final = frozenset(
    "area base br col embed hr img input link meta source track wbr".split()  # noqa: SIM905
)


class Attribute(NamedTuple):
    """An attribute and where its value stands in the text; its name is in lower case."""

    name: str
    value: str
    start: int
    quoted: bool


class Tag(NamedTuple):
    """A start or end tag; `written` is what stands from `inside` on, after its name."""

    name: str
    start: int
    end: int
    closing: bool
    empty: bool
    inside: int
    written: str

    def attributes(self) -> Iterator[Attribute]:
        """Yield its attributes in the order in which they are written."""
        for name, value, start, quoted in attributes(self.written):
            yield Attribute(name, value, self.inside + start, quoted)


class Sign(NamedTuple):
    """What is no text, at `[start, end)`: a tag, or a comment or declaration.

    `hides` says whether what follows is for old Outlook only; None if that stays as it was.
    """

    start: int
    end: int
    tag: Tag | None
    hides: bool | None = None


@lru_cache(maxsize=8)
def signs(written: str) -> tuple[Sign, ...]:
    """Return what is no text: tags, comments, declarations; none of those inside raw elements."""
    return tuple(_signs(written))


def _signs(written: str) -> Iterator[Sign]:
    at, search = 0, _SIGN.search
    while found := search(written, at):
        start, at = found.span()
        kind = found.lastgroup
        if kind == "attributes":
            tag = _tag(found)
            yield Sign(start, at, tag)
            if tag.name in RAW and not tag.closing and not tag.empty:
                at = _raw_end(written, tag.name, at)
        elif kind == "comment":
            at = written.find("-->", at) + 3
            at = at if at > 2 else len(written)  # noqa: PLR2004
            yield Sign(start, at, None)
        elif kind == "declaration":
            yield Sign(start, at, None)
        else:
            yield Sign(start, at, None, hides=kind == "begin" and not found["revealed"])


def _tag(found: re.Match[str]) -> Tag:
    slash, name, written = found.group("slash", "name", "attributes")
    name = name.lower()
    empty = written.endswith("/") or name in VOID
    start, end = found.span()
    return Tag(name, start, end, slash != "", empty, found.start("attributes"), written)


def _raw_end(written: str, name: str, at: int) -> int:
    close = _closing(name).search(written, at)
    return close.start() if close else len(written)


@cache
def _closing(name: str) -> re.Pattern[str]:
    return re.compile(rf"</{name}\s*>", re.IGNORECASE)


@lru_cache(maxsize=4096)
def attributes(written: str) -> tuple[tuple[str, str, int, bool], ...]:
    """Return the attributes of a tag: name, value, place of the value, and whether it is quoted."""
    made: list[tuple[str, str, int, bool]] = []
    for found in _ATTRIBUTE.finditer(written):
        name = found["name"].lower()
        for group in ("double", "single", "bare"):
            if found[group] is not None:
                made.append((name, found[group], found.start(group), group != "bare"))
                break
        else:
            made.append((name, "", found.end(), True))
    return tuple(made)


def tags(written: str) -> Iterator[Tag]:
    """Yield the tags of a text, those inside conditional comments too."""
    for sign in signs(written):
        if sign.tag is not None:
            yield sign.tag
