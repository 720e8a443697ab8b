"""The schemas by kind, each bundled with the parts it refers to."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

from crmspec.assets import folder
from crmspec.ir.program import KINDS

if TYPE_CHECKING:
    from collections.abc import Callable

Schema: TypeAlias = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_SUFFIX = ".schema.json"
_PARTS = ("identity", "project", "condition", "trigger", "step", "file")


def kinds() -> tuple[str, ...]:
    """Return the names `load` knows: resource kinds in language order, then parts and files."""
    return (*(kind for kind, _ in KINDS.values()), *_PARTS)


@cache
def source(name: str) -> Schema:
    """Return a schema as its file has it, with references to other files."""
    path = folder("schemas") / f"{name}{_SUFFIX}"
    schema: Schema = json.loads(path.read_bytes())
    return schema


def sources() -> dict[str, Schema]:
    """Return the schemas of the language by name, as their files have them."""
    return {name: source(name) for name in (*kinds(), "common")}


@cache
def load(kind: str) -> Schema:
    """Return the schema of a kind in one piece; everything it refers to is under `$defs`.

    Raises:
        KeyError: there is no such kind.
    """
    if kind not in kinds():
        raise KeyError(kind)
    top = source(kind)
    return {
        "$schema": DIALECT,
        "title": top["title"],
        "description": top["description"],
        "$ref": f"#/$defs/{kind}",
        "$defs": {name: _inlined(name)[0] for name in _reachable(kind)},
    }


def _reachable(kind: str) -> list[str]:
    """Return the names of the files a schema needs, itself included, sorted."""
    found: set[str] = set()
    waiting = [kind]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(_inlined(name)[1])
    return sorted(found)


def _file(reference: str, here: str) -> str:
    return reference.partition("#")[0].removesuffix(_SUFFIX) or here


@cache
def _inlined(name: str) -> tuple[Schema, frozenset[str]]:
    """Return a file's schema with its references pointing into the bundle, and all it refers to."""
    found: set[str] = set()

    def into_bundle(reference: str) -> str:
        file = _file(reference, name)
        found.add(file)
        return f"#/$defs/{file}{reference.partition('#')[2]}"

    inlined: Schema = _rewritten(source(name), into_bundle)
    del inlined["$schema"]
    return inlined, frozenset(found)


def _rewritten(part: Any, change: Callable[[str], str]) -> Any:  # noqa: ANN401 - JSON
    if isinstance(part, dict):
        return {
            key: change(value)
            if key == "$ref"
            else value
            if key == "examples"
            else _rewritten(value, change)
            for key, value in part.items()
        }
    if isinstance(part, list):
        return [_rewritten(item, change) for item in part]
    return part
