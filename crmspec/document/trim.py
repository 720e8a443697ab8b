"""Leave out the resources in which something could not be read, so that nothing follows from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.document.node import Entry, Mapping

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crmspec.diagnostics import Diagnostic


def without_resources(
    documents: Iterable[Mapping], findings: Iterable[Diagnostic]
) -> list[Mapping]:
    """Return the documents without the resources (`section: {id: …}`) that findings point into."""
    offsets: dict[str, list[int]] = {}
    for finding in findings:
        for label in (finding.label, *finding.related):
            offsets.setdefault(label.span.path, []).append(label.span.start)
    return [_document(document, offsets.get(document.path, [])) for document in documents]


def _document(document: Mapping, offsets: list[int]) -> Mapping:
    inside = [offset for offset in offsets if document.start <= offset < document.end]
    if not inside:
        return document
    entries = {entry.key: _section(entry, inside) for entry in document}
    return Mapping(document.path, document.start, document.end, entries)


def _section(section: Entry, offsets: list[int]) -> Entry:
    block = section.value
    if not isinstance(block, Mapping):
        return section
    kept = {entry.key: entry for entry in _unharmed(block, offsets)}
    if len(kept) == len(block.entries):
        return section
    value = Mapping(block.path, block.start, block.end, kept)
    return Entry(section.key, section.key_start, section.key_end, value)


def _unharmed(block: Mapping, offsets: list[int]) -> Iterator[Entry]:
    for entry in block:
        harmed = any(entry.key_start <= offset < entry.value.end for offset in offsets)
        if not harmed or not isinstance(entry.value, Mapping):
            yield entry
