"""Tryton over REST, which it has since 8.0."""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64encode
from html import unescape
from http import HTTPStatus
from typing import TYPE_CHECKING

from crmspec.engine.error import TargetRejectedError, TargetUncertainError, TargetUnusableError
from crmspec.providers import http
from crmspec.providers.http import Complaint, route
from crmspec.providers.tryton.database import ORDER, row, rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crmspec.providers.http import Client, Reply
    from crmspec.providers.tryton.tree import Row

_METHODS = {"search": "GET", "create": "POST", "write": "PUT", "press": "POST", "delete": "DELETE"}
_WORDS = re.compile(rb"<p>(.*?)</p>", re.DOTALL)


class Rest:
    """One database; implements `Database`. This interface compares no stamps."""

    lacks: frozenset[str] = frozenset()

    def __init__(self, client: Client) -> None:
        self._client = client

    def endpoint(self, deed: str, model: str) -> str:
        """Return the HTTP method and the model."""
        return f"{_METHODS[deed]} {model}"

    def search(
        self, model: str, fields: Sequence[str], domain: Sequence[object], offset: int, limit: int
    ) -> list[Row]:
        """Return some of the records that a domain finds."""
        query: dict[str, str | int | Sequence[str]] = {"f": fields, "o": _coded(ORDER)}
        more = {"d": _coded(domain)} if domain else {}
        span = {"p": offset, "s": limit}
        reply = self._client.call("GET", f"/{model}", query={**query, **span, **more})
        return rows(reply.data, f"GET /{model}")

    def create(self, model: str, values: Mapping[str, object]) -> int:
        """Make a record and return its id."""
        return int(str(self._written("POST", f"/{model}", values)["id"]))

    def write(
        self,
        model: str,
        id_: str,
        values: Mapping[str, object],
        seen: Mapping[str, str],  # noqa: ARG002 - as the port has it
    ) -> None:
        """Change fields of a record, and what is below it."""
        self._written("PUT", route(f"/{model}/{{id}}", id=id_), values)

    def press(
        self,
        model: str,
        id_: str,
        button: str,
        seen: Mapping[str, str],  # noqa: ARG002 - as the port has it
    ) -> None:
        """Press a button of a record."""
        self._written("POST", route(f"/{model}/{{id}}/{button}", id=id_), {})

    def delete(self, model: str, id_: str) -> None:
        """Delete a record; to do it again does no harm."""
        try:
            self._client.call("DELETE", route(f"/{model}/{{id}}", id=id_), reads=True)
        except TargetRejectedError as error:
            if error.status != HTTPStatus.NOT_FOUND:
                raise

    def _written(self, method: str, path: str, data: Mapping[str, object]) -> Row:
        reply = self._client.call(method, path, query={"f": ("id",)}, json=data)
        try:
            return row(reply.data, f"{method} {path}")
        except TargetUnusableError as error:  # nobody knows whether it was written
            raise TargetUncertainError(error.message, *error.help) from None


def complaint(reply: Reply) -> Complaint | None:
    """Return Tryton's words: `message`, or the paragraph of its web page.

    What its models refuse comes as JSON. A web page with status 400 is an error inside the server,
    such as a database that is locked, and means no more than 500 does.
    """
    if reply.ok or isinstance(reply.data, dict):
        return http.complaint(reply)
    found = _WORDS.search(reply.raw)
    words = "" if found is None else unescape(found[1].decode("utf-8", "replace"))
    inside = found is not None and reply.status == HTTPStatus.BAD_REQUEST
    return Complaint(words, HTTPStatus.INTERNAL_SERVER_ERROR if inside else None)


def _coded(value: object) -> str:
    """Return a domain or an order as the interface wants it in a query."""
    return urlsafe_b64encode(json.dumps(value).encode()).decode()
