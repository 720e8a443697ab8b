"""The HTTP client of all providers: budgets, patience, bounds, errors of the engine, no secrets."""

from __future__ import annotations

import logging
import random
from contextlib import suppress
from typing import TYPE_CHECKING, Self
from urllib.parse import parse_qsl, urlsplit

import msgspec

from crmspec.diagnostics import text
from crmspec.engine.error import RetryableError, TargetError, TargetUnusableError
from crmspec.engine.retry import ATTEMPTS, FIRST_PAUSE, LONGEST_PAUSE, LONGEST_RETRY_AFTER
from crmspec.providers.http.bucket import Buckets
from crmspec.providers.http.document import UnreadableError, parse
from crmspec.providers.http.later import exhausted, retry_after
from crmspec.providers.http.refusal import foreign, refused, silent
from crmspec.providers.http.reply import Complaint, Reply, is_json, lenient, line, media_type
from crmspec.providers.http.reply import complaint as common_complaint
from crmspec.providers.http.route import is_plain, same_origin
from crmspec.providers.http.transport import (
    LOOPBACK,
    Answer,
    Failure,
    Files,
    Request,
    Transport,
)
from crmspec.secret.veil import Veil, VeiledLog

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from crmspec.engine.port import Clock
    from crmspec.providers.http.login import Login
    from crmspec.providers.http.manner import Manner

_LOGGERS = ("urllib3.connection", "urllib3.connectionpool", "urllib3.util.retry")


