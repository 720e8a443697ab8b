"""Find the tags, comments and attributes of HTML and MJML that is held as one text."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_TAG: Final = (
    r"<(?P<slash>/?)(?P<name>[A-Za-z][\w:.-]*+)"
    r"(?P<attributes>(?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+)>"
)
_SIGN: Final = re.compile(
    r"(?P<begin><!--\[if[^\]>]*\]>(?P<revealed><!--+>)?)"
    r"|(?P<end>(?:<!--+)?<!\[endif\](?:--)?>)"
    r"|(?P<comment><!--)"
    rf"|{_TAG}"
    r"|(?P<declaration><[!?][^<>]*+>)"
)
_WHOLE: Final = re.compile(_TAG)
_ATTRIBUTE: Final = re.compile(
    r"(?P<name>[^\s=/>\"']+)"
    r"(?:\s*=\s*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[^\s\"'>]+)))?"
)
_SHORT: Final = 2000
"""Signs of a tag that is worth being remembered."""
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


class Tag(msgspec.Struct, frozen=True, gc=False):
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


class Sign(msgspec.Struct, frozen=True, gc=False):
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
    made: list[Sign] = []
    at, find, add = 0, written.find, made.append
    while (start := find("<", at)) >= 0:
        end = find(">", start, start + _SHORT) + 1
        shape = _short(written[start:end])
        if shape is None:
            shape, end = _long(written, start)
        if shape is None:
            at = _no_tag(made, written, start)
            continue
        name, closing, empty, inside, attributes_ = shape
        tag = Tag(name, start, end, closing, empty, start + inside, attributes_)
        add(Sign(start, end, tag))
        raw = name in RAW and not closing and not empty
        at = _raw_end(written, name, end) if raw else end
    return tuple(made)


def _no_tag(made: list[Sign], written: str, start: int) -> int:
    """Note the comment or declaration that begins at a `<`; return where to read on."""
    found = _SIGN.match(written, start)
    if found is None:
        return start + 1
    at, kind, hides = found.end(), found.lastgroup, None
    if kind == "comment":
        at = written.find("-->", at) + 3
        at = at if at > 2 else len(written)  # noqa: PLR2004
    elif kind != "declaration":
        hides = kind == "begin" and not found["revealed"]
    made.append(Sign(start, at, None, hides))
    return at


_Shape: TypeAlias = tuple[str, bool, bool, int, str]
"""What a tag is wherever it stands."""


@lru_cache(maxsize=8192)
def _short(written: str) -> _Shape | None:
    found = _WHOLE.fullmatch(written)
    return None if found is None else _shape(found)


def _long(written: str, start: int) -> tuple[_Shape | None, int]:
    found = _WHOLE.match(written, start)
    return (None, start) if found is None else (_shape(found), found.end())


def _shape(found: re.Match[str]) -> _Shape:
    slash, name, written = found.group("slash", "name", "attributes")
    name = name.lower()
    empty = written.endswith("/") or name in VOID
    return name, slash != "", empty, found.start("attributes") - found.start(), written


def _raw_end(written: str, name: str, at: int) -> int:
    close = _closing(name).search(written, at)
    return close.start() if close else len(written)


@cache
def _closing(name: str) -> re.Pattern[str]:
    return re.compile(rf"</{name}\s*>", re.IGNORECASE)


@lru_cache(maxsize=8192)
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


@lru_cache(maxsize=8192)
def named(written: str) -> Mapping[str, str]:
    """Return the attributes of a tag by name; the last one counts."""
    return {name: value for name, value, _, _ in attributes(written)}


def tags(written: str) -> Iterator[Tag]:
    """Yield the tags of a text, those inside conditional comments too."""
    for sign in signs(written):
        if sign.tag is not None:
            yield sign.tag
