"""The elements of MJML: what they may hold, and which attributes they take (npm mjml)."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Final

import msgspec

COMMON: Final = frozenset({"css-class", "mj-class"})
"""Attributes that every element takes."""
_KIND: Final = re.compile(r"(\w+)(?:\(([^)]*)\))?(?:\{(\d+),(\d+)\})?")
_COLOUR: Final = re.compile(
    r"#(?:[0-9a-f]{3}|[0-9a-f]{6})|rgba?\([^)]*\)|hsla?\([^)]*\)|[a-z]+", re.IGNORECASE
)
_NUMBER: Final = r"{}(?:\d+(?:\.\d+)?|\.\d+)(?:{})"


class Definition(msgspec.Struct, frozen=True):
    """An element; one that is `ending` holds HTML, others hold their `children`."""

    attributes: dict[str, str]
    ending: bool
    children: tuple[str, ...]


class Table(msgspec.Struct, frozen=True):
    """The elements by name."""

    source: str
    elements: dict[str, Definition]


@cache
def definitions() -> dict[str, Definition]:
    """Return the elements by name."""
    file = files("crmspec.content") / "data" / "mjml.json"
    return msgspec.json.decode(file.read_bytes(), type=Table).elements


def fits(kind: str, value: str) -> bool:
    """Say whether an attribute of a kind may be so; kinds are written as `unit(px,%){1,4}`."""
    return _pattern(kind).fullmatch(value.strip()) is not None


def wanted(kind: str) -> str:
    """Return an example of an attribute of a kind."""
    name, options = _parsed(kind)[:2]
    if name == "enum":
        return ", ".join(one for one in options if one)
    return {"color": "#1f6f5c", "integer": "2", "boolean": "true"}.get(
        name, ", ".join(f"10{one}" for one in options)
    )


def _parsed(kind: str) -> tuple[str, list[str], int]:
    found = _KIND.match(kind)
    if found is None:
        return "string", [], 1
    return found[1], (found[2] or "").split(","), int(found[4] or 1)


@cache
def _pattern(kind: str) -> re.Pattern[str]:
    name, options, most = _parsed(kind)
    if name == "color":
        return _COLOUR
    if name == "enum":
        return re.compile("|".join(re.escape(one) for one in options))
    if name == "integer":
        return re.compile(r"\d+")
    if name == "boolean":
        return re.compile("true|false")
    if name not in {"unit", "unitWithNegative"}:
        return re.compile(r".*", re.DOTALL)
    units = "|".join(re.escape(one) for one in options)
    one = _NUMBER.format("-?" if name == "unitWithNegative" else "", units)
    return re.compile(rf"(?:{one}|0|auto)(?:\s+(?:{one}|0|auto)){{0,{most - 1}}}")
