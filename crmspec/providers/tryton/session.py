"""Open Tryton: one database, over REST with an application key, or over JSON-RPC with a login."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from msgspec import structs

from crmspec.diagnostics import text
from crmspec.engine.error import MissingCredentialError, TargetRejectedError, TargetUnusableError
from crmspec.lower.finding import finding
from crmspec.providers import http
from crmspec.providers.http import route
from crmspec.providers.rest import AccountProvider, Vendor
from crmspec.providers.tryton.capability import CAPABILITIES, UNHEEDED
from crmspec.providers.tryton.collection import Scenarios
from crmspec.providers.tryton.database import ELSEWHERE
from crmspec.providers.tryton.json_rpc import JsonRpc
from crmspec.providers.tryton.recall import recalled
from crmspec.providers.tryton.rest import Rest, complaint
from crmspec.providers.tryton.scenario import encode_chain
from crmspec.providers.tryton.way_back import decode_chain, parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Diagnostic
    from crmspec.engine.port import Clock
    from crmspec.ir.target import Target
    from crmspec.providers.registry import Connection
    from crmspec.providers.tryton.database import Database

OPTIONS = ("database", "user")
_MODULE = "marketing_automation"


@contextmanager
def open_tryton(connection: Connection, clock: Clock) -> Iterator[AccountProvider]:
    """Give a provider for one database.

    Raises:
        MissingCredentialError: the target names no secret.
        TargetUnusableError: it does not say which database, or its `url` cannot be called.
    """
    target = connection.target
    if connection.token is None:
        raise MissingCredentialError(
            text("target `{id}` names no secret", id=target.id),
            text(
                "add `credentials: {{env: NAME}}`, the name of a variable with an application key,"
                " or with the password of the `user` in `options`"
            ),
        )
    database = target.options.get("database")
    if not target.url or not isinstance(database, str) or not database:
        raise TargetUnusableError(
            text("target `{id}` does not say which database it is", id=target.id),
            text("write `url: https://tryton.shop.example` and `options: {{database: NAME}}`"),
        )
    base = target.url.rstrip("/") + route("/{database}", database=database)
    account = f"{urlsplit(target.url).netloc}/{database}"
    with _opened(base, target.options.get("user"), connection.token, clock) as opened:
        scenarios = Scenarios(opened, connection.project, clock)
        vendor = structs.replace(VENDOR, normalise=scenarios.normalise)
        yield AccountProvider(
            connection.project,
            target,
            vendor,
            [scenarios],
            lambda: whoami(opened, account),
            people=scenarios.people,
        )


@contextmanager
def _opened(base: str, user: object, secret: str, clock: Clock) -> Iterator[Database]:
    """Give a database: to a user with a password, or to who has an application key."""
    if user is not None:
        with JsonRpc(base, str(user), secret, clock) as database:
            yield database
        return
    manner = http.Manner(complaint=complaint, budgets=CAPABILITIES.budgets)
    with http.Client(f"{base}/rest/model", http.bearer(secret), manner, clock) as client:
        yield Rest(client)


def whoami(database: Database, account: str) -> str:
    """Return the account, after making sure that it has marketing automation.

    Raises:
        TargetUnusableError: the server is no Tryton, has no such interface, or lacks the module.
    """
    domain = [["name", "=", _MODULE], ["state", "=", "activated"]]
    try:
        found = database.search("ir.module", ("name",), domain, 0, 1)
    except TargetRejectedError as error:
        if error.status not in ELSEWHERE:
            raise
        raise TargetUnusableError(
            text("{account} has no REST interface", account=account),
            text(
                "Tryton before 8.0 has none: write `user: NAME` into `options`, and name the"
                " password of this user in `credentials`"
            ),
        ) from None
    if not found:
        raise TargetUnusableError(
            text("{account} has no marketing automation", account=account),
            text("activate the module `{module}` there", module=_MODULE),
        )
    return account


def settings(target: Target) -> Iterator[Diagnostic]:
    """Yield the options that Tryton does not have."""
    for name in target.options:
        if name not in OPTIONS:
            said = text("Tryton has no option `{name}`", name=name)
            yield finding(
                said, target.place.key("options", name), text("it has `database` and `user`")
            )


VENDOR = Vendor(
    version="tryton 1",
    capabilities=CAPABILITIES,
    encoders={"chain": encode_chain},
    activated=frozenset({"chain"}),
    recalled=recalled,
    decode=decode_chain,
    parts=parts,
    settings=settings,
    unheeded=UNHEEDED,
    width=2,
    seconds=0.05,
    keeps={"chain": {"steps": ("activities",)}},
)
