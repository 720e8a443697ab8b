"""What the sandbox can express: one table for diagnostics, documents and tests."""

from __future__ import annotations

from enum import StrEnum

from crmspec.diagnostics import Text, text


class Support(StrEnum):
    """How well a target takes an element of the language."""

    NATIVE = "native"
    NONE = "none"


def _row(native: str, none: str) -> dict[str, Support]:
    row = dict.fromkeys(native.split(), Support.NATIVE)
    return row | dict.fromkeys(none.split(), Support.NONE)


CAPABILITIES: dict[str, dict[str, Support]] = {
    "trigger": _row(
        "event no_event segment list attribute date schedule api form message inbound chain manual",
        "object product",
    ),
    "condition": _row(
        "all any none not attribute event not_event first_event last_event sequence segment list"
        " consent reachable suppressed message channel in_chain experiment geo device rfm random"
        " trigger step now",
        "related raw",
    ),
    "step": _row(
        "send wait wait_for branch switch split experiment update list consent emit webhook task"
        " notify start_chain stop_chain throttle jump exit note fetch batch",
        "code audience_sync",
    ),
    "channel": _row(
        "email sms mobile_push web_push telegram whatsapp vk viber max in_app onsite webhook",
        "voice direct_mail audience_sync",
    ),
}
"""Family → subject (the key that an author writes, or the channel type) → support."""

COLLECTIONS: dict[str, str] = {
    "attribute": "attributes",
    "event": "events",
    "segment": "segments",
    "message": "templates",
    "chain": "chains",
    "broadcast": "broadcasts",
}
"""Kind of resource → collection of the sandbox, in the order in which they are read."""

NAME_LIMIT = 200
"""How many characters a name may have."""

UNDEPLOYED: dict[str, Text] = {
    "consent": text("the sandbox keeps no consents"),
    "channel_group": text("the sandbox keeps no channel groups"),
    "list": text("the sandbox keeps no lists"),
    "feed": text("the sandbox keeps no feeds"),
    "coupon": text("the sandbox keeps no coupons"),
    "frequency": text("the sandbox keeps no frequency rules"),
    "goal": text("the sandbox keeps no goals"),
    "experiment": text("the sandbox keeps no experiments"),
    "object": text("the sandbox keeps no objects"),
    "exclusive": text("the sandbox keeps no exclusive groups"),
}
"""Kinds that change who receives what, but that the sandbox has no place for."""

UNHEEDED = ("api_revision", "events_namespace", "region", "options", "extensions")
"""Settings of a target that change nothing for the sandbox."""

ACTIVATED: frozenset[str] = frozenset({"chain", "broadcast"})
"""Kinds that send something once they are live."""
