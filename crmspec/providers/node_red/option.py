"""The options of a target: whose address a letter goes to, through which server, how fast."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from crmspec.diagnostics import text
from crmspec.lower.finding import finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Diagnostic
    from crmspec.ir.target import Target

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


class Account(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The names of variables, in the environment of Node-RED, with user and password."""

    user: str
    password: str

    def __post_init__(self) -> None:
        if not (_VARIABLE.match(self.user) and _VARIABLE.match(self.password)):
            raise ValueError("names of variables of the environment, such as SMTP_PASSWORD")


class Smtp(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The server that takes letters; `secure` is TLS from the start, `verify` its certificate."""

    server: str
    port: int = 587
    secure: bool = False
    verify: bool = True
    login: Account | None = None


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`address` is the field of the posted data with the customer's address.

    A wait is `pace` times shorter than written, for trials: with 3600 an hour lasts a second.
    """

    address: str = "email"
    pace: float = 1
    smtp: Smtp | None = None

    def __post_init__(self) -> None:
        if not _VARIABLE.match(self.address):
            raise ValueError("`address` is the name of a field, such as `email`")
        if not self.pace > 0:
            raise ValueError("`pace` is a number above 0")


def options(target: Target) -> Options:
    """Return the options of a target; the usual ones if they cannot be read."""
    try:
        return msgspec.convert(target.options, Options, str_keys=True)
    except msgspec.ValidationError:
        return Options()


def settings(target: Target) -> Iterator[Diagnostic]:
    """Yield what is wrong with the options."""
    try:
        msgspec.convert(target.options, Options, str_keys=True)
    except msgspec.ValidationError as error:
        said = text("the options of Node-RED cannot be read: {error}", error=str(error))
        known = text("it has `address`, `pace` and `smtp: {{server, port, secure, verify, login}}`")
        yield finding(said, target.place.key("options"), known)
