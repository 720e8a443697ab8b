"""Calls to the sandbox over HTTP: bounded, never redirected, errors typed, the token hidden."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from crmspec.diagnostics import text
from crmspec.engine.error import (
    RevisionConflictError,
    TargetBusyError,
    TargetError,
    TargetRejectedError,
    TargetUncertainError,
    TargetUnreachableError,
)
from crmspec.engine.retry import patiently

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import requests

    from crmspec.engine.port import Clock

_TIMEOUT = (5.0, 30.0)
_LARGEST_ANSWER = 20_000_000
_CHUNK = 65_536
_PAGE = "100"
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})

Json = dict[str, object]


class Client:
    """A session with one account; reads are repeated when that may help, writes never."""

    def __init__(self, url: str, token: str, clock: Clock) -> None:
        self._url = url.rstrip("/")
        self._token = token
        self._clock = clock
        self._opened: requests.Session | None = None

    def close(self) -> None:
        """Close the connections."""
        if self._opened is not None:
            self._opened.close()

    def list(self, collection: str, **filters: str) -> Iterator[Json]:
        """Yield all objects of a collection, page by page."""
        cursor: object = "0"
        while cursor is not None:
            query = {"limit": _PAGE, "cursor": str(cursor), **filters}
            page = self._read(f"/v1/{collection}", query)
            yield from cast("list[Json]", page["data"])
            cursor = page["next"]

    def get(self, collection: str, id_: str) -> Json | None:
        """Return an object, or None if there is none."""
        try:
            return self._read(f"/v1/{collection}/{id_}", {})
        except TargetRejectedError as error:
            if error.status == HTTPStatus.NOT_FOUND:
                return None
            raise

    def create(self, collection: str, body: Json, key: str) -> Json:
        """Make an object; the same key makes it only once."""
        return self._call("POST", f"/v1/{collection}", {"Idempotency-Key": key}, body)

    def replace(self, collection: str, id_: str, revision: str, body: Json) -> Json:
        """Replace an object, if it is still of this revision."""
        return self._call("PUT", f"/v1/{collection}/{id_}", {"If-Match": revision}, body)

    def delete(self, collection: str, id_: str, revision: str) -> None:
        """Delete an object, if it is still of this revision."""
        self._call("DELETE", f"/v1/{collection}/{id_}", {"If-Match": revision})

    def _read(self, path: str, query: Mapping[str, str]) -> Json:
        return patiently(lambda: self._call("GET", path, {}, query=query), self._clock)

    def _call(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: Json | None = None,
        query: Mapping[str, str] | None = None,
    ) -> Json:
        import requests

        try:
            response = self._session().request(
                method,
                self._url + path,
                params=dict(query or {}),
                json=body,
                headers={"Authorization": f"Bearer {self._token}", **headers},
                timeout=_TIMEOUT,
                allow_redirects=False,
                stream=True,
            )
            with response:
                status, data = response.status_code, _bounded(response)
        except requests.RequestException as error:
            raise self._silence(method, path, error) from None
        if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
            return self._parsed(method, path, data)
        raise self._refused(f"{method} {path}", status, data, response.headers.get("Retry-After"))

    def _session(self) -> requests.Session:
        if self._opened is None:
            import requests

            self._opened = requests.Session()
            self._opened.auth = _no_netrc
            # A proxy cannot reach this machine's own loopback interface.
            self._opened.trust_env = urlsplit(self._url).hostname not in _LOOPBACK
        return self._opened

    def _silence(self, method: str, path: str, error: requests.RequestException) -> TargetError:
        import requests
        from urllib3.exceptions import NewConnectionError

        cause = getattr(error.args[0] if error.args else None, "reason", None)
        call = f"{method} {path}"
        if isinstance(error, requests.ConnectTimeout) or isinstance(cause, NewConnectionError):
            return TargetUnreachableError(
                text("no connection to the target at {url}", url=self._hide(self._url)),
                text("see that it runs and that `url` of the target is right"),
            )
        return TargetUncertainError(
            text("{call}: the connection broke before the answer came", call=call)
        )

    def _parsed(self, method: str, path: str, data: bytes) -> Json:
        try:
            parsed = json.loads(data) if data else {}
        except ValueError:
            parsed = None
        if not isinstance(parsed, dict):
            raise TargetUncertainError(
                text("{call}: the answer is no JSON object", call=f"{method} {path}")
            )
        return parsed

    def _refused(self, call: str, status: int, data: bytes, after: str | None) -> TargetError:
        problems = self._hide(_problems(data))
        message = text("{call} → {status} {problems}", call=call, status=status, problems=problems)
        match status:
            case HTTPStatus.TOO_MANY_REQUESTS | HTTPStatus.SERVICE_UNAVAILABLE:
                return TargetBusyError(message, status=status, retry_after=_seconds(after))
            case HTTPStatus.PRECONDITION_FAILED:
                return RevisionConflictError(
                    message, text("make a new plan to see what it looks like now"), status=status
                )
            case HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN:
                advice = text("see that the target's secret is right and may write")
                return TargetRejectedError(message, advice, status=status, fatal=True)
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return TargetUncertainError(message, status=status)
        return TargetRejectedError(message, status=status)

    def _hide(self, words: str) -> str:
        return words.replace(self._token, "***")


def _no_netrc(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Keep a `.netrc` file from replacing the token."""
    return request


def _bounded(response: requests.Response) -> bytes:
    import requests

    data = bytearray()
    for chunk in response.iter_content(_CHUNK):
        data += chunk
        if len(data) > _LARGEST_ANSWER:
            raise requests.RequestException("the answer is too large")
    return bytes(data)


def _problems(data: bytes) -> str:
    """Return the problems that an error answer lists, on one line."""
    try:
        error = json.loads(data)["error"]
        listed = [f"{p['field']}: {p['message']}" for p in error["problems"]]
        return "; ".join([str(error["code"]), *listed])[:500]
    except (ValueError, KeyError, TypeError):
        return data[:200].decode("utf-8", "replace")


def _seconds(text_: str | None) -> float | None:
    try:
        return max(0.0, float(text_)) if text_ is not None else None
    except ValueError:
        return None
