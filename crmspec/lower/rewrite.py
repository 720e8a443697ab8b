"""Rewrite parts of the IR and keep the rest as it is, the very same nodes where nothing changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, TypeVar

from msgspec.structs import replace

from crmspec.ir import KEYS, Located

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from crmspec.ir import Program, Resource

Node = TypeVar("Node", bound=Located)
Made: TypeAlias = "Located | tuple[Located, ...] | None"
Change: TypeAlias = "Callable[[Located], Made]"
"""What stands in a node's place, several where a list holds it; None: look at what is below."""


def rewrite(node: Node, change: Change) -> Node:
    """Return a node with what is below it changed; what `change` returns is not looked at again."""
    made = {}
    for name in node.__struct_fields__:
        value = getattr(node, name)
        new = value if name == "place" else _value(value, change)
        if new is not value:
            made[name] = new
    return replace(node, **made) if made else node


def _value(value: object, change: Change) -> object:
    match value:
        case Located():
            made = change(value)
            return rewrite(value, change) if made is None else made
        case tuple():
            return _many(value, change)
        case dict():
            items = {key: _value(item, change) for key, item in value.items()}
            return items if any(items[key] is not value[key] for key in value) else value
    return value


def _many(value: tuple[object, ...], change: Change) -> tuple[object, ...]:
    made: list[object] = []
    for item in value:
        new = _value(item, change)
        made += new if isinstance(new, tuple) and isinstance(item, Located) else (new,)
    if len(made) == len(value) and all(a is b for a, b in zip(made, value, strict=True)):
        return value
    return tuple(made)


def changed(program: Program, resources: Iterable[tuple[str, Resource]]) -> Program:
    """Return a program with some resources, given with their kinds, new or in place of others."""
    made: dict[str, dict[str, Resource]] = {}
    for kind, resource in resources:
        key = KEYS[kind]
        made.setdefault(key, dict(getattr(program, key)))[resource.id] = resource
    fields = {key: dict(sorted(found.items())) for key, found in made.items()}
    return replace(program, **fields) if fields else program
