"""Edits that write a key into a map or an item into a list, as the author wrote the rest of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics import Edit
from crmspec.document import Mapping, Scalar, Sequence
from crmspec.source import Span

if TYPE_CHECKING:
    from crmspec.ir.place import Place


def put(place: Place, key: str, value: str, before: str) -> tuple[Edit, ...]:
    """Return what writes `key: value` before another key of a map; nothing if it cannot."""
    node = place.node
    if not isinstance(node, Mapping) or key in node.entries or before not in node.entries:
        return ()
    at = node.entries[before].key_span.start
    where = Span(node.path, at, at)
    if _is_flow(node):
        return (Edit(where, f"{key}: {value}, "),)
    return (Edit(where, f"{key}: {value}\n", aligned=True),)


def join(place: Place, key: str, item: str) -> tuple[Edit, ...]:
    """Return what adds an item to the value of a key that holds a list or one item."""
    node = place.node.child(key) if place.node is not None else None
    if isinstance(node, Scalar):
        return (Edit(node.span, f"[{node.data}, {item}]"),)
    if not isinstance(node, Sequence) or not node.items:
        return ()
    last = node.items[-1].span.end
    end = Span(node.path, last, last)
    if _is_flow(node):
        return (Edit(end, f", {item}"),)
    first = Span(node.path, node.span.start, node.span.start)
    return (Edit(first, f"- {item}\n", aligned=True),)


def _is_flow(node: Mapping | Sequence) -> bool:
    """Say whether a collection has brackets: a block ends with its last child."""
    last = node.items[-1] if isinstance(node, Sequence) else list(node)[-1].value
    return node.span.end > last.span.end
