"""How well text can be read: its colour against what is behind it (WCAG 2.2, 1.4.3)."""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from crmspec.content.colour import Colour, mixed, paint
from crmspec.content.stretch import Stretches
from crmspec.content.tag import attributes, signs
from crmspec.content.token import Tokens
from crmspec.content.variant import variants

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.content.parts import Parts
    from crmspec.content.tag import Tag
    from crmspec.source import Span

NORMAL: Final = 4.5
LARGE: Final = 3.0
"""The least ratios of WCAG AA; large is 24 px, or 18.66 px and bold."""
_TELLING: Final = 3
"""Characters that words must have to be found by."""
_NUMBER: Final = re.compile(r"(\d*\.?\d+)\s*(%?)")
_SIZE: Final = re.compile(r"([\d.]+)px")
_OUTLOOK: Final = re.compile(r"<!--\[if[^\]>]*\]>(?!<!--)(?:[^<]++|<(?!!\[endif))*+<!\[endif\]-->")
_LINK: Final = "#0000ee"
"""What browsers give to links that have no colour of their own."""
_HEADINGS: Final = {"h1": 32.0, "h2": 24.0, "h3": 18.72}


_BLANK: Final = " \n\t\r·|\u00a0\u00ad\u034f\u2007\u200b\u200c\u200d\u2060\ufeff"
"""Signs of which nobody reads anything: they keep things apart."""


class Look(msgspec.Struct, frozen=True, eq=False):
    """How text looks where it stands; None where it cannot be known.

    `veiled` is what shines through a half transparent element, `cover` how little of it. Looks
    are remembered, and so found again by what they are rather than by what they hold.
    """

    colour: Colour | None = (0.0, 0.0, 0.0)
    behind: Colour | None = (1.0, 1.0, 1.0)
    size: float = 16.0
    bold: bool = False
    hidden: bool = False
    veiled: Colour | None = None
    cover: float = 1.0

    @property
    def large(self) -> bool:
        """Say whether this is large text."""
        return self.size >= (18.66 if self.bold else 24)


_PLAIN: Final = Look()


class Pale(NamedTuple):
    """Text that is hard to read: its words, the ratio, the least that is allowed, and its place."""

    text: str
    ratio: float
    least: float
    start: int
    end: int


def unreadable(parts: Parts, page: Tokens | None = None) -> Iterator[tuple[Span, Pale]]:
    """Yield the texts of a letter that are hard to read, with the places of their words.

    `page` is its page as one text, if that is at hand.
    """
    if parts.written is None:
        return
    tokens = page or Tokens(parts.html)
    found: dict[int, Pale] = {}
    for written in variants(tokens):
        for one in pale(written):
            found.setdefault(one.start, one)
    stretches = Stretches(parts.written, tokens)
    for one in found.values():
        yield _place(stretches, one.start, one.end), one


def _place(stretches: Stretches, start: int, end: int) -> Span:
    """Return where words of a page were written: MJML keeps them as they are."""
    written, tokens = stretches.written, stretches.page
    words, origin = tokens.text[start:end], stretches.origin(start, end)
    longest = max(tokens.pattern.split(words), key=lambda one: len((one or "").strip())).strip()
    at = written.text.find(longest, *(origin[1:] if origin is not None else ()))
    value = tokens.pattern.search(words)
    if value is not None and (at < 0 or len(longest) < _TELLING):
        return tokens.marks[int(value[1])].piece.span
    if at < 0 and origin is not None:
        return written.span(origin.start, origin.end)
    return written.span(at, at + len(longest))


