"""A place in a document by its JSON path, with the words to speak about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmspec.document import Mapping

if TYPE_CHECKING:
    from crmspec.document import Entry, Node
    from crmspec.schema.violation import Path
    from crmspec.source import Span


class Spot(NamedTuple):
    """The node at a path, and the entry under which it, or the list that holds it, stands."""

    path: Path
    node: Node
    entry: Entry | None

    @property
    def name(self) -> str:
        """Return the key or id by which the author knows the value."""
        return self.entry.key if self.entry is not None else ""

    @property
    def is_item(self) -> bool:
        """Say whether the value is an item of a list, which has no key of its own."""
        return bool(self.path) and isinstance(self.path[-1], int)

    @property
    def value(self) -> Span:
        """Return the place of the value."""
        return self.node.span

    @property
    def key(self) -> Span:
        """Return the place of the key; of an item's first key; of the first key of a file."""
        if self.entry is not None and not self.is_item:
            return self.entry.key_span
        if isinstance(self.node, Mapping):
            for entry in self.node.entries.values():
                return entry.key_span
        return self.node.span

    def entries(self) -> dict[str, Entry]:
        """Return the entries of a map; none of anything else."""
        return self.node.entries if isinstance(self.node, Mapping) else {}

    def own_keys(self) -> list[str]:
        """Return the keys of a map, without those that begin with `x-`."""
        return [key for key in self.entries() if not key.startswith("x-")]


def spot(document: Mapping, path: Path) -> Spot:
    """Find the place of a JSON path that a validator gave."""
    node: Node = document
    entry: Entry | None = None
    for part in path:
        if isinstance(node, Mapping) and isinstance(part, str):
            entry = node.entries[part]
            node = entry.value
        else:
            node = node.child(part) or node
    return Spot(path, node, entry)
