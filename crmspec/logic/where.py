"""Property filters: known by their text, kept so that one can be seen to imply another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.ir.trigger import EventTrigger, InactionTrigger, ObjectTrigger
from crmspec.ir.value import PropertyTest
from crmspec.logic.formula import every, holds
from crmspec.logic.value import Subject, canonical, tested
from crmspec.logic.variable import Aspect, PropertyValue, TriggerProperty
from crmspec.resolve.operand import is_dynamic

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crmspec.ir.chain import Chain
    from crmspec.ir.data import Directory, Property
    from crmspec.ir.program import Program
    from crmspec.ir.trait import Device
    from crmspec.ir.value import Tests, Where
    from crmspec.logic.formula import Formula
    from crmspec.logic.value import Base
    from crmspec.resolve.catalog import Catalog

Owner = tuple[str, str]
"""What the filtered things are: `("event", id)`, `("object", id)` or `("device", "")`."""
_DEVICE_FIELDS = ("os", "model", "app_version", "browser", "language")


def key(where: Where) -> str:
    """Return the text by which equal filters are known; no filter is the empty text."""
    tests = sorted(
        f"{one.property} {test.operator} {canonical(test.operand)}"
        for one in where
        for test in one.tests
    )
    return " & ".join(tests)


class Wheres:
    """All property filters that the conditions of a program name, by owner and text."""

    def __init__(self, program: Program, catalog: Catalog) -> None:
        self.program = program
        self.catalog = catalog
        self.known: dict[Owner, dict[str, Where]] = {}
        self.kept: list[tuple[Owner, str, Where]] = []
        """What was remembered since this list was last emptied, in order."""

    def keep(self, kind: str, id_: str, where: Where, scope: str = "") -> str:
        """Remember a filter and return its text; a template in it is read in its chain alone."""
        text = key(where)
        if is_dynamic(text):
            text = f"{text} @{scope}"
        self.known.setdefault((kind, id_), {})[text] = where
        self.kept.append(((kind, id_), text, where))
        return text

    def device(self, device: Device) -> str:
        """Remember the tests of a device as a filter and return its text."""
        where = [
            PropertyTest(property=field, tests=getattr(device, field))
            for field in _DEVICE_FIELDS
            if getattr(device, field)
        ]
        text = self.keep("device", "", tuple(where))
        if device.push_enabled is None:
            return text
        return f"{text} & push {str(device.push_enabled).lower()}"

    def formula(self, owner: Owner, where: Where) -> Formula:
        """Return what a filter asks of the properties of one thing."""
        kind, id_ = owner
        return every(
            self._property(PropertyValue(kind, id_, one.property), one.tests)  # type: ignore[arg-type]
            for one in where
        )

    def started(self, chain: Chain, trigger: EventTrigger) -> Formula:
        """Return what the filter of a trigger says of the properties of the event."""
        return every(
            self.read(self.trigger(chain, chain.id, one.property), one.property, one.tests)
            for one in trigger.where
        )

    def _property(self, base: PropertyValue, tests: Tests) -> Formula:
        declared = self._properties((base.kind, base.owner))
        return self.read(self._subject(base, declared), base.path, tests)

    def read(self, subject: Subject, path: str, tests: Tests) -> Formula:
        """Return the tests of what stands at a path."""
        if "." in path:
            # Of several items one must meet all the tests (semantics 5.47): they stay together.
            return holds(Aspect(subject.base, "tests", _joined(tests)))
        return tested(subject, tests)

    def _properties(self, owner: Owner) -> Mapping[str, Property]:
        kind, id_ = owner
        if kind == "event" and id_ in self.program.events:
            return self.program.events[id_].properties
        if kind == "object" and id_ in self.program.objects:
            return self.program.objects[id_].properties
        return {}

    def _subject(self, base: Base, declared: Mapping[str, Property]) -> Subject:
        name = base.path if isinstance(base, PropertyValue) else getattr(base, "name", "")
        found = declared.get(name)
        if found is None:
            return Subject(base, None)
        return Subject(base, found.type, self._directory(found), found.default)

    def _directory(self, declared: Property) -> Directory | None:
        reference = declared.directory
        if reference is None and declared.items is not None:
            reference = declared.items.directory
        return self.program.directories.get(reference.id) if reference is not None else None

    def trigger(self, chain: Chain | None, chain_id: str, name: str) -> Subject:
        """Return the subject of a test of a trigger property."""
        base = TriggerProperty(chain_id, name)
        found = self.declared(chain, name)
        if found is None:
            return Subject(base, None)
        return self._subject(base, {name: found})

    def declared(self, chain: Chain | None, name: str) -> Property | None:
        """Return the declaration of a property that every trigger of a chain reads alike."""
        owners = [_carried(trigger) for trigger in chain.trigger] if chain is not None else []
        found = [
            self._properties(owner).get(name) if owner is not None else None for owner in owners
        ]
        alike = found and all(one == found[0] for one in found)
        return found[0] if alike else None

    def values(self) -> Iterator[tuple[Owner, dict[str, Where]]]:
        """Yield every owner with its filters."""
        yield from self.known.items()


def _carried(trigger: object) -> Owner | None:
    match trigger:
        case EventTrigger():
            return "event", trigger.event.id
        case InactionTrigger() if trigger.after is not None:
            return "event", trigger.after.id
        case ObjectTrigger():
            return "object", trigger.object.id
    return None


def _joined(tests: Tests) -> str:
    return " & ".join(sorted(f"{test.operator} {canonical(test.operand)}" for test in tests))