def ratio(one: Colour, other: Colour) -> float:
    """Return the contrast of two colours, from 1 to 21 (WCAG 2.2, contrast ratio)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def pale(html: str, around: str = "", link: str = "") -> Iterator[Pale]:
    """Yield the texts of a page whose colours are too much alike.

    Text over an image, or in a colour that is not known, is not judged. `around` are the attributes
    of an element that the page is put into, `link` is the colour of links that have none.
    """
    looks: list[tuple[str, Look]] = [("", _PLAIN)]
    if around:
        looks.append(("div", _look(looks[-1][1], "div", around)))
    end = 0
    html = _without_outlook(html)
    for sign in signs(html):
        faint = _faint(looks[-1][1]) if end < sign.start else None
        if faint is not None:
            written = unescape(html[end : sign.start])
            if written.strip(_BLANK):
                yield Pale(" ".join(written.split()), *faint, end, sign.start)
        end = sign.end
        if sign.tag is not None:
            _step(looks, sign.tag, link)


@lru_cache(maxsize=4)
def _without_outlook(html: str) -> str:
    return _OUTLOOK.sub(lambda found: " " * len(found[0]), html)


def _step(looks: list[tuple[str, Look]], tag: Tag, link: str) -> None:
    if tag.closing:
        at = len(looks) - 1
        while at and looks[at][0] != tag.name:
            at -= 1
        if at:
            del looks[at:]
    elif not tag.empty:
        written = tag.written
        if link and tag.name == "a" and written[:1].isspace() and "color" not in written.lower():
            written = f' color="{link}" {written[1:]}'
        looks.append((tag.name, _look(looks[-1][1], tag.name, written)))


@lru_cache(maxsize=4096)
def _faint(look: Look) -> tuple[float, float] | None:
    """Return the ratio of a text and the least that is allowed; None if it can be read."""
    if look.hidden or look.colour is None or look.behind is None:
        return None
    colour, behind = look.colour, look.behind
    if look.cover < 1 and look.veiled is not None:
        colour, behind = (mixed(one, look.veiled, look.cover) for one in (colour, behind))
    found, least = ratio(colour, behind), LARGE if look.large else NORMAL
    return (round(found, 2), least) if found < least else None


@lru_cache(maxsize=8192)
def _look(above: Look, name: str, written: str) -> Look:
    """Return how text looks in an element with a name and attributes."""
    given = {one: unescape(value) for one, value, _, _ in attributes(written)}
    style = declarations(given.get("style", ""))
    bold = above.bold or name in {"b", "strong", "th", *_HEADINGS}
    weight = style.get("font-weight")
    if weight is not None:
        bold = weight in {"bold", "bolder"} or (weight.isdigit() and int(weight) >= 700)  # noqa: PLR2004
    own = style.get("color", given.get("color"))
    if own is None and name == "a" and "href" in given:
        own = _LINK
    behind = _behind(above.behind, style, given)
    cover = _cover(style.get("opacity"))
    return Look(
        _shown(above, own, behind),
        behind,
        _size(style.get("font-size"), _HEADINGS.get(name, above.size)),
        bold,
        above.hidden
        or cover == 0
        or "none" in style.get("display", "")
        or name in {"style", "script", "title", "head"},
        above.behind if above.cover == 1 else above.veiled,
        above.cover * cover,
    )


def declarations(style: str) -> dict[str, str]:
    """Return the declarations of an attribute `style`: property → value, in lower case."""
    pairs = (one.partition(":") for one in style.lower().split(";"))
    return {
        name.strip(): value.replace("!important", "").strip() for name, _, value in pairs if value
    }


def _shown(above: Look, written: str | None, behind: Colour | None) -> Colour | None:
    if written is None or written == "inherit":
        return above.colour
    found = paint(written)
    return None if found is None else found.over(behind)


def _cover(written: str | None) -> float:
    """Return how much an element covers of what is behind it, by its `opacity`."""
    found = _NUMBER.match(written) if written else None
    return 1.0 if found is None else min(float(found[1]) / (100 if found[2] else 1), 1.0)


def _behind(above: Colour | None, style: dict[str, str], given: dict[str, str]) -> Colour | None:
    background = style.get("background-color", style.get("background", given.get("bgcolor", "")))
    image = f"{style.get('background', '')} {style.get('background-image', '')}"
    if "url(" in image or "gradient(" in image or given.get("background"):
        return None
    if background in {"", "none", "transparent", "inherit", "initial"}:
        return above
    found = paint(background)
    return None if found is None else found.over(above)


def _size(written: str | None, otherwise: float) -> float:
    found = _SIZE.match(written) if written else None
    return float(found[1]) if found and float(found[1]) > 0 else otherwise


def _luminance(one: Colour) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004
        for part in one
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
