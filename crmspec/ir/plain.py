"""Turn IR back into plain data in the language's own keys, with or without places.

Law: building `plain(x)` again gives a node equal to `x`.
"""

from __future__ import annotations

from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Annotated, get_args, get_origin

import msgspec

from crmspec.ir.convert import yaml_key
from crmspec.ir.hint import hints
from crmspec.ir.value import (
    FLAT,
    Day,
    Duration,
    Located,
    Name,
    Percent,
    PropertyTest,
    Ref,
    Template,
    Test,
    TimeOfDay,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from crmspec.ir.place import Place
    from crmspec.ir.value import Plain

    Annotate = Callable[[Place], Plain]


@cache
def _layout(cls: type[Located]) -> tuple[tuple[str, str, bool, object], ...]:
    """Return `(field, key, flat, default)` of the fields of an IR type."""
    declared = hints(cls)
    rows = []
    for field in msgspec.structs.fields(cls):
        hint = declared[field.name]
        flat = get_origin(hint) is Annotated and FLAT in get_args(hint)[1:]
        default = field.default
        if field.default_factory is not msgspec.NODEFAULT:
            default = field.default_factory()
        if field.name != "place":
            rows.append((field.name, yaml_key(field.name), flat, default))
    return tuple(rows)


def plain(node: Located, annotate: Annotate | None = None) -> dict[str, object]:
    """Return the mapping of a node: full forms, no defaults, no `id` (it is the key above).

    `annotate` may turn a place into data, which is then put under `$at` in each mapping.
    """
    made: dict[str, object] = {}
    if annotate is not None:
        made["$at"] = annotate(node.place)
    named = "id" in node.__struct_fields__ and isinstance(getattr(node, "id"), str)  # noqa: B009
    keyed = named and node.place.entry is not None and node.place.entry.key == getattr(node, "id")  # noqa: B009
    for name, key, flat, default in _layout(type(node)):
        value = getattr(node, name)
        if (keyed and name == "id") or value == default:
            continue
        # The one field that is required and may be None is the message of a reaction: any.
        data = "any" if value is None else _data(value, annotate)
        if flat and isinstance(data, dict):
            made.update(data)
        else:
            made[key] = data
    return made


def _data(value: object, annotate: Annotate | None) -> Plain:
    match value:
        case Located():
            write = _WRITTEN.get(type(value))
            return write(value) if write is not None else plain(value, annotate)
        case tuple():
            return _many(value, annotate)
        case dict():
            return {key: _data(item, annotate) for key, item in value.items()}
        case list():
            return [_data(item, annotate) for item in value]
        case None | bool() | int() | float() | str():
            return value
    raise TypeError(f"no plain form for {type(value).__name__}")


_WRITTEN: dict[type[Located], Callable[[Any], Plain]] = {
    Ref: attrgetter("id"),
    Name: attrgetter("id"),
    Duration: attrgetter("text"),
    Day: attrgetter("iso"),
    Template: attrgetter("source"),
    TimeOfDay: lambda time: f"{time.minute // 60:02d}:{time.minute % 60:02d}",
    Percent: lambda percent: f"{percent.value}%",
}
"""The values that are written as one scalar."""


def _many(value: tuple[object, ...], annotate: Annotate | None) -> Plain:
    if value and all(isinstance(item, Test) for item in value):
        return {item.operator: item.operand for item in value if isinstance(item, Test)}
    if value and all(isinstance(item, PropertyTest) for item in value):
        return {
            item.property: _many(item.tests, annotate)
            for item in value
            if isinstance(item, PropertyTest)
        }
    return [_data(item, annotate) for item in value]
