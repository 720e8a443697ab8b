"""Walk the IR: every located node below a node, parents before children."""

from __future__ import annotations

from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Annotated, Any, get_args, get_origin

from crmspec.ir.hint import hints
from crmspec.ir.value import Located

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Values = Callable[[Located], tuple[object, ...]]


@cache
def _values(cls: type[Located]) -> Values | None:
    """Return what gets the values of the fields that can hold nodes, or None without such."""
    declared = hints(cls)
    names = [name for name in cls.__struct_fields__ if name != "place" and _holds(declared[name])]
    if not names:
        return None
    getter: Callable[[Located], Any] = attrgetter(*names)
    return getter if len(names) > 1 else lambda node: (getter(node),)


def _holds(hint: object) -> bool:
    if isinstance(hint, type):
        return issubclass(hint, Located)
    if get_origin(hint) is Annotated:
        return _holds(get_args(hint)[0])
    return any(_holds(part) for part in get_args(hint))


def children(node: Located) -> list[Located]:
    """Return the located nodes directly below a node, in field order."""
    values = _values(node.__class__)
    found: list[Located] = []
    if values is not None:
        for value in values(node):
            if value:
                _collect(value, found)
    return found


def _collect(value: object, found: list[Located]) -> None:
    kind = value.__class__
    if kind is tuple:
        found.extend(value)  # type: ignore[arg-type]
    elif kind is dict:
        for item in value.values():  # type: ignore[attr-defined]
            _collect(item, found)
    elif isinstance(value, Located):
        found.append(value)


def walk(node: Located) -> Iterator[Located]:
    """Yield a node and all located nodes below it, depth first, in the author's order."""
    stack = [node]
    pop, push = stack.pop, stack.extend
    while stack:
        current = pop()
        yield current
        below = children(current)
        if below:
            below.reverse()
            push(below)
