"""What every step may carry, and the steps that act on profile, lists, systems and people."""

from __future__ import annotations

from typing import ClassVar, Literal

from crmspec.ir.condition import (
    Condition,
)
from crmspec.ir.value import (
    AttributeRef,
    ConsentRef,
    CouponRef,
    Duration,
    EventRef,
    FeedRef,
    ListRef,
    Located,
    MessageRef,
    Name,
    Plain,
    Template,
)


class Step(Located, frozen=True, kw_only=True):
    """What every step may carry."""

    id: str | None = None
    title: str | None = None
    only: Condition | None = None
    unless: Condition | None = None
    on_error: Literal["continue", "exit", "retry"] = "continue"
    extensions: dict[str, Plain] = {}


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
