"""What a call gives back, and what a vendor's error says."""

from __future__ import annotations

import re

import msgspec

from crmspec.providers.http.document import UnreadableError, parse

_KEYS = ("detail", "message", "error_description", "title", "error", "errors")
_LONGEST = 500
_MUCH = 65_536
_DEPTH = 3
_JSON = re.compile(r"(?:application|text)/(?:[\w.+-]+\+)?json")


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """An answer. `data` is its JSON (None: nothing, or no JSON); names of headers are small."""

    status: int
    headers: dict[str, str] = {}
    data: object = None
    raw: bytes = b""

    @property
    def ok(self) -> bool:
        """Say whether the call was carried out (2xx)."""
        return 200 <= self.status < 300  # noqa: PLR2004 - as HTTP has it

    def __repr__(self) -> str:
        return f"Reply({self.status})"


class Complaint(msgspec.Struct, frozen=True):
    """A vendor's words for what went wrong, and the HTTP status that it amounts to.

    The status is for vendors that answer 200 to everything.
    """

    words: str
    status: int | None = None


def media_type(headers: dict[str, str]) -> str:
    """Return what an answer says it is, in small letters and without parameters."""
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def is_json(type_: str) -> bool:
    """Say whether a media type is JSON, or not given at all."""
    return not type_ or _JSON.fullmatch(type_) is not None


def lenient(raw: bytes) -> object:
    """Return the JSON of an error's body, or None."""
    try:
        return parse(raw)
    except UnreadableError:
        return None


def complaint(reply: Reply) -> Complaint | None:
    """Find the words of an error where most vendors put them; None for what is no error."""
    if reply.ok:
        return None
    said = _said(reply.data, _DEPTH)
    if not said and b"<" not in reply.raw[:200]:
        # Much more than is shown: a secret that is cut in two would not be found and hidden.
        said = reply.raw[:_MUCH].decode("utf-8", "replace")
    return Complaint(said)


def _said(data: object, depth: int) -> str:
    if isinstance(data, str):
        return data
    if depth == 0:
        return ""
    if isinstance(data, list):
        return "; ".join(filter(None, (_said(one, depth - 1) for one in data[:5])))
    if isinstance(data, dict):
        return next(filter(None, (_said(data.get(key), depth - 1) for key in _KEYS)), "")
    return ""


def line(words: str) -> str:
    """Put a stranger's words on one line: printable and not too long."""
    kept = "".join(letter if letter.isprintable() else " " for letter in words)
    shown = " ".join(kept.split())
    return shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1]}…"
