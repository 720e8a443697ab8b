"""The small values of the language: references, durations, times, operands."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias, get_args

import msgspec

from crmspec.ir.place import NOWHERE, Place

Plain: TypeAlias = None | bool | int | float | str | list[object] | dict[str, object]
"""Data as YAML gives it; collections hold `Plain` again."""


class Located(msgspec.Struct, frozen=True, kw_only=True):
    """The base of every IR node."""

    place: Place = NOWHERE


class Ref(Located, frozen=True, kw_only=True):
    """A name that points to a resource: the field decides the kind, the author writes the id."""

    kind: str
    id: str


class Duration(Located, frozen=True, kw_only=True):
    """A length of time: calendar months and exact seconds; a day is 24 hours (semantics 2.2).

    `text` is what the author wrote.
    """

    months: int = 0
    seconds: int = 0
    text: str = ""

    @property
    def minutes(self) -> int:
        """Return whole minutes, a month counted as 30 days."""
        return (self.months * 30 * 86_400 + self.seconds) // 60


class TimeOfDay(Located, frozen=True, kw_only=True):
    """A wall-clock time; `minute` counts from midnight, 0 to 1440 (24:00 ends a day)."""

    minute: int


class Day(Located, frozen=True, kw_only=True):
    """A calendar date `2026-11-27` or local moment `2026-11-27T10:00` in ISO 8601."""

    iso: str


class Percent(Located, frozen=True, kw_only=True):
    """A share written `10%` or as a bare number of percent; 0 to 100."""

    value: float


class Name(Located, frozen=True, kw_only=True):
    """A name that is no reference to a resource: an event property, a topic, a variant."""

    id: str


class Template(Located, frozen=True, kw_only=True):
    """Text that may hold `{{ }}` and `{% %}`; parsed by the messages phase, not here."""

    source: str


Operator: TypeAlias = Literal[
    "eq",
    "neq",
    "gt",
    "gte",
    "lt",
    "lte",
    "between",
    "in",
    "not_in",
    "is",
    "exists",
    "missing",
    "contains",
    "not_contains",
    "contains_any",
    "contains_all",
    "contains_none",
    "starts_with",
    "not_starts_with",
    "ends_with",
    "not_ends_with",
    "matches",
    "not_matches",
    "before",
    "after",
    "on_day",
    "within_last",
    "within_next",
    "older_than",
    "month",
    "day_of_month",
    "weekday",
    "length",
]
OPERATORS: frozenset[str] = frozenset(get_args(Operator))


class Test(Located, frozen=True, kw_only=True):
    """One comparison, such as `gte: 3`; operands keep the author's plain data."""

    operator: Operator
    operand: Plain


Tests: TypeAlias = tuple[Test, ...]
"""Comparisons that must all hold; written as a map of operators, a bare value, or a list."""


class PropertyTest(Located, frozen=True, kw_only=True):
    """Comparisons against one property of an event or related object."""

    property: str
    tests: Tests


Where: TypeAlias = tuple[PropertyTest, ...]
"""A property filter, written as a map `property: value | [values] | {operator: operand}`."""

FLAT = "flat"
"""Marks a `Tests` field whose operators stand beside the subject, not in a map of their own."""

AttributeRef: TypeAlias = Annotated[Ref, "attribute"]
BlockRef: TypeAlias = Annotated[Ref, "block"]
BroadcastRef: TypeAlias = Annotated[Ref, "broadcast"]
ChainRef: TypeAlias = Annotated[Ref, "chain"]
ChannelGroupRef: TypeAlias = Annotated[Ref, "channel_group"]
ChannelRef: TypeAlias = Annotated[Ref, "channel"]
ConsentRef: TypeAlias = Annotated[Ref, "consent"]
CouponRef: TypeAlias = Annotated[Ref, "coupon"]
DirectoryRef: TypeAlias = Annotated[Ref, "directory"]
EventRef: TypeAlias = Annotated[Ref, "event"]
ExperimentRef: TypeAlias = Annotated[Ref, "experiment"]
FeedRef: TypeAlias = Annotated[Ref, "feed"]
FrequencyRef: TypeAlias = Annotated[Ref, "frequency"]
GoalRef: TypeAlias = Annotated[Ref, "goal"]
JobRef: TypeAlias = Annotated[Ref, "job"]
LayoutRef: TypeAlias = Annotated[Ref, "layout"]
ListRef: TypeAlias = Annotated[Ref, "list"]
MessageRef: TypeAlias = Annotated[Ref, "message"]
ObjectRef: TypeAlias = Annotated[Ref, "object"]
PersonaRef: TypeAlias = Annotated[Ref, "persona"]
ProfileRef: TypeAlias = Annotated[Ref, "profile"]
SegmentRef: TypeAlias = Annotated[Ref, "segment"]
StageRef: TypeAlias = Annotated[Ref, "stage"]
SystemRef: TypeAlias = Annotated[Ref, "system"]
TagRef: TypeAlias = Annotated[Ref, "tag"]
TargetRef: TypeAlias = Annotated[Ref, "target"]

Status: TypeAlias = Literal["draft", "live", "paused", "deprecated"]
Weekday: TypeAlias = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
OnUnsupported: TypeAlias = Literal["error", "degrade", "manual"]
Owner: TypeAlias = Literal["code", "ui", "create_only"]


class Resource(Located, frozen=True, kw_only=True):
    """What every resource has; `place.name` is where its id stands."""

    id: str
    title: str | None = None
    description: str | None = None
    owner: str | None = None
    tags: tuple[TagRef, ...] = ()
    status: Status = "live"
    stage: StageRef | None = None
    names: dict[str, str] = {}
    targets: tuple[TargetRef, ...] = ()
    on_unsupported: OnUnsupported | None = None
    prevent_destroy: bool = False
    ownership: dict[str, Owner] = {}
    extensions: dict[str, Plain] = {}
