"""Lists that come in pages: read to their end, never in a circle, each object once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

import msgspec

from crmspec.diagnostics import text
from crmspec.engine.error import TargetUnusableError

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator

    from crmspec.diagnostics import Text

Json = dict[str, object]
Mark = TypeVar("Mark")

MOST_PAGES = 100_000
_MOST_IDLE = 20
_ROUNDS = 3


class Page(msgspec.Struct, Generic[Mark], frozen=True, kw_only=True):
    """Some objects, where the next ones are (None: these were the last), and how many in all."""

    items: list[Json]
    next: Mark | None = None
    total: int | None = None


def by_mark(
    read: Callable[[Mark | None], Page[Mark]],
    call: str,
    identity: Callable[[Json], Hashable],
) -> Iterator[Json]:
    """Yield all objects of pages that each name the next one, by a cursor or a link.

    An object that moves to a later page while we read is given once. `call` is for errors, such
    as `GET /flows`.

    Raises:
        TargetUnusableError: the pages go round in a circle, or do not end.
    """
    seen: set[object] = set()
    marks: set[object] = set()
    mark: Mark | None = None
    idle = 0
    while True:
        page = read(mark)
        fresh = [item for item in page.items if not _known(identity(item), seen)]
        yield from fresh
        if page.next is None:
            return
        idle = 0 if fresh else idle + 1
        if page.next in marks:
            raise _unusable(text("{call}: the pages go round in a circle", call=call))
        if idle == _MOST_IDLE or len(marks) == MOST_PAGES:
            raise _unusable(text("{call}: the pages do not end", call=call))
        mark = page.next
        marks.add(mark)


def by_offset(
    read: Callable[[int, int], Page[int]],
    call: str,
    identity: Callable[[Json], Hashable],
    size: int = 100,
) -> list[Json]:
    """Return all objects of a list that is read by `(offset, limit)`.

    Each page begins with the last object of the one before. If that is another one, or the total
    changes, the list was changed meanwhile and is read again.

    Raises:
        TargetUnusableError: it changes again and again, or does not end.
    """
    return _settled(lambda: _round(read, call, identity, size), call)


def by_number(
    read: Callable[[int], Page[int]],
    call: str,
    identity: Callable[[Json], Hashable],
    size: int,
    first: int = 1,
) -> list[Json]:
    """Return all objects of a list that is read by the number of the page.

    Objects that come twice, or another total, say that it was changed meanwhile: it is read again.

    Raises:
        TargetUnusableError: it changes again and again, or does not end.
    """
    return _settled(lambda: _numbered(read, call, identity, size, first), call)


def _settled(attempt: Callable[[], list[Json] | None], call: str) -> list[Json]:
    for _ in range(_ROUNDS):
        found = attempt()
        if found is not None:
            return found
    raise TargetUnusableError(
        text("{call}: the list changes while it is read", call=call),
        text("try again when nobody is at work there"),
    )


def _round(
    read: Callable[[int, int], Page[int]],
    call: str,
    identity: Callable[[Json], Hashable],
    size: int,
) -> list[Json] | None:
    page = read(0, size)
    found, total = list(page.items), page.total
    for _ in range(MOST_PAGES):
        if len(page.items) < size or len(found) == total:
            return _complete(found, total, identity)
        page = read(len(found) - 1, size)
        if page.total != total or not page.items:
            return None
        if identity(page.items[0]) != identity(found[-1]):
            return None
        found += page.items[1:]
    raise _unusable(text("{call}: the pages do not end", call=call))


def _numbered(
    read: Callable[[int], Page[int]],
    call: str,
    identity: Callable[[Json], Hashable],
    size: int,
    first: int,
) -> list[Json] | None:
    found: list[Json] = []
    seen: set[object] = set()
    total: int | None = None
    for number in range(first, first + MOST_PAGES):
        page = read(number)
        total = page.total if number == first else total
        if page.total != total or any(_known(identity(item), seen) for item in page.items):
            return None
        found += page.items
        if len(page.items) < size or len(found) == total:
            return _complete(found, total, identity)
    raise _unusable(text("{call}: the pages do not end", call=call))


def _complete(
    found: list[Json], total: int | None, identity: Callable[[Json], Hashable]
) -> list[Json] | None:
    """Return the objects if none came twice and none is missing."""
    once = len({identity(item) for item in found}) == len(found)
    return found if once and total in {None, len(found)} else None


def _known(name: object, seen: set[object]) -> bool:
    if name in seen:
        return True
    seen.add(name)
    return False


def _unusable(message: Text) -> TargetUnusableError:
    return TargetUnusableError(
        message, text("see that `url` of the target leads to its API and not to a web page")
    )