class Client:
    """One account of one target; may be used by several threads at once."""

    def __init__(
        self,
        base: str,
        login: Login,
        manner: Manner,
        clock: Clock,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._base = base.rstrip("/")
        self._manner, self._clock, self._chance = manner, clock, chance
        self._veil = Veil(login.secrets)
        _check(self._base, login)
        self._root = urlsplit(self._base).path
        self._buckets = Buckets(manner.budgets, clock)
        self._transport = Transport(self._base, login, manner.limit, manner.timeouts)
        self._log = VeiledLog(self._veil)
        for name in _LOGGERS:
            logging.getLogger(name).addFilter(self._log)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()
        for name in _LOGGERS:
            logging.getLogger(name).removeFilter(self._log)

    def call(  # noqa: PLR0913 - what an HTTP request has
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str | int | Sequence[str]] | None = None,
        json: object = None,
        form: Mapping[str, str] | None = None,
        files: Files | None = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        key: str = "",
        endpoint: str = "",
        reads: bool | None = None,
    ) -> Reply:
        """Make a call and return its answer, which is a 2xx.

        Reads are tried again where that may help, writes never: the engine looks first. `reads`
        says so for a POST that only reads; `endpoint` names the budget and scope, and is else the
        method with the first word of the path (`GET flows`).

        Raises:
            TargetError: the target refused, or gave no answer that can be understood.
        """
        request = Request(
            method=method,
            path=path if path.startswith("/") else f"/{path}",
            endpoint=endpoint or f"{method} {path.strip('/').partition('/')[0]}",
            reads=method in {"GET", "HEAD"} if reads is None else reads,
            headers={
                **self._manner.headers,
                **({self._manner.key_header: key} if key else {}),
                **(headers or {}),
            },
            query=tuple(_named(query or {})),
            json=json,
            form=None if form is None else dict(form),
            files=files,
            content=content,
        )
        return self._patiently(request)

    def follow(self, link: str, *, endpoint: str = "") -> Reply:
        """Read the address of a next page, which must be of the same server.

        Raises:
            TargetError: it leads elsewhere, or as for `call`.
        """
        path, query = self.parted(link)
        return self.call("GET", path, query=query, endpoint=endpoint)

    def parted(self, link: str) -> tuple[str, dict[str, str]]:
        """Return path and query of a link that the target gave.

        Raises:
            TargetUnusableError: it leads to another server, or out of the API.
        """
        parts = urlsplit(link) if same_origin(link, self._base) else None
        if parts is None or not parts.path.startswith(f"{self._root}/"):
            call = f"GET {self._root}/…"
            raise silent(call, self._base, Failure.ELSEWHERE, reads=True)
        return parts.path.removeprefix(self._root), dict(
            parse_qsl(parts.query, keep_blank_values=True)
        )

    def hide(self, words: str) -> str:
        """Return words without the secret, for errors that a provider makes itself."""
        return self._veil.hide(words)

    def _patiently(self, request: Request) -> Reply:
        number = 0
        while True:
            number += 1
            outcome = self._once(request)
            if isinstance(outcome, Reply):
                return outcome
            seconds = self._pause(number, outcome) if request.reads else None
            if seconds is None:
                raise outcome
            self._clock.sleep(seconds)

    def _pause(self, number: int, error: TargetError) -> float | None:
        """Return the seconds to wait: what the target asks for and a little, or full jitter."""
        if not isinstance(error, RetryableError) or number >= ATTEMPTS:
            return None
        asked = error.retry_after
        if asked is not None:
            return None if asked > LONGEST_RETRY_AFTER else asked * (1 + self._chance() / 4)
        longest: float = min(FIRST_PAUSE * 2 ** (number - 1), LONGEST_PAUSE)
        return self._chance() * longest

    def _once(self, request: Request) -> Reply | TargetError:
        call = self._veil.hide(f"{request.method} {self._root}{request.path}")
        if not is_plain(request.path):
            return silent(call, self._base, Failure.UNMADE, reads=request.reads)
        error = self._buckets.take(request.endpoint)
        if error is not None:
            return error
        answer = self._transport.exchange(request)
        if isinstance(answer, Failure):
            return silent(call, self._base, answer, reads=request.reads)
        return self._judged(call, request, answer)

    def _judged(self, call: str, request: Request, answer: Answer) -> Reply | TargetError:
        reply = Reply(status=answer.status, headers=answer.headers, raw=answer.data)
        if reply.ok:
            try:
                reply = msgspec.structs.replace(reply, data=self._data(answer))
            except UnreadableError as error:
                problem = text("{call}: the answer: {problem}", call=call, problem=error.problem)
                return foreign(problem, reads=request.reads)
        else:
            reply = msgspec.structs.replace(reply, data=lenient(answer.data))
        wait = self._held(request, answer)
        complaint = self._complaint(reply)
        if reply.ok and complaint is None:
            return reply
        found = complaint or Complaint("")
        status = found.status or (422 if reply.ok else reply.status)
        words = line(self._veil.hide(found.words))
        scope = self._manner.scopes.get(request.endpoint, "")
        return refused(call, status, words, wait=wait, scope=scope)

    def _complaint(self, reply: Reply) -> Complaint | None:
        """Ask the vendor's own reading of errors, which a strange answer may confuse."""
        with suppress(KeyError, TypeError, ValueError, AttributeError, IndexError):
            return self._manner.complaint(reply)
        return common_complaint(reply)

    def _held(self, request: Request, answer: Answer) -> float | None:
        """Hold the endpoint as long as the answer says; return that for a call that failed."""
        now = self._clock.now()
        asked, left = retry_after(answer.headers, now), exhausted(answer.headers, now)
        wait = asked if asked is not None else left
        if wait and (left is not None or answer.status in {429, 503}):
            self._buckets.hold(request.endpoint, wait)
        return wait

    def _data(self, answer: Answer) -> object:
        type_ = media_type(answer.headers)
        if answer.data and not is_json(type_) and type_ not in self._manner.json_types:
            raise UnreadableError(
                text("it is `{type}` and no JSON", type=line(self._veil.hide(type_)))
            )
        return parse(answer.data)


def _named(query: Mapping[str, str | int | Sequence[str]]) -> Iterator[tuple[str, str]]:
    """Yield the words of a query; a name with several values comes several times."""
    for name, value in query.items():
        if isinstance(value, (str, int)):
            yield name, str(value)
        else:
            yield from ((name, one) for one in value)


def _check(base: str, login: Login) -> None:
    """Make sure that a base can be called and shows no secret on its way.

    Raises:
        TargetUnusableError: it cannot, or would.
    """
    try:
        parts = urlsplit(base)
        host, known = parts.hostname, parts.scheme in {"http", "https"} and parts.port != 0
    except ValueError:
        host, known = None, False
    if not host or not known or parts.username is not None or parts.query or parts.fragment:
        raise TargetUnusableError(
            text("the target's address cannot be called"),
            text("write it as in `https://esp.shop.example`; secrets go into `credentials`"),
        )
    if login.secrets and parts.scheme == "http" and host not in LOOPBACK:
        raise TargetUnusableError(
            text("the target's address must begin with `https://`"),
            text("others could read the secret on its way"),
        )
