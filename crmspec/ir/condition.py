"""The condition grammar: one tree for segments, audiences, branches, filters and exits.

Each leaf class names its subject key in `subject`; a leaf has exactly one subject.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, TypeAlias, get_args

from crmspec.ir.trait import (
    HasRelated,
    InPlace,
    NowIs,
    OnDevice,
    RandomShare,
    RfmIs,
)
from crmspec.ir.value import (
    FLAT,
    AttributeRef,
    ChainRef,
    ChannelRef,
    ConsentRef,
    Day,
    Duration,
    EventRef,
    ExperimentRef,
    ListRef,
    Located,
    MessageRef,
    Name,
    Plain,
    SegmentRef,
    TagRef,
    Tests,
    Where,
)


class All(Located, frozen=True, kw_only=True):
    """Every condition holds; also what a bare list of conditions means."""

    subject: ClassVar[str] = "all"
    all: tuple[Condition, ...]


class Any(Located, frozen=True, kw_only=True):
    """At least one condition holds."""

    subject: ClassVar[str] = "any"
    any: tuple[Condition, ...]


class Nothing(Located, frozen=True, kw_only=True):
    """`none: [...]`: no condition holds."""

    subject: ClassVar[str] = "none"
    none: tuple[Condition, ...]


class Not(Located, frozen=True, kw_only=True):
    """The condition does not hold."""

    subject: ClassVar[str] = "not"
    not_: Condition


class HasBeen(Located, frozen=True, kw_only=True):
    """The attribute has met the tests without a break for a while."""

    tests: Annotated[Tests, FLAT]
    for_: Duration


class Changed(Located, frozen=True, kw_only=True):
    """The attribute changed, maybe from and to given values."""

    from_: Tests = ()
    to: Tests = ()
    within: Duration | None = None


class Anniversary(Located, frozen=True, kw_only=True):
    """The day and month of a date attribute come round; `today: true` means this very day."""

    today: bool = False
    within_next: Duration | None = None
    within_last: Duration | None = None


class AttributeIs(Located, frozen=True, kw_only=True):
    """A test of a profile attribute."""

    subject: ClassVar[str] = "attribute"
    attribute: AttributeRef
    tests: Annotated[Tests, FLAT] = ()
    anniversary: Anniversary | None = None
    has_been: HasBeen | None = None
    changed: Changed | None = None
    missing_as: bool | None = None
    case: Literal["sensitive", "insensitive"] = "insensitive"


class Aggregate(Located, frozen=True, kw_only=True):
    """A sum, average … of one event property, compared."""

    property: Name
    tests: Annotated[Tests, FLAT]


class EventHappened(Located, frozen=True, kw_only=True):
    """The event happened often enough in the window; without `count`, at least once."""

    subject: ClassVar[str] = "event"
    event: EventRef
    count: Tests = ()
    sum: Aggregate | None = None
    avg: Aggregate | None = None
    min: Aggregate | None = None
    max: Aggregate | None = None
    distinct: Aggregate | None = None
    where: Where = ()
    within: Duration | None = None
    between_ago: tuple[Duration, ...] = ()
    since: str | None = None


class EventMissing(Located, frozen=True, kw_only=True):
    """The event did not happen in the window."""

    subject: ClassVar[str] = "not_event"
    not_event: EventRef
    where: Where = ()
    within: Duration | None = None
    between_ago: tuple[Duration, ...] = ()
    since: str | None = None


class FirstEvent(Located, frozen=True, kw_only=True):
    """The first occurrence of the event lies in a period."""

    subject: ClassVar[str] = "first_event"
    first_event: EventRef
    where: Where = ()
    older_than: Duration | None = None
    within: Duration | None = None
    on_day: Day | None = None


class LastEvent(Located, frozen=True, kw_only=True):
    """The latest occurrence of the event lies in a period."""

    subject: ClassVar[str] = "last_event"
    last_event: EventRef
    where: Where = ()
    older_than: Duration | None = None
    within: Duration | None = None
    on_day: Day | None = None


class InOrder(Located, frozen=True, kw_only=True):
    """Events (or their absence) one after another; an item's `within` counts from the last one."""

    subject: ClassVar[str] = "sequence"
    sequence: tuple[EventHappened | EventMissing, ...]
    within: Duration | None = None


