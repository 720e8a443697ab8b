"""What becomes one entry of a file: a resource with its text, and what must be said of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

from msgspec.structs import fields

from crmspec.ir.program import KEYS, KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmspec.diagnostics import Text
    from crmspec.engine.resource import Address, Remote

Effect: TypeAlias = Literal["object", "field", "name", "left"]

VITAL = {
    "event": {"properties"},
    "attribute": {"type"},
    "message": {"channel", "file", "subject", "body", "text", "source", "html", "letter"},
    "chain": {"trigger", "steps", "audience", "actions", "profile_filter", "reentry_criteria"}
    | {"nodes", "reentry_rules", "early_exit", "model", "domain", "activities"}
    | {"conditions", "trigger_frequency"},
    "broadcast": {"audience", "message", "audiences", "send_options", "send_strategy"},
}
"""Kind → fields without which it would be another thing; of kinds that are not here, all are.

Some are in an author's words, some in those of a body."""

_HEAD = frozenset({"title", "description", "status"})
_EMPTY = frozenset({"event", "attribute", "list"})
"""Kinds of which an object may have no more than its head."""


def hollow(address: Address, fields: Mapping[str, object]) -> bool:
    """Say whether a target's object was not led back: nothing but its head is known."""
    return address.kind not in _EMPTY and not fields.keys() - _HEAD


def joined(known: Mapping[str, object], more: Mapping[str, object]) -> dict[str, object]:
    """Return what two objects know of one resource; where they differ, the first is right."""
    made = {**more, **known}
    for name in known.keys() & more.keys():
        match known[name], more[name]:
            case dict() as one, dict() as other:
                made[name] = joined(one, other)
            case [str(), *_] as one, [str(), *_] as other:
                made[name] = sorted({*map(str, one), *map(str, other)})
    return made


@dataclass
class Piece:
    """A resource as an author writes it, in full forms; `remote` is None if it is no object.

    `owners` are the fields that stay as they are there, `ignored` the codes of findings that the
    object had there already; `remark` is a comment. `users` are the objects that it was found in.
    """

    address: Address
    fields: dict[str, object]
    remote: Remote | None = None
    owners: dict[str, str] = field(default_factory=dict)
    ignored: set[str] = field(default_factory=set)
    remark: str = ""
    users: set[Address] = field(default_factory=set)

    def may_do_without(self, name: str) -> bool:
        """Say whether the field may be left to the target."""
        if self.remote is None:
            return False
        known = self.address.kind in VITAL and name not in VITAL[self.address.kind]
        return known and name not in self.owners

    def leave(self, name: str) -> None:
        """Leave a field to the target: it is not in the project, and nobody compares it."""
        self.fields.pop(name, None)
        self.owners[name] = "create_only"

    def keep(self, name: str) -> None:
        """Write a field, and leave to the target what it is there: nobody compares it."""
        self.owners[name] = "create_only"

    def spell_out(self, name: str) -> bool:
        """Write down what holds without a word, as the project may say otherwise; say if so."""
        known = {one.encode_name: one.default for one in fields(KINDS[KEYS[self.address.kind]][1])}
        plain = isinstance(known.get(name), str | int | float)
        if name in self.fields or not plain:
            return False
        self.fields[name] = known[name]
        return True

    def written(self) -> dict[str, object]:
        """Return all fields that stand in the file."""
        return self.fields | ({"ownership": dict(self.owners)} if self.owners else {})


@dataclass(frozen=True)
class Loss:
    """What could not be said, and why.

    An `object` is not in the project; a `field` (the one that is named) stays as it is there; of a
    `name` nothing else is known; `left` is what is none of the project's. `there` is the value on
    the target as an author would write it, `here` what the project would make of it.
    """

    effect: Effect
    kind: str
    id: str
    title: str
    reason: Text
    address: str | None = None
    field: str | None = None
    there: object = None
    here: object = None


ORDER = {"chain": -1} | {
    kind: number for number, (kind, _) in enumerate(KINDS.values()) if kind != "chain"
}
"""Kind → its place among the others in a file."""
