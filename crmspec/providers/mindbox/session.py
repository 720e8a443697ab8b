"""Open Mindbox: one endpoint of the v3 API, and the words of its errors."""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from crmspec.diagnostics import text
from crmspec.engine.error import MissingCredentialError, TargetUnusableError
from crmspec.lower.finding import finding
from crmspec.providers import http
from crmspec.providers.http import Complaint
from crmspec.providers.mindbox.capability import CAPABILITIES, UNHEEDED
from crmspec.providers.mindbox.content import encode_attribute, encode_coupon
from crmspec.providers.mindbox.provider import MindboxProvider
from crmspec.providers.rest import Vendor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Diagnostic
    from crmspec.engine.body import Body
    from crmspec.engine.port import Clock
    from crmspec.engine.resource import Address
    from crmspec.ir.target import Target
    from crmspec.providers.http import Reply
    from crmspec.providers.registry import Connection

OPTIONS = ("endpoint", "segmentations", "folder")
_DONE = frozenset({"", "Success", "TransactionAlreadyProcessed"})
_INVALID = 422
_UNSET = (
    text("a target of Mindbox needs its `url` and the option `endpoint`"),
    text("the `url` is the domain of your operations' descriptions: `https://api.mindbox.ru`"),
    text("the `endpoint` is the id of the place of integration whose secret key is used"),
)


@contextmanager
def open_mindbox(connection: Connection, clock: Clock) -> Iterator[MindboxProvider]:
    """Give a provider for one endpoint.

    Raises:
        MissingCredentialError: the target names no secret key.
        TargetUnusableError: it has no `url` or endpoint, or one that cannot be called.
    """
    target, project = connection.target, connection.project
    if connection.token is None:
        raise MissingCredentialError(
            text("target `{id}` names no secret", id=target.id),
            text("add `credentials: {{env: NAME}}`, the name of a variable with a secret key"),
        )
    if not target.url or not target.options.get("endpoint"):
        raise TargetUnusableError(*_UNSET)
    manner = http.Manner(complaint=complaint, budgets=CAPABILITIES.budgets)
    login = http.header("Authorization", "SecretKey {}", connection.token)
    with http.Client(target.url, login, manner, clock) as client:
        yield MindboxProvider(project, target, VENDOR, client, partial(whoami, target))


def whoami(target: Target) -> str:
    """Return the host and the endpoint: Mindbox does not say whose they are."""
    host = urlsplit(target.url or "").hostname or ""
    return f"{host} {target.options.get('endpoint', '')}"


def complaint(reply: Reply) -> Complaint | None:
    """Return Mindbox's words; what is wrong with the data is told with a status of 200."""
    data = reply.data if isinstance(reply.data, dict) else {}
    if reply.ok and str(data.get("status", "")) in _DONE:
        return None
    listed = [_message(one) for one in cast("list[object]", data.get("validationMessages") or [])]
    words = "; ".join(filter(None, [str(data.get("errorMessage") or ""), *listed]))
    if not words and not reply.ok:
        return http.complaint(reply)
    return Complaint(words or str(data["status"]), _INVALID if reply.ok else None)


def _message(one: object) -> str:
    if not isinstance(one, dict):
        return ""
    return " ".join(str(one[key]) for key in ("location", "message") if one.get(key))


def settings(target: Target) -> Iterator[Diagnostic]:
    """Yield what is missing, and the options that Mindbox does not have."""
    if not target.url or not target.options.get("endpoint"):
        said, *advice = _UNSET
        yield finding(said, target.place.key("platform"), *advice)
    for name in target.options:
        if name not in {*OPTIONS, "dialect"}:
            said = text("Mindbox has no option `{name}`", name=name)
            known = text("it has `endpoint`, `segmentations` and `folder`")
            yield finding(said, target.place.key("options", name), known)


def normalise(address: Address, body: Body) -> Body:
    """Return a body; a field goes by its system name, since its title is not imported."""
    return {"title": body["field"], **body} if address.kind == "attribute" else body


VENDOR = Vendor(
    version="mindbox 1",
    capabilities=CAPABILITIES,
    encoders={"attribute": encode_attribute, "coupon": encode_coupon},
    normalise=normalise,
    settings=settings,
    unheeded=UNHEEDED,
)
