"""The text of a messenger with the few tags that messengers show; everything else is text."""

from __future__ import annotations

from html import unescape
from typing import Final

from markupsafe import Markup, escape

from crmspec.content.tag import signs

SHOWN: Final = {
    **{name: name for name in ("b", "i", "u", "s", "code", "pre", "blockquote")},
    "strong": "b",
    "em": "i",
    "ins": "u",
    "strike": "s",
    "del": "s",
    "a": "u",
    "tg-spoiler": "mark",
}
"""Tags of Telegram and what they are shown as (https://core.telegram.org/bots/api#html-style)."""


def tagged(written: str) -> Markup:
    """Return a text as HTML that holds nothing but elements without attributes."""
    made: list[str] = []
    stack: list[str] = []
    at = 0
    for sign in signs(written):
        made.append(plain(written[at : sign.start]))
        at = sign.end
        name = SHOWN.get(sign.tag.name) if sign.tag is not None else None
        if sign.tag is None or name is None:
            made.append(str(escape(written[sign.start : sign.end])))
        elif not sign.tag.closing:
            stack.append(name)
            made.append(f"<{name}>")
        elif stack and stack[-1] == name:
            made.append(f"</{stack.pop()}>")
    made.append(plain(written[at:]))
    made += [f"</{name}>" for name in reversed(stack)]
    return Markup("".join(made))  # noqa: S704 - made of escaped texts and the tags above


def plain(written: str) -> str:
    """Return text in which entities may stand, escaped once."""
    return str(escape(unescape(written)))
