"""What is known of customers: events, attributes, identity, directories, related objects."""

from __future__ import annotations

from typing import Literal, TypeAlias

from crmspec.ir.value import (
    DirectoryRef,
    Duration,
    EventRef,
    Located,
    Name,
    Plain,
    Resource,
    SystemRef,
    Where,
)

DataType: TypeAlias = Literal[
    "string", "number", "integer", "boolean", "date", "datetime", "enum", "array", "object", "geo"
]


Pii: TypeAlias = Literal["no", "personal", "sensitive"]


class Property(Located, frozen=True, kw_only=True):
    """A typed value of an event, an object, or of an item of either."""

    type: DataType = "string"
    title: str | None = None
    description: str | None = None
    required: bool = False
    values: tuple[str, ...] = ()
    directory: DirectoryRef | None = None
    unit: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    format: str | None = None
    default: Plain = None
    pii: Pii = "no"
    items: Property | None = None
    properties: dict[str, Property] = {}


class Assumption(Located, frozen=True, kw_only=True):
    """What may be taken for granted about when an event happens (an assumption of every proof)."""

    preceded_by: EventRef | None = None
    min_gap: Duration | None = None
    requires_silence: Duration | None = None
    causes: tuple[EventRef, ...] = ()


class Event(Resource, frozen=True, kw_only=True):
    """Something that happens to or is done by a customer."""

    kind: Literal["action", "inaction", "change", "system"] = "action"
    call: Literal["track", "identify", "page", "screen", "group"] = "track"
    version: str | None = None
    category: str | None = None
    sources: tuple[SystemRef, ...] = ()
    transport: Literal["api", "webhook", "sdk", "tag_manager", "etl", "csv", "manual"] | None = None
    fires_when: str | None = None
    identity: tuple[str, ...] = ()
    dedupe_key: Name | None = None
    occurred_at: Name | None = None
    properties: dict[str, Property] = {}
    additional_properties: bool = False
    example: dict[str, Plain] = {}
    volume: str | None = None
    assume: Assumption | None = None


class Computed(Located, frozen=True, kw_only=True):
    """An attribute derived from events."""

    event: EventRef
    aggregate: Literal["count", "sum", "avg", "min", "max", "first", "last", "distinct"]
    of: Name | None = None
    where: Where = ()
    within: Duration | None = None


class Attribute(Resource, frozen=True, kw_only=True):
    """A fact about a customer; `mutability` says what proofs may take for granted."""

    type: DataType = "string"
    values: tuple[str, ...] = ()
    directory: DirectoryRef | None = None
    items: DataType | None = None
    max_items: int | None = None
    unit: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    default: Plain = None
    missing_as: Plain = None
    nullable: bool = True
    pii: Pii = "no"
    standard: str | None = None
    kind: Literal["contact", "profile", "score", "lifecycle", "technical"] = "profile"
    source: SystemRef | None = None
    updates: str | None = None
    provider: str | None = None
    computed: Computed | None = None
    mutability: Literal["immutable", "frozen", "monotone", "derived", "volatile"] = "volatile"


class Identifier(Located, frozen=True, kw_only=True):
    """One way to recognise a customer."""

    id: str
    unique: bool = True
    normalize: tuple[str, ...] = ()


class Merge(Located, frozen=True, kw_only=True):
    """How two profiles become one."""

    prefer: Literal["newest", "oldest"] = "newest"
    never_merge: tuple[str, ...] = ()


class Identity(Located, frozen=True, kw_only=True):
    """How customers are recognised across systems; one per project."""

    primary: str
    identifiers: tuple[Identifier, ...]
    merge: Merge | None = None


class DirectoryValue(Located, frozen=True, kw_only=True):
    """A normal value and its other spellings."""

    title: str | None = None
    synonyms: tuple[str, ...] = ()


class Directory(Resource, frozen=True, kw_only=True):
    """A normalised list of values: Москва, мск and Moscow are one city."""

    values: dict[str, DirectoryValue]


class Object(Resource, frozen=True, kw_only=True):
    """A thing that customers are related to: an order, a subscription, a contract."""

    properties: dict[str, Property] = {}
