"""What conditions read of a customer, seen through segments and computed attributes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.ir.condition import (
    AttributeIs,
    ConsentIs,
    EventHappened,
    EventMissing,
    FirstEvent,
    InChain,
    InList,
    InSegment,
    LastEvent,
)
from crmspec.ir.step import SwitchValue
from crmspec.ir.walk import walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crmspec.ir.program import Program
    from crmspec.ir.value import Located

Fact = tuple[str, str]
"""A kind (`event`, `attribute`, `list`, `consent`, `chain`) and an id."""


def parts(program: Program, conditions: Iterable[Located | None]) -> Iterator[Located]:
    """Yield every part of some conditions and of the segments they lead to, each segment once."""
    waiting = [condition for condition in conditions if condition is not None]
    seen: set[str] = set()
    while waiting:
        for node in walk(waiting.pop()):
            yield node
            if isinstance(node, InSegment) and node.segment.id not in seen:
                seen.add(node.segment.id)
                segment = program.segments.get(node.segment.id)
                if segment is not None:
                    waiting.append(segment.condition)


def reads(program: Program, *conditions: Located | None) -> frozenset[Fact]:
    """Return what conditions depend on."""
    found = {fact for part in parts(program, conditions) for fact in _facts(part)}
    for kind, id_ in tuple(found):
        if kind == "attribute" and (attribute := program.attributes.get(id_)) is not None:
            computed = attribute.computed
            if computed is not None:
                found.add(("event", computed.event.id))
    return frozenset(found)


def _facts(part: Located) -> Iterator[Fact]:
    match part:
        case AttributeIs():
            yield "attribute", part.attribute.id
        case SwitchValue() if part.attribute is not None:
            yield "attribute", part.attribute.id
        case EventHappened():
            yield "event", part.event.id
        case EventMissing():
            yield "event", part.not_event.id
        case FirstEvent():
            yield "event", part.first_event.id
        case LastEvent():
            yield "event", part.last_event.id
        case InList():
            yield "list", part.list.id
        case ConsentIs():
            yield "consent", part.consent.id
        case InChain():
            yield "chain", part.in_chain.id
