"""Bytes to text: UTF-8, or UTF-16 with a byte order mark; the text does not hold the mark."""

from __future__ import annotations

import codecs
import re
from typing import Final

from crmspec.diagnostics import Diagnostic, Label, text
from crmspec.document.codes import BAD_ENCODING, CONTROL_CHARACTER
from crmspec.source import Span

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, None),
    (codecs.BOM_UTF32_BE, None),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]"
)  # fmt: skip
INVISIBLE: Final = ("\x85", "\u2028", "\u2029", "\ufeff")
"""The unseen characters that a YAML parser lets pass, though the first three end a line to it."""
_NAMES: Final = {
    "\x00": text("NUL"),
    "\x85": text("NEL, a line break of old systems"),
    "\u2028": text("a line separator, often pasted from a word processor"),
    "\u2029": text("a paragraph separator, often pasted from a word processor"),
    "\ufeff": text("a byte order mark"),
}


def decode(path: str, data: bytes) -> tuple[str, Diagnostic | None]:
    """Return the text of a file; with a finding, the text is only good for showing it."""
    mark, encoding = _encoding(data)
    body = data[len(mark) :]
    if encoding is None:
        return "", _foreign(Span(path, 0, 0), "UTF-32" if mark else "UTF-16")
    try:
        return body.decode(encoding), None
    except UnicodeDecodeError as error:
        start = len(body[: error.start].decode(encoding))
        shown = body.decode(encoding, "replace")
        return shown, _undecodable(Span(path, start, start + 1), body[error.start], encoding)


def unseen(path: str, source: str) -> Diagnostic | None:
    """Return a finding on the first character that YAML forbids or that splits lines unseen."""
    found = _UNSEEN.search(source)
    if found is None:
        return None
    character = found.group()
    number = f"U+{ord(character):04X}"
    name = _NAMES.get(character, text("a control character"))
    return Diagnostic(
        code=CONTROL_CHARACTER,
        message=text("the character {number} must not stand in a file", number=number),
        label=Label(Span(path, *found.span()), name),
        help=(
            text('delete it; if it is meant, write `"\\u{digits}"` in double quotes',
                 digits=number[2:]),
        ),
    )  # fmt: skip


def _encoding(data: bytes) -> tuple[bytes, str | None]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return mark, encoding
    if len(data) > 1 and data[:2].count(0) == 1:
        return b"", None
    return b"", "utf-8"


def _foreign(span: Span, encoding: str) -> Diagnostic:
    return Diagnostic(
        code=BAD_ENCODING,
        message=text("the file looks like {encoding} text, not UTF-8", encoding=encoding),
        label=Label(span),
        help=(text("save it as UTF-8"),),
    )


def _undecodable(span: Span, byte: int, encoding: str) -> Diagnostic:
    return Diagnostic(
        code=BAD_ENCODING,
        message=text(
            "the byte {byte} is not valid {encoding}",
            byte=f"0x{byte:02X}",
            encoding="UTF-8" if encoding == "utf-8" else "UTF-16",
        ),
        label=Label(span),
        help=(text("save the file as UTF-8; from Excel or Notepad it is often Windows-1251"),),
    )
