"""Workflows and audiences as our encoders write them; what has more to it cannot be read so."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, TypeAlias, TypeVar

from msgspec import Struct, ValidationError, convert, field

from crmspec.diagnostics import text
from crmspec.engine.way_back import WordlessError

if TYPE_CHECKING:
    from crmspec.engine.body import Body

Reference: TypeAlias = dict[str, str]
"""A pointer to another object of the project, as `engine.body` has it."""


_WHERE = re.compile(r"(?:.*field `(?P<field>\w+)`)?.*? - at `\$\.?(?P<place>[^`]*)`")


class _Shape(Struct, frozen=True, forbid_unknown_fields=True):
    """Has no other fields than these."""


class Length(_Shape, frozen=True):
    """A duration."""

    unit: Literal["minutes", "hours", "days", "months"]
    value: int


class Term(_Shape, frozen=True):
    """One condition, or, where it may be so, several that must all hold."""

    variable: str = ""
    operator: str = ""
    argument: str | Reference | None = None
    all: list[Term] | None = None


class Group(_Shape, frozen=True):
    """Conditions of which all hold, or one."""

    all: list[Term] | None = None
    any: list[Term] | None = None


class _Step(_Shape, frozen=True, kw_only=True, tag_field="type"):
    ref: str
    name: str | None = None


class Window(_Shape, frozen=True):
    """When messages may be sent on a day."""

    day: str
    type: Literal["send"]
    from_: str = field(name="from")
    until: str


class Overrides(_Shape, frozen=True):
    """Whom a message is from."""

    from_name: str = ""
    from_address: str = ""
    reply_to_address: str | None = None


class PushSettings(_Shape, frozen=True):
    """Whether a push is shown."""

    delivery_type: Literal["silent", "content"]


class Template(_Shape, frozen=True):
    """The fields of a message, of whatever channel."""

    subject: str | None = None
    html_body: str | None = None
    title: str | None = None
    text_body: str | None = None
    settings: dict[str, str] = {}


class Channel(_Step, frozen=True, kw_only=True, tag="channel"):
    """A send; `message`, `channel` and its `names` are what the project calls them."""

    channel_key: str
    channel_type: Literal["email", "sms", "push"]
    template: Template
    channel_overrides: Overrides | None = None
    send_windows: list[Window] = []
    message: str | None = None
    channel: str | None = None
    names: dict[str, str] = {}


class DelaySettings(_Shape, frozen=True):
    """How long to wait."""

    delay_for: Length


class Delay(_Step, frozen=True, kw_only=True, tag="delay"):
    """A wait."""

    settings: DelaySettings


class Way(_Shape, frozen=True, kw_only=True):
    """A branch; the last one has no conditions."""

    name: str
    steps: list[Step]
    conditions: Group | None = None
    terminates: bool = False


class Branch(_Step, frozen=True, kw_only=True, tag="branch"):
    """A choice by conditions."""

    branches: list[Way]


class Cohort(_Shape, frozen=True, kw_only=True):
    """A share of the customers."""

    name: str
    percentage: str
    steps: list[Step]
    terminates: bool = False


class Cohorts(_Step, frozen=True, kw_only=True, tag="random_cohort"):
    """A split."""

    cohort_branches: list[Cohort]


class Happening(_Shape, frozen=True):
    """What is waited for: an event of a source, or that somebody comes into an audience."""

    event_type: Literal["audience", "integration_source"]
    event_key: str
    audience_key: Reference | None = None
    integration_source_key: str | None = None


class RaceSettings(_Shape, frozen=True):
    """How long is waited."""

    event: Happening
    expires_after: Length
    on_match: Literal["continue"]
    on_timeout: Literal["continue"]


class Race(_Step, frozen=True, kw_only=True, tag="wait_for_event"):
    """A wait for something."""

    settings: RaceSettings


class UpdateSettings(_Shape, frozen=True):
    """JSON with attributes."""

    recipient_mode: Literal["current"]
    update_properties: str


class Update(_Step, frozen=True, kw_only=True, tag="update_user"):
    """A change of attributes."""

    settings: UpdateSettings


class Pair(_Shape, frozen=True):
    """A header, or a parameter of an address."""

    key: str
    value: str


class Request(_Shape, frozen=True):
    """A request; its body is JSON."""

    method: str
    url: str
    headers: list[Pair] = []
    query_params: list[Pair] = []
    body: str | None = None


class Fetch(_Step, frozen=True, kw_only=True, tag="http_fetch"):
    """A webhook."""

    settings: Request


class ThrottleSettings(_Shape, frozen=True):
    """How often in which time."""

    throttle_limit: int
    throttle_window: Length
    throttle_key: str | None = None


class Throttle(_Step, frozen=True, kw_only=True, tag="throttle"):
    """A limit."""

    settings: ThrottleSettings


class StartSettings(_Shape, frozen=True):
    """Which workflow, and what it is given."""

    workflow_key: Reference
    recipients: Literal["{{ recipient.id }}"]
    data: str | None = None


class Start(_Step, frozen=True, kw_only=True, tag="trigger_workflow"):
    """The start of another workflow."""

    settings: StartSettings


Step: TypeAlias = Channel | Delay | Branch | Cohorts | Race | Update | Fetch | Throttle | Start


class Settings(_Shape, frozen=True):
    """What holds for a whole workflow."""

    is_commercial: bool
    override_preferences: bool


class Workflow(_Shape, frozen=True, kw_only=True):
    """A workflow in normal form."""

    steps: list[Step]
    trigger_frequency: Literal["once_per_recipient", "every_trigger"]
    settings: Settings
    conditions: Group | None = None


class Trait(_Shape, frozen=True):
    """A condition of an audience."""

    property: str
    operator: str
    argument: str | Reference | None = None


class Crowd(_Shape, frozen=True):
    """Who meets all of some conditions."""

    conditions: list[Trait]


class Audience(_Shape, frozen=True, kw_only=True):
    """A dynamic audience: who is in one of these."""

    type: Literal["dynamic"] = "dynamic"
    segments: list[Crowd]


Kind = TypeVar("Kind", bound=Struct)


def read(body: Body, kind: type[Kind]) -> Kind:
    """Return a body in one of these shapes.

    Raises:
        WordlessError: it has more to it, or is something else.
    """
    try:
        return convert(body, kind)
    except ValidationError as error:
        found = _WHERE.match(str(error))
        names = [found["place"], found["field"]] if found is not None else []
        at = ".".join(filter(None, names)) or "{}"
        raise WordlessError(text("the project has no words for `{field}`", field=at)) from None
