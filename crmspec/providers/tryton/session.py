"""Open Tryton: the REST interface of one database, and the words of its errors."""

from __future__ import annotations

import re
from contextlib import contextmanager
from html import unescape
from http import HTTPStatus
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from crmspec.diagnostics import text
from crmspec.engine.error import MissingCredentialError, TargetUnusableError
from crmspec.lower.finding import finding
from crmspec.providers import http
from crmspec.providers.http import Complaint, route
from crmspec.providers.rest import AccountProvider, Vendor
from crmspec.providers.tryton import tree
from crmspec.providers.tryton.capability import CAPABILITIES, UNHEEDED
from crmspec.providers.tryton.collection import Scenarios
from crmspec.providers.tryton.scenario import encode_chain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Diagnostic
    from crmspec.engine.body import Body
    from crmspec.engine.port import Clock
    from crmspec.engine.resource import Address
    from crmspec.ir.target import Target
    from crmspec.providers.http import Client, Reply
    from crmspec.providers.registry import Connection

OPTIONS = ("database",)
_MODULE = "marketing_automation"
_WORDS = re.compile(rb"<p>(.*?)</p>", re.DOTALL)


@contextmanager
def open_tryton(connection: Connection, clock: Clock) -> Iterator[AccountProvider]:
    """Give a provider for one database.

    Raises:
        MissingCredentialError: the target names no application key.
        TargetUnusableError: it does not say which database, or its `url` cannot be called.
    """
    target = connection.target
    if connection.token is None:
        raise MissingCredentialError(
            text("target `{id}` names no secret", id=target.id),
            text(
                "add `credentials: {{env: NAME}}`, the name of a variable with an application key"
            ),
        )
    database = target.options.get("database")
    if not target.url or not isinstance(database, str) or not database:
        raise TargetUnusableError(
            text("target `{id}` does not say which database it is", id=target.id),
            text("write `url: https://tryton.shop.example` and `options: {{database: NAME}}`"),
        )
    manner = http.Manner(complaint=complaint, budgets=CAPABILITIES.budgets)
    base = target.url.rstrip("/") + route("/{database}/rest/model", database=database)
    account = f"{urlsplit(target.url).netloc}/{database}"
    with http.Client(base, http.bearer(connection.token), manner, clock) as client:
        scenarios = Scenarios(client, connection.project, clock)
        yield AccountProvider(
            connection.project, target, VENDOR, [scenarios], lambda: whoami(client, account)
        )


def whoami(client: Client, account: str) -> str:
    """Return the account, after making sure that it has marketing automation.

    Raises:
        TargetUnusableError: the server is no Tryton, or lacks the module.
    """
    domain = [["name", "=", _MODULE], ["state", "=", "activated"]]
    data = client.call("GET", "/ir.module", query={"f": ["name"], "d": tree.coded(domain)}).data
    if not isinstance(data, list) or not data:
        raise TargetUnusableError(
            text("{account} has no marketing automation", account=account),
            text("activate the module `{module}` there", module=_MODULE),
        )
    return account


def complaint(reply: Reply) -> Complaint | None:
    """Return Tryton's words: `message`, or the paragraph of its web page.

    What its models refuse comes as JSON. A web page with status 400 is an error inside the server,
    such as a database that is locked, and means no more than 500 does.
    """
    if reply.ok or isinstance(reply.data, dict):
        return http.complaint(reply)
    found = _WORDS.search(reply.raw)
    words = "" if found is None else unescape(found[1].decode("utf-8", "replace"))
    inside = found is not None and reply.status == HTTPStatus.BAD_REQUEST
    return Complaint(words, HTTPStatus.INTERNAL_SERVER_ERROR if inside else None)


def settings(target: Target) -> Iterator[Diagnostic]:
    """Yield the options that Tryton does not have."""
    for name in target.options:
        if name not in OPTIONS:
            said = text("Tryton has no option `{name}`", name=name)
            yield finding(said, target.place.key("options", name), text("it has `database`"))


def normalise(address: Address, body: Body) -> Body:  # noqa: ARG001 - all are scenarios
    """Return a scenario with activities side by side in the order of their names."""
    return {**body, "activities": tree.ordered(cast("list[Body]", body.get("activities", [])))}


VENDOR = Vendor(
    version="tryton 1",
    capabilities=CAPABILITIES,
    encoders={"chain": encode_chain},
    activated=frozenset({"chain"}),
    normalise=normalise,
    settings=settings,
    unheeded=UNHEEDED,
    width=2,
    seconds=0.05,
)
