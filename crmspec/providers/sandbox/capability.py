"""What the sandbox can express: one table for diagnostics, documents and tests."""

from __future__ import annotations

from crmspec.diagnostics import text
from crmspec.lower.capability import Capabilities, Limits, Row, Support, lowered, rows
from crmspec.lower.element import FAMILIES

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

_UNDEPLOYED = {
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

CAPABILITIES = Capabilities(
    platform="sandbox",
    title="the sandbox",
    revision="1",
    rows={
        "kind": rows(native=" ".join(COLLECTIONS))
        | lowered("fold", "channel layout block tag")
        | {kind: Row(Support.NONE, note=note) for kind, note in _UNDEPLOYED.items()},
        "trigger": rows(
            native="event no_event segment list attribute date schedule api form message inbound"
            " chain manual",
            none="object product",
        ),
        "condition": rows(
            native="all any none not attribute event not_event first_event last_event sequence"
            " segment list consent reachable suppressed message channel in_chain experiment geo"
            " device rfm random trigger step now",
            none="related raw",
        ),
        "step": rows(
            native="send wait wait_for branch switch split experiment update list consent emit"
            " webhook task notify start_chain stop_chain throttle jump exit note fetch batch",
            none="code audience_sync",
        ),
        "channel": rows(
            native="email sms mobile_push web_push telegram whatsapp vk viber max in_app onsite"
            " webhook",
            none="voice direct_mail audience_sync",
        ),
        "wait": rows(native=" ".join(FAMILIES["wait"])),
        "policy": rows(native=" ".join(FAMILIES["policy"])),
    },
    limits=Limits(name=NAME_LIMIT),
)

UNHEEDED = ("api_revision", "events_namespace", "region", "extensions", "links")
"""Settings of a target that change nothing for the sandbox."""
