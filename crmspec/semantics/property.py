"""Properties of events, objects and triggers: read by path, filtered by `where`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.semantics.comparison import is_missing
from crmspec.semantics.operand import read_meets, reading, some_meets

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmspec.ir.data import Property
    from crmspec.ir.value import Plain, Tests, Where
    from crmspec.semantics.view import View


def of_event(event: str, view: View) -> Mapping[str, Property]:
    """Return the declared properties of an event."""
    declared = view.program.events.get(event)
    return {} if declared is None else declared.properties


def of_object(object_: str, view: View) -> Mapping[str, Property]:
    """Return the declared properties of a related object."""
    declared = view.program.objects.get(object_)
    return {} if declared is None else declared.properties


def where(
    tests: Where,
    properties: Mapping[str, Plain],
    view: View,
    declared: Mapping[str, Property] | None = None,
) -> bool:
    """Say whether properties meet a filter.

    `declared`, from `of_event` or `of_object`, says which are enums, dates, of a directory, and
    what their defaults are; without it values are read as they look.
    """
    return all(
        property_meets(one.property, one.tests, properties, (view, declared or {})) for one in tests
    )


def property_meets(
    path: str,
    tests: Tests,
    properties: Mapping[str, Plain],
    seen: tuple[View, Mapping[str, Property]],
) -> bool:
    """Say whether what stands at a path meets the tests (semantics 5.47)."""
    view, declared = seen
    described = describe(declared, path)
    how = reading(view, described)
    values, through_list = read(properties, path)
    if through_list:
        return some_meets(tests, values, how)
    return read_meets(tests, values[0] if values else _default(described), how)


def _default(described: Property | None) -> Plain:
    return None if described is None else described.default


def value(
    properties: Mapping[str, Plain], path: str, declared: Mapping[str, Property]
) -> list[Plain]:
    """Return the values at a path, none if the property is absent and has no default."""
    found, through_list = read(properties, path)
    if found or through_list:
        return found
    default = _default(describe(declared, path))
    return [] if is_missing(default) else [default]


def first(properties: Mapping[str, Plain], path: str) -> Plain:
    """Return the first value at a path, None without one."""
    found, _ = read(properties, path)
    return found[0] if found else None


def read(properties: Mapping[str, Plain], path: str) -> tuple[list[Plain], bool]:
    """Return the present values at a path like `items.price`, and whether it passes a list."""
    if path in properties:
        only = properties[path]
        return ([] if is_missing(only) else [only]), False
    found: list[object] = [properties]
    through_list = False
    for part in path.split("."):
        through_list = through_list or any(isinstance(one, list) for one in found)
        items = [item for one in found for item in (one if isinstance(one, list) else [one])]
        found = [item[part] for item in items if isinstance(item, dict) and part in item]
    return [one for one in found if not is_missing(one)], through_list  # type: ignore[misc]


def describe(declared: Mapping[str, Property], path: str) -> Property | None:
    """Return the declaration of the property at a path, None if there is none."""
    found = declared.get(path)
    if found is not None or "." not in path:
        return found
    for part in path.split("."):
        found = declared.get(part)
        if found is None:
            return None
        declared = found.items.properties if found.items is not None else found.properties
    return found
