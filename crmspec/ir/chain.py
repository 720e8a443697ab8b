"""Chains: triggers, entry, exits and the tree of steps.

Each trigger and step class names the key that makes it what it is in `subject`.
"""

from __future__ import annotations

from typing import ClassVar, Literal, TypeAlias, get_args

from crmspec.ir.condition import Condition, StepResult
from crmspec.ir.value import (
    AttributeRef,
    ChainRef,
    ChannelGroupRef,
    ChannelRef,
    ConsentRef,
    CouponRef,
    Day,
    Duration,
    EventRef,
    ExperimentRef,
    FeedRef,
    FrequencyRef,
    GoalRef,
    JobRef,
    ListRef,
    Located,
    MessageRef,
    Name,
    ObjectRef,
    Percent,
    Plain,
    Resource,
    SegmentRef,
    Template,
    Tests,
    TimeOfDay,
    Weekday,
    Where,
)


class EventTrigger(Located, frozen=True, kw_only=True):
    """Start when the event happens; also what a bare id means."""

    subject: ClassVar[str] = "event"
    event: EventRef
    where: Where = ()


class InactionTrigger(Located, frozen=True, kw_only=True):
    """Start when the event has not happened for a while after another one (or at all)."""

    subject: ClassVar[str] = "no_event"
    no_event: EventRef
    for_: Duration
    after: EventRef | None = None
    where: Where = ()


class SegmentTrigger(Located, frozen=True, kw_only=True):
    """Start when the customer enters or leaves a segment."""

    subject: ClassVar[str] = "segment"
    segment: SegmentRef
    transition: Literal["entered", "left"] = "entered"
    backfill: bool = False
    volume_limit: str | None = None


class ListTrigger(Located, frozen=True, kw_only=True):
    """Start when the customer is added to or removed from a list."""

    subject: ClassVar[str] = "list"
    list: ListRef
    transition: Literal["entered", "left"] = "entered"
    backfill: bool = False
    volume_limit: str | None = None


class AttributeTrigger(Located, frozen=True, kw_only=True):
    """Start when an attribute changes, maybe from and to given values."""

    subject: ClassVar[str] = "attribute"
    attribute: AttributeRef
    from_: Tests = ()
    to: Tests = ()


class DateTrigger(Located, frozen=True, kw_only=True):
    """Start a while before or after the date in an attribute."""

    subject: ClassVar[str] = "date"
    date: AttributeRef
    offset: Duration | None = None
    at: TimeOfDay | None = None
    recurs: Literal["never", "yearly", "monthly"] = "never"
    feb_29: Literal["feb_28", "mar_1", "skip"] = "feb_28"


class Schedule(Located, frozen=True, kw_only=True):
    """A recurring moment: an RFC 5545 rule or five cron fields."""

    rrule: str | None = None
    cron: str | None = None
    at: TimeOfDay | None = None


class ScheduleTrigger(Located, frozen=True, kw_only=True):
    """Start on a schedule for everyone in the chain's audience."""

    subject: ClassVar[str] = "schedule"
    schedule: Schedule


class ApiTrigger(Located, frozen=True, kw_only=True):
    """Start when another system calls a named entry point."""

    subject: ClassVar[str] = "api"
    api: Name


class FormTrigger(Located, frozen=True, kw_only=True):
    """Start when an onsite form is sent in."""

    subject: ClassVar[str] = "form"
    form: MessageRef


class MessageTrigger(Located, frozen=True, kw_only=True):
    """Start on a reaction to a message."""

    subject: ClassVar[str] = "message"
    message: MessageRef
    reaction: Literal["delivered", "opened", "clicked", "replied", "bounced", "complained"]
    link: str | None = None


class ObjectTrigger(Located, frozen=True, kw_only=True):
    """Start when a related object is created or changed."""

    subject: ClassVar[str] = "object"
    object: ObjectRef
    change: Literal["created", "updated", "deleted"] = "updated"
    where: Where = ()


class ProductTrigger(Located, frozen=True, kw_only=True):
    """Start on a change in the catalogue that matters to the customer."""

    subject: ClassVar[str] = "product"
    product: Literal["back_in_stock", "price_drop", "low_stock"]
    of: Literal["viewed", "favorite", "cart", "subscribed"] = "subscribed"
    at_least: Percent | None = None


class InboundTrigger(Located, frozen=True, kw_only=True):
    """Start when the customer writes to a channel."""

    subject: ClassVar[str] = "inbound"
    inbound: ChannelRef
    keyword: tuple[str, ...] = ()


class ChainTrigger(Located, frozen=True, kw_only=True):
    """Start when the customer finishes or leaves another chain."""

    subject: ClassVar[str] = "chain"
    chain: ChainRef
    state: Literal["entered", "completed", "exited", "goal"] = "completed"


