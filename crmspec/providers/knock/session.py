"""Open Knock: the management API, and the words of its errors."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from crmspec.diagnostics import text
from crmspec.engine.error import MissingCredentialError, TargetUnusableError
from crmspec.lower.finding import finding
from crmspec.providers import http
from crmspec.providers.http import Complaint
from crmspec.providers.knock.audience import decode_segment, encode_segment
from crmspec.providers.knock.capability import CAPABILITIES, UNHEEDED
from crmspec.providers.knock.collection import FORMS, KnockCollection
from crmspec.providers.knock.content import (
    channel_of_block,
    decode_block,
    decode_layout,
    encode_block,
    encode_layout,
)
from crmspec.providers.knock.normal import normalise
from crmspec.providers.knock.recall import recalled
from crmspec.providers.knock.way_back import decode_chain, parts_of_chain
from crmspec.providers.knock.workflow import encode_chain
from crmspec.providers.rest import AccountProvider, Vendor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Diagnostic
    from crmspec.engine.body import Body
    from crmspec.engine.port import Clock
    from crmspec.engine.resource import Address
    from crmspec.ir.target import Target
    from crmspec.providers.http import Client, Reply
    from crmspec.providers.registry import Connection

URL = "https://control.knock.app"
ENVIRONMENT = "development"
"""The only environment that Knock lets anybody write to; others get commits by promotion."""
OPTIONS = ("environment", "source")


@contextmanager
def open_knock(connection: Connection, clock: Clock) -> Iterator[AccountProvider]:
    """Give a provider for one environment of an account.

    Raises:
        MissingCredentialError: the target names no service token.
        TargetUnusableError: its `url` cannot be called.
    """
    target = connection.target
    if connection.token is None:
        raise MissingCredentialError(
            text("target `{id}` names no secret", id=target.id),
            text("add `credentials: {{env: NAME}}`, the name of a variable with a service token"),
        )
    manner = http.Manner(complaint=complaint, budgets=CAPABILITIES.budgets)
    base = f"{(target.url or URL).rstrip('/')}/v1"
    environment = str(target.options.get("environment", ENVIRONMENT))
    with http.Client(base, http.bearer(connection.token), manner, clock) as client:
        collections = [
            KnockCollection(form, client, connection.project, environment) for form in FORMS
        ]
        yield AccountProvider(
            connection.project,
            target,
            VENDOR,
            collections,
            lambda: f"{whoami(client)} {environment}",
        )


def whoami(client: Client) -> str:
    """Return the slug of the account; raises `TargetUnusableError` if there is none."""
    data = client.call("GET", "/whoami").data
    slug = data.get("account_slug") if isinstance(data, dict) else None
    if not isinstance(slug, str) or not slug:
        raise TargetUnusableError(
            text("GET /v1/whoami: the answer is not what Knock would say"),
            text("see that `url` of the target is that of the management API"),
        )
    return slug


def complaint(reply: Reply) -> Complaint | None:
    """Return Knock's words: `message`, and of each of its `errors` the field it is about."""
    if reply.ok or not isinstance(reply.data, dict):
        return http.complaint(reply)
    errors = reply.data.get("errors") or []
    listed = [f"{one['field']}: {one['message']}" for one in errors if one.get("field")]
    return Complaint("; ".join(filter(None, [str(reply.data["message"]), *listed])))


def settings(target: Target) -> Iterator[Diagnostic]:
    """Yield the options that Knock does not have."""
    for name in target.options:
        if name not in OPTIONS:
            said = text("Knock has no option `{name}`", name=name)
            known = text("it has `environment` and `source`")
            yield finding(said, target.place.key("options", name), known)


def decode(address: Address, body: Body) -> Body:
    """Return an object as an author writes it, as far as it has words."""
    match address.kind:
        case "segment":
            return decode_segment(body)
        case "chain":
            return decode_chain(address, body)
        case "layout":
            return decode_layout(body)
    return decode_block(body)


def parts(address: Address, body: Body) -> dict[Address, Body]:
    """Return what is in an object without being one: messages of a workflow, and channels."""
    match address.kind:
        case "chain":
            return parts_of_chain(address, body)
        case "block":
            return channel_of_block(body)
    return {}


VENDOR = Vendor(
    version="knock 1",
    capabilities=CAPABILITIES,
    encoders={
        "block": encode_block,
        "layout": encode_layout,
        "segment": encode_segment,
        "chain": encode_chain,
    },
    activated=frozenset({"chain"}),
    described=frozenset({"block", "segment", "chain"}),
    normalise=normalise,
    decode=decode,
    parts=parts,
    recalled=recalled,
    settings=settings,
    unheeded=UNHEEDED,
    keeps={
        "segment": {"condition": ("segments",)},
        "layout": dict.fromkeys(("file", "template", "source"), ("html_layout", "text_layout")),
        "block": dict.fromkeys(("file", "template", "source"), ("content",)),
        "chain": {"audience": ("conditions",), "reentry": ("trigger_frequency",)},
    },
)
