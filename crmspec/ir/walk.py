"""Walk the IR: every located node below a node, parents before children."""

from __future__ import annotations

from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Annotated, Any, Final, get_args, get_origin

from crmspec.ir.hint import hints
from crmspec.ir.value import Located

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Values = Callable[[Located], tuple[object, ...]]

_PLACE: Final = frozenset({"place"})


@cache
def _values(cls: type[Located], without: frozenset[str] = _PLACE) -> Values | None:
    """Return what gets the values of the fields that can hold nodes, or None without such."""
    declared = hints(cls)
    kept = (name for name in cls.__struct_fields__ if name not in without)
    names = [name for name in kept if _holds(declared[name])]
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


def children(node: Located, without: frozenset[str] = _PLACE) -> list[Located]:
    """Return the located nodes directly below a node, in field order, save those `without`."""
    values = _values(node.__class__, without)
    found: list[Located] = []
    if values is not None:
        for value in values(node):
            if value:
                _collect(value, found)
    return found


def _collect(value: object, found: list[Located]) -> None:
    kind = value.__class__
    if kind is tuple:
        found += value  # type: ignore[arg-type]
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
        values = _values(current.__class__)
        if values is None:  # most nodes are leaves
            continue
        below: list[Located] = []
        for value in values(current):
            if value:
                _collect(value, below)
        below.reverse()
        push(below)
