"""Channels of letters that name no channel: each sender is one, called by the address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.engine.survey import slug

if TYPE_CHECKING:
    from crmspec.engine.body import Body


def channel_id(email: object) -> str:
    """Return what the channel of a sender is called."""
    sender = slug(str(email or ""))
    return f"email_{sender}" if sender else "email"


def email_channel(name: object, email: object, reply_to: object) -> Body:
    """Return the channel as an author writes it."""
    made: Body = {"type": "email"}
    if email:
        made["from"] = {"name": name or email, "email": email}
    if reply_to:
        made["reply_to"] = reply_to
    return made
