"""Merging: what became of a value here and there, as far as they changed other parts of it."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING, NamedTuple, cast

from crmspec.engine.body import canonical, same

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    Merge = Callable[[object, object, object], "Merged"]
    Sides = tuple[Sequence[object], Sequence[object], Sequence[object]]


class Clash(NamedTuple):
    """A part that both sides changed, each otherwise; None is a part that is not there.

    `line` is the line of the text of `here` where it begins, counted from 1; 0 without a text.
    """

    base: object
    here: object
    there: object
    line: int = 0


class Merged(NamedTuple):
    """A value with the changes of both sides; where they clash it is as `there`."""

    value: object
    clashes: tuple[Clash, ...] = ()


class _Edit(NamedTuple):
    """One side (1 is `here`, 2 is `there`) has `size` items for those from `start` to `end`."""

    start: int
    end: int
    size: int
    side: int


_ABSENT: object = object()


def merge(base: object, here: object, there: object) -> Merged:
    """Merge JSON data: mappings by key, lists by item, texts by line.

    Laws: what one side left as it was is as on the other; without clashes the sides may be
    exchanged. Source: Khanna, Kunal, Pierce, A Formal Investigation of Diff3, 2007.
    """
    settled = _settled(base, here, there)
    if settled is not None:
        return settled
    match base, here, there:
        case dict(), dict(), dict() if base.get("id") == here.get("id") == there.get("id"):
            return _fields(base, here, there)
        case list(), list(), list():
            return _items((base, here, there))
        case str(), str(), str():
            return _text(base, here, there)
    return _clash(base, here, there)


def holds(base: object, here: object, there: object) -> bool:
    """Say whether `here` has all that was changed `there`."""
    made = merge(base, here, there)
    return not made.clashes and _same(made.value, here)


def _settled(base: object, here: object, there: object) -> Merged | None:
    """Return what needs no merging: one side left it as it was, or both say the same."""
    if _same(here, there) or _same(base, there):
        return Merged(here)
    return Merged(there) if _same(base, here) else None


def _clash(base: object, here: object, there: object) -> Merged:
    parts = [None if one is _ABSENT else one for one in (base, here, there)]
    return Merged(there, (Clash(parts[0], parts[1], parts[2]),))


def _same(one: object, other: object) -> bool:
    if one is _ABSENT or other is _ABSENT:
        return one is other
    return same(one, other)


def _fields(base: dict[str, object], here: dict[str, object], there: dict[str, object]) -> Merged:
    made: dict[str, object] = {}
    clashes: list[Clash] = []
    for name in dict.fromkeys((*here, *there)):
        one = merge(*(side.get(name, _ABSENT) for side in (base, here, there)))
        clashes += one.clashes
        if one.value is not _ABSENT:
            made[name] = one.value
    return Merged(made, tuple(clashes))


def _items(sides: Sides) -> Merged:
    names = [[canonical(item) for item in side] for side in sides]
    made: list[object] = []
    clashes: list[Clash] = []
    for _, piece in _woven(sides, _parts(*names), merge):
        made += cast("list[object]", piece.value)
        clashes += piece.clashes
    return Merged(made, tuple(clashes))


def _text(*texts: str) -> Merged:
    base, here, there = (one.splitlines(keepends=True) for one in texts)
    made = ""
    clashes: list[Clash] = []
    for at, piece in _woven((base, here, there), _parts(base, here, there), _line):
        made += "".join(cast("list[str]", piece.value))
        clashes += [_told(one, at + 1) for one in piece.clashes]
    return Merged(made, tuple(clashes))


def _line(base: object, here: object, there: object) -> Merged:
    return _settled(base, here, there) or _clash(base, here, there)


def _told(clash: Clash, line: int) -> Clash:
    base, here, there = ("".join(cast("list[str]", one)) for one in clash[:3])
    return Clash(base, here, there, line)


def _woven(
    sides: Sides, parts: Iterator[tuple[slice, ...]], one: Merge
) -> Iterator[tuple[int, Merged]]:
    """Yield stretches of items, and where each begins on the first side.

    Where as many items became as many on both sides, each is merged by itself.
    """
    for part in parts:
        base, here, there = (list(side[at]) for side, at in zip(sides, part, strict=True))
        settled, first = _settled(base, here, there), part[1].start
        if settled is not None:
            yield first, settled
        elif len(base) == len(here) == len(there):
            for number, items in enumerate(zip(base, here, there, strict=True)):
                made = one(*items)
                yield first + number, Merged([made.value], made.clashes)
        else:
            yield first, _clash(base, here, there)


def _parts(
    base: Sequence[object], here: Sequence[object], there: Sequence[object]
) -> Iterator[tuple[slice, ...]]:
    """Yield where each stretch stands on the three sides: those without edits, and all others.

    Edits that overlap or touch are one stretch.
    """
    edits = sorted((*_edits(base, here, 1), *_edits(base, there, 2)))
    at = [0, 0, 0]
    while edits:
        start, end = edits[0].start, edits[0].end
        grown = [0, 0, 0]
        if start > at[0]:
            yield _moved(at, start - at[0], grown)
        while edits and edits[0].start <= end:
            edit = edits.pop(0)
            end = max(end, edit.end)
            grown[edit.side] += edit.size - (edit.end - edit.start)
        yield _moved(at, end - start, grown)
    yield _moved(at, len(base) - at[0], [0, 0, 0])


def _moved(at: list[int], count: int, grown: list[int]) -> tuple[slice, ...]:
    """Step over items of the base, and over so many more on each side."""
    before = at.copy()
    at[:] = [one + count + more for one, more in zip(at, grown, strict=True)]
    return tuple(map(slice, before, at))


def _edits(base: Sequence[object], side: Sequence[object], number: int) -> Iterator[_Edit]:
    matcher: SequenceMatcher[object] = SequenceMatcher(None, base, side, autojunk=False)
    for tag, start, end, first, last in matcher.get_opcodes():
        if tag != "equal":
            yield _Edit(start, end, last - first, number)
