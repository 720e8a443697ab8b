"""Filters of Sendsay as conditions of the language, as far as they have our own words."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, cast

from crmspec.engine.body import REFERENCE, is_reference
from crmspec.engine.resource import Address
from crmspec.providers.sendsay.question import CUSTOM

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmspec.engine.body import Body

_WORDS = {"AND": "all", "OR": "any"}
_TESTS = frozenset({"ge", "le", "dirtyS", "emptyS"})
_DIGITS = re.compile(r"-?[0-9]{1,7}")
_DAY = timedelta(days=1)


def decode_segment(body: Body) -> Body:
    """Return the condition of a filter as an author writes it; nothing if it has other words."""
    return _joined(body.get("filter")) or {}


def _joined(found: object) -> Body | None:
    """Return elements that one word joins; None for what is no list of them."""
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        return None
    elements = cast("list[Body]", found)
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
        return _joined(element["group"])
    if which == "PRF" and is_reference(element.get("pid")) and element.get("resp") == "1":
        address = _address(element, "pid")
        return {address.kind: address.id}
    return _tests([element], "AND") if which in _TESTS else None


def _tests(parts: Sequence[Body], word: str) -> Body | None:
    """Return tests of one question as one condition, None if they are no such thing."""
    if any(one.get("which") not in _TESTS or not _is_question(one) for one in parts):
        return None
    if len({_address(one, "qid") for one in parts}) != 1:
        return None
    found = {str(one["which"]): _value(one) for one in parts}
    if len(found) != len(parts):
        return None
    test = _asked(found) if word == "AND" else _unequal(found)
    return None if test is None else {"attribute": _address(parts[0], "qid").id, **test}


def _is_question(element: Body) -> bool:
    return is_reference(element.get("qid")) and element.get("aid") == CUSTOM


def _asked(found: dict[str, object]) -> Body | None:
    if "emptyS" in found:
        return {"missing": True} if len(found) == 1 else None
    if "dirtyS" not in found:
        return None
    match found:
        case {"ge": low, "le": high}:
            return _span(low, high)
        case {"ge": low}:
            return {"after": _told(low - _DAY)} if isinstance(low, date) else {"gte": low}
        case {"le": high}:
            return {"before": _told(high + _DAY)} if isinstance(high, date) else {"lte": high}
    return {"exists": True}


def _span(low: object, high: object) -> Body:
    if low != high:
        return {"between": [_told(low), _told(high)]}
    return {"on_day" if isinstance(low, date) else "eq": _told(low)}


def _told(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _unequal(found: dict[str, object]) -> Body | None:
    match found:
        case {"emptyS": _, "le": int(low), "ge": int(high)} if high - low == 2:  # noqa: PLR2004 - one between
            return {"neq": low + 1}
    return None


def _address(element: Body, field: str) -> Address:
    return Address.parse(str(cast("Body", element[field])[REFERENCE]))


def _value(element: Body) -> object:
    written = str(element.get("resp", ""))
    if _DIGITS.fullmatch(written):
        return int(written)
    try:
        day = date.fromisoformat(written)
    except ValueError:
        return written
    return day if date.min < day < date.max else written
