"""Patterns of `matches`, looked for in a time that no text can blow up (semantics 5.52)."""

from __future__ import annotations

import re
import warnings
from functools import lru_cache
from re import _compiler, _constants, _parser  # type: ignore[attr-defined]
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

    Item: TypeAlias = tuple[Any, Any]
    Tree: TypeAlias = Any
    Find: TypeAlias = Callable[[str], bool]

_WORK = 10_000_000
"""Tries that Python's own search may need for one text at the worst."""
_STATES = 5_000
_REPEATS = (_constants.MAX_REPEAT, _constants.MIN_REPEAT)
_LETTERS = (_constants.LITERAL, _constants.NOT_LITERAL, _constants.ANY, _constants.IN)
_AROUND = (_constants.ASSERT, _constants.ASSERT_NOT)


class _TooHardError(Exception):
    """The pattern refers back, holds on to what it took, or is too large."""


@lru_cache(maxsize=1024)
def finder(written: str, *, ignore_case: bool) -> Find | None:
    """Return what looks for a pattern anywhere in a text; None: the pattern fits nothing.

    Python's own search goes back over what it tried, for ever if repetitions stand in repetitions.
    Where that may happen all ways are followed at once, with time in proportion to the text. What
    cannot be followed so (references back, atomic groups) then fits nothing.
    """
    flags = re.IGNORECASE if ignore_case else re.NOFLAG
    try:
        with warnings.catch_warnings():
            # Python's own advice about patterns is not for authors.
            warnings.simplefilter("ignore")
            pattern = re.compile(written, flags)
            tree = _parser.parse(written, flags)
    except (re.error, OverflowError, RecursionError):
        return None
    return _finder(pattern, tree)


def _finder(pattern: re.Pattern[str], tree: Tree) -> Find:
    exponent = _repeats(tree) + 1
    nested = _nested(tree)

    @lru_cache(maxsize=1)
    def all_ways() -> Ways | None:
        try:
            return Ways(tree, pattern.flags)
        except _TooHardError:
            return None

    def find(text: str) -> bool:
        if not nested and len(text) ** exponent <= _WORK:
            return pattern.search(text) is not None
        ways = all_ways()
        return ways is not None and ways.lead_through(text)

    return find


def _parts(item: Item) -> list[Any]:
    """Return the patterns inside a part of a pattern."""
    name, value = item
    if name is _constants.BRANCH:
        return list(value[1])
    inner = value if isinstance(value, tuple) else (value,)
    return [part for part in inner if isinstance(part, _parser.SubPattern)]


def _varies(item: Item) -> bool:
    name, value = item
    return name is _constants.BRANCH or (name in _REPEATS and value[0] != value[1])


def _repeats(tree: Tree) -> int:
    """Return how many parts can be taken in several lengths."""
    return sum(_varies(item) + sum(map(_repeats, _parts(item))) for item in tree)


def _nested(tree: Tree) -> bool:
    """Say whether a part that can be taken in several ways stands in a repetition."""
    return any(
        any(map(_nested, _parts(item)))
        or (item[0] in _REPEATS and item[1][1] > 1 and any(map(_repeats, _parts(item))))
        for item in tree
    )


class Ways:
    """All ways through a pattern, as states that are followed at once.

    A state reads a letter, looks at a place, forks, or is the end (none of these).
    """

    def __init__(self, tree: Tree, flags: int) -> None:
        self._groups = tree.state
        self._reads: list[re.Pattern[str] | None] = []
        self._looks: list[re.Pattern[str] | None] = []
        self._then: list[list[int]] = []
        self._end = self._state([])
        self._start = self._all(tree, flags, self._end)

    def lead_through(self, text: str) -> bool:
        """Say whether the pattern fits some part of the text."""
        now: set[int] = set()
        for place in range(len(text) + 1):
            reached = self._reached({*now, self._start}, text, place)
            if self._end in reached:
                return True
            letter = text[place : place + 1]
            now = {
                after
                for state in reached
                if (read := self._reads[state]) is not None and read.fullmatch(letter)
                for after in self._then[state]
            }
        return False

    def _reached(self, states: set[int], text: str, place: int) -> set[int]:
        """Return the states with all that follow from them without reading."""
        todo, reached = [*states], {*states}
        while todo:
            state = todo.pop()
            look = self._looks[state]
            if self._reads[state] is None and (look is None or look.match(text, place)):
                fresh = [one for one in self._then[state] if one not in reached]
                reached.update(fresh)
                todo += fresh
        return reached

    def _state(
        self,
        then: list[int],
        read: re.Pattern[str] | None = None,
        look: re.Pattern[str] | None = None,
    ) -> int:
        if len(self._then) >= _STATES:
            raise _TooHardError
        self._then.append(then)
        self._reads.append(read)
        self._looks.append(look)
        return len(self._then) - 1

    def _all(self, tree: Tree, flags: int, then: int) -> int:
        """Add the parts of a pattern that lead to `then`; return where they begin."""
        for item in reversed(list(tree)):
            then = self._one(item, flags, then)
        return then

    def _one(self, item: Item, flags: int, then: int) -> int:
        name, value = item
        if name in _LETTERS:
            return self._state([then], read=self._compiled(item, flags))
        if name is _constants.AT or (name in _AROUND and not _nested([item])):
            return self._state([then], look=self._compiled(item, flags))
        if name is _constants.BRANCH:
            return self._state([self._all(part, flags, then) for part in value[1]])
        if name is _constants.SUBPATTERN:
            _, more, less, part = value
            return self._all(part, (flags | more) & ~less, then)
        if name in _REPEATS:
            return self._repeat(value, flags, then)
        raise _TooHardError

    def _repeat(self, value: tuple[int, int, Any], flags: int, then: int) -> int:
        least, most, part = value
        first = then
        if most is _constants.MAXREPEAT:
            first = self._state([then])
            self._then[first].append(self._all(part, flags, first))
        else:
            for _ in range(most - least):
                first = self._state([then, self._all(part, flags, first)])
        for _ in range(least):
            first = self._all(part, flags, first)
        return first

    def _compiled(self, item: Item, flags: int) -> re.Pattern[str]:
        """Return a part as Python reads it, so that letters and places mean the same."""
        part = _parser.SubPattern(self._groups, [item])
        made: re.Pattern[str] = _compiler.compile(part, flags)
        return made
