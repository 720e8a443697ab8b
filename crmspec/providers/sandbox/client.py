"""Calls to the sandbox, with errors in its own words."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from crmspec.diagnostics import text
from crmspec.engine.error import TargetRejectedError, TargetUncertainError, TargetUnusableError
from crmspec.providers import http
from crmspec.providers.http import Complaint, Page, by_mark, route

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Text
    from crmspec.engine.port import Clock
    from crmspec.providers.http import Reply

_PAGE = "250"

Json = dict[str, object]


class Client:
    """One account; reads are repeated when that may help, writes never."""

    def __init__(self, url: str, token: str, clock: Clock) -> None:
        manner = http.Manner(complaint=_complaint)
        self._http = http.Client(f"{url.rstrip('/')}/v1", http.bearer(token), manner, clock)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def account(self) -> str:
        """Return the name of the account that the token opens."""
        name = _mapping("GET /v1/account", self._http.call("GET", "/account").data).get("account")
        if not isinstance(name, str):
            raise _foreign("GET /v1/account")
        return name

    def list(self, collection: str, **filters: str) -> Iterator[Json]:
        """Yield all objects of a collection, page by page."""
        call = f"GET /v1/{collection}"

        def read(cursor: str | None) -> Page[str]:
            query = {"limit": _PAGE, "cursor": cursor or "0", **filters}
            page = _mapping(call, self._http.call("GET", f"/{collection}", query=query).data)
            data, following = page.get("data"), page.get("next")
            if not isinstance(data, list) or not isinstance(following, (str, type(None))):
                raise _foreign(call)
            return Page(items=[_readable(call, item) for item in data], next=following)

        return by_mark(read, call, lambda item: item["id"])

    def get(self, collection: str, id_: str) -> Json | None:
        """Return an object, or None if there is none."""
        path = route(f"/{collection}/{{id}}", id=id_)
        try:
            return _readable(f"GET /v1{path}", self._http.call("GET", path).data)
        except TargetRejectedError as error:
            if error.status == HTTPStatus.NOT_FOUND:
                return None
            raise

    def people(self, collection: str, id_: str) -> int | None:
        """Return how many are on their way in an object, None from a sandbox that does not say."""
        path = route(f"/{collection}/{{id}}/people", id=id_)
        try:
            answer = _mapping(f"GET /v1{path}", self._http.call("GET", path).data)
        except TargetRejectedError as error:
            if error.status == HTTPStatus.NOT_FOUND:
                return None
            raise
        count = answer.get("people")
        return count if isinstance(count, int) else None

    def create(self, collection: str, body: Json, key: str) -> Json:
        """Make an object; the same key makes it only once."""
        path = f"/{collection}"
        return _written(f"POST /v1{path}", self._http.call("POST", path, json=body, key=key))

    def replace(self, collection: str, id_: str, revision: str, body: Json) -> Json:
        """Replace an object, if it is still of this revision."""
        path, headers = route(f"/{collection}/{{id}}", id=id_), {"If-Match": revision}
        return _written(f"PUT /v1{path}", self._http.call("PUT", path, json=body, headers=headers))

    def delete(self, collection: str, id_: str, revision: str) -> None:
        """Delete an object, if it is still of this revision."""
        path = route(f"/{collection}/{{id}}", id=id_)
        self._http.call("DELETE", path, headers={"If-Match": revision})


def _complaint(reply: Reply) -> Complaint | None:
    """Return the problems that an error answer lists, or what is common."""
    if reply.ok or not isinstance(reply.data, dict):
        return http.complaint(reply)
    error = reply.data["error"]
    listed = [f"{p['field']}: {p['message']}" for p in error["problems"]]
    return Complaint("; ".join([str(error["code"]), *listed]))


def _mapping(call: str, answer: object) -> Json:
    if isinstance(answer, dict):
        return answer
    raise _foreign(call)


def _readable(call: str, answer: object) -> Json:
    """Return an object that was read, if it has what objects of the sandbox have."""
    if isinstance(answer, dict) and _whole(answer):
        return answer
    raise _foreign(call)


def _written(call: str, reply: Reply) -> Json:
    """Return an object that was written; without it nobody knows whether it was."""
    if isinstance(reply.data, dict) and _whole(reply.data):
        return reply.data
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
    return TargetUnusableError(
        text("{call}: the answer is not what the sandbox would say", call=call), _elsewhere()
    )


def _elsewhere() -> Text:
    return text("see that `url` of the target leads to a sandbox")
