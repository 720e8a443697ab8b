"""Where an IR node was written, down to each of its keys and values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.document import Mapping
from crmspec.source import Span

if TYPE_CHECKING:
    from crmspec.document import Entry, Node

_NO_SPAN = Span("", 0, 0)


class Place:
    """The source of an IR node; two places are equal, so equality of nodes ignores layout.

    `key` is the place of the id or key under which the node stands, if it has one.
    """

    __slots__ = ("entry", "node")

    def __init__(self, node: Node | None = None, entry: Entry | None = None) -> None:
        self.node = node
        self.entry = entry

    @property
    def span(self) -> Span:
        """Return the place of the whole value."""
        return self.node.span if self.node is not None else _NO_SPAN

    @property
    def name(self) -> Span:
        """Return the place of the node's own key (its id), or of its value if it has none."""
        return self.entry.key_span if self.entry is not None else self.span

    def key(self, *path: str | int) -> Span:
        """Return the place of the key at `path` below this node, or of the nearest parent."""
        if not path:
            return self.name
        *parents, last = path
        parent = self.node.descend(parents) if self.node is not None else None
        if isinstance(parent, Mapping) and isinstance(last, str) and last in parent.entries:
            return parent.entries[last].key_span
        return self.value(*path)

    def value(self, *path: str | int) -> Span:
        """Return the place of the value at `path` below this node, or of the nearest parent."""
        return self.node.descend(list(path)).span if self.node is not None else _NO_SPAN

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Place)

    def __hash__(self) -> int:
        return 0

    def __repr__(self) -> str:
        span = self.span
        return f"Place({span.path}:{span.start}-{span.end})"


NOWHERE = Place()
