"""Calls to the sandbox over HTTP: bounded, never redirected, errors typed, the token hidden."""

from __future__ import annotations

import json
from http import HTTPStatus
from threading import local
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crmspec.diagnostics import text
from crmspec.engine.error import (
    RevisionConflictError,
    TargetBusyError,
    TargetError,
    TargetRejectedError,
    TargetUncertainError,
    TargetUnreachableError,
    TargetUnusableError,
)
from crmspec.engine.retry import patiently

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import requests

    from crmspec.diagnostics import Text
    from crmspec.engine.port import Clock

_TIMEOUT = (5.0, 30.0)
_LARGEST_ANSWER = 20_000_000
_CHUNK = 65_536
_PAGE = "100"
_MOST_PAGES = 100_000
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})

Json = dict[str, object]


class Client:
    """A session with one account; reads are repeated when that may help, writes never."""

    def __init__(self, url: str, token: str, clock: Clock) -> None:
        self._url = url.rstrip("/")
        self._token = token
        self._clock = clock
        self._opened: list[requests.Session] = []
        self._own = local()

    def close(self) -> None:
        """Close the connections."""
        for session in self._opened:
            session.close()

    def account(self) -> str:
        """Return the name of the account that the token opens."""
        name = self._read("/v1/account", {}).get("account")
        if not isinstance(name, str):
            raise _foreign("GET /v1/account")
        return name

    def list(self, collection: str, **filters: str) -> Iterator[Json]:
        """Yield all objects of a collection, page by page."""
        path, cursor = f"/v1/{collection}", "0"
        seen: set[str] = set()
        while cursor not in seen:
            if len(seen) == _MOST_PAGES:
                raise _unusable(text("{call}: the pages do not end", call=f"GET {path}"))
            seen.add(cursor)
            page = self._read(path, {"limit": _PAGE, "cursor": cursor, **filters})
            data, following = page.get("data"), page.get("next")
            if not isinstance(data, list) or not isinstance(following, (str, type(None))):
                raise _foreign(f"GET {path}")
            for item in data:
                yield _readable(f"GET {path}", item)
            if following is None:
                return
            cursor = following
        raise _unusable(text("{call}: the pages go round in a circle", call=f"GET {path}"))

    def get(self, collection: str, id_: str) -> Json | None:
        """Return an object, or None if there is none."""
        try:
            path = f"/v1/{collection}/{id_}"
            return _readable(f"GET {path}", self._read(path, {}))
        except TargetRejectedError as error:
            if error.status == HTTPStatus.NOT_FOUND:
                return None
            raise

    def create(self, collection: str, body: Json, key: str) -> Json:
        """Make an object; the same key makes it only once."""
        path = f"/v1/{collection}"
        return _written("POST " + path, self._call("POST", path, {"Idempotency-Key": key}, body))

    def replace(self, collection: str, id_: str, revision: str, body: Json) -> Json:
        """Replace an object, if it is still of this revision."""
        path = f"/v1/{collection}/{id_}"
        return _written("PUT " + path, self._call("PUT", path, {"If-Match": revision}, body))

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
        """Return the session of this thread: sessions are not made to be shared."""
        opened: requests.Session | None = getattr(self._own, "session", None)
        if opened is None:
            import requests

            opened = self._own.session = requests.Session()
            opened.auth = _no_netrc
            # A proxy cannot reach this machine's own loopback interface.
            opened.trust_env = urlsplit(self._url).hostname not in _LOOPBACK
            self._opened.append(opened)
        return opened

    def _silence(self, method: str, path: str, error: requests.RequestException) -> TargetError:
        import requests
        from urllib3.exceptions import NewConnectionError

        cause = getattr(error.args[0] if error.args else None, "reason", None)
        call = f"{method} {path}"
        if isinstance(error, requests.exceptions.SSLError) and method == "GET":
            return TargetUnusableError(
                text("no safe connection to the target at {url}", url=self._hide(self._url)),
                text("see that `url` begins as it should (`http` or `https`), and the certificate"),
            )
        if isinstance(error, ValueError):  # what cannot be put into a request is one of these
            return TargetUnusableError(
                text("{call}: the request cannot be made", call=call),
                text("see that `url` of the target and its secret are right"),
            )
        if isinstance(error, requests.ConnectTimeout) or isinstance(cause, NewConnectionError):
            return TargetUnreachableError(
                text("no connection to the target at {url}", url=self._hide(self._url)),
                text("see that it runs and that `url` of the target is right"),
            )
        return TargetUncertainError(
            text("{call}: the connection broke before the answer came", call=call),
            text("see that `url` leads to the target; apply again to go on where this ended"),
        )

    def _parsed(self, method: str, path: str, data: bytes) -> Json:
        try:
            parsed = json.loads(data) if data else {}
        except ValueError:
            parsed = None
        if not isinstance(parsed, dict):
            raise TargetUncertainError(
                text("{call}: the answer is no JSON object", call=f"{method} {path}"),
                text("see that `url` of the target leads to its API and not to a web page"),
            )
        return parsed

    def _refused(self, call: str, status: int, data: bytes, after: str | None) -> TargetError:
        problems = self._hide(_problems(data))
        message = text("{call} → {status} {problems}", call=call, status=status, problems=problems)
        match status:
            case HTTPStatus.TOO_MANY_REQUESTS | HTTPStatus.SERVICE_UNAVAILABLE:
                return TargetBusyError(message, status=status, retry_after=_seconds(after))
            case HTTPStatus.INSUFFICIENT_STORAGE:
                advice = text("make room where the target keeps its data")
                return TargetUnusableError(message, advice, status=status)
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


def _readable(call: str, answer: object) -> Json:
    """Return an object that was read, if it has what objects of the sandbox have."""
    if isinstance(answer, dict) and _whole(answer):
        return answer
    raise _foreign(call)


def _written(call: str, answer: Json) -> Json:
    """Return an object that was written; without it nobody knows whether it was."""
    if _whole(answer):
        return answer
    raise TargetUncertainError(
        text("{call}: the answer is not what the sandbox would say", call=call), _elsewhere()
    )


def _whole(answer: Json) -> bool:
    return (
        isinstance(answer.get("id"), str)
        and isinstance(answer.get("name"), str)
        and isinstance(answer.get("revision"), (int, str))
        and isinstance(answer.get("definition"), dict)
    )


def _foreign(call: str) -> TargetUnusableError:
    return _unusable(text("{call}: the answer is not what the sandbox would say", call=call))


def _unusable(message: Text) -> TargetUnusableError:
    return TargetUnusableError(message, _elsewhere())


def _elsewhere() -> Text:
    return text("see that `url` of the target leads to a sandbox")


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
