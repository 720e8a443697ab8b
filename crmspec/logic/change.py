"""What has changed from one program to the next, as far as the analysis can follow it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmspec.ir.condition import InSegment
from crmspec.ir.message import Message
from crmspec.ir.program import KEYS
from crmspec.ir.walk import walk
from crmspec.resolve.scope import named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir.program import Program
    from crmspec.ir.value import Resource
    from crmspec.source import Memory

    Name = tuple[str, str]

FOLLOWED = ("chain", "segment", "message")
"""Kinds of resources that may change."""
UNREAD = ("persona", "test")
"""Kinds of resources that no analysis reads."""
_SHOWN = frozenset({"title", "description", "content", "locales", "utm", "headers", "attachments"})
"""Fields of a message that say what one sees, and decide nothing for other messages."""


class Changes(NamedTuple):
    """The resources that mean something else than before, and those that are other objects.

    Both are named as owners are: `chain welcome`, `segment vip`.
    """

    owners: frozenset[str]
    moved: frozenset[str]


def changes(before: Program, now: Program, memory: Memory) -> Changes | None:
    """Return what has changed; None if it is more than chains and what leads to chains alone."""
    if not _has_same_ground(before, now):
        return None
    moved = {name for kind in FOLLOWED for name in _moved(before, now, kind)}
    other = {name for name in moved if name[0] == "chain" or _differs(before, now, name)}
    if any(kind == "message" and not _looks_other(before, now, id_) for kind, id_ in other):
        return None
    if any(kind != "chain" for kind, _ in other) and not _spread(now, other, memory):
        return None
    return Changes(_owners(other), _owners(moved))


def _owners(names: set[Name]) -> frozenset[str]:
    return frozenset(map(" ".join, names))


def _has_same_ground(before: Program, now: Program) -> bool:
    """Say whether two programs differ in nothing but what is followed."""
    skipped = {KEYS[kind] for kind in (*FOLLOWED, *UNREAD)}
    fields = (name for name in now.__struct_fields__ if name not in skipped)
    return all(getattr(before, name) == getattr(now, name) for name in fields)


def _moved(before: Program, now: Program, kind: str) -> Iterator[Name]:
    """Yield the resources that are not the very same objects."""
    old, new = getattr(before, KEYS[kind]), getattr(now, KEYS[kind])
    for id_ in {**old, **new}:
        if old.get(id_) is not new.get(id_):
            yield kind, id_


def _differs(before: Program, now: Program, name: Name) -> bool:
    return before.find(*name) != now.find(*name)


def _looks_other(before: Program, now: Program, id_: str) -> bool:
    """Say whether a message differs in nothing but what one sees."""
    old, new = before.messages.get(id_), now.messages.get(id_)
    if old is None or new is None:
        return False
    fields = (name for name in Message.__struct_fields__ if name not in _SHOWN)
    return all(getattr(old, name) == getattr(new, name) for name in fields)


def _spread(program: Program, changed: set[Name], memory: Memory) -> bool:
    """Add all that leads to what has changed.

    False if that is more than is followed, or if it matters for how long somebody is in a segment.
    """
    leading = [
        (kind, resource, named(resource, memory))
        for kind, resource in program.resources()
        if kind not in UNREAD
    ]
    through = {one for one in changed if one[0] != "chain"}
    size = -1
    while size < len(through):
        size = len(through)
        reached = [one for one in leading if not through.isdisjoint(one[2])]
        if any(kind not in FOLLOWED or _asks_since(one) for kind, one, _ in reached):
            return False
        changed |= {(kind, one.id) for kind, one, _ in reached}
        through = {one for one in changed if one[0] != "chain"}
    return True


def _asks_since(resource: Resource) -> bool:
    """Say whether a resource asks for how long somebody is in a segment."""
    return any(isinstance(n, InSegment) and n.joined is not None for n in walk(resource))
