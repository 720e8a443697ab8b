"""The text part of a letter, made from the letter as it was written, before it became a page."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Final

from crmspec.content.tag import Tag, signs, tag_of

if TYPE_CHECKING:
    from crmspec.content.token import Tokens

_UNSEEN: Final = frozenset(
    "head mj-head style script title mj-title mj-preview mj-style mj-attributes".split()  # noqa: SIM905
)
_PARAGRAPHS: Final = frozenset(
    "p h1 h2 h3 h4 h5 h6 ul ol table blockquote mj-text mj-button mj-table mj-section mj-hero "  # noqa: SIM905
    "mj-wrapper mj-navbar mj-social mj-accordion mj-divider mj-image mj-carousel hr".split()
)
_LINES: Final = frozenset(
    "div tr li dt dd br section article header footer center pre address mj-column mj-group "  # noqa: SIM905
    "mj-navbar-link mj-social-element mj-accordion-title mj-accordion-text".split()
)
_LINKS: Final = frozenset({"a", "mj-button", "mj-navbar-link", "mj-social-element"})
_RULES: Final = frozenset({"hr", "mj-divider"})
_SPACES: Final = re.compile(r"\s+")
_BREAKS: Final = ("", "\n", "\n\n")


class PlainText:
    """One letter on its way to text; `written` holds tokens, and so does what is made."""

    def __init__(self, tokens: Tokens, written: str) -> None:
        self.tokens = tokens
        self.parts: list[str] = []
        self.pending = 0
        """The breaks to be written before what comes next: a new line is 1, a paragraph 2."""
        self.inside = 0
        """How many blocks are open; inside, something may have been written before."""
        self.spaced = True
        """Whether what was written last ends in a blank or a break."""
        self.links: list[tuple[str, str, int]] = []
        self.lists: list[int] = []
        self.depths: list[int] = []
        self._read(written)
        self.text = "".join(self.parts)

    def _read(self, written: str) -> None:
        at = hidden = 0
        unseen = ""
        for sign in signs(written):
            if not unseen and not hidden:
                self._data(written[at : sign.start()], written, sign.end())
            at = sign.end()
            if sign["mso"] is not None:
                hidden = sign["mso"].startswith("<!--[if") and not sign["mso"].endswith("<!-->")
            tag = tag_of(sign)
            if tag is None or hidden:
                continue
            if unseen:
                unseen = "" if tag.closing and tag.name == unseen else unseen
            elif tag.name in _UNSEEN:
                unseen = "" if tag.closing or tag.empty else tag.name
            else:
                self._tag(tag)
        self._data(written[at:], written, len(written))

    def _tag(self, tag: Tag) -> None:
        if tag.name in _LINKS and tag.closing:
            self._link_ends()
        if tag.name in _PARAGRAPHS:
            self._break(2)
        elif tag.name in _LINES:
            self._break(1)
        elif tag.name in {"td", "th"} and not tag.closing and not self.pending:
            self._text(" ")
        if tag.closing:
            if tag.name in {"ul", "ol"} and self.lists:
                self.lists.pop()
            return
        self._opens(tag)

    def _opens(self, tag: Tag) -> None:
        if tag.name in _RULES:
            self._text("—" * 10)
            self._break(2)
        elif tag.name in {"ul", "ol"}:
            self.lists.append(0 if tag.name == "ol" else -1)
        elif tag.name == "li":
            self._item()
        elif tag.name in _LINKS and not tag.empty:
            self._link_begins(tag)
        elif tag.name in {"img", "mj-image"}:
            self._image(tag)

    def _item(self) -> None:
        """Begin an item of a list: numbers count up, except in loops, where nobody knows."""
        if self.lists and self.lists[-1] >= 0 and not self.depths:
            self.lists[-1] += 1
            self._text(f"{self.lists[-1]}. ")
        else:
            self._text("- ")

    def _link_begins(self, tag: Tag) -> None:
        address = next((one.value for one in tag.attributes() if one.name == "href"), "")
        self.links.append((unescape(address).strip(), "", len(self.parts)))

    def _link_ends(self) -> None:
        if not self.links:
            return
        address, _, start = self.links.pop()
        label = "".join(self.parts[start:]).strip()
        page = address.partition("?")[0].removeprefix("https://").removeprefix("http://")
        if not address or address.startswith("#") or address in {f"mailto:{label}", f"tel:{label}"}:
            return
        if label.rstrip("/") in {page.rstrip("/"), address.rstrip("/")}:
            del self.parts[start:]
            self.parts.append(address)
        else:
            self._text(f" ({address})" if label else address)

    def _image(self, tag: Tag) -> None:
        """Write an image that leads somewhere; others are for the eye."""
        given = {one.name: unescape(one.value).strip() for one in tag.attributes()}
        label = given.get("alt", "")
        if self.links and label:
            self._text(label)
        elif given.get("href"):
            self._text(f"{label} ({given['href']})" if label else given["href"])
            self._break(2)

    def _break(self, size: int) -> None:
        if self.parts or self.inside:
            self.pending = max(self.pending, size)

    def _data(self, written: str, whole: str, after: int) -> None:
        at = 0
        for found in self.tokens.pattern.finditer(written):
            self._text(unescape(written[at : found.start()]))
            mark = self.tokens.marks[int(found[1] or found[2])]
            if mark.role == "value":
                self._write(found[0])
                self.spaced = False
            else:
                follows = written[found.end() :].strip()
                self._block(mark.role, found[0], lead=not follows)
            at = found.end()
        self._text(unescape(written[at:]))

    def _block(self, role: str, token: str, *, lead: bool) -> None:
        """Write the tag of a block; `lead` if elements follow, which break the line themselves."""
        if role == "open":
            if self.pending and not lead:
                self._write("")
            self.depths.append(self.pending)
            self.inside += 1
        elif self.depths:
            before = self.depths[-1]
            if role == "end":
                self.depths.pop()
                self.inside -= 1
                before = max(before, self.pending)
            self.parts.append(token)
            self.pending = before
            return
        self.parts.append(token)

    def _text(self, written: str) -> None:
        found = _SPACES.sub(" ", written)
        if self.pending or self.spaced:
            found = found.lstrip(" ")
        if found:
            self._write(found)
            self.spaced = found.endswith(" ")

    def _write(self, written: str) -> None:
        if self.pending:
            while self.parts and self.parts[-1] == " ":
                self.parts.pop()
            if self.parts and not self.tokens.pattern.search(self.parts[-1]):
                self.parts[-1] = self.parts[-1].rstrip(" ")
            self.parts.append(_BREAKS[self.pending])
            self.spaced = True
            self.pending = 0
        self.parts.append(written)
