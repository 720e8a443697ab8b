"""The line of the project that a difference comes from, as far as a body is like its YAML."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crmspec.document import Mapping, Sequence
from crmspec.engine.align import natural_key
from crmspec.engine.difference import Action
from crmspec.source import Span

if TYPE_CHECKING:
    from collections.abc import Mapping as Table

    from crmspec.document import Node
    from crmspec.engine.difference import Difference
    from crmspec.engine.resource import Resource
    from crmspec.ir import Program
    from crmspec.source import Source

_TOKEN = re.compile(r"\[([^\]]*)\]|([^.\[\]]+)")
_NAMES = ("id", "key", "ref", "name")
_FOLDED = frozenset({"channel", "layout"})
"""What some bodies of messages hold of other resources."""


class Locator:
    """Finds lines in the files of one program; `templates` is their folder."""

    def __init__(self, program: Program, sources: Table[str, Source], templates: str) -> None:
        self._program, self._sources, self._templates = program, sources, templates

    def __call__(self, resource: Resource, difference: Difference) -> Span | None:
        """Return the nearest place that is known, None if only the resource is."""
        tokens = [match.groups() for match in _TOKEN.finditer(difference.path)]
        if difference.action is Action.REMOVE:
            tokens = tokens[:-1]
        address, body = resource.address, resource.body
        if len(tokens) > 1 and f"{tokens[0][1]}.{tokens[1][1]}" in body:
            kind, id_ = tokens[0][1], tokens[1][1]
            return self._found(kind, id_, body[f"{kind}.{id_}"], tokens[2:], difference)
        if len(tokens) > 1 and address.kind == "message" and tokens[0][1] in _FOLDED:
            folded = body.get(str(tokens[0][1]))
            if isinstance(folded, dict) and "id" in folded:
                return self._found(tokens[0][1], folded["id"], folded, tokens[1:], difference)
        return self._found(address.kind, address.id, body, tokens, difference)

    def _found(
        self, kind: str, id_: object, body: object, tokens: _Tokens, difference: Difference
    ) -> Span | None:
        node = self._program.find(kind, str(id_))
        if node is None or node.place.node is None:
            return None
        if tokens and tokens[-1][1] == "source":
            written = node.place.node.descend([str(key) for _, key in tokens[:-1]]).child("file")
            if written is not None:
                return self._line(f"{self._templates}/{written.data}", difference)
        return _walk(node.place.node, body, tokens)

    def _line(self, path: str, difference: Difference) -> Span | None:
        """Return the first line of a template that is new in a text."""
        source = self._sources.get(path)
        if source is None:
            return None
        before = set(str(difference.before or "").splitlines())
        new = {one for one in str(difference.after).splitlines() if one not in before}
        number = next((n for n, one in enumerate(source.text.splitlines(), 1) if one in new), 1)
        start = source.line_start(number)
        return Span(path, start, start)


_Tokens = list[tuple[str, ...]]


def _walk(node: Node, body: object, tokens: _Tokens) -> Span | None:
    """Return the deepest place on the way through a body that its YAML has as well."""
    found: Span | None = None
    for item, key in tokens:
        if key:
            entry = node.entries.get(key) if isinstance(node, Mapping) else None
            if entry is None:
                return found
            found, node = entry.key_span, entry.value
            body = body.get(key) if isinstance(body, dict) else None
        else:
            index = _index(body, item)
            child = _item(node, body, item, index)
            if child is None or index is None or not isinstance(body, list):
                return found
            found, node, body = child.span, child, body[index]
    return found


def _index(body: object, item: str) -> int | None:
    """Return which item of a list is meant by its name, or by its number as `#2`."""
    if not isinstance(body, list):
        return None
    names = [(natural_key(one) or "").partition(":")[2] for one in body]
    if item in names:
        return names.index(item)
    number = item.removeprefix("#")
    return int(number) - 1 if number.isdigit() and int(number) <= len(body) else None


def _item(node: Node, body: object, item: str, index: int | None) -> Node | None:
    """Return the item that has the name; by number only where the lists are of one length."""
    if not isinstance(node, Sequence):
        return None
    for child in node.items:
        if isinstance(child.data, dict) and item in {child.data.get(name) for name in _NAMES}:
            return child
    alike = isinstance(body, list) and len(body) == len(node.items)
    return node.items[index] if alike and index is not None else None
