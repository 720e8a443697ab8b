"""Conditions in JSONata, as we write them, back as conditions of the language."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final, cast

from crmspec.diagnostics import text
from crmspec.engine.way_back import WordlessError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crmspec.engine.body import Body

_PATH: Final = r"event\.(?:`(?P<quoted>[^`]*)`|(?P<plain>[A-Za-z_][A-Za-z0-9_]*))"
_TEXT: Final = r'(?P<value>"(?:[^"\\]|\\.)*")'
_KINDS: Final = r'\["string", "number", "boolean"\]'
_FOLDED: Final = r"(?P<exact>(?P=path))|\$lowercase\((?P=path)\)"
_NUMBER: Final = r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?"


def _pattern(written: str) -> re.Pattern[str]:
    """Return a pattern in which `P` is a property, and each `P!` the same one again."""
    first = written.replace("P", f"(?P<path>{_PATH})", 1)
    return re.compile(first.replace("P!", "(?P=path)"))


_WORD: Final = _pattern(rf"\(\$type\(P\) in {_KINDS} and \$lowercase\(\$string\(P!\)\) = {_TEXT}\)")
_LEAVES: Final = [
    (test, _pattern(pattern))
    for test, pattern in (
        ("exists", rf'\(\$type\(P\) in {_KINDS} and P! != ""\)'),
        ("order", rf'\(\$type\(P\) = "number" and P! (?P<sign>[<>]=?) (?P<value>{_NUMBER})\)'),
        ("eq", rf'\(\$type\(P\) = "string" and (?:{_FOLDED}) = {_TEXT}\)'),
        (
            "contains",
            rf'\(\$type\(P\) = "string" and \$contains\((?:{_FOLDED}), {_TEXT}\)\)',
        ),
        (
            "starts_with",
            rf'\(\$type\(P\) = "string" and \$substring\((?:{_FOLDED}), 0, [0-9]+\) = {_TEXT}\)',
        ),
        (
            "ends_with",
            rf'\(\$type\(P\) = "string" and \$substring\((?:{_FOLDED}), -[0-9]+\) = {_TEXT}\)',
        ),
        ("eq", rf"P = (?P<value>true|false|{_NUMBER})"),
    )
]
"""What a property of the event is asked, and how we write it."""
_ORDER: Final = {">": "gt", ">=": "gte", "<": "lt", "<=": "lte"}
_NEGATIVE: Final = {
    "eq": "neq",
    "in": "not_in",
    "contains": "not_contains",
    "starts_with": "not_starts_with",
    "ends_with": "not_ends_with",
    "exists": "missing",
}
_WORDS: Final = {" and ": "all", " or ": "any"}
_NOT: Final = "$not("


class Properties:
    """What is known of the data of the event, by name: types, and the values of an `enum`."""

    def __init__(self) -> None:
        self._types: dict[str, str] = {}
        self._values: dict[str, set[str]] = {}

    def __bool__(self) -> bool:
        return bool(self._types)

    def told(self, name: str, type_: str = "", *values: str) -> None:
        """Note that a property is of a type, and has some values.

        Raises:
            WordlessError: it was of another type.
        """
        known = self._types.get(name) or type_
        if type_ and known != type_:
            raise WordlessError(text("`{name}` of the event would be of two types", name=name))
        self._types[name] = known
        self._values.setdefault(name, set()).update(values)

    def declared(self) -> dict[str, Body]:
        """Return the properties as an author declares them."""
        return {name: self._declared(name) for name in sorted(self._types)}

    def _declared(self, name: str) -> Body:
        type_ = self._types[name] or "string"
        return {"type": type_} | ({"values": sorted(self._values[name])} if type_ == "enum" else {})


def read(written: str, properties: Properties) -> Body:
    """Return an expression as a condition.

    Raises:
        WordlessError: we do not write such.
    """
    found = alternatives(written, properties)
    return found[0] if len(found) == 1 else {"any": found}


def alternatives(written: str, properties: Properties) -> list[Body]:
    """Return the conditions that an expression without brackets joins by `or`; mostly one.

    Raises:
        WordlessError: we do not write such.
    """
    reader = _Reader(written, properties)
    found = [reader.one()]
    while reader.taken(" or "):
        found.append(reader.one())
    reader.ended()
    return found


def word(written: str, properties: Properties) -> tuple[str, str] | None:
    """Return the property and the word that a case of a `switch` asks for, None for others."""
    found = _WORD.fullmatch(written)
    if found is None:
        return None
    properties.told(_named(found))
    return _named(found), json.loads(found["value"])


class _Reader:
    """Reads one expression from its beginning to its end."""

    def __init__(self, written: str, properties: Properties) -> None:
        self._written, self._properties, self._at = written, properties, 0

    def taken(self, sign: str) -> bool:
        """Say whether a sign comes next, and go behind it."""
        comes = self._written.startswith(sign, self._at)
        self._at += len(sign) if comes else 0
        return comes

    def ended(self) -> None:
        """Make sure that nothing is left."""
        if self._at < len(self._written):
            raise self._odd()

    def one(self) -> Body:
        """Return the next condition."""
        leaf = next(self._leaves(), None)
        if leaf is not None:
            return leaf
        if self.taken(_NOT):
            return _negated(self._closed(self.one()))
        if not self.taken("("):
            raise self._odd()
        first = self.one()
        word = next((one for one in _WORDS if self.taken(one)), None)
        if word is None:
            raise self._odd()
        parts = [first, self.one()]
        while self.taken(word):
            parts.append(self.one())
        return self._closed(_joined(_WORDS[word], parts))

    def _closed(self, made: Body) -> Body:
        if not self.taken(")"):
            raise self._odd()
        return made

    def _leaves(self) -> Iterator[Body]:
        for test, pattern in _LEAVES:
            found = pattern.match(self._written, self._at)
            if found is not None:
                self._at = found.end()
                yield self._leaf(test, found)

    def _leaf(self, test: str, found: re.Match[str]) -> Body:
        name, fields = _named(found), found.groupdict()
        if test == "exists":
            self._properties.told(name)
            return {"trigger": name, "exists": True}
        value = json.loads(fields["value"])
        if isinstance(value, str):
            exact = fields.get("exact") is not None
            is_value = (value,) if exact and test == "eq" else ()
            self._properties.told(name, "enum" if exact else "string", *is_value)
        else:
            self._properties.told(name, "boolean" if isinstance(value, bool) else "number")
        return {"trigger": name, _ORDER[fields["sign"]] if test == "order" else test: value}

    def _odd(self) -> WordlessError:
        words = self._written[self._at : self._at + 60]
        return WordlessError(text("the project has no words for the condition {it}", it=words))


def _named(found: re.Match[str]) -> str:
    return str(found["plain"] or found["quoted"])


def _negated(said: Body) -> Body:
    for test, opposite in _NEGATIVE.items():
        if test in said and "trigger" in said:
            return {opposite if name == test else name: one for name, one in said.items()}
    return {"not": said}


def _joined(word: str, parts: Sequence[Body]) -> Body:
    """Return conditions as one; a property that is one of some values is said shortly."""
    same = len({str(one.get("trigger", id(one))) for one in parts}) == 1
    if word == "any" and same and all(one.keys() == {"trigger", "eq"} for one in parts):
        return {"trigger": parts[0]["trigger"], "in": [one["eq"] for one in parts]}
    return {word: list(parts)}


def where(said: Body) -> Body:
    """Return a condition as what an event must be like: tests by properties.

    Raises:
        WordlessError: it is none of all properties.
    """
    parts = cast("list[Body]", said["all"]) if "all" in said else [said]
    if len({one.get("trigger") for one in parts}) == 1:
        parts = [said]
    made: dict[str, Body] = {}
    for part in parts:
        tests = cast("list[Body]", part["all"]) if "all" in part else [part]
        for one in tests:
            test = {name: value for name, value in one.items() if name != "trigger"}
            known = made.setdefault(str(one.get("trigger")), {})
            if (
                "trigger" not in one
                or len({t.get("trigger") for t in tests}) > 1
                or known.keys() & test
            ):
                raise WordlessError(text("an event starts the chain under a condition of its own"))
            known |= test
    return cast("Body", made)
