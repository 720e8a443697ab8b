"""Edits of steps found by their ids: a target may tell their order, and not what is inside what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.api.edit import CannotEditError
from crmspec.document import Mapping, Scalar, Sequence
from crmspec.engine.body import same

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.api.edit import Editor
    from crmspec.diagnostics import Edit
    from crmspec.document import Node

    Step = dict[str, object]


def by_ids(editor: Editor, written: Node, before: object, after: object) -> Iterator[Edit]:
    """Yield the edits of steps that differ in themselves; both are in full form.

    Raises:
        CannotEditError: steps came, went or moved, or one has no id where it is written.
    """
    old: dict[str, Step] = {}
    new: dict[str, Step] = {}
    if not same(_parted(before, old), _parted(after, new)) or old.keys() != new.keys():
        raise CannotEditError
    places = dict(_places(written))
    for id_ in [one for one in old if not same(old[one], new[one])]:
        if id_ not in places:
            raise CannotEditError
        for name in dict.fromkeys((*old[id_], *new[id_])):
            was, is_ = old[id_].get(name), new[id_].get(name)
            if not same(was, is_):
                yield from editor.field(places[id_], name, was, is_)


def _parted(value: object, found: dict[str, Step]) -> object:
    """Return a value with no more than the ids of the steps in it, which are `found`."""
    if isinstance(value, list):
        return [_parted(one, found) for one in value]
    if not isinstance(value, dict):
        return value
    made = {name: _parted(one, found) for name, one in value.items()}
    if not isinstance(value.get("id"), str):
        return made
    found[value["id"]] = made
    return {"id": value["id"]}


def _places(node: Node) -> Iterator[tuple[str, Mapping]]:
    """Yield the steps that are written with an id."""
    if isinstance(node, Sequence):
        for one in node.items:
            yield from _places(one)
    elif isinstance(node, Mapping):
        id_ = node.entries.get("id")
        if id_ is not None and isinstance(id_.value, Scalar):
            yield str(id_.value.data), node
        for entry in node:
            yield from _places(entry.value)
