"""Open OneSignal: the API of one app, and the words of its errors."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from crmspec.diagnostics import text
from crmspec.engine.error import MissingCredentialError
from crmspec.engine.resource import Address
from crmspec.lower.finding import finding
from crmspec.lower.survey import managed_kinds
from crmspec.providers import http
from crmspec.providers.http import Complaint, route
from crmspec.providers.onesignal import segment, shape, template
from crmspec.providers.onesignal.capability import CAPABILITIES, UNHEEDED
from crmspec.providers.onesignal.collection import foreign
from crmspec.providers.onesignal.journey import encode_chain
from crmspec.providers.onesignal.journeys import Journeys
from crmspec.providers.onesignal.segments import Segments
from crmspec.providers.onesignal.templates import Templates
from crmspec.providers.onesignal.way_back import decode_chain
from crmspec.providers.rest import AccountProvider, Vendor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Diagnostic, Text
    from crmspec.engine.body import Body
    from crmspec.engine.port import Clock
    from crmspec.ir.target import Target
    from crmspec.providers.http import Client, Reply
    from crmspec.providers.registry import Connection

URL = "https://api.onesignal.com"
APP, KEY = "app_id", "key"


@contextmanager
def open_onesignal(connection: Connection, clock: Clock) -> Iterator[AccountProvider]:
    """Give a provider for one app.

    Raises:
        MissingCredentialError: the target names no key, or no app.
        TargetUnusableError: its `url` cannot be called.
    """
    target, app = connection.target, _app(connection)
    manner = http.Manner(complaint=complaint, budgets=CAPABILITIES.budgets)
    login = http.header("Authorization", "Key {}", _key(connection))
    with http.Client((target.url or URL).rstrip("/"), login, manner, clock) as client:
        managed = managed_kinds(CAPABILITIES, target)
        wanted = [kind for kind in _KINDS if kind is not Journeys or Journeys.kind in managed]
        collections = [kind(client, app, connection.project) for kind in wanted]
        yield AccountProvider(
            connection.project, target, VENDOR, collections, lambda: whoami(client, app)
        )


_KINDS = (Segments, Templates, Journeys)
"""The collections in the order in which they are read; nothing refers to journeys."""


def _key(connection: Connection) -> str:
    if connection.parts:
        return connection.part(KEY)
    if connection.token is None:
        raise MissingCredentialError(
            text("target `{id}` names no secret", id=connection.target.id),
            text("add `credentials: {{env: NAME}}`, the name of a variable with an App API key"),
        )
    return connection.token


def _app(connection: Connection) -> str:
    named = connection.target.options.get(APP)
    if named is None and APP in connection.parts:
        return connection.part(APP)
    if not isinstance(named, str) or not named:
        raise MissingCredentialError(*_no_app(connection.target))
    return named


def whoami(client: Client, app: str) -> str:
    """Return the id of the app; raises `TargetUnusableError` if there is none."""
    path = route("/apps/{app}", app=app)
    data = client.call("GET", path, query={"view": "config"}).data
    if not isinstance(data, dict) or data.get("id") != app:
        raise foreign(f"GET {path}")
    return app


def complaint(reply: Reply) -> Complaint | None:
    """Return OneSignal's words: `errors` are texts, or have a title; some come with a 200."""
    data = reply.data if isinstance(reply.data, dict) else {}
    refused = reply.ok and data.get("success") is False
    errors = data.get("errors")
    if reply.ok and not refused:
        return None
    if not isinstance(errors, list):
        return Complaint(str(errors or "")) if refused else http.complaint(reply)
    return Complaint(
        "; ".join(one if isinstance(one, str) else str(one["title"]) for one in errors)
    )


def settings(target: Target) -> Iterator[Diagnostic]:
    """Yield the options that OneSignal does not have, and the one that it must."""
    for name in target.options:
        if name != APP:
            said = text("OneSignal has no option `{name}`", name=name)
            yield finding(said, target.place.key("options", name), text("it has `app_id`"))
    if APP not in target.options and APP not in target.credentials:
        said, advice = _no_app(target)
        yield finding(said, target.place.name, advice)


def _no_app(target: Target) -> tuple[Text, Text]:
    return (
        text("target `{id}` names no app of OneSignal", id=target.id),
        text("add `options: {{app_id: …}}`; it is under Settings > Keys & IDs"),
    )


def normalise(address: Address, body: Body) -> Body:
    """Return a payload as OneSignal means it."""
    match address.kind:
        case "message":
            return template.normalised(body)
        case "chain":
            return shape.normalised(body)
    return {"filters": segment.normalised(body.get("filters"))}


def decode(address: Address, body: Body) -> Body:
    """Return the condition of a segment, the texts of a message, the steps of a journey."""
    match address.kind:
        case "chain":
            return decode_chain(body)
        case "segment":
            return segment.decode_segment(body)
        case "message":
            push = template.channel_type(body) == "mobile_push"
            # Who has it there has accepted that pushes go to all subscriptions.
            accepted: Body = {"on_unsupported": "degrade"} if push else {}
            return template.decode_message(body) | accepted
    return {}


def parts(address: Address, body: Body) -> dict[Address, Body]:
    """Return the channel of a message, called by its type."""
    if address.kind != "message":
        return {}
    type_ = template.channel_type(body)
    return {Address("channel", type_): {"type": type_}}


VENDOR = Vendor(
    version="onesignal 1",
    capabilities=CAPABILITIES,
    encoders={
        "segment": segment.encode_segment,
        "message": template.encode_message,
        "chain": encode_chain,
    },
    activated=frozenset({"chain"}),
    described=frozenset({"segment", "chain"}),
    normalise=normalise,
    decode=decode,
    parts=parts,
    settings=settings,
    unheeded=UNHEEDED,
    keeps={
        "segment": {"condition": ("filters",)},
        "message": {
            "subject": ("email_subject",),
            **dict.fromkeys(("file", "body", "source"), ("email_body",)),
            "text": ("contents",),
            "heading": ("headings",),
        },
        "chain": {
            "trigger": ("audience",),
            "audience": (),
            "reentry": ("reentry_rules",),
            "exit": ("early_exit",),
            "steps": ("nodes",),
        },
    },
)
