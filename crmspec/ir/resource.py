"""All other resource kinds, from events to targets."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from crmspec.ir.chain import Metric, QuietHours, Schedule
from crmspec.ir.condition import Condition
from crmspec.ir.value import (
    FLAT,
    ChainRef,
    ChannelRef,
    ConsentRef,
    Day,
    DirectoryRef,
    Duration,
    EventRef,
    ExperimentRef,
    FrequencyRef,
    GoalRef,
    JobRef,
    Located,
    MessageRef,
    Name,
    Percent,
    PersonaRef,
    Plain,
    ProfileRef,
    Resource,
    SegmentRef,
    SystemRef,
    TagRef,
    Template,
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


class Withdraw(Located, frozen=True, kw_only=True):
    """The ways to take a consent back."""

    link: bool = False
    keyword: tuple[str, ...] = ()
    header: Literal["list_unsubscribe"] | None = None


class Consent(Resource, frozen=True, kw_only=True):
    """Permission for a channel and a purpose."""

    channel: ChannelRef | None = None
    purpose: Literal["marketing", "transactional", "service", "profiling", "ads"] = "marketing"
    topics: tuple[str, ...] = ()
    opt_in: Literal["single", "double", "implicit"] = "single"
    lawful_basis: Literal["consent", "contract", "legitimate_interest"] = "consent"
    record: tuple[Literal["method", "source", "timestamp", "text_version", "ip"], ...] = ()
    default: Literal["never_subscribed", "subscribed"] = "never_subscribed"
    expires: Duration | None = None
    withdraw: Withdraw | None = None


class Sender(Located, frozen=True, kw_only=True):
    """The name and address of an e-mail sender."""

    name: str
    email: str


class Cost(Located, frozen=True, kw_only=True):
    """The price of one message or part."""

    amount: float
    currency: str


ChannelType: TypeAlias = Literal[
    "email",
    "sms",
    "mobile_push",
    "web_push",
    "telegram",
    "whatsapp",
    "vk",
    "viber",
    "max",
    "in_app",
    "onsite",
    "voice",
    "direct_mail",
    "audience_sync",
    "webhook",
]


class Channel(Resource, frozen=True, kw_only=True):
    """A way to reach customers."""

    type: ChannelType
    from_: Sender | None = None
    reply_to: str | None = None
    sender: str | None = None
    apps: tuple[str, ...] = ()
    destinations: tuple[str, ...] = ()
    consent: ConsentRef | None = None
    quiet_hours: QuietHours | None = None
    max_segments: int | None = None
    cost: Cost | None = None


class ChannelGroup(Resource, frozen=True, kw_only=True):
    """Channels in order of preference."""

    order: tuple[ChannelRef, ...]
    choose: Literal["first_reachable", "all", "preferred", "cheapest"] = "first_reachable"


class List(Resource, frozen=True, kw_only=True):
    """A static set of customers."""

    purpose: Literal["audience", "suppression", "seed"] = "audience"
    opt_in: Literal["single", "double"] | None = None
    domains: tuple[str, ...] = ()
    members_from: dict[str, str] = {}


class ExpectedSize(Located, frozen=True, kw_only=True):
    """How many customers the author expects."""

    min: int | None = None
    max: int | None = None


class Segment(Resource, frozen=True, kw_only=True):
    """A living set of customers; the condition keys stand directly under the id."""

    kind: (
        Literal[
            "rfm",
            "jtbd",
            "activity",
            "channel",
            "category",
            "lifecycle",
            "financial",
            "contextual",
            "technical",
            "predictive",
        ]
        | None
    ) = None
    job: JobRef | None = None
    condition: Annotated[Condition, FLAT]
    refresh: Literal["realtime", "hourly", "daily", "weekly"] | None = None
    expected_size: ExpectedSize | None = None


class Audience(Located, frozen=True, kw_only=True):
    """Who receives a broadcast."""

    include: tuple[SegmentRef, ...]
    exclude: tuple[SegmentRef, ...] = ()


class Resend(Located, frozen=True, kw_only=True):
    """A second try for those who did not react."""

    after: Duration
    to: Condition | None = None
    subject: Template | None = None


class Broadcast(Resource, frozen=True, kw_only=True):
    """A mailing to many at a set time, once or repeatedly."""

    audience: Audience
    message: MessageRef
    at: Day | None = None
    repeat: Schedule | None = None
    timezone: str | None = None
    if_past: Literal["send_now", "skip"] = "skip"
    throttle: str | None = None
    optimize_send_time: bool = False
    experiment: ExperimentRef | None = None
    resend: Resend | None = None
    frequency: tuple[FrequencyRef, ...] = ()
    priority: int = 50
    goal: GoalRef | None = None


class Scope(Located, frozen=True, kw_only=True):
    """The messages a frequency rule counts; an empty scope means all."""

    channels: tuple[ChannelRef, ...] = ()
    categories: tuple[Literal["marketing", "transactional", "service"], ...] = ()
    topics: tuple[Name, ...] = ()
    tags: tuple[TagRef, ...] = ()
    chains: tuple[ChainRef, ...] = ()
    messages: tuple[MessageRef, ...] = ()


class Limit(Located, frozen=True, kw_only=True):
    """At most `max` messages in `per`."""

    max: int
    per: Duration


class After(Located, frozen=True, kw_only=True):
    """A key action after which marketing rests."""

    event: EventRef
    where: Where = ()


class Frequency(Resource, frozen=True, kw_only=True):
    """A cap (`limits`), or a rest after a key action (`after`, `block`, `for`)."""

    applies_to: Scope | None = None
    limits: tuple[Limit, ...] = ()
    min_gap: Duration | None = None
    window: Literal["rolling", "calendar"] = "rolling"
    timezone: str | None = None
    exceed: Literal["skip", "delay", "exit", "yield"] = "skip"
    ttl: Duration | None = None
    bypass: Scope | None = None
    after: After | None = None
    block: Scope | None = None
    for_: Duration | None = None


class Attribution(Located, frozen=True, kw_only=True):
    """How a result is credited to messages."""

    model: Literal["last_touch", "first_touch", "linear"] = "last_touch"
    click: Duration | None = None
    open: Duration | None = None
    view: Duration | None = None


class Goal(Resource, frozen=True, kw_only=True):
    """What counts as success: an event or entry into a segment."""

    event: EventRef | None = None
    where: Where = ()
    segment: SegmentRef | None = None
    value: Name | None = None
    attribution: Attribution | None = None


class Variant(Located, frozen=True, kw_only=True):
    """One variant of an experiment."""

    weight: float
    subject: Template | None = None
    text: Template | None = None
    message: MessageRef | None = None


class FieldUnderTest(Located, frozen=True, kw_only=True):
    """The message field under test."""

    message: MessageRef
    field: Literal["subject", "preheader", "text", "heading", "image", "message"]


class Winner(Located, frozen=True, kw_only=True):
    """When and how a winner is chosen."""

    metric: str
    after: Duration
    sample: Percent | None = None
    confidence: float | None = None
    tie: str | None = None


class Guardrail(Located, frozen=True, kw_only=True):
    """A figure that must not get worse."""

    metric: str
    max: Percent | float


class Measure(Located, frozen=True, kw_only=True):
    """What a holdout is judged by."""

    goal: GoalRef
    within: Duration


class Experiment(Resource, frozen=True, kw_only=True):
    """A test of variants, or a holdout over many chains."""

    type: Literal["ab", "holdout"] = "ab"
    hypothesis: str | None = None
    unit: Literal["profile", "send"] = "profile"
    applies_to: FieldUnderTest | None = None
    variants: dict[str, Variant] = {}
    winner: Winner | None = None
    guardrails: tuple[Guardrail, ...] = ()
    percent: Percent | None = None
    salt: str | None = None
    exclude: Scope | None = None
    rotate: Duration | None = None
    measure: Measure | None = None


class Move(Located, frozen=True, kw_only=True):
    """What brings a customer to another stage."""

    event: EventRef | None = None
    segment: SegmentRef | None = None


class Stage(Resource, frozen=True, kw_only=True):
    """A stage of the customer's journey: the rows of the combined map."""

    order: int
    segment: SegmentRef | None = None
    customer_goal: str | None = None
    question: str | None = None
    emotion: str | None = None
    barriers: tuple[str, ...] = ()
    drop_off: str | None = None
    touchpoints: tuple[MessageRef, ...] = ()
    events: tuple[EventRef, ...] = ()
    chains: tuple[ChainRef, ...] = ()
    moves_to: dict[str, Move] = {}
    metrics: tuple[Metric, ...] = ()
    not_when: str | None = None


