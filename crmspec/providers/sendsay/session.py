"""Open Sendsay: one address, an API key in a header, and errors in answers of 200."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

from msgspec import structs

from crmspec.diagnostics import text
from crmspec.engine.error import MissingCredentialError, TargetUnusableError
from crmspec.lower.finding import finding
from crmspec.lower.survey import meant
from crmspec.providers import http
from crmspec.providers.http import Complaint
from crmspec.providers.rest import AccountProvider, Vendor
from crmspec.providers.sendsay.account import Account, strange
from crmspec.providers.sendsay.audience import encode_segment, plain_filter
from crmspec.providers.sendsay.capability import CAPABILITIES, UNHEEDED
from crmspec.providers.sendsay.draft import DraftCollection, encode_message, plain_letter
from crmspec.providers.sendsay.group import GroupCollection, encode_list
from crmspec.providers.sendsay.letter import decode_message, parts, recalled, with_text
from crmspec.providers.sendsay.question import (
    QuestionCollection,
    decode_attribute,
    encode_attribute,
)
from crmspec.providers.sendsay.way_back import decode_segment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Diagnostic, Text
    from crmspec.engine.body import Body
    from crmspec.engine.port import Clock
    from crmspec.engine.resource import Address, Desired
    from crmspec.engine.survey import Seen
    from crmspec.ir import Program
    from crmspec.ir.target import Target
    from crmspec.providers.http import Reply
    from crmspec.providers.registry import Connection
    from crmspec.providers.rest import Collection

URL = "https://api.sendsay.ru"
OPTIONS = ("account", "addr_type")
ADDRESSES = ("email", "msisdn")
"""What the members of a group may be."""
_STATUSES = (
    (re.compile(r"error/auth/|wrongcookie"), 401),
    (re.compile(r"access|denied|forbidden|rights"), 403),
    (re.compile(r"not_exist|not_found|notfound"), 404),
)
"""Codes of errors as statuses; all others are refusals."""


class SendsayProvider(AccountProvider):
    """One account; of the questions of `custom`, those of the project's attributes are its own."""

    def __init__(
        self, project: str, target: Target, account: Account, questions: QuestionCollection
    ) -> None:
        addresses = str(target.options.get("addr_type", ADDRESSES[0]))
        collections: list[Collection] = [
            questions,
            *(GroupCollection(kind, account, project, addresses) for kind in ("list", "segment")),
            DraftCollection(account, project),
        ]
        super().__init__(project, target, VENDOR, collections, lambda: whoami(account))
        self._questions, self._settings = questions, target

    def compile(self, program: Program) -> Desired:
        """Return what the project wants, and know from now on which questions are its own."""
        attributes = program.attributes.values()
        mine = {one.id for one in attributes if meant(one, self._settings)}
        self._questions.wanted |= mine
        return super().compile(program)

    def survey(self) -> Iterator[Seen]:
        """Yield all objects; questions are called in templates by their codes."""
        for seen in super().survey():
            yield structs.replace(seen, key=seen.id) if seen.kind == "attribute" else seen


@contextmanager
def open_sendsay(connection: Connection, clock: Clock) -> Iterator[SendsayProvider]:
    """Give a provider for an account.

    Raises:
        MissingCredentialError: the target names no API key.
        TargetUnusableError: it names no account, or its `url` cannot be called.
    """
    target = connection.target
    if connection.token is None:
        raise MissingCredentialError(
            text("target `{id}` names no secret", id=target.id),
            text("add `credentials: {{env: NAME}}`, the name of a variable with an API key"),
        )
    name = target.options.get("account")
    if not isinstance(name, str) or not name:
        raise TargetUnusableError(_nameless(), _name_it())
    manner = http.Manner(complaint=complaint, budgets=CAPABILITIES.budgets)
    login = http.header("Authorization", "sendsay apikey={}", connection.token)
    base = (target.url or URL).rstrip("/")
    with http.Client(base, login, manner, clock) as client:
        account = Account(client, name)
        questions = QuestionCollection(account, connection.project)
        yield SendsayProvider(connection.project, target, account, questions)


