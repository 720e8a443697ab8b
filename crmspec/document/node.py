"""The located tree: each node holds plain data and its offsets, children hold theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from crmspec.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

Plain: TypeAlias = "None | bool | int | float | str | list[Plain] | dict[str, Plain]"


class Node:
    """A YAML value; `data` is what the schema and the IR see, `[start, end)` is where it stands."""

    __slots__ = ("data", "end", "path", "start")

    def __init__(self, path: str, start: int, end: int, data: Plain) -> None:
        self.path = path
        self.start = start
        self.end = end
        self.data = data

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


class Scalar(Node):
    """A string, number, boolean or null; `style` is the YAML quoting ('' when plain)."""

    __slots__ = ("style",)

    def __init__(self, path: str, start: int, end: int, data: Plain, style: str = "") -> None:  # noqa: PLR0913
        super().__init__(path, start, end, data)
        self.style = style


class Sequence(Node):
    """A list; `data[i] is items[i].data` holds for every item that is a collection."""

    __slots__ = ("items",)

    def __init__(self, path: str, start: int, end: int, items: list[Node]) -> None:
        super().__init__(path, start, end, [item.data for item in items])
        self.items = items

    def child(self, part: str | int) -> Node | None:
        """Return the item at an index, or None."""
        if isinstance(part, int) and 0 <= part < len(self.items):
            return self.items[part]
        return None


class Entry:
    """One key of a mapping with its value."""

    __slots__ = ("key", "key_end", "key_start", "value")

    def __init__(self, key: str, key_start: int, key_end: int, value: Node) -> None:
        self.key = key
        self.key_start = key_start
        self.key_end = key_end
        self.value = value

    @property
    def key_span(self) -> Span:
        """Return the place of the key."""
        return Span(self.value.path, self.key_start, self.key_end)


class Mapping(Node):
    """A map with string keys, in the order in which the author wrote them."""

    __slots__ = ("entries",)

    def __init__(self, path: str, start: int, end: int, entries: dict[str, Entry]) -> None:
        super().__init__(path, start, end, {k: e.value.data for k, e in entries.items()})
        self.entries = entries

    def child(self, part: str | int) -> Node | None:
        """Return the value under a key, or None."""
        entry = self.entries.get(part) if isinstance(part, str) else None
        return entry.value if entry else None

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries.values())
