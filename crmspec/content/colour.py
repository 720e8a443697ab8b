"""Colours of CSS, those that let through what is behind them included."""

from __future__ import annotations

import re
from colorsys import hls_to_rgb
from functools import lru_cache
from typing import Final, NamedTuple, TypeAlias

Colour: TypeAlias = tuple[float, float, float]
"""Red, green and blue, each from 0 to 1."""

NAMES: Final = {
    "black": "#000000",
    "white": "#ffffff",
    "red": "#ff0000",
    "green": "#008000",
    "blue": "#0000ff",
    "gray": "#808080",
    "grey": "#808080",
    "silver": "#c0c0c0",
    "yellow": "#ffff00",
    "orange": "#ffa500",
    "navy": "#000080",
    "maroon": "#800000",
    "purple": "#800080",
    "teal": "#008080",
    "darkgray": "#a9a9a9",
    "darkgrey": "#a9a9a9",
    "lightgray": "#d3d3d3",
    "lightgrey": "#d3d3d3",
    "pink": "#ffc0cb",
}
_HEX: Final = re.compile(
    r"#([0-9a-f]{8}|[0-9a-f]{6}|[0-9a-f]{4}|[0-9a-f]{3})(?![0-9a-f])", re.IGNORECASE
)
_FUNCTION: Final = re.compile(
    r"(rgb|hsl)a?\(\s*(\d+)(?:deg)?[\s,]+(\d+)%?[\s,]+(\d+)%?\s*(?:[,/]\s*([\d.]+)(%?)\s*)?\)"
)
_WORD: Final = re.compile(r"[a-z]+")


class Paint(NamedTuple):
    """A colour and how much of what is behind it it covers, from 0 to 1."""

    colour: Colour
    cover: float = 1.0

    def over(self, behind: Colour | None) -> Colour | None:
        """Return the colour that is seen on another one; None if that is not known."""
        if self.cover >= 1:
            return self.colour
        return None if behind is None else mixed(self.colour, behind, self.cover)


@lru_cache(maxsize=1024)
def paint(written: str) -> Paint | None:
    """Return a colour of CSS, as `#333`, `white`, `rgba(0, 0, 0, .5)`; None if it is not known."""
    written = written.strip().lower()
    found = _HEX.search(written)
    if found is None and (word := _WORD.match(written)) and word[0] in NAMES:
        found = _HEX.search(NAMES[word[0]])
    if found is not None:
        return _of_digits(found[1])
    function = _FUNCTION.search(written)
    return None if function is None else _of_function(function)


def mixed(one: Colour, other: Colour, share: float) -> Colour:
    """Return a colour made of `share` of one and the rest of another."""
    red, green, blue = (a * share + b * (1 - share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _of_digits(digits: str) -> Paint:
    if len(digits) <= 4:  # noqa: PLR2004 - #333
        digits = "".join(one * 2 for one in digits)
    red, green, blue, cover = (int(one, 16) / 255 for one in re.findall("..", f"{digits}ff")[:4])
    return Paint((red, green, blue), cover)


def _of_function(found: re.Match[str]) -> Paint:
    first, second, third = (int(found[at]) for at in (2, 3, 4))
    cover = float(found[5]) / (100 if found[6] else 1) if found[5] else 1.0
    if found[1] == "hsl":
        hue, light, full = first % 360 / 360, min(third, 100) / 100, min(second, 100) / 100
        return Paint(hls_to_rgb(hue, light, full), cover)
    red, green, blue = (min(one, 255) / 255 for one in (first, second, third))
    return Paint((red, green, blue), cover)