class ManualTrigger(Located, frozen=True, kw_only=True):
    """Start by hand."""

    subject: ClassVar[str] = "manual"
    manual: bool


Trigger: TypeAlias = (
    EventTrigger
    | InactionTrigger
    | SegmentTrigger
    | ListTrigger
    | AttributeTrigger
    | DateTrigger
    | ScheduleTrigger
    | ApiTrigger
    | FormTrigger
    | MessageTrigger
    | ObjectTrigger
    | ProductTrigger
    | InboundTrigger
    | ChainTrigger
    | ManualTrigger
)
TRIGGERS: tuple[type[Located], ...] = get_args(Trigger)


class Reentry(Located, frozen=True, kw_only=True):
    """May a customer come again: `never`, `always`, `after 7d` (from entry), `after_exit 7d`."""

    mode: Literal["never", "always", "after", "after_exit"] = "never"
    after: Duration | None = None
    concurrent: bool = False
    key: str | None = None
    limit: int | None = None


class Exit(Located, frozen=True, kw_only=True):
    """A reason to leave the chain: an event (bare id), a condition, or the audience failing."""

    event: EventRef | None = None
    where: Where = ()
    if_: Condition | None = None
    no_longer: Literal["audience"] | None = None
    when: Literal["immediate", "step_end"] = "immediate"


class ChainGoal(Located, frozen=True, kw_only=True):
    """The goal of a chain, its attribution window, and whether reaching it ends the chain."""

    goal: GoalRef
    within: Duration | None = None
    primary: bool = True
    exits: bool = False


class QuietHours(Located, frozen=True, kw_only=True):
    """The hours in which nothing may be sent, and what happens to a message that meets them."""

    from_: TimeOfDay
    to: TimeOfDay
    weekdays: tuple[Weekday, ...] = ()
    timezone: str | None = None
    fallback: Literal["next_allowed", "skip", "exit"] = "next_allowed"
    ttl: Duration | None = None


class Holdout(Located, frozen=True, kw_only=True):
    """A share of customers who enter but receive nothing, to measure the chain's effect."""

    percent: Percent
    salt: str | None = None


class Metric(Located, frozen=True, kw_only=True):
    """A figure to watch, its target and the level at which to raise an alarm."""

    metric: str
    target: Percent | float | None = None
    alarm: Percent | float | None = None
    owner: str | None = None


class Running(Located, frozen=True, kw_only=True):
    """The period in which customers may enter."""

    from_: Day | None = None
    to: Day | None = None


class Step(Located, frozen=True, kw_only=True):
    """What every step may carry."""

    id: str | None = None
    title: str | None = None
    only: Condition | None = None
    unless: Condition | None = None
    on_error: Literal["continue", "exit", "retry"] = "continue"
    extensions: dict[str, Plain] = {}


Steps: TypeAlias = "tuple[AnyStep, ...]"


class SendChoice(Located, frozen=True, kw_only=True):
    """What to send: one message, or several of which the customer gets one (or all)."""

    message: MessageRef | None = None
    messages: tuple[MessageRef, ...] = ()
    group: ChannelGroupRef | None = None
    choose: Literal["first_reachable", "all", "preferred", "cheapest"] = "first_reachable"


class Send(Step, frozen=True, kw_only=True):
    """`send: cart_1`, or `send: [cart_push, cart_sms]`: the first channel that can be reached."""

    subject: ClassVar[str] = "send"
    send: SendChoice


class Between(Located, frozen=True, kw_only=True):
    """A random wait between two durations."""

    min: Duration
    max: Duration


class Until(Located, frozen=True, kw_only=True):
    """The next moment that fits: a time, weekdays, a working day, a date with an offset."""

    at: TimeOfDay | None = None
    weekday: tuple[Weekday, ...] = ()
    working_day: bool = False
    date: AttributeRef | None = None
    property: Name | None = None
    day: Day | None = None
    offset: Duration | None = None
    if_inside: Literal["pass", "next"] = "next"
    if_past: Literal["continue", "exit"] = "continue"


class WaitTime(Located, frozen=True, kw_only=True):
    """How long to wait; exactly one of the fields `for`, `between` and `until` is set."""

    for_: Duration | None = None
    between: Between | None = None
    until: Until | None = None
    timezone: str | None = None


class Wait(Step, frozen=True, kw_only=True):
    """`wait: 1h`, or until a moment."""

    subject: ClassVar[str] = "wait"
    wait: WaitTime


class Arm(Located, frozen=True, kw_only=True):
    """A condition and what to do when it holds."""

    if_: Condition
    then: Steps = ()