class Job(Resource, frozen=True, kw_only=True):
    """A job to be done: when I …, I want …, so that …."""

    kind: Literal["main", "related", "emotional", "social", "barrier", "trigger"] = "main"
    when: str
    want: str
    so_that: str | None = None


class System(Resource, frozen=True, kw_only=True):
    """A system that customer data lives in or passes through."""

    kind: Literal[
        "site",
        "app",
        "pos",
        "crm",
        "cdp",
        "esp",
        "dwh",
        "bi",
        "chat",
        "contact_center",
        "call_tracking",
        "loyalty",
        "survey",
        "ads",
        "other",
    ]
    region: str | None = None


class Flow(Resource, frozen=True, kw_only=True):
    """A directed flow of data between two systems."""

    from_: SystemRef
    to: SystemRef
    method: Literal["api", "webhook", "file", "connector", "etl", "sdk", "manual"]
    carries: tuple[Literal["contacts", "profile", "events", "consents", "metadata"], ...]
    events: tuple[EventRef, ...] = ()
    identifiers: tuple[str, ...] = ()
    freshness: Duration | None = None


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


class Tag(Resource, frozen=True, kw_only=True):
    """A label for resources, and the labels that must not meet in one customer's day."""

    incompatible: tuple[TagRef, ...] = ()


