"""The typed values of a program: attributes, and properties of events and objects."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import msgspec

from crmspec.ir.data import Attribute, DataType, Property
from crmspec.ir.trigger import (
    AttributeTrigger,
    ChainTrigger,
    DateTrigger,
    EventTrigger,
    InactionTrigger,
    ListTrigger,
    ManualTrigger,
    ObjectTrigger,
    ScheduleTrigger,
    SegmentTrigger,
)
from crmspec.source import Span

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmspec.ir.chain import Chain
    from crmspec.ir.program import Program
    from crmspec.ir.trigger import Trigger

_WITHOUT_PROPERTIES = (
    AttributeTrigger,
    ChainTrigger,
    DateTrigger,
    ListTrigger,
    ManualTrigger,
    ScheduleTrigger,
    SegmentTrigger,
)


class Typed(msgspec.Struct, frozen=True, kw_only=True):
    """A value that conditions compare: its type and what it may be.

    `values` is empty when any value is fine; `synonyms` leads other spellings to a value.
    """

    name: str
    type: DataType
    declared: Span
    values: tuple[str, ...] = ()
    synonyms: dict[str, str] = {}
    unit: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    items: Typed | None = None


class Payload(msgspec.Struct, frozen=True, kw_only=True):
    """What an event or object carries; an open one may carry more than is declared."""

    kind: str
    id: str
    declared: Span
    properties: dict[str, Property]
    is_open: bool = False

    def lacks(self, path: str) -> bool:
        """Say whether there is surely no such property; `items.price` looks inside."""
        properties: Mapping[str, Property] = self.properties
        is_open = self.is_open
        for part in path.split("."):
            found = properties.get(part)
            if found is None:
                return not is_open
            properties = _inside(found)
            is_open = not properties
        return False

    def find(self, path: str) -> Property | None:
        """Return the property at a path, or None."""
        properties: Mapping[str, Property] = self.properties
        found = None
        for part in path.split("."):
            found = properties.get(part)
            if found is None:
                return None
            properties = _inside(found)
        return found


def _inside(found: Property) -> Mapping[str, Property]:
    return found.items.properties if found.items is not None else found.properties


class Catalog:
    """Looks up what values are; answers None about what is not declared."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.attribute = cache(self._attribute)
        self.payload = cache(self._payload)
        self._properties: dict[tuple[str, str, str], Typed | None] = {}

    def _attribute(self, id_: str) -> Typed | None:
        found = self.program.attributes.get(id_)
        return self.typed(id_, found) if found is not None else None

    def _payload(self, kind: str, id_: str) -> Payload | None:
        if kind == "object":
            thing = self.program.objects.get(id_)
            if thing is None:
                return None
            return Payload(
                kind=kind, id=id_, declared=thing.place.name, properties=thing.properties
            )
        event = self.program.events.get(id_)
        if event is None:
            return None
        return Payload(
            kind=kind,
            id=id_,
            declared=event.place.name,
            properties=event.properties,
            is_open=event.additional_properties,
        )

    def property(self, payload: Payload | None, path: str) -> Typed | None:
        """Return the typed property of a payload, or None."""
        if payload is None:
            return None
        key = (payload.kind, payload.id, path)
        if key not in self._properties:
            found = payload.find(path)
            self._properties[key] = self.typed(path, found) if found is not None else None
        return self._properties[key]

    def typed(self, name: str, value: Attribute | Property) -> Typed:
        """Return what is known of an attribute or property."""
        values, synonyms = self._values(value)
        return Typed(
            name=name,
            type=value.type,
            declared=value.place.name,
            values=values,
            synonyms=synonyms,
            unit=value.unit,
            minimum=value.minimum,
            maximum=value.maximum,
            items=self._items(name, value),
        )

    def _items(self, name: str, value: Attribute | Property) -> Typed | None:
        if isinstance(value.items, Property):
            return self.typed(name, value.items)
        if value.items is None:
            return None
        return Typed(name=name, type=value.items, declared=value.place.name, values=value.values)

    def _values(self, value: Attribute | Property) -> tuple[tuple[str, ...], dict[str, str]]:
        directory = self.program.directories.get(value.directory.id) if value.directory else None
        if directory is None:
            return value.values, {}
        synonyms = {
            synonym: name for name, entry in directory.values.items() for synonym in entry.synonyms
        }
        return (*value.values, *directory.values), synonyms

    def triggers(self, chain: Chain) -> list[Payload] | None:
        """Return what the triggers of a chain carry, or None if that is not known."""
        payloads = []
        for trigger in chain.trigger:
            found = self._of_trigger(trigger)
            if found is None:
                return None
            payloads.extend(found)
        return payloads

    def starts(self, chain: Chain) -> list[Payload] | None:
        """Return what each trigger of a chain carries: with others, one without an event is empty.

        A chain that only such triggers start has no event at all; None if that is not known.
        """
        found = self.triggers(chain)
        if not found or all(self._of_trigger(one) for one in chain.trigger):
            return found
        return [*found, Payload(kind="event", id="", declared=chain.place.name, properties={})]

    def _of_trigger(self, trigger: Trigger) -> list[Payload] | None:
        """Return the payloads of one trigger; none at all for those that carry no properties."""
        match trigger:
            case EventTrigger():
                found = self.payload("event", trigger.event.id)
            case InactionTrigger():
                if trigger.after is None:
                    return []
                found = self.payload("event", trigger.after.id)
            case ObjectTrigger():
                found = self.payload("object", trigger.object.id)
            case _:
                return [] if isinstance(trigger, _WITHOUT_PROPERTIES) else None
        return None if found is None else [found]
