"""The difference of two values, such that `patch(a, diff(a, b))` is `b`."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, cast

import msgspec

from crmspec.engine.align import align
from crmspec.engine.body import is_reference, same

if TYPE_CHECKING:
    from collections.abc import Iterator


class Replace(msgspec.Struct, frozen=True):
    """One value instead of another."""

    before: object
    after: object


class Fields(msgspec.Struct, frozen=True):
    """Changes of a map, by key."""

    changed: dict[str, Delta]
    added: dict[str, object]
    removed: dict[str, object]


class Keep(msgspec.Struct, frozen=True):
    """The item at `index` of the old list, as it was."""

    index: int


class Edit(msgspec.Struct, frozen=True):
    """The item at `index` of the old list, changed."""

    index: int
    delta: Delta


class Insert(msgspec.Struct, frozen=True):
    """A new item."""

    value: object


Part: TypeAlias = Keep | Edit | Insert


class Items(msgspec.Struct, frozen=True):
    """The new list, part by part, and the old items that have no part in it, by index."""

    parts: tuple[Part, ...]
    removed: dict[int, object]


Delta: TypeAlias = Replace | Fields | Items


def diff(before: object, after: object) -> Delta | None:
    """Return how to get from one value to the other, or None if they mean the same."""
    if same(before, after):
        return None
    if isinstance(before, dict) and isinstance(after, dict) and not _opaque(before, after):
        return _fields(before, after)
    if isinstance(before, list) and isinstance(after, list):
        return _items(before, after)
    return Replace(before, after)


def _opaque(before: object, after: object) -> bool:
    return is_reference(before) or is_reference(after)


def _fields(before: dict[str, object], after: dict[str, object]) -> Fields:
    changed = {
        key: delta
        for key in after
        if key in before and (delta := diff(before[key], after[key])) is not None
    }
    added = {key: value for key, value in after.items() if key not in before}
    removed = {key: value for key, value in before.items() if key not in after}
    return Fields(changed, added, removed)


def _items(before: list[object], after: list[object]) -> Items:
    parts: list[Part] = []
    pairs = align(before, after)
    for index, value in zip(pairs, after, strict=True):
        if index is None:
            parts.append(Insert(value))
        elif (delta := diff(before[index], value)) is None:
            parts.append(Keep(index))
        else:
            parts.append(Edit(index, delta))
    kept = set(pairs)
    return Items(tuple(parts), {i: v for i, v in enumerate(before) if i not in kept})


def patch(value: object, delta: Delta | None) -> object:
    """Return the value that the delta leads to.

    Raises:
        TypeError: the delta was not made for such a value.
    """
    match delta:
        case None:
            return value
        case Replace():
            return delta.after
        case Fields() if isinstance(value, dict):
            kept = {key: item for key, item in value.items() if key not in delta.removed}
            changed = {key: patch(value[key], inner) for key, inner in delta.changed.items()}
            return kept | changed | delta.added
        case Items() if isinstance(value, list):
            return [_part(value, part) for part in delta.parts]
    raise TypeError(f"a {type(delta).__name__} does not fit a {type(value).__name__}")


def _part(value: list[object], part: Part) -> object:
    match part:
        case Keep():
            return value[part.index]
        case Edit():
            return patch(value[part.index], part.delta)
        case Insert():
            return part.value


def atoms(value: object, delta: Delta) -> Iterator[Delta]:
    """Yield the single changes that a delta is made of, each for the same value.

    All that changes its place in one list is one of them.
    """
    match delta:
        case Replace():
            yield delta
        case Fields():
            held = cast("dict[str, object]", value)
            for key, inner in delta.changed.items():
                yield from (Fields({key: one}, {}, {}) for one in atoms(held[key], inner))
            yield from (Fields({}, {key: one}, {}) for key, one in delta.added.items())
            yield from (Fields({}, {}, {key: one}) for key, one in delta.removed.items())
        case Items():
            yield from _single(cast("list[object]", value), delta)


def _single(items: list[object], delta: Items) -> Iterator[Items]:
    kept: list[Part] = [Keep(index) for index in range(len(items))]
    for index, one in delta.removed.items():
        yield Items((*kept[:index], *kept[index + 1 :]), {index: one})
    order: list[int] = []
    for part in delta.parts:
        if isinstance(part, Insert):
            place = order[-1] + 1 if order else 0
            yield Items((*kept[:place], part, *kept[place:]), {})
            continue
        order.append(part.index)
        if isinstance(part, Edit):
            for one in atoms(items[part.index], part.delta):
                changed = Edit(part.index, one)
                yield Items((*kept[: part.index], changed, *kept[part.index + 1 :]), {})
    if order != sorted(order):
        yield Items(tuple(Keep(index) for index in (*order, *delta.removed)), {})
