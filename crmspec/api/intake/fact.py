"""What conditions tell of the values that they compare: a type, and the words that they know."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

from crmspec.engine.resource import Address
from crmspec.ir import Ref, walk
from crmspec.ir.action import ProfileChange
from crmspec.ir.condition import Aggregate, AttributeIs
from crmspec.ir.value import PropertyTest, Test
from crmspec.resolve.operator import ALLOWED, ALWAYS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Set as AbstractSet

    from crmspec.ir import Located, Program
    from crmspec.ir.data import DataType
    from crmspec.ir.value import Resource

Node = TypeVar("Node", AttributeIs, ProfileChange)

_LAST: tuple[DataType, ...] = ("string", "datetime", "array")
"""Types that comparisons alone tell, the likeliest first."""
_PROFILE = re.compile(r"\bprofile\.([a-z][a-z0-9_]*)")


def mentioned(value: object) -> Iterator[Address]:
    """Yield the attributes that texts speak of, as in `{{ profile.city }}`."""
    if isinstance(value, str):
        yield from (Address("attribute", name) for name in _PROFILE.findall(value))
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from mentioned(one)


def changed(node: Resource | None) -> Iterator[Address]:
    """Yield the attributes that steps of a resource set."""
    for one in walk(node) if node is not None else ():
        if isinstance(one, ProfileChange):
            yield from (Address("attribute", name) for name in one.set)


def attribute(program: Program, id_: str) -> dict[str, object]:
    """Return the type of an attribute, from what asks for it and what sets it."""
    asked = (one for one in _nodes(program, AttributeIs) if one.attribute.id == id_)
    given = (one for one in _nodes(program, ProfileChange) if id_ in one.set)
    equal = (Test(operator="eq", operand=one.set[id_], place=one.place) for one in given)
    return typed([*(test for one in asked for test in _tests(one)), *equal])


def properties(program: Program, event: str) -> dict[str, object]:
    """Return the properties of an event and their types, as far as conditions ask for them."""
    found: dict[str, list[Test]] = {}
    summed: set[str] = set()
    for node in _users(program, event):
        for one in walk(node):
            if isinstance(one, PropertyTest):
                found.setdefault(one.property, []).extend(one.tests)
            elif isinstance(one, Aggregate):
                summed.add(one.property.id)
    made = {name: typed(tests) for name, tests in found.items()}
    made |= {name: {"type": "number"} for name in summed}
    return dict(sorted(made.items()))


def typed(tests: Iterable[Test]) -> dict[str, object]:
    """Return the type of a value that is compared so; a text of known words is an `enum`."""
    asked = [one for one in tests if one.operator not in ALWAYS]
    operators: set[str] = {one.operator for one in asked}
    compared = [value for one in asked for value in _values(one.operand)]
    if compared and all(isinstance(one, bool) for one in compared) and _fits(operators, "boolean"):
        return {"type": "boolean"}
    if compared and all(map(_is_number, compared)) and _fits(operators, "number"):
        return {"type": "number"}
    if compared and all(isinstance(one, str) for one in compared) and _fits(operators, "enum"):
        return {"type": "enum", "values": sorted({str(one) for one in compared})}
    return {"type": next((one for one in _LAST if _fits(operators, one)), "string")}


def _fits(operators: AbstractSet[str], type_: DataType) -> bool:
    return operators <= ALLOWED[type_]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _values(operand: object) -> list[object]:
    return operand if isinstance(operand, list) else [operand]


def _tests(asked: AttributeIs) -> Iterator[Test]:
    yield from asked.tests
    if asked.has_been is not None:
        yield from asked.has_been.tests
    if asked.changed is not None:
        yield from (*asked.changed.from_, *asked.changed.to)


def _users(program: Program, event: str) -> Iterator[Located]:
    """Yield the nodes that name an event themselves."""
    for _, resource in program.resources():
        for node in walk(resource):
            named = (getattr(node, field) for field in node.__struct_fields__)
            if any(
                isinstance(one, Ref) and (one.kind, one.id) == ("event", event) for one in named
            ):
                yield node


def _nodes(program: Program, of: type[Node]) -> Iterator[Node]:
    for _, resource in program.resources():
        yield from (one for one in walk(resource) if isinstance(one, of))
