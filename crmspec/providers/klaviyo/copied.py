"""Copies of templates, which flows and campaigns keep: whether people edited one.

They are in no list, and each takes a call. What one was made of its message says in its name, so
that the template itself, which may have changed meanwhile, is not asked.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, cast

from crmspec.engine.error import TargetRejectedError
from crmspec.providers.http import route
from crmspec.providers.klaviyo import mark
from crmspec.providers.klaviyo.document import attributes, single

if TYPE_CHECKING:
    from crmspec.engine.body import Body
    from crmspec.providers.http import Client

COPY = "copy"
"""The field of a message in a body that holds an edited copy; it is never written."""


def edited(client: Client, pattern: str, id_: object, name: object) -> Body | None:
    """Return the copy that a message has, None if it is as it was made; a call.

    `pattern` is the path of the copy, `name` that of the message.
    """
    path = route(pattern, id=id_)
    try:
        reply = client.call("GET", path)
    except TargetRejectedError as error:
        if error.status == HTTPStatus.NOT_FOUND:
            return None
        raise
    if isinstance(reply.data, dict) and "data" in reply.data and reply.data["data"] is None:
        return None
    found = attributes(single(reply.data, f"GET /api{path}"))
    html: Body = {"html": str(found.get("html") or "")}
    whole = html | ({"text": found["text"]} if found.get("text") else {})
    # Where we give no text, Klaviyo may make one.
    made = mark.stamp_of(str(name or ""))
    return None if made in {mark.stamp(html), mark.stamp(whole)} else whole


def with_copy(message: Body, copy: Body | None) -> Body:
    """Return a message with its edited copy."""
    return message if copy is None else message | {COPY: copy}


def bare(data: Body) -> Body:
    """Return what an action does without the copy in its message."""
    message = data.get("message")
    if not isinstance(message, dict) or COPY not in message:
        return data
    held = cast("Body", message)
    return data | {"message": {key: value for key, value in held.items() if key != COPY}}
