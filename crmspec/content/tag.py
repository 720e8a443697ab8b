"""Find the tags, comments and attributes of HTML and MJML that is held as one text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

SIGN: Final = re.compile(
    r"(?P<mso><!--\[if[^\]>]*\]>(?:<!--+>)?|(?:<!--+)?<!\[endif\](?:--)?>)"
    r"|(?P<comment><!--.*?-->)"
    r"|<(?P<slash>/?)(?P<name>[A-Za-z][\w:.-]*)"
    r"(?P<attributes>(?:[^>\"']|\"[^\"]*\"|'[^']*')*)>"
    r"|(?P<declaration><[!?][^>]*>)",
    re.DOTALL,
)
ATTRIBUTE: Final = re.compile(
    r"(?P<name>[^\s=/>\"']+)(?:\s*=\s*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[^\s\"'>]+)))?"
)
RAW: Final = frozenset({"style", "script", "title", "mj-style", "mj-title", "mj-preview"})
"""Elements whose content is text, whatever it looks like."""
VOID: Final = frozenset(
    "area base br col embed hr img input link meta source track wbr".split()  # noqa: SIM905
)


class Attribute(NamedTuple):
    """An attribute and where its value stands in the text."""

    name: str
    value: str
    start: int
    quoted: bool = True


class Tag(NamedTuple):
    """A start or end tag at `[start, end)`; `inside` is where its attributes begin."""

    name: str
    start: int
    end: int
    closing: bool
    empty: bool
    inside: int
    written: str

    def attributes(self) -> Iterator[Attribute]:
        """Yield its attributes in the order in which they are written; names in lower case."""
        for found in ATTRIBUTE.finditer(self.written):
            for group in ("double", "single", "bare"):
                if found[group] is not None:
                    place = self.inside + found.start(group)
                    yield Attribute(found["name"].lower(), found[group], place, group != "bare")
                    break
            else:
                yield Attribute(found["name"].lower(), "", self.inside + found.end())


def signs(written: str) -> Iterator[re.Match[str]]:
    """Yield what is no text: tags, comments, declarations; not those inside raw elements."""
    at = 0
    while found := SIGN.search(written, at):
        yield found
        at = found.end()
        name = (found["name"] or "").lower()
        if name in RAW and not found["slash"] and not found["attributes"].endswith("/"):
            close = re.compile(rf"</{name}\s*>", re.IGNORECASE).search(written, at)
            at = close.start() if close else len(written)


def tag_of(found: re.Match[str]) -> Tag | None:
    """Return the tag that was found, None if it is something else."""
    if found["name"] is None:
        return None
    written = found["attributes"]
    name = found["name"].lower()
    return Tag(
        name,
        found.start(),
        found.end(),
        bool(found["slash"]),
        written.endswith("/") or name in VOID,
        found.start("attributes"),
        written,
    )


def tags(written: str) -> Iterator[Tag]:
    """Yield the tags of a text, those inside conditional comments too."""
    for found in signs(written):
        tag = tag_of(found)
        if tag is not None:
            yield tag