class Exclusive(Resource, frozen=True, kw_only=True):
    """A group of chains of which a customer is in one at a time."""

    chains: tuple[ChainRef, ...]
    on_conflict: Literal["priority", "first", "newest"] = "priority"


class Persona(Resource, frozen=True, kw_only=True):
    """A made-up customer for previews and tests."""

    locale: str | None = None
    timezone: str | None = None
    attributes: dict[str, Plain] = {}
    consents: dict[str, str] = {}
    reachable: tuple[ChannelRef, ...] = ()
    segments: tuple[SegmentRef, ...] = ()
    event: dict[str, Plain] = {}


class TestEvent(Located, frozen=True, kw_only=True):
    """An event of a journey test; `at` is a moment or a duration from the start."""

    event: EventRef
    at: Day | Duration
    properties: dict[str, Plain] = {}


class TestReaction(Located, frozen=True, kw_only=True):
    """What the customer does with a message, and how soon."""

    message: MessageRef
    reaction: Literal["opened", "clicked", "replied", "bounced", "complained"]
    after: Duration


class ExpectedSend(Located, frozen=True, kw_only=True):
    """A message that must arrive, maybe at a given local time."""

    message: MessageRef
    at: Day | Duration | None = None


class ExpectedExit(Located, frozen=True, kw_only=True):
    """A chain that must be left."""

    chain: ChainRef
    reason: str | None = None


class Expectation(Located, frozen=True, kw_only=True):
    """What the timeline must show."""

    sends: tuple[ExpectedSend, ...] = ()
    only: bool = True
    not_sent: tuple[MessageRef, ...] = ()
    suppressed: tuple[MessageRef, ...] = ()
    exits: tuple[ExpectedExit, ...] = ()


class Test(Resource, frozen=True, kw_only=True):
    """A journey test: a customer, events and reactions, and what must come of them."""

    chains: tuple[ChainRef, ...] = ()
    persona: PersonaRef | None = None
    profile: ProfileRef | None = None
    start: Day
    events: tuple[TestEvent, ...] = ()
    reactions: tuple[TestReaction, ...] = ()
    expect: Expectation


class Profile(Resource, frozen=True, kw_only=True):
    """How an execution system behaves where systems differ (semantics 9); `base` gives the rest."""

    base: Literal["reference", "braze", "customer_io", "klaviyo", "salesforce", "iterable"] = (
        "reference"
    )
    exits: Literal["continuous", "step_end", "wait_end", "at_send"] | None = None
    caps: Literal["rolling", "calendar"] | None = None
    cap_timezone: Literal["profile", "account"] | None = None
    over_cap: Literal["skip", "delay", "exit", "yield"] | None = None
    counter_lag: Duration | None = None
    unknown_timezone: Literal["deny", "default", "unenforced"] | None = None
    week_starts: Literal["mon", "sun"] | None = None


class Target(Resource, frozen=True, kw_only=True):
    """An account of an execution system; secrets are named, never written."""

    platform: str
    api_revision: str | None = None
    url: str | None = None
    credentials: dict[str, str] = {}
    manages: tuple[str, ...] = ()
    activate: Literal["draft", "manual", "live"] = "draft"
    naming: str = "{title}"
    ids: dict[str, dict[str, str]] = {}
    mode: Literal["api", "build_sheet"] = "api"
    role: Literal["esp", "runtime", "warehouse"] = "esp"
    profile: ProfileRef | None = None
    events_namespace: str | None = None
    region: str | None = None
    options: dict[str, Plain] = {}
