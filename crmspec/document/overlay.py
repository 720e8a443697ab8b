"""Put what is different in an environment over the resources of a project, field by field.

Maps are merged, a list whose items have ids is changed item by item, `null` takes away, and all
else is replaced. What is put in keeps its place in the overlay, so that findings point there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crmspec.diagnostics import Diagnostic, Label, text
from crmspec.diagnostics.suggestion import nearest
from crmspec.document.codes import OVERLAY_OF_NOTHING
from crmspec.document.node import Entry, Mapping, Sequence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crmspec.diagnostics import Text
    from crmspec.document.node import Node

_WHOLE: Final = frozenset({"credentials"})
"""Keys whose maps are never mixed: a secret of one environment must not be left in another."""


def patches(environment: Entry) -> dict[str, Mapping]:
    """Return the sections of an environment's overlay by their top-level keys."""
    overlay = environment.value.child("overlay")
    sections = overlay if isinstance(overlay, Mapping) else ()
    return {one.key: one.value for one in sections if isinstance(one.value, Mapping)}


def absent(documents: list[Mapping], environment: Entry) -> Iterator[Diagnostic]:
    """Yield a finding for each resource that the overlay changes and that is not there."""
    for section, block in patches(environment).items():
        there = {id_ for document in documents for id_ in _ids(document, section)}
        for entry in block:
            if entry.key not in there and not entry.key.startswith("x-"):
                message = text(
                    "there is no `{id}` under `{section}` that could differ in `{environment}`",
                    id=entry.key,
                    section=section,
                    environment=environment.key,
                )
                yield _nothing(entry, message, there)


def _ids(document: Mapping, section: str) -> Iterable[str]:
    block = document.child(section)
    return block.entries if isinstance(block, Mapping) else ()


def overlaid(document: Mapping, environment: Entry) -> tuple[Mapping, list[Diagnostic]]:
    """Return the document as it is in the environment, and findings on parts that are not there.

    A document that nothing is put over is returned itself.
    """
    merging = _Merging(environment.key)
    entries = dict(document.entries)
    for section, block in patches(environment).items():
        there = entries.get(section)
        if there is not None and isinstance(there.value, Mapping):
            changed = {e.key: e for e in block if e.key in there.value.entries}
            if changed:
                part = Mapping(block.path, block.start, block.end, changed)
                made = merging.node(there.value, part)
                entries[section] = Entry(there.key, there.key_start, there.key_end, made)
    if all(entries[key] is entry for key, entry in document.entries.items()):
        return document, []
    return Mapping(document.path, document.start, document.end, entries), merging.findings


class _Merging:
    def __init__(self, environment: str) -> None:
        self.environment = environment
        self.findings: list[Diagnostic] = []

    def node(self, old: Node, patch: Node) -> Node:
        if isinstance(patch, Mapping) and isinstance(old, Mapping):
            return self.mapping(old, patch)
        if isinstance(patch, Mapping) and isinstance(old, Sequence):
            return self.items(old, patch)
        return patch

    def mapping(self, old: Mapping, patch: Mapping) -> Mapping:
        entries = dict(old.entries)
        for one in patch:
            there = entries.get(one.key)
            if one.value.data is None:
                self.take(one, entries)
            elif there is None or there.key in _WHOLE:
                entries[one.key] = one
            else:
                made = self.node(there.value, one.value)
                kept = Entry(there.key, there.key_start, there.key_end, made)
                entries[one.key] = one if made is one.value else kept
        return Mapping(old.path, old.start, old.end, entries)

    def items(self, old: Sequence, patch: Mapping) -> Sequence:
        """Change the items of a list, which the patch calls by their ids."""
        places = {str(id_.data): n for n, one in enumerate(old.items) if (id_ := one.child("id"))}
        items: dict[int, Node] = dict(enumerate(old.items))
        for one in patch:
            if one.key not in places:
                self.miss(one, places)
            elif one.value.data is None:
                del items[places[one.key]]
            else:
                items[places[one.key]] = self.node(old.items[places[one.key]], one.value)
        return Sequence(old.path, old.start, old.end, list(items.values()))

    def take(self, one: Entry, entries: dict[str, Entry]) -> None:
        if entries.pop(one.key, None) is None:
            self.miss(one, entries)

    def miss(self, one: Entry, there: Iterable[str]) -> None:
        message = text(
            "there is no `{name}` here that could differ in `{environment}`",
            name=one.key,
            environment=self.environment,
        )
        self.findings.append(_nothing(one, message, set(there)))


def _nothing(entry: Entry, message: Text, there: Iterable[str]) -> Diagnostic:
    near = nearest(entry.key, sorted(there))
    hint = text("an overlay changes what there is: write new resources into a file of their own")
    return Diagnostic(
        code=OVERLAY_OF_NOTHING,
        message=message,
        label=Label(entry.key_span),
        help=(text("did you mean `{name}`?", name=near) if near else hint,),
    )
