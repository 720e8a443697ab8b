"""The annotations of IR types, each evaluated once however many types inherit it."""

from __future__ import annotations

from functools import cache
from inspect import get_annotations
from typing import get_type_hints

from msgspec import NODEFAULT, Struct


@cache
def hints(cls: type[Struct]) -> dict[str, object]:
    """Return the types of all fields as `get_type_hints` does, with what annotates them."""
    found: dict[str, object] = {}
    for base in reversed(cls.__mro__):
        if issubclass(base, Struct) and base is not Struct:
            found |= _own(base)
    return found


@cache
def _own(cls: type[Struct]) -> dict[str, object]:
    """Return the types of the fields that a class itself declares."""
    own = {"__module__": cls.__module__, "__annotations__": get_annotations(cls)}
    return get_type_hints(type(cls.__name__, (), own), include_extras=True)


def required(cls: type[Struct]) -> set[str]:
    """Return the fields that have no default."""
    names, defaults = cls.__struct_fields__, cls.__struct_defaults__
    free = len(names) - len(defaults)
    pairs = zip(names[free:], defaults, strict=True)
    return {*names[:free], *(name for name, default in pairs if default is NODEFAULT)}
