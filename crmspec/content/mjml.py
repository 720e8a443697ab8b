"""MJML to HTML, with the style rules that mail programs drop moved into the elements."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from crmspec.content.tag import RAW, signs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.content.token import Tokens

_INLINE: Final = re.compile(
    r"<mj-style\b[^>]*\binline\s*=\s*[\"']inline[\"'][^>]*>(.*?)</mj-style\s*>", re.DOTALL
)
_STRAY: Final = re.compile(r"<(?![A-Za-z/!?])")
_STYLE: Final = re.compile(r"<style\b", re.IGNORECASE)
MJML: Final = re.compile(r"<mj-|<mjml\b")
_WHOLE: Final = re.compile(r"<mjml\b")
_BEFORE: Final = re.compile(r"<([^\s<>]*+)(?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+>")
"""The whole of the last tag before a place."""
_GUARD: Final = "<!--qg"
_TABLE: Final = re.compile(r"(<table\b[^<>]*+>)((?:\s++|<!--\w++-->)*+)(?=<tr\b)", re.IGNORECASE)
"""A table whose rows stand in no group; parsers put one around them, not around the loop."""
_PAGE: Final = re.compile(r"<(?:html|body)\b", re.IGNORECASE)


class BadMjmlError(Exception):
    """What the compiler of MJML says, without a place."""


def compiled(tokens: Tokens, written: str) -> str:
    """Return the HTML page of a tree as text, MJML or HTML; raises `BadMjmlError`."""
    if not MJML.search(written):
        page = written if _PAGE.search(written) else _page(written)
        return _moved(tokens, page, "") if _STYLE.search(page) else page
    if not _WHOLE.search(written):
        written = f"<mjml><mj-body>{written}</mj-body></mjml>"
    sheets = _INLINE.findall(written)
    html = _html(guarded(tokens, _escaped(_INLINE.sub("", written))))
    page = _bare(tokens, html)
    return _moved(tokens, page, "\n".join(sheets)) if sheets else page


@lru_cache(maxsize=256)
def _html(written: str) -> str:
    from mjml import mjml2html

    try:
        return mjml2html(written, include_loader=None)
    except ValueError as error:
        raise BadMjmlError(str(error)) from None


def _moved(tokens: Tokens, page: str, sheet: str) -> str:
    """Return a page with the rules of a sheet in its elements, or those of its own sheets."""
    from css_inline import inline

    ready = _TABLE.sub(r"\1<tbody>\2", guarded(tokens, page))
    moved = inline(
        ready,
        inline_style_tags=not sheet,
        keep_style_tags=True,
        load_remote_stylesheets=False,
        extra_css=sheet or None,
    )
    made = _bare(tokens, moved)
    if tokens.pattern.findall(made) != tokens.pattern.findall(page):
        raise BadMjmlError("a tag stands where HTML takes elements only")
    return made


def _page(fragment: str) -> str:
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    return f"<!doctype html><html><head>{head}<title></title></head><body>{fragment}</body></html>"


def unpaged(page: str) -> str:
    """Return what a page was put around because it was none; any other page as it is."""
    before, _, after = _page("\0").partition("\0")
    inner = page.removeprefix(before).removesuffix(after)
    bare = before + inner + after == page and not (_PAGE.search(inner) or MJML.search(inner))
    return inner if bare else page


def _escaped(written: str) -> str:
    """Return MJML in which a `<` that opens nothing is an entity, as browsers read it."""
    if not _STRAY.search(written):
        return written
    return "".join(part if sign else _STRAY.sub("&lt;", part) for part, sign in _stretches(written))


def _bare(tokens: Tokens, written: str) -> str:
    """Return a text with the comments of `guarded` as words again."""
    return re.sub(rf"{_GUARD}({tokens.prefix}\d+qz)-->", r"\1", written)


def guarded(tokens: Tokens, written: str) -> str:
    """Return a text in which the tags of blocks between elements are comments.

    Where only elements may stand, in tables above all, parsers move words but not comments.
    """

    def comment(found: re.Match[str]) -> str:
        token = found[0]
        if tokens.marks[int(found[1])].role == "value":
            return token
        return f"{_GUARD}{token}-->" if _free(written, found.start()) else token

    return tokens.pattern.sub(comment, written)


def _free(written: str, at: int) -> bool:
    """Say whether a comment may stand at a place: not in a tag, a comment or raw text."""
    start = written.rfind("<", 0, at)
    if written.rfind("<!--[if", 0, at) > written.rfind("<![endif", 0, at):
        return False
    found = _BEFORE.match(written, start, at) if start >= 0 else None
    return start < 0 or (found is not None and found[1].lower() not in RAW)


def _stretches(written: str) -> Iterator[tuple[str, bool]]:
    """Yield a text in parts, each with whether it is a tag or comment."""
    at = 0
    for sign in signs(written):
        yield written[at : sign.start], False
        yield written[sign.start : sign.end], True
        at = sign.end
    yield written[at:], False
