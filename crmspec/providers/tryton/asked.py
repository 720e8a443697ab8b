"""Domains and PYSON as conditions of the language: what is built of them compiles to them again."""

from __future__ import annotations

from itertools import islice, product
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from crmspec.diagnostics import text
from crmspec.dialect.names import load
from crmspec.engine.survey import slug
from crmspec.engine.way_back import WordlessError
from crmspec.providers.tryton.domain import BELOW, COMPUTED, MECHANISMS
from crmspec.providers.tryton.pyson import Pyson

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crmspec.engine.body import Body

_LISTS: Final = frozenset({"addresses", "categories", "contact_mechanisms", "identifiers"})
"""Fields of the party that are lists of other records."""
_TESTS: Final = {"=": "eq", "in": "in", ">": "gt", ">=": "gte", "<": "lt", "<=": "lte"}
_OPPOSITES: Final = {"!=": "=", "not in": "in", "<=": ">", "<": ">=", ">=": "<", ">": "<="}
_OF_LISTS: Final = {"eq": "contains", "in": "contains_any"}
_NEGATIVE: Final = {
    "eq": "neq",
    "in": "not_in",
    "exists": "missing",
    "contains": "not_contains",
    "contains_any": "contains_none",
}
_ORDER: Final = {
    ("Greater", False): "gt",
    ("Greater", True): "gte",
    ("Less", False): "lt",
    ("Less", True): "lte",
}
_MANY: Final = 64
_SELF: Final = "self"
_ABOVE: Final = "_parent_"


class Reading(NamedTuple):
    """A condition as an author writes it, and the PYSON of its opposite."""

    said: Body
    opposite: object


class Fields:
    """The fields of the party that one scenario speaks of, as attributes.

    `known` are the attributes that the project has, by the fields that they are.
    """

    def __init__(self, known: Mapping[str, str] | None = None) -> None:
        self._known = known or {}
        self._paths: dict[str, str] = {}
        self._types: dict[str, str] = {}

    def named(self, path: str, type_: str = "") -> str:
        """Return the id of the attribute that a field is; without a type it may be of any.

        Raises:
            WordlessError: two fields would have one id, or a field is asked as of two types.
        """
        id_ = self._known.get(path) or _standard().get(path) or slug(path)
        known = self._types.get(id_) or type_
        if self._paths.setdefault(id_, path) != path or not id_ or (type_ and known != type_):
            raise WordlessError(text("the project has no attribute like the field `{it}`", it=path))
        self._types[id_] = known
        return id_

    def attributes(self) -> Iterator[tuple[str, Body]]:
        """Yield the attributes as an author declares them."""
        for id_, path in self._paths.items():
            type_ = self._types[id_] or "string"
            made: Body = {"type": type_}
            if type_ == "array":
                made["items"] = "string"
            yield id_, made if path in _standard() else made | {"names": {"tryton": path}}

    def asked(self, path: str, test: str, value: object = True) -> Body:  # noqa: FBT002 - a value
        """Return a condition on a field."""
        if test in {"exists", "missing"}:
            return {"attribute": self.named(path), test: True}
        type_ = _type(value)
        if path.partition(".")[0] in _LISTS:
            test, type_ = _OF_LISTS.get(test, ""), "array" if type_ == "string" else ""
        if not type_ or not test or (type_ not in {"array", "number"} and test in _ORDER.values()):
            raise _odd([path, test, value])
        of_texts: Body = {"case": "sensitive"} if type_ in {"array", "string"} else {}
        return {"attribute": self.named(path, type_), test: value, **of_texts}


def _standard() -> dict[str, str]:
    """Return the attributes that are known without a name, by the fields that they are."""
    paths = load("tryton").table.paths.items()
    return {entry: path.removeprefix("profile.") for path, entry in paths if isinstance(entry, str)}


def _type(value: object) -> str:
    """Return the type of a value, or of all values of a list; nothing if there is none."""
    if isinstance(value, list):
        kinds = {_type(one) for one in value}
        return kinds.pop() if len(kinds) == 1 else ""
    if isinstance(value, str):
        return "string" if value and "{{" not in value else ""
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, (int, float)) else ""


def _odd(condition: object) -> WordlessError:
    told = str(condition)
    short = told if len(told) <= _MANY else f"{told[:_MANY]}…"
    return WordlessError(text("the project has no words for the condition {it}", it=short))


# -- domains ----------------------------------------------------------------------------------


def searched(domain: object, fields: Fields) -> Body:
    """Return a domain as a condition.

    Raises:
        WordlessError: there are no words for it.
    """
    match domain:
        case ["OR", *parts]:
            return _opposite(parts, fields) or {"any": [searched(one, fields) for one in parts]}
        case [str(), *_]:
            return _clause(list(domain), fields)
        case [one]:
            return searched(one, fields)
        case [_, *_]:
            return {"all": [searched(one, fields) for one in domain]}
        case []:
            raise WordlessError(text("everybody comes in, which no segment says"))
    raise _odd(domain)


def _opposite(parts: Sequence[object], fields: Fields) -> Body | None:
    """Return what a field is not, which it says together with that it may be empty."""
    match parts:
        case [[str(path), "=", None], [str(root), "=", None]] if path.startswith(f"{root}."):
            return fields.asked(path, "missing")
        case [[str(path), str(sign), value], [str(root), "=", None]] if (
            sign in _OPPOSITES and root == path.partition(".")[0] and root not in _LISTS
        ):
            return negated(fields.asked(path, _TESTS[_OPPOSITES[sign]], value))
    return None


