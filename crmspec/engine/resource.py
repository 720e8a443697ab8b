"""What a project wants on a target, and what is there: addresses, resources, remotes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from crmspec.diagnostics import Text
from crmspec.engine.body import REFERENCE, Body, fingerprint, is_reference
from crmspec.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator


class Address(msgspec.Struct, frozen=True, order=True):
    """The name of a resource in a project: `chain.abandoned_cart`."""

    kind: str
    id: str

    def __str__(self) -> str:
        return f"{self.kind}.{self.id}"

    @classmethod
    def parse(cls, text: str) -> Address:
        """Return the address that `str` made the text from."""
        kind, _, id_ = text.partition(".")
        return cls(kind, id_)


class Resource(msgspec.Struct, frozen=True):
    """An object as the project wants it; `depends` are the addresses that must exist before.

    `protected` objects are never deleted. `owners` says of fields who decides on them on the
    target: `code`, `ui` or `create_only`; fields that are not named are the code's.
    """

    address: Address
    body: Body
    depends: tuple[Address, ...]
    origin: Span
    protected: bool = False
    owners: dict[str, str] = {}
    tags: tuple[str, ...] = ()


class Remote(msgspec.Struct, frozen=True):
    """An object as it is on the target, its body in the project's terms.

    `revision` is the target's own mark for compare-and-set; `depends` are the addresses it
    refers to; `changed_at` (ISO 8601) and `changed_by` are told by some targets; `unmarked` when
    it is known by its id alone, since the project's marker was removed or changed; `unreadable`
    when people left something at its id that is no object any more, and the body tells nothing;
    `project` is whose marker it has, if that is another project's.
    """

    id: str
    revision: str
    body: Body
    depends: tuple[Address, ...] = ()
    changed_at: str | None = None
    changed_by: str | None = None
    unmarked: bool = False
    unreadable: bool = False
    project: str | None = None

    @property
    def fingerprint(self) -> str:
        """Return the digest of the body."""
        return fingerprint(self.body)


class Remark(msgspec.Struct, frozen=True):
    """What the target cannot take as written: `manual` (left out) or `deviates` (changed).

    `reference` is what the language means where the target does something else.
    """

    address: Address
    effect: Literal["manual", "deviates"]
    reason: Text
    origin: Span
    reference: tuple[Text, ...] = ()


class Undeployed(msgspec.Struct, frozen=True):
    """A kind of resource that the project has and the target does not get, and how many."""

    kind: str
    count: int
    reason: Text


class Desired(msgspec.Struct, frozen=True):
    """Everything that a project wants on one target.

    `kinds` are those that the target manages: objects of others are left alone (None: all are).
    `moves` leads from old addresses to new ones; `max_deletions` is the share of the objects
    that one plan may delete. `sheets` are what people do by hand, each with what it asks for, and
    `sheet_kinds` the kinds of which there may be some (None: the managed ones).
    """

    resources: tuple[Resource, ...]
    remarks: tuple[Remark, ...] = ()
    undeployed: tuple[Undeployed, ...] = ()
    kinds: frozenset[str] | None = None
    moves: dict[Address, Address] = {}
    max_deletions: float = 0.3
    sheets: tuple[Resource, ...] = ()
    sheet_kinds: frozenset[str] | None = None


def references(value: object) -> frozenset[Address]:
    """Return the addresses that a body points to."""
    return frozenset(map(Address.parse, frozenset(_pointers(value))))


def pointed(value: object, kind: str) -> str:
    """Return the id of the resource that a value points to.

    Raises:
        ValueError: it is no pointer, or leads to another kind.
    """
    found = [one for one in references(value) if is_reference(value) and one.kind == kind]
    if not found:
        raise ValueError(value)
    return found[0].id


def _pointers(value: object) -> Iterator[str]:
    rest = [value]
    while rest:
        one = rest.pop()
        if isinstance(one, dict):
            if is_reference(one):
                yield str(one[REFERENCE])
            else:
                rest.extend(one.values())
        elif isinstance(one, list):
            rest.extend(one)
