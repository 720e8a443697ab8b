"""Calls to the server of the HTTP store: bounded, never redirected, secrets hidden."""

from __future__ import annotations

from base64 import b64encode
from hashlib import md5
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec

from crmspec.diagnostics import text
from crmspec.engine.error import StoreDoubtfulError, StoreUnusableError

if TYPE_CHECKING:
    import requests

    from crmspec.diagnostics import Text

_TIMEOUT = (5.0, 60.0)
_LARGEST_ANSWER = 512_000_000
_CHUNK = 65_536
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_REFUSED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
_LATER = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS})


class Login(msgspec.Struct, frozen=True):
    """A user with a password, or a bare token; never shown."""

    username: str | None = None
    secret: str | None = None

    def __repr__(self) -> str:
        return "Login(…)"


class Answer(msgspec.Struct, frozen=True):
    """An HTTP answer, read to its end."""

    status: int
    data: bytes
    digest: str | None = None
    """What `Content-MD5` says, in base 64."""


class Caller:
    """A session with one server."""

    def __init__(self, login: Login) -> None:
        self._login = login
        self._sessions: dict[str, requests.Session] = {}

    def close(self) -> None:
        """Close the connections."""
        for session in self._sessions.values():
            session.close()

    def call(self, method: str, url: str, body: bytes | None = None) -> Answer:
        """Make one call.

        Raises:
            StoreDoubtfulError: there was no answer, or one to ask again for (5xx, 429).
            StoreUnusableError: it was refused, or leads to another place.
        """
        import requests

        headers = {} if body is None else _described(body)
        try:
            response = self._session(url).request(
                method,
                url,
                data=body,
                headers=headers,
                timeout=_TIMEOUT,
                allow_redirects=False,
                stream=True,
            )
            with response:
                data = _bounded(response, bare(url))
        except requests.exceptions.SSLError:
            raise StoreUnusableError(
                text("no safe connection to {url}", url=bare(url)),
                text("see that the address begins as it should, and the certificate"),
            ) from None
        except requests.RequestException as error:
            raise _silence(url, error) from None
        answer = Answer(response.status_code, data, response.headers.get("Content-MD5"))
        return _usable(answer, f"{method} {bare(url)}")

    def _session(self, url: str) -> requests.Session:
        host = urlsplit(url).hostname or ""
        if host not in self._sessions:
            import requests

            session = self._sessions[host] = requests.Session()
            session.auth = self._sign
            # A proxy cannot reach this machine's own loopback interface.
            session.trust_env = host not in _LOOPBACK
        return self._sessions[host]

    def _sign(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Add the secret; without one, nothing of `.netrc` is sent either."""
        secret = self._login.secret
        if secret is not None and self._login.username is not None:
            pair = f"{self._login.username}:{secret}".encode()
            request.headers["Authorization"] = f"Basic {b64encode(pair).decode()}"
        elif secret is not None:
            request.headers["Authorization"] = f"Bearer {secret}"
        return request


def bare(url: str) -> str:
    """Return an address without what may be secret in it."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()


def content_md5(data: bytes) -> str:
    """Return the digest as `Content-MD5` has it."""
    return b64encode(md5(data, usedforsecurity=False).digest()).decode()


def _described(body: bytes) -> dict[str, str]:
    return {"Content-Type": "application/json", "Content-MD5": content_md5(body)}


def _bounded(response: requests.Response, url: str) -> bytes:
    found = bytearray()
    for chunk in response.iter_content(_CHUNK):
        found += chunk
        if len(found) > _LARGEST_ANSWER:
            raise StoreUnusableError(text("{url} sends more than any state holds", url=url))
    return bytes(found)


def _usable(answer: Answer, call: str) -> Answer:
    status = answer.status
    if status in _REFUSED:
        raise StoreUnusableError(
            text("{call}: the store refuses the login ({status})", call=call, status=status),
            text("see `username` and `credentials` of `state`, and what that login may do"),
        )
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _LATER:
        raise StoreDoubtfulError(
            text("{call}: the store answers {status}", call=call, status=status), _again()
        )
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        raise StoreUnusableError(
            text("{call}: the store sends us elsewhere ({status})", call=call, status=status),
            text("give the address that it leads to, if you trust it"),
        )
    return answer


def _silence(url: str, error: requests.RequestException) -> StoreUnusableError:
    if isinstance(error, ValueError):
        return StoreUnusableError(text("{url} is no address to call", url=bare(url)))
    return StoreDoubtfulError(text("no answer from {url}", url=bare(url)), _again())


def _again() -> Text:
    return text("try again later; what was applied and not recorded is found again by its marker")