def _clause(clause: list[object], fields: Fields) -> Body:
    match clause:
        case [str(root), "where" | "not where" as word, [[str(rest), str(sign), value]]]:
            found = _below(root, [rest, sign, value], fields)
            return found if word == "where" else negated(found)
        case [str(path), str(sign), None] if sign in {"=", "!="} and path not in COMPUTED:
            if sign == "!=":
                return fields.asked(path, "exists")
            if "." not in path:
                return fields.asked(path, "missing")
        case [str(path), str(sign), value] if (
            sign in _TESTS and path not in COMPUTED and path not in BELOW
        ):
            return fields.asked(path, _TESTS[sign], value)
    raise _odd(clause)


def _below(root: str, asked: list[object], fields: Fields) -> Body:
    """Return what is asked of records below the party."""
    for path, kinds in MECHANISMS.items():
        if root == "contact_mechanisms" and asked == ["type", "in", kinds]:
            return fields.asked(path, "exists")
    rest, sign, value = str(asked[0]), str(asked[1]), asked[2]
    for path, below in BELOW.items():
        if (root, rest) == below:
            if [sign, value] == ["!=", None]:
                return fields.asked(path, "exists")
            if sign in {"=", "in"}:
                return fields.asked(path, _TESTS[sign], value)
    if root in _LISTS and sign in {"=", "in"}:
        return fields.asked(f"{root}.{rest}", _TESTS[sign], value)
    raise _odd([root, *asked])


def negated(said: Body) -> Body:
    """Return that a condition on a field does not hold."""
    for test, opposite in _NEGATIVE.items():
        if test in said:
            return {opposite if name == test else name: one for name, one in said.items()}
    return {"not": said}


# -- PYSON ------------------------------------------------------------------------------------


def readings(condition: object, fields: Fields) -> Iterator[Reading]:
    """Yield what PYSON may have been; there is one at least.

    Raises:
        WordlessError: there are no words for it.
    """
    found = list(_readings(condition, fields))
    if not found:
        raise _odd(condition)
    yield from found


def _readings(condition: object, fields: Fields) -> Iterator[Reading]:
    leaf = _leaf(condition, fields)
    if leaf is not None:
        yield Reading(leaf, {"__class__": "Not", "v": condition})
    match condition:
        case {"__class__": "Not", "v": asked}:
            leaf = _leaf(asked, fields)
            if leaf is not None:
                yield Reading(negated(leaf), asked)
        case {"__class__": "And" | "Or" as name, "s": [_, _, *_] as parts}:
            yield from _joined(name, parts, fields)


def _joined(name: str, parts: Sequence[object], fields: Fields) -> Iterator[Reading]:
    ways = [list(readings(one, fields)) for one in parts]
    for chosen in islice(product(*ways), _MANY):
        said, opposites = [one.said for one in chosen], [one.opposite for one in chosen]
        if name == "And":
            yield Reading({"all": said}, Pyson().some(opposites))
        else:
            yield Reading({"any": said}, Pyson().every(opposites))


def _leaf(condition: object, fields: Fields) -> Body | None:
    """Return one test of one field that must hold, None if it is something else."""
    match condition:
        case {"__class__": "Equal", "s1": asked, "s2": str() | bool() as value} if value != "":
            other = not value if isinstance(value, bool) else ""
            return _of(asked, other, "eq", value, fields)
        case {"__class__": "Not", "v": {"__class__": "Equal", "s1": asked, "s2": None}}:
            return _of(asked, None, "exists", True, fields)  # noqa: FBT003 - a value
        case {"__class__": str(name), "s1": asked, "s2": value, "e": bool(also)} if (
            name,
            also,
        ) in _ORDER and _type(value) == "number":
            return _of(asked, None, _ORDER[name, also], value, fields)
        case {"__class__": "And", "s": [_, _] as parts}:
            return _number(parts, fields)
        case {"__class__": "Or", "s": [_, _, *_] as parts}:
            return _one_of(parts, fields)
    return None


def _of(asked: object, otherwise: object, test: str, value: object, fields: Fields) -> Body | None:
    match asked:
        case {"__class__": "Eval", "v": str(way), "d": other} if other == otherwise and type(
            other
        ) is type(otherwise):
            *above, last = way.split(".")
            if above[:1] == [_SELF] and all(one.startswith(_ABOVE) for one in above[1:]):
                path = ".".join((*(one.removeprefix(_ABOVE) for one in above[1:]), last))
                if path.partition(".")[0] not in _LISTS:
                    return fields.asked(path, test, value)
    return None


def _number(parts: Sequence[object], fields: Fields) -> Body | None:
    """Return that a number is neither above nor below another."""
    match [_leaf(one, fields) for one in parts]:
        case [{"attribute": one, "gte": least}, {"attribute": other, "lte": most}] if (
            one == other and least == most
        ):
            return {"attribute": one, "eq": least}
    return None


def _one_of(parts: Sequence[object], fields: Fields) -> Body | None:
    """Return that a field is one of several values."""
    found = [_leaf(one, fields) for one in parts]
    plain = [one for one in found if one is not None and "eq" in one]
    if len(plain) < len(found) or len({str(one["attribute"]) for one in plain}) > 1:
        return None
    values = [one["eq"] for one in plain]
    if any(isinstance(one, bool) for one in values):
        return None
    rest = {name: one for name, one in plain[0].items() if name != "eq"}
    return cast("Body", {"attribute": rest.pop("attribute"), "in": values, **rest})
