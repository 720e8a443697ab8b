"""Steps: the tree of what a chain does. Each class names its key in `subject`."""

from __future__ import annotations

from typing import ClassVar, Literal, TypeAlias, get_args

from crmspec.ir.action import (
    AudienceSync,
    CodeStep,
    ConsentStep,
    Emit,
    Fetch,
    ListStep,
    Notify,
    Step,
    Task,
    Update,
    Webhook,
)
from crmspec.ir.condition import (
    Condition,
    StepResult,
)
from crmspec.ir.value import (
    AttributeRef,
    ChainRef,
    ChannelGroupRef,
    Day,
    Duration,
    ExperimentRef,
    Located,
    MessageRef,
    Name,
    Plain,
    TimeOfDay,
    Weekday,
)


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


Steps: TypeAlias = tuple[AnyStep, ...]
STEPS: tuple[type[Located], ...] = get_args(AnyStep)
