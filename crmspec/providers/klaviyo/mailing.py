"""Broadcasts as campaigns: who gets an e-mail, and when."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from crmspec.diagnostics import text
from crmspec.engine.body import REFERENCE
from crmspec.ir.audience import Broadcast
from crmspec.providers.klaviyo.content import template
from crmspec.providers.klaviyo.mark import sourced
from crmspec.providers.rest import Encoded, Untold
from crmspec.semantics import clock

if TYPE_CHECKING:
    from crmspec.engine.body import Body
    from crmspec.ir.value import Resource
    from crmspec.lower.outcome import Key
    from crmspec.providers.rest import Brief

_LOCAL: Final = "profile"
_SHARE: Final = re.compile(r"([0-9]+)%/h")
_SHARES: Final = (1, 2, 5, 10, 11, 13, 14, 17, 20, 25, 33, 50)
"""Percent of the recipients per hour (`ThrottledSendStrategy`)."""


def encode_broadcast(brief: Brief, key: Key, node: Resource, _: frozenset[int]) -> Encoded:
    """Return a campaign; see `providers.rest.Encoder`."""
    assert isinstance(node, Broadcast)  # noqa: S101 - encoders are by kind
    untold = Untold(key)
    audiences: Body = {"included": [_group(ref.id) for ref in node.audience.include]}
    if node.audience.exclude:
        audiences["excluded"] = [_group(ref.id) for ref in node.audience.exclude]
    made: Body = {
        "audiences": audiences,
        "send_options": {"use_smart_sending": False},
        "send_strategy": _when(brief, untold, node),
        "message": _message(brief, untold, node),
    }
    return Encoded(made, tuple(untold.gaps))


def _group(id_: str) -> Body:
    return {REFERENCE: f"segment.{id_}"}


def _when(brief: Brief, untold: Untold, node: Broadcast) -> Body:
    """Return the moment in UTC, or on everybody's own clock; without one it is sent at once."""
    zone = node.timezone or brief.written.project.timezone
    local = zone == _LOCAL
    share = _share(untold, node, local=local)
    if node.at is None:
        if node.optimize_send_time:
            said = text("Klaviyo picks the hour of a day that is given: write `at`")
            untold.lack("policy", "optimize_send_time", node, said)
        return {"method": "immediate"}
    if node.optimize_send_time:
        return {"method": "smart_send_time", "date": node.at.iso[:10]}
    moment = clock.moment(node.at.iso, clock.named("UTC" if local else zone))
    made: Body = {"method": "static", "datetime": _utc(moment)}
    if share is not None:
        return made | {"method": "throttled", "throttle_percentage": share}
    late = {"send_past_recipients_immediately": True} if node.if_past == "send_now" else {}
    return made | ({"options": {"is_local": True, **late}} if local else {})


def _share(untold: Untold, node: Broadcast, *, local: bool) -> int | None:
    """Return to how many percent of the recipients it is sent in an hour; None for all at once."""
    if node.throttle is None:
        return None
    found = _SHARE.fullmatch(node.throttle)
    share = None if found is None else int(found[1])
    if share in _SHARES and node.at is not None and not local and not node.optimize_send_time:
        return share
    said = text(
        "Klaviyo spreads a campaign from one moment `at` on that is the same for all, by {shares}"
        " percent of the recipients per hour",
        shares=", ".join(map(str, _SHARES)),
    )
    untold.lack("policy", "throttle", node, said)
    return None


def _utc(moment: int) -> str:
    return f"{clock.local(moment, clock.named('UTC')):%Y-%m-%dT%H:%M:%S}+00:00"


def _message(brief: Brief, untold: Untold, node: Broadcast) -> Body:
    message = brief.written.messages[node.message.id]
    channel = brief.written.channels[message.channel.id]
    if channel.type != "email":
        said = text("campaigns of Klaviyo are written for e-mails alone yet")
        untold.lack("kind", "broadcast", node, said, at="message")
    fields = brief.letter(message).fields
    content: Body = {"subject": fields.get("subject", "")}
    if channel.from_ is not None:
        content |= {"from_email": channel.from_.email, "from_label": channel.from_.name}
    if channel.reply_to:
        content["reply_to_email"] = channel.reply_to
    return {
        "label": sourced(message.title or message.id, message.id, template(fields)),
        "content": content,
        "template_id": {REFERENCE: f"message.{message.id}"},
    }
