"""Open UniOne or Unisender Go: one Web API on several hosts, and the words of its errors."""

from __future__ import annotations

from contextlib import contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING

from msgspec import structs

from crmspec.diagnostics import text
from crmspec.engine.error import MissingCredentialError, TargetUnusableError
from crmspec.lower.finding import finding
from crmspec.providers import http
from crmspec.providers.http import Complaint
from crmspec.providers.rest import AccountProvider, Vendor
from crmspec.providers.unione.capability import CAPABILITIES, UNHEEDED
from crmspec.providers.unione.collection import UniOneTemplates
from crmspec.providers.unione.template import (
    ENGINES,
    decode_message,
    encode_message,
    normalise,
    parts,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Diagnostic
    from crmspec.engine.port import Clock
    from crmspec.ir.target import Target
    from crmspec.providers.http import Client, Reply
    from crmspec.providers.registry import Connection

REGIONS = {
    "api": "https://api.unione.io/en",
    "eu1": "https://eu1.unione.io/en",
    "us1": "https://us1.unione.io/en",
    "go1": "https://go1.unisender.ru/ru",
    "go2": "https://go2.unisender.ru/ru",
}
"""Region → host and language; `go1` and `go2` are those of Unisender Go."""
OPTION = "template_engine"
_PATH = "/transactional/api/v1"
_GONE = 601
_TAKEN = 603


@contextmanager
def open_unione(connection: Connection, clock: Clock) -> Iterator[AccountProvider]:
    """Give a provider for one account, or one project of an account.

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
    manner = http.Manner(complaint=complaint, budgets=CAPABILITIES.budgets)
    login = http.header("X-API-KEY", "{}", connection.token)
    with http.Client(address(target), login, manner, clock) as client:
        collections = [UniOneTemplates(client, connection.project)]
        yield AccountProvider(
            connection.project, target, vendor(target), collections, lambda: whoami(client)
        )


def vendor(target: Target) -> Vendor:
    """Return the vendor, with the template engine that the target names."""
    dialect = ENGINES.get(str(target.options.get(OPTION)), CAPABILITIES.dialect)
    return structs.replace(VENDOR, capabilities=structs.replace(CAPABILITIES, dialect=dialect))


def address(target: Target) -> str:
    """Return the address of the API: `url`, or that of the region."""
    region = REGIONS.get(target.region or "api", REGIONS["api"])
    return f"{(target.url or region).rstrip('/')}{_PATH}"


def whoami(client: Client) -> str:
    """Return user and project that the key is of; raises `TargetUnusableError` if there is none."""
    data = client.call("POST", "/system/info.json", json={}, reads=True).data
    user = data.get("user_id") if isinstance(data, dict) else None
    if not isinstance(data, dict) or not isinstance(user, int):
        raise TargetUnusableError(
            text("POST /system/info.json: the answer is not what UniOne would say"),
            text("see that `url` or `region` of the target is that of your account"),
        )
    return f"user {user} {data.get('project_id') or ''}".strip()


def complaint(reply: Reply) -> Complaint | None:
    """Return UniOne's words; what is gone and names that are taken are 400 there, like all else."""
    if reply.ok or not isinstance(reply.data, dict):
        return http.complaint(reply)
    code = int(reply.data["code"])
    status = {_GONE: HTTPStatus.NOT_FOUND, _TAKEN: HTTPStatus.CONFLICT}.get(code)
    return Complaint(f"{reply.data['message']} (code {code})", status)


def settings(target: Target) -> Iterator[Diagnostic]:
    """Yield the region and the options that UniOne does not have."""
    if target.region is not None and target.region not in REGIONS:
        said = text("UniOne has no region `{name}`", name=target.region)
        known = ", ".join(f"`{one}`" for one in REGIONS)
        yield finding(said, target.place.value("region"), text("it has {known}", known=known))
    for name, value in target.options.items():
        place = target.place.key("options", name)
        if name != OPTION:
            said = text("UniOne has no option `{name}`", name=name)
            yield finding(said, place, text("it has `template_engine`"))
        elif value not in ENGINES:
            said = text("`template_engine` is `simple` or `velocity`")
            yield finding(said, place)


VENDOR = Vendor(
    version="unione 1",
    capabilities=CAPABILITIES,
    encoders={"message": encode_message},
    normalise=normalise,
    decode=decode_message,
    parts=parts,
    settings=settings,
    unheeded=UNHEEDED,
    keeps={"message": dict.fromkeys(("file", "source"), ("body",))},
)
