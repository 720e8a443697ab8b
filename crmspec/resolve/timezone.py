"""Time zones: `profile`, `account` or a name of the time zone database."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crmspec.diagnostics import Safety, text
from crmspec.ir.audience import Broadcast
from crmspec.ir.chain import Chain, QuietHours
from crmspec.ir.frequency import Frequency
from crmspec.ir.project import ChainDefaults, Project
from crmspec.ir.step import WaitTime
from crmspec.ir.trial import Persona, TestCustomer
from crmspec.resolve.codes import UNKNOWN_TIMEZONE
from crmspec.resolve.finding import finding, misspelled
from crmspec.resolve.zone import ZONES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Diagnostic, Text
    from crmspec.ir.value import Located
    from crmspec.resolve.scope import Scope

FIXED: tuple[type[Located], ...] = (Project, Persona, TestCustomer)
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
PLACES = {
    "MSK": "Europe/Moscow",
    "МСК": "Europe/Moscow",
    "SAMT": "Europe/Samara",
    "YEKT": "Asia/Yekaterinburg",
    "OMST": "Asia/Omsk",
    "NOVT": "Asia/Novosibirsk",
    "KRAT": "Asia/Krasnoyarsk",
    "IRKT": "Asia/Irkutsk",
    "YAKT": "Asia/Yakutsk",
    "VLAT": "Asia/Vladivostok",
    "MAGT": "Asia/Magadan",
    "PETT": "Asia/Kamchatka",
    "CEST": "Europe/Berlin",
    "EEST": "Europe/Athens",
    "EDT": "America/New_York",
    "CDT": "America/Chicago",
    "MDT": "America/Denver",
    "PST": "America/Los_Angeles",
    "PDT": "America/Los_Angeles",
    "JST": "Asia/Tokyo",
    "KST": "Asia/Seoul",
}
"""Abbreviations that the database does not have, and a place where they are used."""
_OFFSET = re.compile(r"(?:UTC|GMT)?\s*([+-])0?(\d{1,2})(?::?00)?", re.IGNORECASE)


def check(scope: Scope) -> Iterator[Diagnostic]:
    """Yield CRM222."""
    for classes, allowed in ((FIXED, ZONES), (EITHER, ZONES | SYMBOLIC)):
        for cls in classes:
            for node, _ in scope.every(cls):
                zone: str | None = getattr(node, "timezone", None)
                if zone is not None and zone not in allowed:
                    yield _unknown(zone, node, allowed)


def _unknown(zone: str, node: Located, allowed: frozenset[str]) -> Diagnostic:
    span = node.place.value("timezone")
    message = text("unknown time zone `{zone}`", zone=zone)
    advice = _by_place(zone)
    if advice is not None:
        return finding(UNKNOWN_TIMEZONE, span, message, advice)
    return misspelled(
        UNKNOWN_TIMEZONE,
        span,
        message,
        (zone, allowed),
        text("write `profile`, `account` or a name such as `Europe/Moscow`")
        if "profile" in allowed
        else text("write a name such as `Europe/Moscow`"),
        safety=Safety.UNSAFE,
    )


def _by_place(zone: str) -> Text | None:
    """Return how an abbreviation or an offset is written, None if it is neither."""
    place = PLACES.get(zone.strip().upper())
    if place is not None:
        return text("zones are named after places: write `{place}`", place=place)
    match = _OFFSET.fullmatch(zone.strip())
    if match is None:
        return None
    fixed = f"Etc/GMT{'-' if match[1] == '+' else '+'}{match[2]}"
    if fixed not in ZONES:
        return text("zones are named after places: write one such as `Europe/Moscow`")
    return text(
        "name the place, such as `Europe/Moscow`; the bare offset is `{fixed}`, sign turned round",
        fixed=fixed,
    )