def whoami(account: Account) -> str:
    """Return the code of the account, which stands in the address of each call.

    Raises:
        TargetError: the key does not open it.
    """
    if "ping" not in account.read("pong", {}):
        raise strange("pong", reads=True)
    return account.name


def complaint(reply: Reply) -> Complaint | None:
    """Return the codes of what went wrong with their explanations, as Sendsay puts them."""
    if not isinstance(reply.data, dict) or not reply.data.get("errors"):
        return http.complaint(reply)
    errors = [one for one in reply.data["errors"] if isinstance(one, dict)]
    codes = " ".join(str(one.get("id", "")) for one in errors)
    status = next((found for code, found in _STATUSES if code.search(codes)), None)
    words = "; ".join(_said(one) for one in errors)
    return Complaint(words, status if reply.ok else None)


def _said(error: dict[str, object]) -> str:
    parts = (str(error.get("id") or ""), _flat(error.get("explain")))
    return ": ".join(filter(None, parts))


def _flat(explain: object) -> str:
    if isinstance(explain, list):
        return ", ".join(_flat(one) for one in explain)
    if isinstance(explain, dict):
        return ", ".join(f"{key}: {_flat(one)}" for key, one in explain.items())
    return "" if explain is None else str(explain)


def settings(target: Target) -> Iterator[Diagnostic]:
    """Yield the options that Sendsay does not have, and the account if it is not named."""
    for name in target.options:
        if name not in OPTIONS:
            said = text("Sendsay has no option `{name}`", name=name)
            known = text("it has `account` and `addr_type`")
            yield finding(said, target.place.key("options", name), known)
    addresses = target.options.get("addr_type", ADDRESSES[0])
    if addresses not in ADDRESSES:
        said = text("groups of Sendsay have no members of type `{name}`", name=str(addresses))
        listed = text("they are {known}", known=", ".join(f"`{one}`" for one in ADDRESSES))
        yield finding(said, target.place.key("options", "addr_type"), listed)
    if not target.options.get("account"):
        yield finding(_nameless(), target.place.name, _name_it())


def _nameless() -> Text:
    return text("the target names no account of Sendsay")


def _name_it() -> Text:
    return text("add `options: {{account: NAME}}`, the main login")


def normalise(address: Address, body: Body) -> Body:
    """Return a payload as Sendsay means it."""
    made = {key: value for key, value in body.items() if value is not None}
    if address.kind == "segment":
        made["filter"] = plain_filter(made.get("filter", []))
    if address.kind == "message":
        made["letter"] = with_text(plain_letter(made.get("letter")))
    if address.kind == "attribute":
        made = {key: int(str(value)) if key == "width" else value for key, value in made.items()}
        made = made if made.get("type") == "free" else {k: made[k] for k in made if k != "width"}
    return made


def decode(address: Address, body: Body) -> Body:
    """Return what an object holds as an author writes it.

    A group asks nobody for confirmation, which is all that there is to say of a list.

    Raises:
        WordlessError: a letter has more to it than words.
    """
    match address.kind:
        case "segment":
            return decode_segment(body)
        case "attribute":
            return decode_attribute(body)
        case "list":
            return {"opt_in": "single"}
    return decode_message(body)


VENDOR = Vendor(
    version="sendsay 1",
    capabilities=CAPABILITIES,
    encoders={
        "attribute": encode_attribute,
        "list": encode_list,
        "segment": encode_segment,
        "message": encode_message,
    },
    normalise=normalise,
    decode=decode,
    parts=parts,
    recalled=recalled,
    settings=settings,
    unheeded=UNHEEDED,
    width=1,
    keeps={"segment": {"condition": ("filter",)}, "message": {"subject": ()}},
)
"""One call at a time: Sendsay does not say in which order calls at the same time are done."""
