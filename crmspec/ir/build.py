"""Build the program from located documents: shorthands are written out, values typed.

The builder is driven by the annotations of the IR types, so a new field needs no code here.
It expects documents that fit the schemas; resources in `broken` are left out.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from crmspec.document import Mapping
from crmspec.ir.convert import converter, struct_converter
from crmspec.ir.data import Identity
from crmspec.ir.default import chain_with, message_with
from crmspec.ir.program import KINDS, Program
from crmspec.ir.project import Project
from crmspec.source import Memory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from collections.abc import Set as AbstractSet
    from typing import Any

    from crmspec.ir.value import Located, Resource

PROJECT_KEYS = frozenset(Project.__struct_fields__) - {"place"}


def build(
    documents: Iterable[Mapping],
    broken: AbstractSet[tuple[str, str]] = frozenset(),
    files: dict[str, str] | None = None,
    memory: Memory | None = None,
) -> Program:
    """Return the program of the documents; the first declaration of an id wins.

    `broken` holds `(top-level key, id)` of resources to leave out, `("project", "")` for the
    project settings; `files` maps paths below the templates folder to their text. With `memory`,
    what an earlier build made of the same documents is the same object again.
    """
    memory = memory or Memory()
    found: dict[str, dict[str, Resource]] = {key: {} for key in KINDS}
    project = Project()
    identity: Identity | None = None
    for document in documents:
        for key, entry in document.entries.items():
            if key in KINDS and isinstance(entry.value, Mapping):
                _resources(key, entry.value, broken, found[key], memory)
            elif key == "identity" and identity is None and (key, "") not in broken:
                identity = converter(Identity)(entry.value, entry)  # type: ignore[assignment]
        if "project" in document.entries and ("project", "") not in broken:
            make = partial(struct_converter(Project), document, None)
            project = memory.recall("project", (document,), make)
    _fill_in(project, found, memory)
    ordered = {key: dict(sorted(items.items())) for key, items in found.items()}
    return Program(project=project, identity=identity, files=files or {}, **ordered)  # type: ignore[arg-type]


def _fill_in(project: Project, found: dict[str, dict[str, Any]], memory: Memory) -> None:
    """Write the project's defaults into chains and messages."""
    defaults = project.defaults
    if defaults is None:
        return
    if defaults.chain is not None:
        found["chains"] = _filled(found["chains"], chain_with, defaults.chain, memory)
    if defaults.message is not None:
        found["messages"] = _filled(found["messages"], message_with, defaults.message, memory)


def _filled(
    items: dict[str, Any], fill: Callable[[Any, Any], Any], given: Located, memory: Memory
) -> dict[str, Any]:
    return {
        id_: memory.recall("defaults", (item, given), partial(fill, item, given))
        for id_, item in items.items()
    }


def _resources(
    key: str,
    block: Mapping,
    broken: AbstractSet[tuple[str, str]],
    into: dict[str, Resource],
    memory: Memory,
) -> None:
    make = struct_converter(KINDS[key][1])
    for id_, entry in block.entries.items():
        if id_ not in into and not id_.startswith("x-") and (key, id_) not in broken:
            into[id_] = memory.recall("resource", (entry,), partial(make, entry.value, entry))
