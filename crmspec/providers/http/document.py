"""JSON from strangers: strict, of bounded depth, and never a surprise later on."""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING

from crmspec.diagnostics import text

if TYPE_CHECKING:
    from crmspec.diagnostics import Text

DEEPEST = 100
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


class UnreadableError(ValueError):
    """The bytes are no JSON to work with; `problem` says why."""

    def __init__(self, problem: Text) -> None:
        super().__init__(problem.english())
        self.problem = problem


def parse(data: bytes) -> object:
    """Return the value of a JSON text; None for nothing at all.

    Raises:
        UnreadableError: it is no JSON (RFC 8259), says a key twice, nests too deeply, or holds
            half a character.
    """
    if not data.strip():
        return None
    try:
        found = _loaded(data)
    except RecursionError:
        found = _Deep
    if found is _Deep or _deep(found):
        raise UnreadableError(text("its JSON is nested too deeply"))
    if _SURROGATE.search(data) and not _whole(found):
        raise UnreadableError(text("its JSON holds half a character"))
    return found


class _Deep:
    """Stands for what is too deep to be read."""


def _loaded(data: bytes) -> object:
    try:
        return json.loads(
            data.decode("utf-8-sig"),
            object_pairs_hook=_once,
            parse_constant=_no_number,
            parse_float=_finite,
        )
    except UnreadableError:
        raise
    except ValueError:
        raise UnreadableError(text("it is no JSON")) from None


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise UnreadableError(text("its JSON says a key twice"))
    return found


def _no_number(_: str) -> None:
    raise UnreadableError(text("its JSON holds what is no number"))


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        _no_number(digits)
    return number


def _deep(value: object) -> bool:
    level = [value]
    for _ in range(DEEPEST):
        level = [
            child
            for one in level
            if isinstance(one, dict | list)
            for child in (one.values() if isinstance(one, dict) else one)
        ]
        if not level:
            return False
    return True


def _whole(value: object) -> bool:
    return not re.search("[\ud800-\udfff]", json.dumps(value, ensure_ascii=False))
