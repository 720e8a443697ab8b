"""Open Braze: the REST endpoint of an instance, and the words of its errors."""

from __future__ import annotations

import re
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Final, cast
from urllib.parse import urlsplit

from crmspec.diagnostics import text
from crmspec.engine.error import MissingCredentialError, TargetUnusableError
from crmspec.engine.resource import Address
from crmspec.lower.finding import finding
from crmspec.providers import http
from crmspec.providers.braze.capability import CAPABILITIES, UNHEEDED
from crmspec.providers.braze.catalog import CatalogCollection
from crmspec.providers.braze.collection import FORMS, BrazeCollection
from crmspec.providers.braze.content import (
    encode_block,
    encode_layout,
    encode_message,
    encode_object,
)
from crmspec.providers.braze.dashboard import LISTS, named
from crmspec.providers.http import Complaint
from crmspec.providers.rest import AccountProvider, Vendor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Diagnostic
    from crmspec.engine.body import Body
    from crmspec.engine.port import Clock
    from crmspec.ir.target import Target
    from crmspec.providers.http import Reply
    from crmspec.providers.registry import Connection
    from crmspec.providers.rest import Collection

OPTIONS = ("workspace",)
_VERBS = ("GET list", "GET info", "POST create", "POST update")
SCOPES: Final = {
    f"{method} {path}/{verb}": f"{path.replace('/', '.')}.{verb}"
    for path in ("templates/email", "content_blocks")
    for method, verb in (pair.split() for pair in _VERBS)
} | {
    "catalogs": "catalogs.get, catalogs.create, catalogs.delete",
    "catalogs/fields": "catalogs.create_fields, catalogs.delete_fields",
    **{f"GET {one.path}/list": f"{one.path}.list" for one in LISTS.values()},
}
"""Endpoint → what the API key must be allowed to do."""

_GONE = re.compile(
    r"not found|could not find|does not exist|has been deleted|is invalid for this|^no "
)


@contextmanager
def open_braze(connection: Connection, clock: Clock) -> Iterator[AccountProvider]:
    """Give a provider for one workspace.

    Raises:
        MissingCredentialError: the target names no API key.
        TargetUnusableError: it has no `url`, or one that cannot be called.
    """
    target, project = connection.target, connection.project
    if connection.token is None:
        raise MissingCredentialError(
            text("target `{id}` names no secret", id=target.id),
            text("add `credentials: {{env: NAME}}`, the name of a variable with a REST API key"),
        )
    if not target.url:
        raise TargetUnusableError(_NO_URL, _URL_ADVICE)
    manner = http.Manner(complaint=complaint, budgets=CAPABILITIES.budgets, scopes=SCOPES)
    with http.Client(target.url, http.bearer(connection.token), manner, clock) as client:
        collections: list[Collection] = [
            *(BrazeCollection(form, client, project) for form in FORMS),
            CatalogCollection(client, project),
        ]
        present = {kind: partial(named, client, list_) for kind, list_ in LISTS.items()}
        who = partial(whoami, target)
        yield AccountProvider(project, target, VENDOR, collections, who, present=present)


def whoami(target: Target) -> str:
    """Return the host of the instance and the workspace that the target names: Braze tells none."""
    host = urlsplit(target.url or "").hostname or ""
    return f"{host} {target.options.get('workspace', '')}".strip()


def complaint(reply: Reply) -> Complaint | None:
    """Return Braze's words; an object that is not there may be told with a status of 200 or 400."""
    data = reply.data if isinstance(reply.data, dict) else {}
    said = str(data.get("message", ""))
    if reply.ok and (not said or said.lower() == "success"):
        return None
    listed = [_error(one) for one in cast("list[object]", data.get("errors") or [])]
    words = "; ".join(filter(None, [said, *listed]))
    if not words:
        return http.complaint(reply)
    gone = (reply.ok or reply.status == 400) and _GONE.search(words.lower())  # noqa: PLR2004
    return Complaint(words, 404 if gone else None)


def _error(one: object) -> str:
    return str(one.get("message", "")) if isinstance(one, dict) else str(one)


_NO_URL = text("a target of Braze needs the `url` of its instance")
_URL_ADVICE = text("write it as the dashboard shows it, such as `https://rest.fra-01.braze.eu`")


def settings(target: Target) -> Iterator[Diagnostic]:
    """Yield that the address is missing, and the options that Braze does not have."""
    if not target.url:
        yield finding(_NO_URL, target.place.key("platform"), _URL_ADVICE)
    for name in target.options:
        if name not in OPTIONS:
            said = text("Braze has no option `{name}`", name=name)
            yield finding(said, target.place.key("options", name), text("it has `workspace`"))


def normalise(address: Address, body: Body) -> Body:  # noqa: ARG001 - alike for all kinds
    """Return a payload as Braze means it: empty is as good as not there."""
    return {name: value for name, value in body.items() if value not in ("", None)}


_FIELDS = {
    "message": {"subject": "subject", "body": "source", "plaintext_body": "text"},
    "block": {"content": "template"},
}
"""Kind → field of the payload → what authors call it."""


def decode(address: Address, body: Body) -> Body:
    """Return the texts that have no Liquid in them; others cannot be led back."""
    named = _FIELDS.get(address.kind, {})
    made = {name: body[field] for field, name in named.items() if _plain(body.get(field))}
    return {"channel": "email", **made} if address.kind == "message" else made


def parts(address: Address, body: Body) -> dict[Address, Body]:  # noqa: ARG001 - as it has it
    """Return the channel of a template, which is always of e-mail."""
    return {Address("channel", "email"): {"type": "email"}} if address.kind == "message" else {}


def _plain(value: object) -> bool:
    return isinstance(value, str) and "{{" not in value and "{%" not in value


VENDOR = Vendor(
    version="braze 1",
    capabilities=CAPABILITIES,
    encoders={
        "block": encode_block,
        "layout": encode_layout,
        "message": encode_message,
        "object": encode_object,
    },
    normalise=normalise,
    decode=decode,
    parts=parts,
    settings=settings,
    unheeded=UNHEEDED,
    keeps={
        "block": dict.fromkeys(("file", "template", "source"), ("content",)),
        "layout": dict.fromkeys(("file", "template", "source"), ("content",)),
        "message": {
            **dict.fromkeys(("file", "source"), ("body", "plaintext_body")),
            "body": ("body", "plaintext_body"),
        },
    },
)
