"""A delta as a flat list of differences that people read: `steps[cart_sms].wait: 24h → 6h`."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from crmspec.engine.align import natural_key
from crmspec.engine.body import canonical
from crmspec.engine.diff import Edit, Fields, Insert, Items, Keep, Replace, diff

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.engine.diff import Delta


class Action(StrEnum):
    """What happens at a path."""

    SET = "set"
    ADD = "add"
    REMOVE = "remove"
    MOVE = "move"


class Difference(msgspec.Struct, frozen=True, omit_defaults=True):
    """One changed place; `before` and `after` are absent where the action has no such side.

    `source` is the `file:line` that says it, where that is more than where the resource begins.
    """

    path: str
    action: Action
    before: object = None
    after: object = None
    source: str = ""


Differences: TypeAlias = tuple[Difference, ...]

UNREADABLE = Difference("", Action.SET)
"""People left something in the place of an object that cannot be read as one."""


def is_unreadable(difference: Difference) -> bool:
    """Say whether a difference is `UNREADABLE`, at whatever place of the project."""
    return msgspec.structs.replace(difference, source="") == UNREADABLE


def differences(before: object, after: object) -> Differences:
    """Return every changed place between two bodies, in the order of the new one."""
    if canonical(before) == canonical(after):  # as most are, and quickly seen
        return ()
    delta = diff(before, after)
    return tuple(walked(before, delta)) if delta is not None else ()


def walked(before: object, delta: Delta) -> Iterator[Difference]:
    """Yield every changed place of a body that a delta leads away from."""
    return _walk("", before, delta)


def _walk(path: str, before: object, delta: Delta) -> Iterator[Difference]:
    match delta:
        case Replace():
            yield Difference(path, Action.SET, delta.before, delta.after)
        case Fields() if isinstance(before, dict):
            yield from _fields(path, before, delta)
        case Items() if isinstance(before, list):
            yield from _items(path, before, delta)


def _fields(path: str, before: dict[str, object], delta: Fields) -> Iterator[Difference]:
    for key, value in delta.removed.items():
        yield Difference(_key(path, key), Action.REMOVE, before=value)
    for key, inner in delta.changed.items():
        yield from _walk(_key(path, key), before[key], inner)
    for key, value in delta.added.items():
        yield Difference(_key(path, key), Action.ADD, after=value)


def _items(path: str, before: list[object], delta: Items) -> Iterator[Difference]:
    for index, value in delta.removed.items():
        yield Difference(_item(path, value, index), Action.REMOVE, before=value)
    highest = -1
    for place, part in enumerate(delta.parts):
        if isinstance(part, Insert):
            yield Difference(_item(path, part.value, place), Action.ADD, after=part.value)
            continue
        old = before[part.index]
        name = _item(path, old, place)
        if part.index < highest:
            yield Difference(name, Action.MOVE)
        highest = max(highest, part.index)
        match part:
            case Edit():
                yield from _walk(name, old, part.delta)
            case Keep():
                pass


def _key(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _item(path: str, item: object, index: int) -> str:
    """Name an item by its id, or else by what it is and its place counted from 1."""
    key = natural_key(item)
    return f"{path}[{key.partition(':')[2] if key else f'#{index + 1}'}]"
