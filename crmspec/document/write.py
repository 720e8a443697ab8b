"""Plain data as YAML text that reads back as the same data."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

WIDTH = 100
_PLAIN = re.compile(r"[^\W\d_][\w ./+-]*[\w.+/]|[^\W\d_]", re.UNICODE)
_SAFE = re.compile(r"[0-9]+(mo|[smhdwy])|[0-9]+(\.[0-9]+)?%")
_WORDS = frozenset(["null", "true", "false", "yes", "no", "on", "off", "y", "n", "nan", "inf"])
_ODD = re.compile(
    r"[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)
_KEY = re.compile(r"[A-Za-z_][\w-]*")


def flow(value: object) -> str:
    """Return a value on one line: `{send: hello, at: [mon, tue]}`."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key(k)}: {flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow, value)) + "]"
    return scalar(value)


def scalar(value: object) -> str:
    """Return a scalar on one line: bare where that is safe, else in double quotes."""
    if isinstance(value, str):
        return value if _bare(value) else _quoted(value)
    return json.dumps(value)


def _quoted(value: str) -> str:
    """Return text in double quotes; what YAML does not take as it is stands as its number."""
    written = json.dumps(value, ensure_ascii=False)
    return _ODD.sub(lambda found: f"\\U{ord(found[0]):08x}", written)


def key(name: str) -> str:
    """Return a key, in quotes where it needs them."""
    bare = _KEY.fullmatch(name) and name.lower() not in _WORDS
    return name if bare else _quoted(name)


def _bare(value: str) -> bool:
    if _SAFE.fullmatch(value):
        return True
    return _PLAIN.fullmatch(value) is not None and value.lower() not in _WORDS


def block(value: object, column: int) -> str:
    """Return a value in lines of their own, all but the first indented by `column` spaces."""
    return f"\n{' ' * column}".join(lines(value, WIDTH - column))


def lines(value: object, width: int) -> Iterator[str]:
    """Yield the lines of a value; what fits into the width stands on one."""
    if isinstance(value, dict) and value:
        for name, item in value.items():
            yield from _entry(name, item, width)
    elif isinstance(value, list) and value:
        for item in value:
            first, *rest = _item(item, width - 2)
            yield f"- {first}"
            yield from (f"  {line}" if line else "" for line in rest)
    else:
        yield flow(value)


def _entry(name: str, value: object, width: int) -> Iterator[str]:
    if isinstance(value, str) and literal(value):
        yield f"{key(name)}: {literal(value)}"
        yield from (f"  {line}" if line else "" for line in value.splitlines())
        return
    short = f"{key(name)}: {flow(value)}"
    if len(short) <= width or not isinstance(value, dict | list) or not value:
        yield short
        return
    yield f"{key(name)}:"
    yield from (f"  {line}" if line else "" for line in lines(value, width - 2))


def _item(value: object, width: int) -> list[str]:
    one = flow(value)
    if len(one) <= width or not isinstance(value, dict | list):
        return [one]
    return list(lines(value, width))


def literal(value: str) -> str:
    """Return the sign of a literal block (`|` or `|-`), or nothing if the text has no such form."""
    rows = value.split("\n")
    last = rows.pop() if value.endswith("\n") else None
    plain = all(line == line.rstrip() and line.isprintable() for line in rows)
    if len(rows) + (last is not None) < 2 or not plain or not rows[0] or not rows[-1]:  # noqa: PLR2004
        return ""
    if rows[0].startswith(" "):
        return ""
    return "|" if last is not None else "|-"
