"""Variables: what conditions ask about a customer, each one dimension of the space of customers."""

from __future__ import annotations

from typing import ClassVar, Literal, TypeAlias

import msgspec

Mutability: TypeAlias = Literal["immutable", "frozen", "monotone", "derived", "volatile"]
"""What proofs may take for granted about change (semantics 1.9)."""


class Variable(msgspec.Struct, frozen=True, cache_hash=True, tag=True):
    """The base: variables are equal if they are of one class and name the same thing."""

    @property
    def mutability(self) -> Mutability:
        """Return how its value may change; `derived` follows from the log and the time."""
        return self.changes

    changes: ClassVar[Mutability] = "volatile"


class AttributeValue(Variable, frozen=True, cache_hash=True):
    """The value of an attribute; `promise` is its declared mutability."""

    id: str
    promise: Mutability = "volatile"

    @property
    def mutability(self) -> Mutability:
        """Return what its author promises."""
        return self.promise


class PropertyValue(Variable, frozen=True, cache_hash=True):
    """A property of one event, related object or device; `kind` and `owner` say of which."""

    kind: Literal["event", "object", "device"]
    owner: str
    path: str
    changes: ClassVar[Mutability] = "immutable"


class TriggerProperty(Variable, frozen=True, cache_hash=True):
    """A property of the event that started a passage of the chain."""

    chain: str
    name: str
    changes: ClassVar[Mutability] = "immutable"


class StepResult(Variable, frozen=True, cache_hash=True):
    """The outcome of a step in this passage, or with `output` a field of what it saved."""

    chain: str
    step: str
    output: str | None = None


class Aspect(Variable, frozen=True, cache_hash=True):
    """One view of a value that its own grid does not show.

    `kind` is `age` (minutes since, negative: ahead), `age_months`, `month`, `weekday`,
    `day_of_month`, `length`, `item` (a list holds `key`), `starts_with`, `ends_with`, `contains`,
    or `hidden` and a word for something opaque, of which `key` is the canonical text; `moving` if
    it changes with the time or with another value.
    """

    of: AttributeValue | PropertyValue | TriggerProperty | StepResult
    kind: str
    key: str = ""

    @property
    def mutability(self) -> Mutability:
        """Return `derived` for ages of what does not change, else what holds for the value."""
        moves = self.kind in MOVING or self.kind.startswith("moving ")
        return "derived" if moves else self.of.mutability


MOVING = frozenset({"age", "age_months"})
"""Kinds of aspects that change by time alone."""


class EventCount(Variable, frozen=True, cache_hash=True):
    """How often an event that meets `where` happened in a window.

    The window reaches from `start` minutes ago back to `window` minutes ago, None for ever;
    `months` and `start_months` are the calendar months among these minutes. `since` is
    `chain_start`, a step or a date, prefixed by its chain and a full stop where it is no date.
    """

    event: str
    where: str = ""
    window: int | None = None
    since: str | None = None
    start: int = 0
    months: int = 0
    start_months: int = 0
    changes: ClassVar[Mutability] = "derived"


class EventValue(Variable, frozen=True, cache_hash=True):
    """An aggregate over a property of the events that a count counts."""

    aggregate: str
    property: str
    count: EventCount
    changes: ClassVar[Mutability] = "derived"


class EventOnDay(Variable, frozen=True, cache_hash=True):
    """Whether the first or latest event lies on one day."""

    which: Literal["first", "last"]
    event: str
    where: str
    day: str
    changes: ClassVar[Mutability] = "derived"


class ConsentStatus(Variable, frozen=True, cache_hash=True):
    """The state of a consent, or of one of its topics."""

    id: str
    topic: str | None = None


class IsReachable(Variable, frozen=True, cache_hash=True):
    """Whether a channel can be reached."""

    channel: str


class SuppressedBy(Variable, frozen=True, cache_hash=True):
    """Why a channel refuses the address, or that it does not."""

    channel: str


class InList(Variable, frozen=True, cache_hash=True):
    """Whether the customer is on a list."""

    id: str


class JoinedAgo(Variable, frozen=True, cache_hash=True):
    """How many minutes ago the customer came into a segment or list, or changed a consent."""

    kind: Literal["segment", "list", "consent"]
    id: str
    scale: Literal["age", "age_months"] = "age"
    changes: ClassVar[Mutability] = "derived"


class ReactionCount(Variable, frozen=True, cache_hash=True):
    """How many sends got a reaction.

    `target` is `message:<id>`, `tag:<id>` or empty for any; `since` as for events, and
    `<chain>.passage` where only the sends of this passage count (semantics 5.29).
    """

    target: str
    channel: str | None
    reaction: str
    link: str | None = None
    window: int | None = None
    since: str | None = None
    months: int = 0
    changes: ClassVar[Mutability] = "derived"


class InChainState(Variable, frozen=True, cache_hash=True):
    """Whether the customer is in a chain, or has ever ended it so."""

    chain: str
    state: str = "active"


class Variant(Variable, frozen=True, cache_hash=True):
    """The variant of an experiment that the customer was given, if any."""

    experiment: str


class Bucket(Variable, frozen=True, cache_hash=True):
    """The bucket of the customer for a salt, 0 to 9,999 (semantics 7.30)."""

    salt: str
    changes: ClassVar[Mutability] = "immutable"


class GeoIs(Variable, frozen=True, cache_hash=True):
    """A field of the customer's place, or of an attribute that holds one."""

    field: str
    of: str | None = None


class DeviceIs(Variable, frozen=True, cache_hash=True):
    """Whether one of the devices meets all the tests of `where`."""

    where: str


class RelatedCount(Variable, frozen=True, cache_hash=True):
    """How many related objects meet `where`."""

    object: str
    where: str = ""


class RfmCell(Variable, frozen=True, cache_hash=True):
    """One of the three scores of a customer under one way of scoring."""

    key: str
    score: str
    event: str | None
    window: int
    months: int = 0
    changes: ClassVar[Mutability] = "derived"


class LocalTime(Variable, frozen=True, cache_hash=True):
    """The local `weekday`, `time` (minute of the day) or `date` (minutes since 1970)."""

    part: Literal["weekday", "time", "date"]
    changes: ClassVar[Mutability] = "derived"


class Opaque(Variable, frozen=True, cache_hash=True):
    """Something that the analysis does not look into: true or false, by its canonical text."""

    kind: str
    key: str
