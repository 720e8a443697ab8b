"""Conditions of Knock as authors write them; read again, they become the same alternatives.

Alternatives side by side that differ in one term may be one leaf: `in`, or the opposite of an
order, which is "missing, or the opposite".
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TypeAlias, cast

from crmspec.engine.body import is_reference
from crmspec.engine.resource import pointed
from crmspec.engine.way_back import WordlessError
from crmspec.providers.knock.condition import OPPOSITE, ORDER, OUTCOMES, REACTIONS, Term, in_json
from crmspec.providers.rest.values import neutral

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crmspec.engine.body import Body

_MEMBER, _NO_MEMBER = "is_audience_member", "is_not_audience_member"
_TESTS = {
    "equal_to": "eq",
    "not_equal_to": "neq",
    "contains": "contains",
    "not_contains": "not_contains",
}
_EACH = {"equal_to": "in", "contains": "contains_any"}
_ORDERS = {theirs: ours for ours, theirs in ORDER.items()}
_THERE = {"empty": "missing", "not_empty": "exists"}
_ROOTS = {"profile": "attribute", "event": "trigger"}

_Part: TypeAlias = "Term | Body"
"""A term, or a leaf as authors write it."""


def term(variable: str, operator: str, argument: object) -> Term:
    """Return a term as it is read: its argument is a text, or points to a segment."""
    if is_reference(argument):
        return Term(variable, operator, segment=_segment(argument))
    return Term(variable, operator, None if argument is None else str(argument))


def _segment(argument: object) -> str:
    try:
        return pointed(argument, "segment")
    except ValueError as error:
        raise WordlessError from error


def condition(ways: Sequence[Sequence[Term]], sends: Mapping[str, str] | None = None) -> Body:
    """Return the condition of alternatives; `sends` leads from refs of steps to their messages.

    Raises:
        WordlessError: a part of it has no words.
    """
    if not all(ways):
        raise WordlessError
    parts: list[list[_Part]] = [_paired(way) for way in ways]
    while len(fewer := _joined(parts)) < len(parts):
        parts = fewer
    asked = [_together("all", [_leaf(one, sends or {}) for one in way]) for way in parts]
    return _together("any", asked)


def _together(word: str, asked: list[Body]) -> Body:
    if not asked:
        raise WordlessError
    return asked[0] if len(asked) == 1 else {word: asked}


def _paired(way: Sequence[Term]) -> list[_Part]:
    """Return terms with each order and the "there is one" before it as one leaf."""
    made: list[_Part] = []
    for one in way:
        there = Term(one.variable, "not_empty")
        if one.operator in _ORDERS and made and made[-1] == there:
            made[-1] = _ordered(one, one.operator)
        else:
            made.append(one)
    return made


def _ordered(one: Term, operator: str) -> Body:
    value = _value(one)
    if isinstance(value, str | list):
        raise WordlessError
    return {**_subject(one.variable), _ORDERS[operator]: value}


def _joined(ways: list[list[_Part]]) -> list[list[_Part]]:
    """Return alternatives in which neighbours that differ in one part are one, if it has words."""
    made: list[list[_Part]] = []
    for way in ways:
        both = _both(made[-1], way) if made else None
        if both is None:
            made.append(way)
        else:
            made[-1] = both
    return made


def _both(one: list[_Part], other: list[_Part]) -> list[_Part] | None:
    if len(one) != len(other):
        return None
    apart = [at for at, (mine, theirs) in enumerate(zip(one, other, strict=True)) if mine != theirs]
    if len(apart) != 1:
        return None
    (at,) = apart
    found = _either(one[at], other[at])
    return None if found is None else [*one[:at], found, *one[at + 1 :]]


def _either(one: _Part, other: _Part) -> Body | None:
    """Return that one of two parts holds, None if no leaf says so."""
    if not isinstance(other, Term) or other.variable.startswith("refs."):
        return None
    if one == Term(other.variable, "empty") and other.operator in _ORDERS:
        return {"not": _ordered(other, OPPOSITE[other.operator])}
    word = _EACH.get(other.operator)
    if word is None or isinstance(_value(other), bool):
        return None
    subject = _subject(other.variable)
    if isinstance(one, Term):
        alike = one[:2] == other[:2]
        return {**subject, word: [_value(one), _value(other)]} if alike else None
    known = one.get(word)
    more = isinstance(known, list) and one == {**subject, word: known}
    return {**subject, word: [*cast("list[object]", known), _value(other)]} if more else None


def _leaf(part: _Part, sends: Mapping[str, str]) -> Body:
    if not isinstance(part, Term):
        return part
    if part.operator in {_MEMBER, _NO_MEMBER}:
        return _membership(part)
    if part.variable.startswith("refs."):
        return _reaction(part, sends)
    subject = _subject(part.variable)
    if part.operator in _THERE and part.argument is None:
        return {**subject, _THERE[part.operator]: True}
    value, lists = _value(part), {"contains_all": False, "not_contains_all": True}
    if part.operator in lists and isinstance(value, list):
        leaf = {**subject, "contains_all": value}
        return {"not": leaf} if lists[part.operator] else leaf
    if part.operator not in _TESTS or isinstance(value, list):
        raise WordlessError
    return {**subject, _TESTS[part.operator]: value}


def _membership(part: Term) -> Body:
    if part.variable != "recipient" or part.segment is None:
        raise WordlessError
    return {"segment": part.segment} if part.operator == _MEMBER else {"not": part.segment}


def _subject(variable: str) -> Body:
    """Return whose value it is: an attribute's, or one of the event's."""
    root, _, name = (neutral(variable, "knock") or "").partition(".")
    if root not in _ROOTS:
        raise WordlessError
    return {_ROOTS[root]: name}


def _value(part: Term) -> object:
    """Return an argument that we would write so: a number or text, or a list of them."""
    try:
        value = json.loads(part.argument or "")
    except ValueError as error:
        raise WordlessError from error
    values = value if isinstance(value, list) and value else [value]
    plain = all(isinstance(one, str | int | float) and one != "" for one in values)
    if not plain or in_json(value) != part.argument or "{{" in part.argument:
        raise WordlessError
    return value


def _reaction(part: Term, sends: Mapping[str, str]) -> Body:
    """Return what became of a step, or of the message that it sends."""
    ref, _, field = part.variable.removeprefix("refs.").partition(".")
    if (field == "matched") is (ref in sends):
        raise WordlessError
    for holds, operator in ((True, part.operator), (False, OPPOSITE.get(part.operator, ""))):
        said = (field, operator, part.argument)
        for name, one in REACTIONS.items():
            if one == said and [*sends.values()].count(sends.get(ref, "")) == 1:
                return {"message": sends[ref], name: {"eq": holds}}
        for name, one in OUTCOMES.items():
            if one == said:
                leaf: Body = {"step": ref, "outcome": name}
                return leaf if holds else {"not": leaf}
    raise WordlessError
