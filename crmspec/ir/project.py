"""The project file `crmspec.yaml`: settings that hold for all resources."""

from __future__ import annotations

from typing import Literal

from crmspec.ir.chain import QuietHours
from crmspec.ir.message import Utm
from crmspec.ir.storage import Storage
from crmspec.ir.value import FrequencyRef, Located, OnUnsupported


class Locales(Located, frozen=True, kw_only=True):
    """The languages messages are written in."""

    default: str
    supported: tuple[str, ...] = ()


class MessageDefaults(Located, frozen=True, kw_only=True):
    """What messages have unless they say otherwise."""

    utm: Utm | None = None
    category: Literal["marketing", "transactional", "service"] | None = None


class ChainDefaults(Located, frozen=True, kw_only=True):
    """What chains have unless they say otherwise."""

    timezone: str | None = None
    frequency: tuple[FrequencyRef, ...] = ()
    quiet_hours: QuietHours | None = None


class Defaults(Located, frozen=True, kw_only=True):
    """Values for resources that leave them out."""

    message: MessageDefaults | None = None
    chain: ChainDefaults | None = None


class SeverityRule(Located, frozen=True, kw_only=True):
    """Set the level of codes (`CRM203`, or a family such as `CRM2`) below some paths."""

    codes: tuple[str, ...]
    level: Literal["error", "warning", "info", "off"]
    paths: tuple[str, ...] = ("**",)
    reason: str | None = None


class DiagnosticSettings(Located, frozen=True, kw_only=True):
    """Which findings count how much; `mandatory` codes can be neither ignored nor lowered."""

    severity: tuple[SeverityRule, ...] = ()
    mandatory: tuple[str, ...] = ()
    baseline: str | None = None


class Paths(Located, frozen=True, kw_only=True):
    """Where things are, relative to the project file."""

    campaigns: tuple[str, ...] = ("campaigns",)
    templates: str = "templates"


class Moved(Located, frozen=True, kw_only=True):
    """A resource that has a new name; both are addresses such as `chain.abandoned_cart`."""

    from_: str
    to: str


class Variable(Located, frozen=True, kw_only=True):
    """A value that resources use as `${vars.name}`; without `type` it has that of `default`."""

    type: Literal["string", "number", "integer", "boolean"] | None = None
    default: str | int | float | bool | None = None
    description: str | None = None


class Project(Located, frozen=True, kw_only=True):
    """The settings of a project."""

    project: str = "project"
    title: str | None = None
    version: str | None = None
    timezone: str = "UTC"
    currency: str | None = None
    locales: Locales | None = None
    week_starts: Literal["mon", "sun"] = "mon"
    region: str | None = None
    state: Storage | None = None
    vars: dict[str, Variable] = {}
    defaults: Defaults | None = None
    on_unsupported: OnUnsupported = "error"
    diagnostics: DiagnosticSettings | None = None
    moved: tuple[Moved, ...] = ()
    paths: Paths | None = None