class WaitForEvent(Located, frozen=True, kw_only=True):
    """The arms race: the first whose condition comes true wins; at `timeout`, `otherwise`."""

    first_of: tuple[Arm, ...]
    timeout: Duration | None = None
    otherwise: Steps = ()
    since: Literal["step", "chain_start"] = "step"


class WaitFor(Step, frozen=True, kw_only=True):
    """Wait until something happens, or until the time is up."""

    subject: ClassVar[str] = "wait_for"
    wait_for: WaitForEvent


class Cases(Located, frozen=True, kw_only=True):
    """The first case whose condition holds is taken, else `else`."""

    cases: tuple[Arm, ...]
    else_: Steps = ()


class Branch(Step, frozen=True, kw_only=True):
    """A choice by conditions."""

    subject: ClassVar[str] = "branch"
    branch: Cases


class SwitchValue(Located, frozen=True, kw_only=True):
    """The value a switch looks at: exactly one field is set."""

    attribute: AttributeRef | None = None
    trigger: Name | None = None
    step: StepResult | None = None
    locale: bool = False


class SwitchCases(Located, frozen=True, kw_only=True):
    """Steps per value."""

    value: SwitchValue
    cases: dict[str, Steps]
    default: Steps = ()


class Switch(Step, frozen=True, kw_only=True):
    """A choice by the value of one thing."""

    subject: ClassVar[str] = "switch"
    switch: SwitchCases


class SplitArm(Located, frozen=True, kw_only=True):
    """One arm of a split: its share and its steps."""

    weight: float
    steps: Steps = ()


class SplitArms(Located, frozen=True, kw_only=True):
    """Arms by name; the weights sum to 100."""

    arms: dict[str, SplitArm]
    salt: str | None = None


class Split(Step, frozen=True, kw_only=True):
    """A random, sticky division of customers."""

    subject: ClassVar[str] = "split"
    split: SplitArms


class ExperimentArms(Located, frozen=True, kw_only=True):
    """The arms of a declared experiment."""

    id: ExperimentRef
    arms: dict[str, SplitArm]


class ExperimentStep(Step, frozen=True, kw_only=True):
    """A split whose result is measured; the experiment is declared under `experiments`."""

    subject: ClassVar[str] = "experiment"
    experiment: ExperimentArms


class ProfileChange(Located, frozen=True, kw_only=True):
    """Attributes to set (`now` and templates allowed), unset, increase or extend."""

    set: dict[str, Plain] = {}
    unset: tuple[AttributeRef, ...] = ()
    increment: dict[str, float] = {}
    append: dict[str, Plain] = {}


class Update(Step, frozen=True, kw_only=True):
    """Change the customer's profile."""

    subject: ClassVar[str] = "update"
    update: ProfileChange


class ListChange(Located, frozen=True, kw_only=True):
    """Lists to join and to leave."""

    add: tuple[ListRef, ...] = ()
    remove: tuple[ListRef, ...] = ()


class ListStep(Step, frozen=True, kw_only=True):
    """Change list membership."""

    subject: ClassVar[str] = "list"
    list: ListChange


class ConsentChange(Located, frozen=True, kw_only=True):
    """A consent and its new state."""

    set: ConsentRef
    status: Literal["subscribed", "unsubscribed", "pending"]
    topic: Name | None = None
    method: str | None = None


class ConsentStep(Step, frozen=True, kw_only=True):
    """Change a consent."""

    subject: ClassVar[str] = "consent"
    consent: ConsentChange


class Emit(Step, frozen=True, kw_only=True):
    """Send an event to the event stream, where other chains may start on it."""

    subject: ClassVar[str] = "emit"
    emit: EventRef
    properties: dict[str, Plain] = {}


class Request(Located, frozen=True, kw_only=True):
    """An HTTP request; secrets come from the environment by name only."""

    url: Template
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = "POST"
    headers: dict[str, Template] = {}
    query: dict[str, Template] = {}
    body: Plain = None
    auth: dict[str, str] = {}
    timeout: Duration | None = None
    retries: int = 0
    save: dict[str, str] = {}


class Webhook(Step, frozen=True, kw_only=True):
    """Tell another system."""

    subject: ClassVar[str] = "webhook"
    webhook: Request


class FetchSource(Located, frozen=True, kw_only=True):
    """Where the value comes from (one of three) and the chain variable that keeps it."""

    coupon: CouponRef | None = None
    feed: FeedRef | None = None
    request: Request | None = None
    as_: str


class Fetch(Step, frozen=True, kw_only=True):
    """Get a coupon, feed items or an answer into `chain.<as>`."""

    subject: ClassVar[str] = "fetch"
    fetch: FetchSource


class CodeBody(Located, frozen=True, kw_only=True):
    """Native code for a target that runs it."""

    target: str
    source: str
    saves: tuple[str, ...] = ()


