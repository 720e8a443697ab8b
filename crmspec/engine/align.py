"""Pair the items of two lists: by id, then by equal content, then by shape; never by index."""

from __future__ import annotations

from collections import Counter
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from crmspec.engine.body import canonical, is_reference

if TYPE_CHECKING:
    from collections.abc import Sequence

_KEYS = ("id", "key", "ref", "name")


def natural_key(item: object) -> str | None:
    """Return what names an item within its list, such as `id:cart_sms`, or None."""
    if isinstance(item, dict):
        for key in _KEYS:
            if isinstance(item.get(key), str):
                return f"{key}:{item[key]}"
    return None


def unique_keys(items: Sequence[object]) -> list[str | None]:
    """Return the natural key of each item, or None where it is absent or not unique."""
    keys = [natural_key(item) for item in items]
    counts = Counter(keys)
    return [key if counts[key] == 1 else None for key in keys]


def align(before: Sequence[object], after: Sequence[object]) -> list[int | None]:
    """Return, for each item of `after`, the index of its forerunner in `before` or None."""
    pairs: list[int | None] = [None] * len(after)
    places = {key: i for i, key in enumerate(unique_keys(before)) if key is not None}
    for j, key in enumerate(unique_keys(after)):
        pairs[j] = places.pop(key, None) if key is not None else None
    taken = {i for i in pairs if i is not None}
    left = [i for i in range(len(before)) if i not in taken]
    right = [j for j in range(len(after)) if pairs[j] is None]
    for i, j in _by_content(before, after, left, right):
        pairs[j] = i
    return pairs


def _by_content(
    before: Sequence[object], after: Sequence[object], left: list[int], right: list[int]
) -> list[tuple[int, int]]:
    pairs: list[tuple[int, int]] = []
    for equal, lefts, rights in _blocks(
        [canonical(before[i]) for i in left], [canonical(after[j]) for j in right]
    ):
        olds, news = left[lefts], right[rights]
        pairs += zip(olds, news, strict=True) if equal else _by_shape(before, after, olds, news)
    return pairs


def _by_shape(
    before: Sequence[object], after: Sequence[object], left: list[int], right: list[int]
) -> list[tuple[int, int]]:
    """Pair items that are edits of each other: maps with the same keys, not both named."""
    olds = [_shape(before[i], f"-{i}") for i in left]
    news = [_shape(after[j], f"+{j}") for j in right]
    return [
        (i, j)
        for equal, lefts, rights in _blocks(olds, news)
        if equal
        for i, j in zip(left[lefts], right[rights], strict=True)
        if not (natural_key(before[i]) and natural_key(after[j]))
    ]


def _shape(item: object, otherwise: str) -> str:
    if isinstance(item, dict) and not is_reference(item):
        return " ".join(sorted(key for key in item if key not in _KEYS))
    return "[]" if isinstance(item, list) else otherwise


def _blocks(olds: Sequence[object], news: Sequence[object]) -> list[tuple[bool, slice, slice]]:
    """Return the runs of two sequences: whether they are equal, and where they stand."""
    matcher: SequenceMatcher[object] = SequenceMatcher(None, olds, news, autojunk=False)
    return [
        (tag == "equal", slice(i1, i2), slice(j1, j2))
        for tag, i1, i2, j1, j2 in matcher.get_opcodes()
    ]
