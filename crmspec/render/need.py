"""What data scenarios need: event properties and profile attributes they read."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import msgspec

from crmspec.ir import chain as ch
from crmspec.ir import condition as c
from crmspec.ir import trigger as tr
from crmspec.ir.value import Ref

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crmspec.ir.message import Message
    from crmspec.ir.program import Program
    from crmspec.ir.value import Located
    from crmspec.template.reading import Read

_SUBJECTS = ("event", "no_event", "not_event", "first_event", "last_event")
_AGGREGATES = ("sum", "avg", "min", "max", "distinct")


class Variables(msgspec.Struct, frozen=True):
    """Names that templates read, in the order of first mention."""

    event: tuple[str, ...] = ()
    profile: tuple[str, ...] = ()


class Need(msgspec.Struct, frozen=True):
    """What a chain reads: `(event reference, property)` pairs and attribute references."""

    properties: tuple[tuple[Ref, str], ...] = ()
    attributes: tuple[Ref, ...] = ()


def variables(message: Message, read: Iterable[Read]) -> Variables:
    """Return the names among what a message reads, and requires."""
    found: dict[str, dict[str, None]] = {"event": {}, "profile": {}}
    for root, *keys in (*(one.name for one in read), *(it.split(".") for it in message.requires)):
        if root in found and keys:
            found[str(root)].setdefault(str(keys[0]))
    return Variables(tuple(found["event"]), tuple(found["profile"]))


def needs(
    chain: ch.Chain, below: Iterable[Located], read: Iterable[Variables], program: Program
) -> Need:
    """Return what a chain needs, given the nodes below it and what its messages read."""
    properties: dict[tuple[str, str], Ref] = {}
    attributes: dict[str, Ref] = {}
    events = [found for trigger in chain.trigger if (found := trigger_event(trigger))]
    for node in below:
        if isinstance(node, Ref):
            if node.kind == "attribute":
                attributes.setdefault(node.id, node)
            continue
        for ref, name in _properties(node, events):
            properties.setdefault((ref.id, name), ref)
    for names in read:
        for name in names.event:
            for ref in declaring(events, name, program):
                properties.setdefault((ref.id, name), ref)
        for name in names.profile:
            if name in program.attributes:
                attributes.setdefault(name, Ref(kind="attribute", id=name))
    pairs = tuple((ref, name) for (_, name), ref in properties.items())
    return Need(pairs, tuple(attributes.values()))


def trigger_event(trigger: tr.Trigger) -> Ref | None:
    """Return the event whose properties a chain may read, if its trigger has one."""
    if isinstance(trigger, tr.EventTrigger):
        return trigger.event
    return trigger.after if isinstance(trigger, tr.InactionTrigger) else None


def declaring(events: list[Ref], name: str, program: Program) -> list[Ref]:
    """Return the events that declare a property, or all if none does."""
    declared = program.events
    having = [ref for ref in events if ref.id in declared and name in declared[ref.id].properties]
    return having or events


@cache
def _subject_field(cls: type[Located]) -> str | None:
    """Return the field that names the event a trigger, condition or exit is about."""
    return next((field for field in _SUBJECTS if field in cls.__struct_fields__), None)


def _subject(node: Located) -> Ref | None:
    field = _subject_field(node.__class__)
    found = getattr(node, field) if field else None
    return found if isinstance(found, Ref) and found.kind == "event" else None


def _properties(node: Located, events: list[Ref]) -> Iterator[tuple[Ref, str]]:
    """Yield the event properties a node compares."""
    if isinstance(node, c.TriggerProperty):
        yield from ((ref, node.trigger.id) for ref in events)
        return
    subject = _subject(node)
    if subject is None:
        return
    yield from ((subject, test.property) for test in getattr(node, "where", ()))
    if isinstance(node, c.EventHappened):
        for field in _AGGREGATES:
            aggregate = getattr(node, field)
            if aggregate is not None:
                yield subject, aggregate.property.id
