"""Filters of Sendsay as conditions of the language, as far as they have our own words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from crmspec.engine.body import REFERENCE, is_reference
from crmspec.engine.resource import Address

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmspec.engine.body import Body

_WORDS = {"AND": "all", "OR": "any"}
_TESTS = frozenset({"ge", "le", "dirtyS", "emptyS"})
_DIGITS = re.compile(r"-?[0-9]+")


def decode_segment(body: Body) -> Body:
    """Return the condition of a filter as an author writes it; nothing if it has other words."""
    found = body.get("filter")
    return (_joined(cast("list[Body]", found)) if found else None) or {}


def _joined(elements: Sequence[Body]) -> Body | None:
    """Return elements that one word joins."""
    parts, words = elements[::2], {str(one.get("which")) for one in elements[1::2]}
    if len(words) > 1 or not words <= _WORDS.keys() or len(elements) % 2 == 0:
        return None
    word = words.pop() if words else "AND"
    tests = _tests(parts, word)
    if tests is not None:
        return tests
    made = [_element(one) for one in parts]
    if None in made:
        return None
    known = [one for one in made if one is not None]
    return known[0] if len(known) == 1 else {_WORDS[word]: known}


def _element(element: Body) -> Body | None:
    which = element.get("which")
    if which == "group" and element.get("group"):
        return _joined(cast("list[Body]", element["group"]))
    if which == "PRF" and is_reference(element.get("pid")) and element.get("resp") == "1":
        address = _address(element, "pid")
        return {address.kind: address.id}
    return _tests([element], "AND") if which in _TESTS else None


def _tests(parts: Sequence[Body], word: str) -> Body | None:
    """Return tests of one question as one condition, None if they are no such thing."""
    if any(one.get("which") not in _TESTS or not is_reference(one.get("qid")) for one in parts):
        return None
    if len({_address(one, "qid") for one in parts}) != 1:
        return None
    found = {str(one["which"]): _value(one) for one in parts}
    if len(found) != len(parts):
        return None
    test = _asked(found) if word == "AND" else _unequal(found)
    return None if test is None else {"attribute": _address(parts[0], "qid").id, **test}


def _asked(found: dict[str, object]) -> Body | None:
    match found:
        case {"emptyS": _} if len(found) == 1:
            return {"missing": True}
        case {"dirtyS": _, "ge": low, "le": high}:
            return {"eq": low} if low == high else {"between": [low, high]}
        case {"dirtyS": _, "ge": low}:
            return {"gte": low}
        case {"dirtyS": _, "le": high}:
            return {"lte": high}
        case {"dirtyS": _}:
            return {"exists": True}
    return None


def _unequal(found: dict[str, object]) -> Body | None:
    match found:
        case {"emptyS": _, "le": int(low), "ge": int(high)} if high - low == 2:  # noqa: PLR2004 - one between
            return {"neq": low + 1}
    return None


def _address(element: Body, field: str) -> Address:
    return Address.parse(str(cast("Body", element[field])[REFERENCE]))


def _value(element: Body) -> object:
    written = str(element.get("resp", ""))
    return int(written) if _DIGITS.fullmatch(written) else written
