"""What one run remembers for the next, so that only what changed is worked out again."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable

ResultT = TypeVar("ResultT")
_Key = tuple[object, ...]


class Memory:
    """Results by kind and by the very objects they were made of.

    A result is found again only for the same objects, not for equal ones: equal IR nodes may stand
    in different places. What a run did not ask for is forgotten when the next one begins.
    """

    def __init__(self) -> None:
        self._before: dict[_Key, tuple[tuple[object, ...], object]] = {}
        self._now: dict[_Key, tuple[tuple[object, ...], object]] = {}
        self._left: dict[str, object] = {}

    def leave(self, name: str, value: object) -> None:
        """Leave something for the next run."""
        self._left[name] = value

    def left(self, name: str) -> object:
        """Return what the last run left under a name, None if nothing."""
        return self._left.get(name)

    def turn(self) -> None:
        """Begin a new run: keep what the last one used."""
        self._before, self._now = self._now, {}

    def recall(
        self, kind: str, subjects: tuple[object, ...], make: Callable[[], ResultT]
    ) -> ResultT:
        """Return what was made of these subjects before, or make it.

        The subjects are kept alive with the result, so that their identities stay theirs.
        """
        key = (kind, *map(id, subjects))
        found = self._now.get(key)
        if found is None:
            found = self._before.get(key) or (subjects, make())
            self._now[key] = found
        return cast("ResultT", found[1])


class Once(Memory):
    """Remembers nothing: for a single run, in which nothing is asked for again."""

    def recall(
        self, _kind: str, _subjects: tuple[object, ...], make: Callable[[], ResultT]
    ) -> ResultT:
        """Make the result."""
        return make()
