"""MJML to HTML, with the style rules that mail programs drop moved into the elements."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from crmspec.content.tag import RAW, signs, tag_of

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
_PAGE: Final = re.compile(r"<(?:html|body)\b", re.IGNORECASE)


class BadMjmlError(Exception):
    """What the compiler of MJML says, without a place."""


def compiled(tokens: Tokens, written: str) -> str:
    """Return the HTML page of a tree as text, MJML or HTML; raises `BadMjmlError`."""
    if not MJML.search(written):
        page = written if _PAGE.search(written) else _page(written)
        return _bare(tokens, _inlined(guarded(tokens, page))) if _STYLE.search(page) else page
    if not _WHOLE.search(written):
        written = f"<mjml><mj-body>{written}</mj-body></mjml>"
    sheets = _INLINE.findall(written)
    html = _html(guarded(tokens, _escaped(_INLINE.sub("", written))))
    if not sheets:
        return _bare(tokens, html)
    guardian = guarded(tokens, _bare(tokens, html))
    return _bare(tokens, _with_sheet(guardian, "\n".join(sheets)))


@lru_cache(maxsize=256)
def _html(written: str) -> str:
    from mjml import mjml2html

    try:
        return mjml2html(written, include_loader=None)
    except ValueError as error:
        raise BadMjmlError(str(error)) from None


def _inlined(html: str) -> str:
    from css_inline import inline

    return inline(html, keep_style_tags=True, load_remote_stylesheets=False)


def _with_sheet(html: str, sheet: str) -> str:
    from css_inline import inline

    return inline(
        html,
        inline_style_tags=False,
        keep_style_tags=True,
        load_remote_stylesheets=False,
        extra_css=sheet,
    )


def _page(fragment: str) -> str:
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    return f"<!doctype html><html><head>{head}<title></title></head><body>{fragment}</body></html>"


def _escaped(written: str) -> str:
    """Return MJML in which a `<` that opens nothing is an entity, as browsers read it."""
    return "".join(
        part if sign else _STRAY.sub("&lt;", part) for part, sign, _ in _stretches(written)
    )


def _bare(tokens: Tokens, written: str) -> str:
    """Return a text with its tokens as words only."""
    return tokens.pattern.sub(lambda found: tokens.token(int(found[1] or found[2])), written)


def guarded(tokens: Tokens, written: str) -> str:
    """Return a text in which the tags of blocks between elements are comments.

    Where only elements may stand, in tables above all, parsers move words but not comments.
    """

    def comment(found: re.Match[str]) -> str:
        number = int(found[1] or found[2])
        token = tokens.token(number)
        return token if tokens.marks[number].role == "value" else f"<!--{token}-->"

    return "".join(
        tokens.pattern.sub(comment, part) if not sign and free else part
        for part, sign, free in _stretches(written)
    )


def _stretches(written: str) -> Iterator[tuple[str, bool, bool]]:
    """Yield a text in parts: each with whether it is a tag or comment, and may hold comments."""
    at, raw, hidden = 0, False, False
    for sign in signs(written):
        yield written[at : sign.start()], False, not raw and not hidden
        yield sign[0], True, False
        tag = tag_of(sign)
        raw = tag is not None and tag.name in RAW and not tag.closing
        if sign["mso"] is not None:
            hidden = sign["mso"].startswith("<!--[if") and not sign["mso"].endswith("<!-->")
        at = sign.end()
    yield written[at:], False, not raw and not hidden
