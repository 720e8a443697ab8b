"""One request and its whole answer: bounded in size and time, never led to another server."""

from __future__ import annotations

from enum import Enum
from threading import Lock, local
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import msgspec

from crmspec.providers.http.deadline import Deadline
from crmspec.providers.http.route import same_origin

if TYPE_CHECKING:
    from collections.abc import Mapping

    import requests

    from crmspec.providers.http.login import Login

Files = dict[str, tuple[str, bytes, str]]
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_CHUNK = 65_536
_MOST_REDIRECTS = 5
_BODILESS = frozenset({204, 205})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class Timeouts(msgspec.Struct, frozen=True):
    """How long to wait, in seconds: for a connection, for the next bytes, and for all of a call."""

    connect: float = 5.0
    silence: float = 30.0
    total: float = 120.0


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """A call, without the secret. `files` are `(name, content, media type)` by field.

    `content` is sent as it is; `headers` say what it is.
    """

    method: str
    path: str
    endpoint: str
    reads: bool
    headers: dict[str, str] = {}
    query: tuple[tuple[str, str], ...] = ()
    json: object = None
    form: dict[str, str] | None = None
    files: Files | None = None
    content: bytes | None = None


class Answer(msgspec.Struct, frozen=True):
    """What came back, read to its end; names of headers are in small letters."""

    status: int
    headers: dict[str, str]
    data: bytes

    def __repr__(self) -> str:
        return f"Answer({self.status})"


class Failure(Enum):
    """Why no answer came back."""

    UNMADE = "the request cannot be made"
    UNSAFE = "no safe connection"
    UNCONNECTED = "no connection"
    BROKEN = "the connection broke"
    SLOW = "it took too long"
    LARGE = "the answer is too large"
    ELSEWHERE = "the answer leads elsewhere"
    CIRCLE = "the answers lead in a circle"


class Transport:
    """Connections with one server, one session a thread; what goes wrong is returned."""

    def __init__(self, base: str, login: Login, limit: int, timeouts: Timeouts) -> None:
        self._base, self._login = base, login
        # A proxy cannot reach this machine's own loopback interface.
        self._proxied = urlsplit(base).hostname not in LOOPBACK
        self._limit, self._timeouts = limit, timeouts
        self._opened: list[requests.Session] = []
        self._guard, self._own = Lock(), local()

    def close(self) -> None:
        """Close the connections."""
        with self._guard:
            while self._opened:
                self._opened.pop().close()
            self._own = local()

    def exchange(self, request: Request) -> Answer | Failure:
        """Make a call; what `requests` raises ends here, since its frames hold the secret."""
        import requests
        from urllib3.exceptions import HTTPError

        with Deadline(self._timeouts.total) as deadline:
            try:
                found = self._followed(request)
            except (requests.RequestException, HTTPError, OSError, ValueError) as error:
                found = _failure(error, sent=deadline.sent)
        # What was cut can look like an end.
        return Failure.SLOW if deadline.passed else found

    def _followed(self, request: Request) -> Answer | Failure:
        """Follow redirects when reading, and to the same server only."""
        url, query = self._base + request.path, request.query
        for _ in range(_MOST_REDIRECTS + 1):
            answer = self._sent(request, url, query)
            if isinstance(answer, Failure) or answer.status not in _REDIRECTS:
                return answer
            url, query = urljoin(url, answer.headers.get("location", "")), ()
            if request.method != "GET" or not same_origin(url, self._base):
                return Failure.ELSEWHERE
        return Failure.CIRCLE

    def _sent(
        self, request: Request, url: str, query: tuple[tuple[str, str], ...]
    ) -> Answer | Failure:
        response = self._session().request(
            request.method,
            url,
            params=list(query),
            json=request.json,
            data=request.content if request.form is None else {**request.form, **self._login.form},
            files=request.files,
            headers=request.headers,
            timeout=(self._timeouts.connect, self._timeouts.silence),
            allow_redirects=False,
            stream=True,
        )
        with response:
            data = bytearray()
            for chunk in response.iter_content(_CHUNK):
                data += chunk
                if len(data) > self._limit:
                    return Failure.LARGE
            answer = Answer(response.status_code, _small(response.headers), bytes(data))
            return answer if _ended(answer) else Failure.BROKEN

    def _session(self) -> requests.Session:
        """Return the session of this thread: sessions are not made to be shared."""
        opened: requests.Session | None = getattr(self._own, "session", None)
        if opened is None:
            from crmspec.providers.http.adapter import session

            opened = self._own.session = session(self._sign, proxied=self._proxied)
            with self._guard:
                self._opened.append(opened)
        return opened

    def _sign(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers.update(self._login.headers)
        if self._login.query and request.url is not None:
            parts = urlsplit(request.url)
            others = [
                (name, value)
                for name, value in parse_qsl(parts.query, keep_blank_values=True)
                if name not in self._login.query
            ]
            query = urlencode([*others, *self._login.query.items()])
            request.url = parts._replace(query=query).geturl()
        return request


def _ended(answer: Answer) -> bool:
    """Say whether an answer is whole; without a length, one cut in its head looks empty."""
    framed = not answer.headers.keys().isdisjoint({"content-length", "transfer-encoding"})
    return bool(answer.data.strip()) or framed or answer.status in _BODILESS


def _small(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _failure(error: Exception, *, sent: bool) -> Failure:
    import requests

    if sent:
        return Failure.BROKEN
    if isinstance(error, requests.exceptions.SSLError):
        return Failure.UNSAFE
    # What cannot be put into a request is a `ValueError` too.
    return Failure.UNMADE if isinstance(error, ValueError) else Failure.UNCONNECTED
