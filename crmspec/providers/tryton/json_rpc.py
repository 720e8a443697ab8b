"""Tryton over JSON-RPC, which every version has: a session, and methods of models."""

from __future__ import annotations

from base64 import b64encode
from contextlib import ExitStack, suppress
from http import HTTPStatus
from threading import Lock
from typing import TYPE_CHECKING, Self

from crmspec.diagnostics import text
from crmspec.engine.error import (
    TargetError,
    TargetRejectedError,
    TargetUncertainError,
    TargetUnusableError,
)
from crmspec.providers import http
from crmspec.providers.http import Complaint
from crmspec.providers.tryton.capability import CAPABILITIES
from crmspec.providers.tryton.database import ELSEWHERE, ORDER, foreign, rows
from crmspec.providers.tryton.rest import complaint
from crmspec.providers.tryton.tree import SCENARIO, STAMP

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crmspec.engine.port import Clock
    from crmspec.providers.http import Reply
    from crmspec.providers.tryton.tree import Row

_LATER = frozenset({"unsubscribable"})
"""Fields of scenarios that not every version has: there since 6.6."""
_PATHS = ("/rpc/", "/")
"""Where a database listens: in 8.0, and in 6.0."""
_STATUSES = {
    "UserError": HTTPStatus.BAD_REQUEST,
    "UserWarning": HTTPStatus.BAD_REQUEST,
    "LoginException": HTTPStatus.UNAUTHORIZED,
    "ConcurrencyException": HTTPStatus.PRECONDITION_FAILED,
}
"""What Tryton calls its refusals; all other errors are failures inside of it."""


class JsonRpc:
    """One database; implements `Database`. It logs in before the first call, and out at the end."""

    def __init__(self, base: str, user: str, password: str, clock: Clock) -> None:
        self._base, self._user, self._password, self._clock = base, user, password, clock
        self._doors, self._lock = ExitStack(), Lock()
        self._stranger = self._client(http.Login(secrets=(password,)))
        self._inside: _Line | None = None
        self._lacks: frozenset[str] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with self._doors:
            if self._inside is not None:
                with suppress(TargetError):
                    self._inside.said("common.db.logout", reads=False)

    def _client(self, login: http.Login) -> http.Client:
        manner = http.Manner(complaint=refusal, budgets=CAPABILITIES.budgets)
        return self._doors.enter_context(http.Client(self._base, login, manner, self._clock))

    # -- the port -----------------------------------------------------------------------------

    @property
    def lacks(self) -> frozenset[str]:
        """Return the fields of scenarios that this version does not have."""
        return self._lacks or frozenset()

    def endpoint(self, deed: str, model: str) -> str:
        """Return the method and its model."""
        return f"{'search_read' if deed == 'search' else deed} {model}"

    def search(
        self, model: str, fields: Sequence[str], domain: Sequence[object], offset: int, limit: int
    ) -> list[Row]:
        """Return some of the records that a domain finds, each with its stamp."""
        line, method = self._session(), f"model.{model}.search_read"
        asked = [*(name for name in fields if name not in self.lacks), STAMP]
        found = line.said(method, [*domain], offset, limit, ORDER, asked, {}, reads=True)
        return [_related(one) for one in rows(found, method)]

    def create(self, model: str, values: Mapping[str, object]) -> int:
        """Make a record and return its id."""
        line, method = self._session(), f"model.{model}.create"
        match line.said(method, [self._native(values)], {}, reads=False):
            case [int(id_)]:
                return id_
        raise _strange(method, reads=False)

    def write(
        self, model: str, id_: str, values: Mapping[str, object], seen: Mapping[str, str]
    ) -> None:
        """Change fields of a record, and what is below it."""
        line, method = self._session(), f"model.{model}.write"
        line.said(method, [int(id_)], self._native(values), {STAMP: seen}, reads=False)

    def press(self, model: str, id_: str, button: str, seen: Mapping[str, str]) -> None:
        """Press a button of a record."""
        method = f"model.{model}.{button}"
        self._session().said(method, [int(id_)], {STAMP: seen}, reads=False)

    def delete(self, model: str, id_: str) -> None:
        """Delete a record; to do it again does no harm."""
        self._session().said(f"model.{model}.delete", [int(id_)], {}, reads=True)

    def _native(self, values: Mapping[str, object]) -> Row:
        return {name: value for name, value in values.items() if name not in self.lacks}

    # -- the session --------------------------------------------------------------------------

    def _session(self) -> _Line:
        """Return a line with a login; the first call of all asks for one."""
        with self._lock:
            if self._inside is None:
                self._inside = self._entered()
            if self._lacks is None:
                method = f"model.{SCENARIO}.fields_get"
                has = self._inside.said(method, sorted(_LATER), {}, reads=True)
                if not isinstance(has, dict):
                    raise _strange(method, reads=True)
                self._lacks = _LATER - has.keys()
            return self._inside

    def _entered(self) -> _Line:
        for path in _PATHS:
            found = self._knocked(path)
            if found is not None:
                pair = b64encode(f"{self._user}:{found[0]}:{found[1]}".encode()).decode()
                secrets = (self._password, str(found[1]), pair)
                headers = {"Authorization": f"Session {pair}"}
                return _Line(self._client(http.Login(headers=headers, secrets=secrets)), path)
        raise TargetUnusableError(
            text("no database of Tryton at {url}", url=self._base),
            text("see that `url` and `database` of the target are right"),
        )

    def _knocked(self, path: str) -> tuple[int, str] | None:
        """Ask for a session; None if there is nobody at this path. To ask twice does no harm."""
        method, password = "common.db.login", {"password": self._password}
        try:
            found = _Line(self._stranger, path).said(method, self._user, password, reads=True)
        except TargetRejectedError as error:
            if error.status in ELSEWHERE:
                return None
            raise
        match found:
            case [int(user), str(token), *_]:
                return user, token
        raise _strange(method, reads=True)


class _Line:
    """A client, and the path at which it speaks."""

    def __init__(self, client: http.Client, path: str) -> None:
        self._client, self._path = client, path

    def said(self, method: str, *parameters: object, reads: bool) -> object:
        """Call a method and return its result."""
        asked = {"id": 1, "method": method, "params": parameters}
        reply = self._client.call("POST", self._path, json=asked, endpoint=method, reads=reads)
        if not isinstance(reply.data, dict) or "result" not in reply.data:
            raise _strange(method, reads=reads)
        return reply.data["result"]


def refusal(reply: Reply) -> Complaint | None:
    """Return Tryton's words, which come with a status of 200, and never its traceback."""
    error = reply.data.get("error") if isinstance(reply.data, dict) else None
    if not isinstance(error, list) or not error:
        return complaint(reply)
    match error:
        case ["UserError", [message, description, *_]]:
            words = f"{message} {description or ''}"
        case ["UserWarning" | "LoginException", [_, message, *_]]:
            words = str(message)
        case ["ConcurrencyException", message]:
            words = str(message)
        case _:
            words = str(error[0])
    return Complaint(words, _STATUSES.get(str(error[0]), HTTPStatus.INTERNAL_SERVER_ERROR))


def _related(one: Row) -> Row:
    """Return a record whose related ones stand where REST has them: `write_uid.` below its name."""
    return {name.removesuffix("."): value for name, value in one.items()}


def _strange(method: str, *, reads: bool) -> TargetError:
    """Return the error for an answer that is none; nobody knows what became of a write."""
    error = foreign(method)
    return error if reads else TargetUncertainError(error.message, *error.help)
