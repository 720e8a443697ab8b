"""The text part of a letter, made from the letter as it was written, before it became a page."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Final

from crmspec.content.context import valued
from crmspec.content.mark import escape_marks
from crmspec.content.tag import Tag, attributes, named, signs
from crmspec.template import tree

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmspec.content.token import Mark, Tokens

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
_NAME: Final = re.compile(r"</?([\w-]+)")
_RUN: Final = re.compile(r"(?:\s++|<[^<>]*+>)*+")
"""Tags with nothing between them."""
_OPEN: Final = frozenset({"open"})
_BLOCKS: Final = frozenset({"open", "arm", "end"})
_SPACES: Final = re.compile(r"\s+")


class PlainText:
    """One letter on its way to text, which holds tokens too; `marks` go onto its links."""

    def __init__(self, tokens: Tokens, marks: Mapping[str, str]) -> None:
        self.tokens = tokens
        self.written = tokens.text
        self.marks = marks
        self.parts: list[str] = []
        self.pending = 0
        """The breaks to be written before what comes next: a new line is 1, a paragraph 2."""
        self.blank = False
        """Whether a blank is to be written before what comes next on the line."""
        self.fresh = True
        """Whether the line has nothing on it yet."""
        self.open: list[int] = []
        """The breaks that were due where each open block began."""
        self.loops: list[int] = []
        """Where the rounds of each open loop begin in `parts`."""
        self.links: list[tuple[str, int]] = []
        self.lists: list[int] = []
        self._read()
        self.text = "".join(self.parts)

    def _read(self) -> None:
        at, hidden, unseen = 0, False, ""
        for sign in signs(self.written):
            if not unseen and not hidden:
                self._data(at, sign.start)
            at = sign.end
            hidden = hidden if sign.hides is None else sign.hides
            tag = sign.tag
            if tag is None or hidden:
                continue
            if unseen:
                unseen = "" if tag.closing and tag.name == unseen else unseen
            elif tag.name in _UNSEEN:
                unseen = "" if tag.closing or tag.empty else tag.name
            else:
                self._tag(tag)
        self._data(at, len(self.written))

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
        if self.lists and self.lists[-1] >= 0 and not self.open:
            self.lists[-1] += 1
            self._text(f"{self.lists[-1]}. ")
        else:
            self._text("- ")

    def _link_begins(self, tag: Tag) -> None:
        address = next((one for name, one, _, _ in attributes(tag.written) if name == "href"), "")
        self.links.append((unescape(self._marked(address)).strip(), len(self.parts)))

    def _link_ends(self) -> None:
        if not self.links:
            return
        address, start = self.links.pop()
        label = "".join(self.parts[start:]).strip()
        page = address.partition("?")[0].removeprefix("https://").removeprefix("http://")
        if not address or address.startswith("#") or address in {f"mailto:{label}", f"tel:{label}"}:
            return
        if label.rstrip("/") in {page.rstrip("/"), address.rstrip("/")}:
            lead = self.parts[start] if self.parts[start].isspace() else ""
            self.parts[start:] = [lead, address]
        else:
            address = self._encoded(address)
            self._text(f" ({address})" if label else address)

    def _encoded(self, address: str) -> str:
        """Return an address in which the values after its beginning are parts of it."""

        def kept(found: re.Match[str]) -> str:
            mark = self.tokens.marks[int(found[1])]
            if mark.role != "value" or not self.tokens.pattern.sub("", address[: found.start()]):
                return found[0]
            return "".join(map(self.tokens.keep, valued(mark.piece, "url")))

        return self.tokens.pattern.sub(kept, address)

    def _image(self, tag: Tag) -> None:
        """Write an image that leads somewhere; others are for the eye."""
        given = named(tag.written)
        label = unescape(given.get("alt", "")).strip()
        if self.links and label:
            self._text(label)
        elif address := unescape(self._marked(given.get("href", ""))).strip():
            address = self._encoded(address)
            self._text(f"{label} ({address})" if label else address)
            self._break(2)

    def _marked(self, address: str) -> str:
        return escape_marks(self.tokens, address, self.marks) if self.marks else address

    def _break(self, size: int) -> None:
        if self.parts:
            self.pending = max(self.pending, size)

    def _data(self, start: int, end: int) -> None:
        text = self.written[start:end]
        if self.tokens.prefix not in text:
            self._text(unescape(text))
            return
        at = start
        for found in self.tokens.pattern.finditer(self.written, start, end):
            self._text(unescape(self.written[at : found.start()]))
            at = found.end()
            mark = self.tokens.marks[int(found[1])]
            if mark.role == "value":
                self._write(found[0])
            else:
                self._block(mark, found[0], at)
        self._text(unescape(self.written[at:end]))

    def _block(self, mark: Mark, token: str, end: int) -> None:
        """Write the tag of a block. Breaks before elements inside a block go inside it."""
        role = mark.role
        size = self._next(end, _OPEN if role == "open" else _BLOCKS)
        if role == "open":
            if not size:
                self._write("")
            elif self.pending > size:
                self.parts.append("\n")
                self.pending = 1
            self.open.append(self.pending)
        elif self.blank and not self.pending and (not size or self._comes_again()):
            self._write("")
        elif size:
            self.blank = False
        self.parts.append(token)
        self.fresh = False
        if role == "arm" and self.open:
            self.pending = self.open[-1]
        elif role == "end" and self.open:
            self.pending = max(self.open.pop(), self.pending)
        self._loop(mark)

    def _loop(self, mark: Mark) -> None:
        """Note where a loop begins and ends; what stands after its `else` is no round."""
        if isinstance(mark.piece, tree.For):
            if mark.role == "open":
                self.loops.append(len(self.parts))
            elif self.loops and (mark.role == "arm" or not mark.piece.otherwise):
                self.loops.pop()

    def _comes_again(self) -> bool:
        """Say whether a round of a loop may follow at once, with no blank or break of its own."""
        return (
            bool(self.loops) and not next(filter(None, self.parts[self.loops[-1] :]), "").isspace()
        )

    def _next(self, at: int, skipped: frozenset[str]) -> int:
        """Return the break that the elements make which follow a place, but for some tokens."""
        names: set[str] = set()
        while True:
            run = _RUN.match(self.written, at)
            names.update(_NAME.findall(run[0].lower()) if run is not None else ())
            at = run.end() if run is not None else at
            found = self.tokens.pattern.match(self.written, at)
            if found is None or self.tokens.marks[int(found[1])].role not in skipped:
                return 2 if names & _PARAGRAPHS else 1 if names & _LINES else 0
            at = found.end()

    def _text(self, written: str) -> None:
        if not written or written.isspace():
            self.blank = self.blank or bool(written)
            return
        found = _SPACES.sub(" ", written)
        words = found.strip(" ")
        self.blank = self.blank or found[:1] == " "
        if words:
            self._write(words)
            self.blank = found[-1:] == " "

    def _write(self, written: str) -> None:
        """Write something, after the breaks or the blank that are due."""
        if self.pending:
            self.parts.append("\n" * self.pending)
        elif self.blank and not self.fresh:
            self.parts.append(" ")
        self.fresh = bool(self.pending) and not written
        self.pending, self.blank = 0, False
        self.parts.append(written)
