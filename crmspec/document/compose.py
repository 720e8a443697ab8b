"""Compose the located tree from YAML events; this loop sets the pace of `check`.

Problems that leave the rest of the file readable are noted in `findings` and mended as the author
most likely meant; the others end the file by raising `Unreadable`.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from crmspec.document import problem
from crmspec.document.node import Entry, Mapping, Node, Plain, Scalar, Sequence
from crmspec.document.scalar import SPECIAL, Misread, resolve
from crmspec.document.stream import (
    ALIAS,
    DOCUMENT,
    MAPPING,
    MAPPING_END,
    SCALAR,
    SEQUENCE,
    SEQUENCE_END,
)
from crmspec.source import Span

if TYPE_CHECKING:
    from collections.abc import Callable

    from crmspec.diagnostics import Diagnostic

Event: TypeAlias = Any
"""An event of PyYAML, whose attributes have no usable types."""

MAX_DEPTH: Final = 64
MAX_ALIASED: Final = 10_000
_ODD_KEYS: Final = frozenset(["", "<<"])
_DECORATION: Final = re.compile(r"(?<![^\s\[{,:])[&!]")
"""Anything that may be an anchor or a tag; most files have none and need not be asked for them."""
_DECIMAL: Final = re.compile(r"[-+]?[0-9]+,[0-9]+")
_TAG: Final = re.compile(r"(?:&\S+\s+)?(!\S*)")


class Unreadable(Exception):  # noqa: N818 - it says what the file is
    """The rest of the file cannot be read; `finding` tells why."""

    def __init__(self, finding: Diagnostic) -> None:
        super().__init__(finding.code.id)
        self.finding = finding


class Composer:
    """Turns the events of one file into nodes."""

    next_event: Callable[[], Event]

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self.findings: list[Diagnostic] = []
        self.lost: list[Node] = []
        """The values that are in no document, because their keys cannot be used."""
        self._anchors: dict[str, Node | None] = {}
        self._aliased = 0
        self._decorated = ("&" in text or "!" in text) and _DECORATION.search(text) is not None

    def documents(self, next_event: Callable[[], Event]) -> list[Node]:
        """Return the root of each document of the file, read from its events."""
        self.next_event = next_event
        next_event()
        roots: list[Node] = []
        while next_event().__class__ is DOCUMENT:
            self._anchors.clear()
            roots.append(self._node(next_event(), 1))
            next_event()
        return roots

    def _node(self, event: Event, depth: int) -> Node:
        kind = event.__class__
        if kind is SCALAR:
            return self._scalar(event)
        if kind is ALIAS:
            return self._alias(event)
        if depth > MAX_DEPTH:
            raise Unreadable(problem.too_deep(self._place(event), MAX_DEPTH))
        if event.anchor is not None or event.tag is not None:
            return self._decorated_collection(event, depth)
        return self._mapping(event, depth) if kind is MAPPING else self._sequence(event, depth)

    def _scalar(self, event: Event) -> Scalar:
        value = event.value
        style = event.style or ""
        start = event.start_mark.index
        node = Scalar(self.path, start, event.end_mark.index, value, style)
        if not style:
            if not value or value[0] in SPECIAL:
                node.data = self._resolve(event, value)
        elif style in "|>":
            node.end = start + len(self.text[start : node.end].rstrip())
        if self._decorated:
            self._decorate(event, node)
        return node

    def _sequence(self, start: Event, depth: int) -> Sequence:
        next_event = self.next_event
        items: list[Node] = []
        append = items.append
        while True:
            event = next_event()
            kind = event.__class__
            if kind is SCALAR:
                append(self._scalar(event))
            elif kind is SEQUENCE_END:
                break
            else:
                append(self._node(event, depth + 1))
        end = items[-1].end if items and not start.flow_style else event.end_mark.index
        return Sequence(self.path, start.start_mark.index, end, items)

    def _mapping(self, start: Event, depth: int) -> Node:
        next_event = self.next_event
        path = self.path
        decorated = self._decorated
        entries: dict[str, Entry] = {}
        data: dict[str, Plain] = {}
        end = start.end_mark.index
        while True:
            name: Event = next_event()
            if name.__class__ is not SCALAR:
                if name.__class__ is MAPPING_END:
                    break
                if self._opens_template(start, name):
                    return self._template(start)
                end = self._nameless(name, depth).end
                continue
            event: Event = next_event()
            if event.__class__ is SCALAR and not event.style and not decorated:
                text = event.value  # the most frequent value, so it is not worth a call
                plain = self._resolve(event, text) if not text or text[0] in SPECIAL else text
                value: Node = Scalar(path, event.start_mark.index, event.end_mark.index, plain)
            else:
                value = self._node(event, depth + 1)
            end = value.end
            key = name.value
            entry = Entry(key, name.start_mark.index, name.end_mark.index, value)
            if key in entries or key in _ODD_KEYS or decorated:
                self._insert(entries, data, entry, name)
            else:
                entries[key] = entry
                data[key] = value.data
        if start.flow_style:
            end = name.end_mark.index
            if None in data.values():
                self._join_numbers(entries, data)
        return Mapping(path, start.start_mark.index, end, entries, data)

    def _resolve(self, event: Event, value: str) -> bool | int | float | str | None:
        try:
            return resolve(value)
        except Misread as misread:
            self.findings.append(problem.misread(misread.code, self._place(event), self.text))
            return value

    def _insert(
        self, entries: dict[str, Entry], data: dict[str, Plain], entry: Entry, name: Event
    ) -> None:
        """Add an entry whose key needs a second look."""
        self._decorate(name, Scalar(self.path, entry.key_start, entry.key_end, entry.key))
        first = entries.get(entry.key)
        if entry.key == "<<" and not name.style:
            self.findings.append(problem.merge_key(entry.key_span))
            self.lost.append(entry.value)
        elif not entry.key and not name.style:
            self.findings.append(problem.key_not_text(self._gap(entry)))
            self.lost.append(entry.value)
        elif first is not None and self._is_fraction(entries[next(reversed(entries))], entry):
            self._join(entries[next(reversed(entries))], entry, data)
        elif first is not None:
            self.findings.append(problem.duplicate_key(entry.key, first.key_span, entry.key_span))
            self.lost.append(entry.value)
        else:
            entries[entry.key] = entry
            data[entry.key] = entry.value.data

    def _join_numbers(self, entries: dict[str, Entry], data: dict[str, Plain]) -> None:
        """Mend the numbers with a decimal comma, to YAML a number and a key without a value."""
        for before, entry in list(pairwise(entries.values())):
            if self._is_fraction(before, entry):
                self._join(before, entry, data)
                del entries[entry.key], data[entry.key]

    def _is_fraction(self, before: Entry, entry: Entry) -> bool:
        value = entry.value
        return (
            value.data is None
            and value.start == value.end == entry.key_end
            and _DECIMAL.fullmatch(self.text, before.value.start, entry.key_end) is not None
        )

    def _join(self, before: Entry, entry: Entry, data: dict[str, Plain]) -> None:
        span = Span(self.path, before.value.start, entry.key_end)
        self.findings.append(problem.decimal_comma(span, self.text))
        written = self.text[span.start : span.end]
        before.value = Scalar(self.path, span.start, span.end, written)
        data[before.key] = written

    def _gap(self, entry: Entry) -> Span:
        """Return the place of an absent key: the sign that should follow it."""
        end = min(max(entry.key_end, entry.key_start + 1), len(self.text))
        return Span(self.path, entry.key_start, end)

    def _nameless(self, name: Event, depth: int) -> Node:
        """Skip an entry whose key is no scalar, and return its value."""
        known = len(self.findings)
        key = self._node(name, depth + 1)
        if len(self.findings) == known:
            self.findings.append(problem.key_not_text(key.span))
        value = self._node(self.next_event(), depth + 1)
        self.lost += (key, value)
        return value

    def _opens_template(self, start: Event, name: Event) -> bool:
        if name.__class__ is not MAPPING or not start.flow_style:
            return False
        begin = start.start_mark.index
        return bool(name.start_mark.index == begin + 1 and self.text.startswith("{{", begin))

    def _template(self, start: Event) -> Scalar:
        """Read a template without quotes, to YAML a map in a map, as the text it is meant to be."""
        level = 2
        while level:
            event = self.next_event()
            kind = event.__class__
            if kind is MAPPING or kind is SEQUENCE:
                level += 1
            elif kind is MAPPING_END or kind is SEQUENCE_END:
                level -= 1
            if level > MAX_DEPTH:
                raise Unreadable(problem.too_deep(self._place(event), MAX_DEPTH))
        span = Span(self.path, start.start_mark.index, event.end_mark.index)
        self.findings.append(problem.unquoted_template(span, self.text))
        return Scalar(self.path, span.start, span.end, self.text[span.start : span.end])

    def _decorate(self, event: Event, node: Node) -> None:
        """Heed the anchor and refuse the tag of a value or key."""
        if event.tag is not None:
            found = _TAG.match(self.text, event.start_mark.index)
            start, end = found.span(1) if found else (node.start, node.end)
            self.findings.append(problem.tag(Span(self.path, start, end), self.text))
        if event.anchor is not None:
            self._anchors[event.anchor] = node

    def _decorated_collection(self, event: Event, depth: int) -> Node:
        if event.anchor is not None:
            self._anchors[event.anchor] = None
        mapping = event.__class__ is MAPPING
        node = self._mapping(event, depth) if mapping else self._sequence(event, depth)
        self._decorate(event, node)
        return node

    def _alias(self, event: Event) -> Node:
        """Return the anchor's value, standing where the alias stands."""
        span = self._place(event)
        name = event.anchor
        target = self._anchors.get(name)
        if target is not None:
            self._aliased += _size(target, MAX_ALIASED - self._aliased)
            if self._aliased <= MAX_ALIASED:
                return _moved(target, span)
            raise Unreadable(problem.too_many_aliases(span, MAX_ALIASED))
        report = problem.recursive_alias if name in self._anchors else problem.unknown_alias
        self.findings.append(report(name, span))
        return Scalar(self.path, span.start, span.end, None)

    def _place(self, event: Event) -> Span:
        return Span(self.path, event.start_mark.index, event.end_mark.index)


def _size(node: Node, limit: int) -> int:
    """Count the values in `node`; any result above `limit` only says "more than `limit`"."""
    count = 0
    waiting = [node]
    while waiting and count <= limit:
        node = waiting.pop()
        count += 1
        if isinstance(node, Sequence):
            waiting += node.items
        elif isinstance(node, Mapping):
            waiting += [entry.value for entry in node]
    return count


def _moved(node: Node, span: Span) -> Node:
    if isinstance(node, Sequence):
        return Sequence(span.path, span.start, span.end, node.items)
    if isinstance(node, Mapping):
        return Mapping(span.path, span.start, span.end, node.entries)
    return Scalar(span.path, span.start, span.end, node.data, getattr(node, "style", ""))
