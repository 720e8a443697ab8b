"""The located tree: each node holds plain data and its offsets, children hold theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import msgspec

from crmspec.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

Plain: TypeAlias = "bool | int | float | str | list[Plain] | dict[str, Plain] | None"


class Node:
    """A YAML value; `data` is what the schema and the IR see, `[start, end)` is where it stands."""

    __slots__ = ()

    path: str
    start: int
    end: int
    data: Plain

    @property
    def span(self) -> Span:
        """Return the place of the value."""
        return Span(self.path, self.start, self.end)

    def descend(self, path: list[str | int]) -> Node:
        """Return the node at a JSON path of keys and indices, or the deepest one that exists."""
        node: Node = self
        for part in path:
            child = node.child(part)
            if child is None:
                return node
            node = child
        return node

    def child(self, part: str | int) -> Node | None:  # noqa: ARG002 - a scalar has no children
        """Return the value under a key or index, or None."""
        return None


class Scalar(Node, msgspec.Struct, gc=False, eq=False):
    """A string, number, boolean or null; `style` is the YAML quoting ('' when plain)."""

    path: str
    start: int
    end: int
    data: Plain
    style: str = ""


class Sequence(Node):
    """A list; `data[i] is items[i].data` holds for every item that is a collection."""

    __slots__ = ("data", "end", "items", "path", "start")

    def __init__(self, path: str, start: int, end: int, items: list[Node]) -> None:
        self.path = path
        self.start = start
        self.end = end
        self.items = items
        self.data = [item.data for item in items]

    def child(self, part: str | int) -> Node | None:
        """Return the item at an index, or None."""
        if isinstance(part, int) and 0 <= part < len(self.items):
            return self.items[part]
        return None


class Entry(msgspec.Struct, gc=False, eq=False):
    """One key of a mapping with its value."""

    key: str
    key_start: int
    key_end: int
    value: Node

    @property
    def key_span(self) -> Span:
        """Return the place of the key."""
        return Span(self.value.path, self.key_start, self.key_end)


class Mapping(Node):
    """A map with string keys, in the order in which the author wrote them.

    `data` may be given by one who has it at hand: each key with the data of its entry's value.
    """

    __slots__ = ("data", "end", "entries", "path", "start")

    def __init__(
        self,
        path: str,
        start: int,
        end: int,
        entries: dict[str, Entry],
        data: dict[str, Plain] | None = None,
    ) -> None:
        self.path = path
        self.start = start
        self.end = end
        self.entries = entries
        self.data = (
            {key: entry.value.data for key, entry in entries.items()} if data is None else data
        )

    def child(self, part: str | int) -> Node | None:
        """Return the value under a key, or None."""
        entry = self.entries.get(part) if isinstance(part, str) else None
        return entry.value if entry else None

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries.values())
