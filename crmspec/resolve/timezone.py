"""Time zones: `profile`, `account` or a name of the time zone database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics import text
from crmspec.ir.audience import Broadcast
from crmspec.ir.chain import Chain, QuietHours
from crmspec.ir.frequency import Frequency
from crmspec.ir.project import ChainDefaults, Project
from crmspec.ir.step import WaitTime
from crmspec.ir.trial import Persona
from crmspec.resolve.codes import UNKNOWN_TIMEZONE
from crmspec.resolve.finding import misspelled
from crmspec.resolve.zone import ZONES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Diagnostic
    from crmspec.ir.value import Located
    from crmspec.resolve.scope import Scope

FIXED: tuple[type[Located], ...] = (Project, Persona)
"""Where the zone itself is set, so that `profile` would say nothing."""
EITHER: tuple[type[Located], ...] = (
    ChainDefaults,
    QuietHours,
    WaitTime,
    Chain,
    Broadcast,
    Frequency,
)
SYMBOLIC = frozenset({"profile", "account"})


def check(scope: Scope) -> Iterator[Diagnostic]:
    """Yield CRM222."""
    for classes, allowed in ((FIXED, ZONES), (EITHER, ZONES | SYMBOLIC)):
        for cls in classes:
            for node, _ in scope.every(cls):
                zone: str | None = getattr(node, "timezone", None)
                if zone is not None and zone not in allowed:
                    yield _unknown(zone, node, allowed)


def _unknown(zone: str, node: Located, allowed: frozenset[str]) -> Diagnostic:
    return misspelled(
        UNKNOWN_TIMEZONE,
        node.place.value("timezone"),
        text("unknown time zone `{zone}`", zone=zone),
        (zone, allowed),
        text("write `profile`, `account` or a name such as `Europe/Moscow`")
        if "profile" in allowed
        else text("write a name such as `Europe/Moscow`"),
    )
