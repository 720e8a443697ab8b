"""Open Node-RED: the admin API, and the words of its errors."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crmspec.diagnostics import text
from crmspec.engine.error import MissingCredentialError, TargetUnusableError, UnknownTargetError
from crmspec.providers import http
from crmspec.providers.http import Complaint
from crmspec.providers.node_red.capability import CAPABILITIES, UNHEEDED
from crmspec.providers.node_red.collection import Tabs, normalised
from crmspec.providers.node_red.flow import encode_chain
from crmspec.providers.node_red.option import options, settings
from crmspec.providers.node_red.recall import recalled
from crmspec.providers.node_red.way_back import decode_chain, parts
from crmspec.providers.rest import AccountProvider, Vendor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.engine.body import Body
    from crmspec.engine.port import Clock
    from crmspec.engine.resource import Address
    from crmspec.providers.http import Client, Reply
    from crmspec.providers.registry import Connection


@contextmanager
def open_node_red(connection: Connection, clock: Clock) -> Iterator[AccountProvider]:
    """Give a provider for one server.

    Raises:
        MissingCredentialError: the target names no access token.
        UnknownTargetError: it does not say where the server is.
        TargetUnusableError: its `url` cannot be called.
    """
    target = connection.target
    if connection.token is None:
        raise MissingCredentialError(
            text("target `{id}` names no secret", id=target.id),
            text("add `credentials: {{env: NAME}}`, the name of a variable with an access token"),
        )
    if not target.url:
        raise UnknownTargetError(
            text("target `{id}` has no `url`", id=target.id),
            text("write it as in `https://flows.shop.example`, with the path of `httpAdminRoot`"),
        )
    smtp = options(target).smtp
    manner = http.Manner(complaint=complaint, budgets=CAPABILITIES.budgets)
    with http.Client(target.url, http.bearer(connection.token), manner, clock) as client:
        tabs = Tabs(client, connection.project, None if smtp is None else smtp.login)
        host = urlsplit(target.url).netloc
        yield AccountProvider(
            connection.project, target, VENDOR, [tabs], lambda: f"{whoami(client)} at {host}"
        )


def whoami(client: Client) -> str:
    """Return the name of the user; raises `TargetUnusableError` if there is none."""
    data = client.call("GET", "/settings").data
    user = data.get("user") if isinstance(data, dict) else None
    name = user.get("username") if isinstance(user, dict) else None
    if not isinstance(name, str) or not name:
        raise TargetUnusableError(
            text("GET /settings: the answer is not what Node-RED would say"),
            text("see that `url` leads to its admin API, and that `adminAuth` is set up there"),
        )
    return name


def complaint(reply: Reply) -> Complaint | None:
    """Return Node-RED's words: `message`, or `code` where that is empty."""
    if reply.ok or not isinstance(reply.data, dict):
        return http.complaint(reply)
    said = reply.data.get("message") or reply.data.get("code") or reply.data.get("error")
    return Complaint(str(said).removeprefix("Error: ")) if said else http.complaint(reply)


def normalise(_: Address, body: Body) -> Body:
    """Return a tab as it is meant: by ids, without places and what is so anyway."""
    return normalised(body)


VENDOR = Vendor(
    version="node_red 1",
    capabilities=CAPABILITIES,
    encoders={"chain": encode_chain},
    activated=frozenset({"chain"}),
    described=frozenset({"chain"}),
    normalise=normalise,
    recalled=recalled,
    decode=decode_chain,
    parts=parts,
    settings=settings,
    unheeded=UNHEEDED,
    keeps={"chain": {"steps": ("nodes",)}},
)
