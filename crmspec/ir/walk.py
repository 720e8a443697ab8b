"""Walk the IR: every located node below a node, parents before children."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, get_type_hints

from crmspec.ir.value import Located

if TYPE_CHECKING:
    from collections.abc import Iterator

_PLAIN = (str, int, float, bool, type(None))


@cache
def fields(cls: type[Located]) -> tuple[str, ...]:
    """Return the fields of an IR type that can hold located nodes."""
    hints = get_type_hints(cls)
    plain = {str, int, float, bool, str | None, int | None, float | None, bool | None}
    return tuple(
        name
        for name in cls.__struct_fields__
        if name != "place" and hints[name] not in plain and hints[name] != tuple[str, ...]
    )


def children(node: Located) -> Iterator[Located]:
    """Yield the located nodes directly below a node, in field order."""
    for name in fields(type(node)):
        value = getattr(node, name)
        if isinstance(value, Located):
            yield value
        elif value and isinstance(value, (tuple, dict)):
            yield from _inside(value)


def _inside(value: tuple[object, ...] | dict[str, object]) -> Iterator[Located]:
    for item in value.values() if isinstance(value, dict) else value:
        if isinstance(item, Located):
            yield item
        elif item and isinstance(item, (tuple, dict)):
            yield from _inside(item)


def walk(node: Located) -> Iterator[Located]:
    """Yield a node and all located nodes below it, depth first, in the author's order."""
    stack = [node]
    pop, push = stack.pop, stack.extend
    while stack:
        current = pop()
        yield current
        below = list(children(current))
        if below:
            push(reversed(below))
