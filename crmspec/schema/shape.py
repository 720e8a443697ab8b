"""Judge whether a document has the shape of the language."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from crmspec.diagnostics import Diagnostic
from crmspec.ir.program import KINDS
from crmspec.schema.explain import explain
from crmspec.schema.library import load, source
from crmspec.schema.sift import sift
from crmspec.schema.violation import violations

if TYPE_CHECKING:
    from crmspec.document import Mapping
    from crmspec.schema.violation import Path, Violation

_PROJECT_FILES = ("crmspec.yaml", "crmspec.yml")


class Shape(msgspec.Struct, frozen=True):
    """What is wrong with a document's shape, and which of its resources cannot be built.

    `broken` holds `(top-level key, id)`; `("identity", "")` and `("project", "")` stand for the
    two that have no id.
    """

    diagnostics: tuple[Diagnostic, ...] = ()
    broken: frozenset[tuple[str, str]] = frozenset()


SOUND = Shape()


def validate(document: Mapping) -> Shape:
    """Return what is wrong with a document of resources, or of project settings and resources."""
    name = _schema_of(document)
    found = [one for one in violations(name, document.data) if not _elsewhere(one, document, name)]
    if not found:
        return SOUND
    root = load(name)
    findings = explain(document, sift(document, found, root), root)
    ordered = sorted(findings, key=lambda one: (one.label.span.start, one.code.id))
    return Shape(tuple(ordered), frozenset(_broken(found)))


def _schema_of(document: Mapping) -> str:
    """Return `project` for the project file's settings, `file` for anything else."""
    if "project" in document.entries:
        return "project"
    named = document.path.rpartition("/")[2] in _PROJECT_FILES
    return "project" if named and _settings().intersection(document.entries) else "file"


def _settings() -> frozenset[str]:
    """Return the keys of project settings."""
    return frozenset(source("file")["x-crmspec-elsewhere"])


def _elsewhere(one: Violation, document: Mapping, name: str) -> bool:
    """Say whether a violation is only that settings stand outside the project file (CRM024)."""
    if name != "file" or one.path or one.keyword != "additionalProperties":
        return False
    known = _settings() | frozenset(one.schema["properties"])
    return all(key in known or key.startswith("x-") for key in document.entries)


def _broken(found: list[Violation]) -> set[tuple[str, str]]:
    broken: set[tuple[str, str]] = set()
    for one in found:
        broken.update(_owners(one.path))
    return broken


def _owners(path: Path) -> set[tuple[str, str]]:
    """Return the resources that a violation at a path spoils."""
    if not path:
        return set()
    key = str(path[0])
    if key not in KINDS:
        return {("identity", "") if key == "identity" else ("project", "")}
    return {(key, str(path[1]))} if len(path) > 1 else set()
