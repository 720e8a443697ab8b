"""From IR to bodies: the language's own keys, references as addresses, files resolved."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Annotated, NamedTuple, get_args, get_origin, get_type_hints

import msgspec

from crmspec.engine.body import REFERENCE, is_reference
from crmspec.engine.fold import fold
from crmspec.ir import Located, Ref, Resource
from crmspec.ir.convert import fields_of, yaml_key
from crmspec.ir.message import Block, Content, Layout
from crmspec.ir.program import KEYS, KINDS
from crmspec.ir.value import (
    FLAT,
    Day,
    Duration,
    Name,
    Percent,
    PropertyTest,
    Template,
    Test,
    TimeOfDay,
)
from crmspec.lower.element import UNSENT
from crmspec.lower.name import title

if TYPE_CHECKING:
    from collections.abc import Container

    from crmspec.engine.body import Body
    from crmspec.engine.resource import Address
    from crmspec.ir import Program
    from crmspec.ir.target import Target

ACTIVATED: frozenset[str] = frozenset({"chain", "broadcast"})
"""Kinds that send something once they are live."""

_SOURCE = "source"
"""Under which a body has the text of a file."""
_UNITS = (("d", 86_400), ("h", 3600), ("m", 60), ("s", 1))


def head(target: Target, project: str, kind: str, resource: Resource) -> Body:
    """Return the fields that all kinds have: the name, the description, and a status to set."""
    made: Body = {"title": title(target, project, resource)}
    if resource.description:
        made["description"] = resource.description
    if kind in ACTIVATED and target.activate != "manual":
        drafted = target.activate == "draft" and resource.status == "live"
        made["status"] = "draft" if drafted else resource.status
    return made


@cache
def _flat(cls: type[Located]) -> frozenset[str]:
    """Return the fields whose keys stand among those of their parent."""
    return frozenset(
        name
        for name, hint in get_type_hints(cls, include_extras=True).items()
        if get_origin(hint) is Annotated and FLAT in get_args(hint)[1:]
    )


class _Field(NamedTuple):
    """A field of a type: its key, its default, and whether its keys stand among the others."""

    name: str
    key: str
    default: object
    flat: bool


@cache
def _fields(cls: type[Located]) -> tuple[_Field, ...]:
    """Return the fields of a type that are for targets."""
    unsent = UNSENT if issubclass(cls, Resource) else frozenset({"place"})
    return tuple(
        _Field(
            one.name,
            yaml_key(one.name),
            one.default if one.default_factory is msgspec.NODEFAULT else one.default_factory(),
            one.name in _flat(cls),
        )
        for one in msgspec.structs.fields(cls)
        if one.name not in unsent
    )


def kept(address: Address, field: str, body: Body) -> tuple[str, ...]:
    """Return in which fields of a body of the language's own form a field of a resource is."""
    if field in {"file", _SOURCE}:
        return (_SOURCE,)
    cls = KINDS[KEYS[address.kind]][1]
    if field not in _flat(cls):
        return (field,)
    return tuple(sorted(body.keys() - set(fields_of(cls)) - {_SOURCE}))


class Encoder:
    """Encodes one resource for a target.

    `kinds` are those whose references lead to objects of their own; steps of the types in
    `dropped` are left out.
    """

    def __init__(
        self,
        own: Address,
        program: Program,
        *,
        kinds: Container[str],
        dropped: frozenset[type[Located]] = frozenset(),
    ) -> None:
        self._own = own
        self._program = program
        self._kinds = kinds
        self._dropped = dropped

    def encode(self, node: Located) -> Body:
        """Return a node's fields that differ from their defaults."""
        made: Body = {}
        for name, key, default, flat in _fields(type(node)):
            value = getattr(node, name)
            if value is default or value == default:
                continue
            if name == "file" and isinstance(node, (Content, Layout, Block)):
                made[_SOURCE] = fold(self._program.files[value], self._program)
                continue
            data = self._data(value)
            if flat and isinstance(data, dict):
                made |= data
            else:
                made[key] = data
        return made

    def _data(self, value: object) -> object:
        match value:
            case Ref():
                return self.reference(value)
            case Located():
                return self._located(value)
            case tuple():
                return self._many(value)
            case dict():
                return {_escape(str(key)): self._data(item) for key, item in value.items()}
            case list():
                return [self._data(item) for item in value]
        return value

    def reference(self, ref: Ref) -> object:
        """Return the address of what has an object of its own, else the bare id."""
        if ref.kind not in self._kinds:
            return ref.id
        if (ref.kind, ref.id) == (self._own.kind, self._own.id):
            return "self"
        return {REFERENCE: f"{ref.kind}.{ref.id}"}

    def _located(self, value: Located) -> object:  # noqa: PLR0911 - a table of types
        match value:
            case Name():
                return value.id
            case Duration():
                return duration(value)
            case TimeOfDay():
                return f"{value.minute // 60:02d}:{value.minute % 60:02d}"
            case Day():
                return value.iso
            case Percent():
                return f"{value.value:g}%"
            case Template():
                return fold(value.source, self._program)
        return self.encode(value)

    def _many(self, value: tuple[object, ...]) -> object:
        tests = {
            item.operator: self._data(item.operand) for item in value if isinstance(item, Test)
        }
        where = {
            _escape(item.property): self._many(item.tests)
            for item in value
            if isinstance(item, PropertyTest)
        }
        if tests or where:
            return tests | where
        return [self._data(item) for item in value if type(item) not in self._dropped]


def duration(value: Duration) -> str:
    """Return one spelling for equal durations: `24h` and `1d` are both `1d`."""
    months, seconds = abs(value.months), abs(value.seconds)
    parts = [f"{months}mo"] if months else []
    for unit, size in _UNITS:
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count}{unit}")
    sign = "-" if value.months < 0 or value.seconds < 0 else ""
    return sign + (" ".join(parts) or "0s")


def written(body: Body, own: Address) -> Body:
    """Return a body as an author writes it: references as bare ids; the way back."""
    return {_unescape(key): _written(item, own) for key, item in body.items()}


def _written(value: object, own: Address) -> object:
    if isinstance(value, dict):
        if is_reference(value):
            return str(value[REFERENCE]).partition(".")[2]
        made = written(value, own)
        return made | {"message": "any"} if made.get("message", own) is None else made
    if isinstance(value, list):
        return [_written(item, own) for item in value]
    return own.id if value == "self" else value


def _unescape(key: str) -> str:
    return key.removeprefix("$") if key.startswith("$") else key


def _escape(key: str) -> str:
    return f"${key}" if key.startswith("$") else key