class CodeStep(Step, frozen=True, kw_only=True):
    """Run native code; outside all proofs."""

    subject: ClassVar[str] = "code"
    code: CodeBody


class TaskBody(Located, frozen=True, kw_only=True):
    """A task for a person or a queue."""

    title: Template
    to: str | None = None
    queue: str | None = None
    due: Duration | None = None
    priority: Literal["low", "normal", "high"] = "normal"
    body: Template | None = None


class Task(Step, frozen=True, kw_only=True):
    """Give a colleague a task."""

    subject: ClassVar[str] = "task"
    task: TaskBody


class Notice(Located, frozen=True, kw_only=True):
    """A note to staff."""

    to: tuple[str, ...]
    subject: Template
    body: Template | None = None


class Notify(Step, frozen=True, kw_only=True):
    """Tell colleagues."""

    subject: ClassVar[str] = "notify"
    notify: Notice


class AudienceChange(Located, frozen=True, kw_only=True):
    """Add the customer to, or remove from, an advertising audience."""

    message: MessageRef
    action: Literal["add", "remove"] = "add"


class AudienceSync(Step, frozen=True, kw_only=True):
    """Retarget the customer in advertising."""

    subject: ClassVar[str] = "audience_sync"
    audience_sync: AudienceChange


class ChainStart(Located, frozen=True, kw_only=True):
    """The chain to start and the variables to give it."""

    chain: ChainRef
    pass_: dict[str, Plain] = {}


class StartChain(Step, frozen=True, kw_only=True):
    """Put the customer into another chain."""

    subject: ClassVar[str] = "start_chain"
    start_chain: ChainStart


class StopChain(Step, frozen=True, kw_only=True):
    """Take the customer out of another chain."""

    subject: ClassVar[str] = "stop_chain"
    stop_chain: ChainRef


class BatchWindow(Located, frozen=True, kw_only=True):
    """Collect trigger events for a while into one list."""

    for_: Duration
    as_: str
    key: str | None = None
    window: Literal["fixed", "sliding"] = "fixed"
    max_items: int | None = None


class Batch(Step, frozen=True, kw_only=True):
    """Make a digest of several trigger events."""

    subject: ClassVar[str] = "batch"
    batch: BatchWindow


class ThrottleLimit(Located, frozen=True, kw_only=True):
    """At most `limit` passages per customer (and key) in a period; the rest leave the chain."""

    limit: int
    per: Duration
    key: str | None = None


class Throttle(Step, frozen=True, kw_only=True):
    """Let through only so many."""

    subject: ClassVar[str] = "throttle"
    throttle: ThrottleLimit


class JumpTo(Located, frozen=True, kw_only=True):
    """The step to go to; a jump back needs `max`, the number of rounds."""

    to: Name
    max: int | None = None


class Jump(Step, frozen=True, kw_only=True):
    """Go to another step of the same chain."""

    subject: ClassVar[str] = "jump"
    jump: JumpTo


class Leave(Step, frozen=True, kw_only=True):
    """`exit: bought`: leave the chain here, for a reason in one word."""

    subject: ClassVar[str] = "exit"
    exit: str


class Note(Step, frozen=True, kw_only=True):
    """A remark for readers; does nothing."""

    subject: ClassVar[str] = "note"
    note: str


AnyStep: TypeAlias = (
    Send
    | Wait
    | WaitFor
    | Branch
    | Switch
    | Split
    | ExperimentStep
    | Update
    | ListStep
    | ConsentStep
    | Emit
    | Webhook
    | Fetch
    | CodeStep
    | Task
    | Notify
    | AudienceSync
    | StartChain
    | StopChain
    | Batch
    | Throttle
    | Jump
    | Leave
    | Note
)
STEPS: tuple[type[Located], ...] = get_args(AnyStep)


class Chain(Resource, frozen=True, kw_only=True):
    """A scenario: who enters on what, what they receive when, and why they leave."""

    version: int | None = None
    job: JobRef | None = None
    trigger: tuple[Trigger, ...]
    audience: Condition | None = None
    recheck: Literal["entry", "each_step", "each_send"] = "each_send"
    reentry: Reentry | None = None
    exit: tuple[Exit, ...] = ()
    goal: tuple[ChainGoal, ...] = ()
    metrics: tuple[Metric, ...] = ()
    timezone: str | None = None
    quiet_hours: QuietHours | None = None
    frequency: tuple[FrequencyRef, ...] = ()
    priority: int = 50
    exclusive: Name | None = None
    holdout: Holdout | None = None
    rate_limit: str | None = None
    running: Running | None = None
    on_update: Literal["keep_version", "migrate", "drain"] = "drain"
    emits: tuple[EventRef, ...] = ()
    expected_entries: str | None = None
    steps: Steps
