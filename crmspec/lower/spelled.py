"""Tests of an attribute with a directory, for targets that know none: all spellings of a value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from crmspec.ir.condition import All, Any
from crmspec.semantics.spelling import key

if TYPE_CHECKING:
    from crmspec.ir import Program
    from crmspec.ir.condition import AttributeIs, Condition
    from crmspec.ir.data import Attribute, Directory
    from crmspec.ir.value import Test

_LISTS = {"eq": "in", "in": "in", "neq": "not_in", "not_in": "not_in"}


def spelled(program: Program, declared: Attribute, leaf: AttributeIs) -> Condition | None:
    """Return what a leaf asks of an attribute without directory and `missing_as` (1.7, 5.5).

    None if it asks for anything but some values, or for what a `default` would be.
    """
    if declared.default is not None or any(one.operator not in _LISTS for one in leaf.tests):
        return None
    directory = None if declared.directory is None else program.directories[declared.directory.id]
    parts = [_one(leaf, test, declared.missing_as, directory) for test in leaf.tests]
    return parts[0] if len(parts) == 1 else All(all=tuple(parts), place=leaf.place)


def _one(leaf: AttributeIs, test: Test, instead: object, directory: Directory | None) -> Condition:
    values = test.operand if isinstance(test.operand, list) else [test.operand]
    keys = [_key(one, directory) for one in values]
    listed = list(dict.fromkeys(one for name in keys for one in _spellings(name, directory)))
    asked = replace(test, operator=_LISTS[test.operator], operand=listed)
    made = replace(leaf, tests=(asked,))
    if instead is None or _key(instead, directory) not in keys:
        return made
    gone = replace(test, operator="missing", operand=True)
    if _LISTS[test.operator] == "in":
        return Any(any=(made, replace(leaf, tests=(gone,))), place=leaf.place)
    there = replace(gone, operator="exists")
    return All(all=(made, replace(leaf, tests=(there,))), place=leaf.place)


def _key(value: object, directory: Directory | None) -> object:
    return key(directory, value) if directory is not None and isinstance(value, str) else value


def _spellings(name: object, directory: Directory | None) -> list[object]:
    """Return all that stands for a key of a directory, the key first."""
    entry = None if directory is None else directory.values.get(str(name))
    if entry is None:
        return [name]
    written = [*([entry.title] if entry.title else []), *entry.synonyms]
    return [name, *(one for one in written if _key(one, directory) == name)]