class Joined(Located, frozen=True, kw_only=True):
    """How long ago the customer came into a segment or list."""

    within: Duration | None = None
    older_than: Duration | None = None


class InSegment(Located, frozen=True, kw_only=True):
    """The customer is in the segment; also what a bare id means."""

    subject: ClassVar[str] = "segment"
    segment: SegmentRef
    joined: Joined | None = None


class InList(Located, frozen=True, kw_only=True):
    """The customer is on the static list."""

    subject: ClassVar[str] = "list"
    list: ListRef
    joined: Joined | None = None


ConsentStatus: TypeAlias = Literal[
    "never_subscribed", "pending", "subscribed", "opted_in", "unsubscribed", "suppressed"
]


class ConsentIs(Located, frozen=True, kw_only=True):
    """The state of a consent."""

    subject: ClassVar[str] = "consent"
    consent: ConsentRef
    is_: ConsentStatus = "subscribed"
    topic: Name | None = None
    method: tuple[str, ...] = ()
    changed: Joined | None = None


class Reachable(Located, frozen=True, kw_only=True):
    """The channel has a valid address or token and is not suppressed."""

    subject: ClassVar[str] = "reachable"
    reachable: ChannelRef


class Suppressed(Located, frozen=True, kw_only=True):
    """The channel refuses the customer's address."""

    subject: ClassVar[str] = "suppressed"
    suppressed: ChannelRef
    reason: Literal["hard_bounce", "complaint", "invalid", "manual"] | None = None


class Tagged(Located, frozen=True, kw_only=True):
    """All messages with a tag."""

    tag: TagRef


class MessageReaction(Located, frozen=True, kw_only=True):
    """What the customer did with a message: `message: cart_1`, `any` or `{tag: promo}`.

    Each reaction is `true`, `false` or a count; `message` is None for `any`.
    """

    subject: ClassVar[str] = "message"
    message: MessageRef | Tagged | None
    channel: ChannelRef | None = None
    received: Tests = ()
    delivered: Tests = ()
    opened: Tests = ()
    clicked: Tests = ()
    replied: Tests = ()
    converted: Tests = ()
    link: str | None = None
    within: Duration | None = None
    since: str | None = None


class ChannelReaction(Located, frozen=True, kw_only=True):
    """What the customer did with all messages of a channel."""

    subject: ClassVar[str] = "channel"
    channel: ChannelRef
    received: Tests = ()
    delivered: Tests = ()
    opened: Tests = ()
    clicked: Tests = ()
    replied: Tests = ()
    within: Duration | None = None


class InChain(Located, frozen=True, kw_only=True):
    """The customer is, or was, in a chain."""

    subject: ClassVar[str] = "in_chain"
    in_chain: ChainRef
    is_: bool = True
    state: Literal["active", "completed", "exited", "goal"] = "active"


class InExperiment(Located, frozen=True, kw_only=True):
    """The customer was given a variant."""

    subject: ClassVar[str] = "experiment"
    experiment: ExperimentRef
    variant: Name


class TriggerProperty(Located, frozen=True, kw_only=True):
    """A property of the event that started the chain."""

    subject: ClassVar[str] = "trigger"
    trigger: Name
    tests: Annotated[Tests, FLAT]


class StepResult(Located, frozen=True, kw_only=True):
    """What an earlier step of the chain came to: its outcome, or a field of its output."""

    subject: ClassVar[str] = "step"
    step: Name
    outcome: Literal["sent", "skipped", "deferred", "failed", "matched", "timeout"] | None = None
    output: str | None = None
    tests: Annotated[Tests, FLAT] = ()


class Raw(Located, frozen=True, kw_only=True):
    """A native condition per target; only those targets can compile it."""

    subject: ClassVar[str] = "raw"
    raw: dict[str, Plain]


Condition: TypeAlias = (
    All
    | Any
    | Nothing
    | Not
    | AttributeIs
    | EventHappened
    | EventMissing
    | FirstEvent
    | LastEvent
    | InOrder
    | InSegment
    | InList
    | ConsentIs
    | Reachable
    | Suppressed
    | MessageReaction
    | ChannelReaction
    | InChain
    | InExperiment
    | InPlace
    | OnDevice
    | HasRelated
    | RfmIs
    | RandomShare
    | TriggerProperty
    | StepResult
    | NowIs
    | Raw
)


CONDITIONS: tuple[type[Located], ...] = get_args(Condition)
