"""Open Unisender: its RPC API, its words for errors, and what it cannot give back."""

from __future__ import annotations

from contextlib import contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING

from msgspec import structs

from crmspec.diagnostics import text
from crmspec.engine.error import MissingCredentialError, TargetUnusableError
from crmspec.engine.resource import Address
from crmspec.lower.finding import finding
from crmspec.providers import http
from crmspec.providers.http import Complaint
from crmspec.providers.rest import AccountProvider, Vendor
from crmspec.providers.unisender.capability import CAPABILITIES, UNHEEDED
from crmspec.providers.unisender.collection import Drafts, Fields, Lists, Templates
from crmspec.providers.unisender.field import (
    decode_attribute,
    encode_attribute,
    encode_list,
    encode_segment,
)
from crmspec.providers.unisender.ledger import Ledger
from crmspec.providers.unisender.letter import decode_message, encode_broadcast, encode_message

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Diagnostic
    from crmspec.engine.body import Body
    from crmspec.engine.port import Clock
    from crmspec.engine.resource import Desired
    from crmspec.engine.survey import Seen
    from crmspec.ir import Program
    from crmspec.ir.target import Target
    from crmspec.providers.http import Client, Reply
    from crmspec.providers.registry import Connection
    from crmspec.providers.unisender.collection import UnisenderCollection

URL = "https://api.unisender.com/ru/api"
_STATUS = {
    "invalid_api_key": HTTPStatus.UNAUTHORIZED,
    "access_denied": HTTPStatus.FORBIDDEN,
    "unknown_method": HTTPStatus.METHOD_NOT_ALLOWED,
    "not_enough_money": HTTPStatus.PAYMENT_REQUIRED,
    "retry_later": HTTPStatus.SERVICE_UNAVAILABLE,
    "api_call_limit_exceeded_for_api_key": HTTPStatus.TOO_MANY_REQUESTS,
    "api_call_limit_exceeded_for_ip": HTTPStatus.TOO_MANY_REQUESTS,
}
_NAMED_BY = {"attribute": "name", "broadcast": "subject"}
"""Kinds whose titles Unisender does not give back: what stands in their place."""
_FIRST_NAME = "Name"
_LARGEST = 200_000_000  # a hundred templates with their pages


class UnisenderProvider(AccountProvider):
    """One account; it remembers what is wanted, since Unisender does not tell all of it."""

    def __init__(self, project: str, target: Target, client: Client) -> None:
        self._ledger = Ledger()
        kinds: list[type[UnisenderCollection]] = [Fields, Lists, Templates]
        if not target.manages or "broadcasts" in target.manages:
            kinds.append(Drafts)  # there may be many letters, and nothing refers to them
        collections = [one(client, project, self._ledger) for one in kinds]
        super().__init__(project, target, VENDOR, collections, lambda: whoami(client))

    def compile(self, program: Program) -> Desired:
        """Return what the project wants on the target."""
        found = super().compile(program)
        return structs.replace(found, resources=self._ledger.noted(found.resources))

    def survey(self) -> Iterator[Seen]:
        """Yield all objects of the account; the field of names is `first_name`."""
        for one in super().survey():
            usual = one.kind == "attribute" and one.title == _FIRST_NAME
            yield structs.replace(one, key="first_name") if usual else one

    def normalise(self, address: Address, body: Body) -> Body:
        """Return the body as Unisender would give it back."""
        made = super().normalise(address, body)
        if address.kind in _NAMED_BY:
            made["title"] = made.get(_NAMED_BY[address.kind], "")
        return made


@contextmanager
def open_unisender(connection: Connection, clock: Clock) -> Iterator[AccountProvider]:
    """Give a provider for one account.

    Raises:
        MissingCredentialError: the target names no API key.
        TargetUnusableError: its `url` cannot be called.
    """
    target = connection.target
    if connection.token is None:
        raise MissingCredentialError(
            text("target `{id}` names no secret", id=target.id),
            text("add `credentials: {{env: NAME}}`, the name of a variable with an API key"),
        )
    manner = http.Manner(
        complaint=complaint,
        budgets=CAPABILITIES.budgets,
        json_types=frozenset({"text/html", "text/plain"}),
        limit=_LARGEST,
    )
    login = http.field("api_key", connection.token)
    with http.Client(target.url or URL, login, manner, clock) as client:
        yield UnisenderProvider(connection.project, target, client)


def whoami(client: Client) -> str:
    """Return the login of the account; raises `TargetUnusableError` if there is none."""
    query = {"format": "json"}
    data = client.call("POST", "/getUserInfo", query=query, form={}, reads=True).data
    found = data.get("result") if isinstance(data, dict) else None
    login = found.get("login") if isinstance(found, dict) else None
    if not isinstance(login, str) or not login:
        raise TargetUnusableError(
            text("POST /getUserInfo: the answer is not what Unisender would say"),
            text("see that `url` of the target is that of the API"),
        )
    return login


def complaint(reply: Reply) -> Complaint | None:
    """Return Unisender's words: errors are answers with status 200, an `error` and a `code`."""
    data = reply.data
    if not isinstance(data, dict) or not data.get("error"):
        return http.complaint(reply)
    code = str(data.get("code", ""))
    status = _STATUS.get(code, HTTPStatus.UNPROCESSABLE_ENTITY)
    words = f"{data['error']} ({code})" if code else str(data["error"])
    return Complaint(words, status if reply.ok else None)


def settings(target: Target) -> Iterator[Diagnostic]:
    """Yield the options that Unisender does not have."""
    for name in target.options:
        said = text("Unisender has no option `{name}`", name=name)
        yield finding(said, target.place.key("options", name), text("it has none"))


def normalise(address: Address, body: Body) -> Body:
    """Return a body as it is meant: what is empty is not there, a long text is a text."""
    made = {name: one for name, one in body.items() if one}
    if address.kind == "attribute" and made.get("type") == "text":
        made["type"] = "string"
    return made


def decode(address: Address, body: Body) -> Body:
    """Return fields and templates as authors write them."""
    if address.kind == "attribute":
        return decode_attribute(address, body)
    return decode_message(body) if address.kind == "message" else {}


def parts(address: Address, body: Body) -> dict[Address, Body]:  # noqa: ARG001 - as the frame has it
    """Return the channel of templates, which name no sender."""
    return {Address("channel", "email"): {"type": "email"}} if address.kind == "message" else {}


VENDOR = Vendor(
    version="unisender 1",
    capabilities=CAPABILITIES,
    encoders={
        "attribute": encode_attribute,
        "list": encode_list,
        "segment": encode_segment,
        "message": encode_message,
        "broadcast": encode_broadcast,
    },
    described=frozenset({"message"}),
    normalise=normalise,
    decode=decode,
    parts=parts,
    settings=settings,
    unheeded=UNHEEDED,
    keeps={"message": {**dict.fromkeys(("file", "source"), ("body",)), "text": ("text_body",)}},
)
