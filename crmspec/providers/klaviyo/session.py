"""Open Klaviyo: its REST API, and the words of its errors."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

from crmspec.diagnostics import text
from crmspec.engine.error import MissingCredentialError, TargetUnusableError
from crmspec.lower.finding import finding
from crmspec.providers import http
from crmspec.providers.http import Complaint
from crmspec.providers.klaviyo import campaign, journey
from crmspec.providers.klaviyo.campaign import CampaignCollection
from crmspec.providers.klaviyo.capability import CAPABILITIES, SCOPES, UNHEEDED
from crmspec.providers.klaviyo.collection import FORMS, KlaviyoCollection
from crmspec.providers.klaviyo.content import encode_block, encode_message
from crmspec.providers.klaviyo.decode import (
    decode_block,
    decode_broadcast,
    decode_chain,
    decode_message,
    parts,
)
from crmspec.providers.klaviyo.document import MEDIA_TYPE, listed
from crmspec.providers.klaviyo.flow import encode_chain
from crmspec.providers.klaviyo.journey import FlowCollection
from crmspec.providers.klaviyo.mailing import encode_broadcast
from crmspec.providers.klaviyo.metric import Metrics, recalled
from crmspec.providers.klaviyo.normal import normal
from crmspec.providers.klaviyo.segment import (
    decode_list,
    decode_segment,
    encode_list,
    encode_segment,
)
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

URL = "https://a.klaviyo.com"


@contextmanager
def open_klaviyo(connection: Connection, clock: Clock) -> Iterator[AccountProvider]:
    """Give a provider for one account.

    Raises:
        MissingCredentialError: the target names no private key.
        TargetUnusableError: its `url` cannot be called.
    """
    target = connection.target
    if connection.token is None:
        raise MissingCredentialError(
            text("target `{id}` names no secret", id=target.id),
            text("add `credentials: {{env: NAME}}`, the name of a variable with a private API key"),
        )
    manner = http.Manner(
        headers={
            "revision": target.api_revision or CAPABILITIES.revision,
            "Accept": MEDIA_TYPE,
            "Content-Type": MEDIA_TYPE,
        },
        complaint=complaint,
        budgets=CAPABILITIES.budgets,
        scopes=SCOPES,
    )
    login = http.header("Authorization", "Klaviyo-API-Key {}", connection.token)
    base = f"{(target.url or URL).rstrip('/')}/api"
    with http.Client(base, login, manner, clock) as client:
        metrics, project = Metrics(client), connection.project
        collections: list[KlaviyoCollection] = [
            KlaviyoCollection(form, client, project, metrics) for form in FORMS
        ]
        statuses = target.activate != "manual"
        flows = FlowCollection(journey.FORM, client, project, metrics, statuses=statuses)
        campaigns = CampaignCollection(campaign.FORM, client, project, metrics)
        yield AccountProvider(
            project,
            target,
            VENDOR,
            [*collections, flows, campaigns],
            lambda: whoami(client),
            closer={"chain": flows.closely, "broadcast": campaigns.closely},
        )


def whoami(client: Client) -> str:
    """Return the id of the account; raises `TargetUnusableError` if there is none."""
    found = next(listed(client, "accounts"), None)
    if found is None:
        raise TargetUnusableError(
            text("GET /api/accounts: the answer is not what Klaviyo would say"),
            text("see that `url` of the target is that of its API"),
        )
    return str(found["id"])


def complaint(reply: Reply) -> Complaint | None:
    """Return Klaviyo's words: `detail` of each error, and what in the request it is about."""
    if reply.ok or not isinstance(reply.data, dict):
        return http.complaint(reply)
    return Complaint("; ".join(_said(one) for one in reply.data["errors"][:5]))


def _said(error: dict[str, object]) -> str:
    source = cast("dict[str, object]", error.get("source") or {})
    where = source.get("pointer") or source.get("parameter") or ""
    said = str(error.get("detail") or error.get("title") or "")
    return f"{where}: {said}" if where else said


def settings(target: Target) -> Iterator[Diagnostic]:
    """Yield the options that Klaviyo does not have."""
    for name in target.options:
        said = text("Klaviyo has no option `{name}`", name=name)
        yield finding(said, target.place.key("options", name))


def normalise(_: Address, body: Body) -> Body:
    """Return a payload as Klaviyo means it."""
    return cast("Body", normal(body))


_DECODERS = {
    "segment": decode_segment,
    "list": decode_list,
    "message": decode_message,
    "block": decode_block,
    "chain": decode_chain,
    "broadcast": decode_broadcast,
}


def decode(address: Address, body: Body) -> Body:
    """Return a payload as authors write it; nothing if it has no words."""
    return _DECODERS[address.kind](body)


VENDOR = Vendor(
    version="klaviyo 1",
    capabilities=CAPABILITIES,
    encoders={
        "list": encode_list,
        "segment": encode_segment,
        "block": encode_block,
        "message": encode_message,
        "chain": encode_chain,
        "broadcast": encode_broadcast,
    },
    activated=frozenset({"chain", "broadcast"}),
    normalise=normalise,
    recalled=recalled,
    decode=decode,
    parts=parts,
    settings=settings,
    unheeded=UNHEEDED,
    keeps={
        "list": {"opt_in": ("opt_in_process",)},
        "segment": {"condition": ("definition",)},
        "block": dict.fromkeys(("file", "template", "source"), ("definition",)),
        "message": dict.fromkeys(("file", "body", "source"), ("html", "text")),
        "chain": {
            "audience": ("profile_filter",),
            "reentry": ("reentry_criteria",),
            "steps": ("actions",),
        },
        "broadcast": {
            "audience": ("audiences",),
            **dict.fromkeys(("at", "throttle", "optimize_send_time"), ("send_strategy",)),
        },
    },
)
