"""HTML as the XML that Genshi reads: well-formed, and the same letter when it is written out again.

Genshi writes an element with nothing in it as `<td/>`, which browsers take for one that is never
closed: such elements are given an empty expression. Comments are not looked into for expressions.
"""

from __future__ import annotations

import re
from html import escape, unescape
from html.parser import HTMLParser
from typing import Final

from crmspec.diagnostics import Text, text
from crmspec.dialect.genshi import UNSUBSCRIBE

_VOID: Final = frozenset(
    "area base br col embed hr img input link meta param source track wbr".split()  # noqa: SIM905
)
_BLOCKS: Final = frozenset(
    "address article aside blockquote div dl fieldset footer form h1 h2 h3 h4 h5 h6 header hr main"  # noqa: SIM905
    " nav ol p pre section table ul".split()
)
_CELLS: Final = frozenset({"td", "th"})
_ROWS: Final = frozenset({"tr", *_CELLS})
_PARTS: Final = frozenset({"thead", "tbody", "tfoot", *_ROWS})
_CLOSES: Final[dict[str, frozenset[str]]] = {
    "li": frozenset({"li"}),
    "dt": frozenset({"dt", "dd"}),
    "dd": frozenset({"dt", "dd"}),
    "option": frozenset({"option"}),
    "td": _CELLS,
    "th": _CELLS,
    "tr": _ROWS,
    "thead": _PARTS,
    "tbody": _PARTS,
    "tfoot": _PARTS,
    "body": frozenset({"head"}),
    **dict.fromkeys(_BLOCKS, frozenset({"p"})),
}
"""Element → those that it ends when they are open and innermost."""
_ENDLESS: Final = frozenset({"p", "li", "dt", "dd", "option", "head", "body", "html", *_PARTS})
"""Elements whose end may be left out."""
_RAW: Final = frozenset({"style", "script"})
_DIRECTIVES: Final = frozenset({"py", "xi"})
_SIGN: Final = re.compile(r"&(?:#0*36|#[xX]0*24|dollar);")
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*(?::[A-Za-z_][A-Za-z0-9_.-]*)?\Z")
_DOLLAR: Final = "${'$'}"
_NOTHING: Final = "${''}"


class UnsayableError(Exception):
    """A letter that cannot be written as Tryton wants it: `reason` says why."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.english())
        self.reason = reason


def well_formed(html: str) -> str:
    """Return a page or a piece of one, with expressions of Genshi in it, as a page of XML.

    Raises:
        UnsayableError: it has something that would come out otherwise.
    """
    reader = _Reader()
    reader.feed(_SIGN.sub(_DOLLAR, html))
    reader.close()
    return reader.page()


class _Reader(HTMLParser):
    """Writes down what it reads, with every element closed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self._made: list[str] = []
        self._open: list[tuple[str, int]] = []
        self._spaces: set[str] = {"xml"}
        self._doctype = ""
        self._tops: list[str] = []

    def page(self) -> str:
        """Return the page; a piece is put into the body of one."""
        while self._open:
            self._left_open()
        made = "".join(self._made).strip()
        whole = self._tops == ["html"]
        return self._doctype + (made if whole else f"<html><body>{made}</body></html>")

    # -- elements -----------------------------------------------------------------------------

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        while self._open and self._open[-1][0] in _CLOSES.get(tag, ()):
            self._close()
        if not self._open:
            self._tops.append(tag)
        self._made.append(f"<{tag}{self._attributes(tag, attrs)}")
        if tag in _VOID:
            self._made.append("/>")
            return
        self._made.append(">")
        self._open.append((tag, len(self._made)))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        if tag not in {name for name, _ in self._open}:
            raise UnsayableError(
                text("Tryton wants letters of XML, and here `</{tag}>` ends nothing", tag=tag)
            )
        while self._open[-1][0] != tag:
            self._left_open()
        self._close()

    def _left_open(self) -> None:
        tag, _ = self._open[-1]
        if tag not in _ENDLESS:
            raise UnsayableError(
                text("Tryton wants letters of XML, and here `<{tag}>` is not ended", tag=tag)
            )
        self._close()

    def _close(self) -> None:
        tag, length = self._open.pop()
        if len(self._made) == length:
            self._made.append(_NOTHING)
        self._made.append(f"</{tag}>")

    def _attributes(self, tag: str, attrs: list[tuple[str, str | None]]) -> str:
        known: dict[str, str] = {}
        for name, value in attrs:
            known.setdefault(name, value or "")
        self._spaces |= {name[6:] for name in known if name.startswith("xmlns:")}
        for name in (tag, *known):
            self._named(name)
        return "".join(f' {name}="{self._value(tag, name, known[name])}"' for name in known)

    def _named(self, name: str) -> None:
        space, colon, _ = name.partition(":")
        known = not colon or space in {*self._spaces, "xmlns"} - _DIRECTIVES
        if not _NAME.match(name) or not known:
            raise UnsayableError(text("`{name}` is no name in XML", name=name))

    def _value(self, tag: str, name: str, value: str) -> str:
        if (tag, name, value.strip()) == ("a", "href", UNSUBSCRIBE):
            return "unsubscribe"
        return escape(_told(value)).replace("&#x27;", "'")

    # -- what stands between ------------------------------------------------------------------

    def handle_data(self, data: str) -> None:
        inside = self._open[-1][0] if self._open else ""
        if inside in _RAW:
            told = _told(data)
            for sign in "<>&":
                told = told.replace(sign, f"${{Markup('\\x{ord(sign):02x}')}}")
            self._made.append(told)
            return
        if data.strip() and not self._open:
            self._tops.append("")
        if data:
            self._made.append(escape(_told(data), quote=False))

    def handle_entityref(self, name: str) -> None:
        self.handle_data(unescape(f"&{name};"))

    def handle_charref(self, name: str) -> None:
        self.handle_data(unescape(f"&#{name};"))

    def handle_comment(self, data: str) -> None:
        plain = data.replace(_DOLLAR, "$")
        if "${" in data.replace(_DOLLAR, "") or "--" in plain or plain.endswith("-"):
            raise UnsayableError(text("Tryton puts no values into comments of HTML"))
        if not plain.startswith("!"):
            self._made.append(f"<!--{plain}-->")

    def handle_decl(self, decl: str) -> None:
        if decl.lower().startswith("doctype html"):
            self._doctype = "<!DOCTYPE html>\n"

    def unknown_decl(self, data: str) -> None:
        raise UnsayableError(text("`<![{data}]>` is no XML", data=data))

    def handle_pi(self, data: str) -> None:
        raise UnsayableError(text("`<?{data}>` would be a program in Tryton", data=data))


def _told(words: str) -> str:
    if UNSUBSCRIBE in words:
        raise UnsayableError(
            text("Tryton has the link to unsubscribe only as the whole `href` of an `a`")
        )
    return words
