"""Segments in an app."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from crmspec.engine.error import TargetRejectedError
from crmspec.providers.onesignal.collection import Collection, Json
from crmspec.providers.onesignal.segment import normalised

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crmspec.engine.body import Body
    from crmspec.engine.change import Change
    from crmspec.engine.resource import Address, Remote
    from crmspec.providers.http import Client
    from crmspec.providers.rest import Item

_PAGE = 300
_UNREADABLE = {"filters": [{"unsupported_in_api": True}]}


class Segments(Collection):
    """The segments of an app."""

    kind, name = "segment", "segments"

    def __init__(self, client: Client, app: str, project: str) -> None:
        super().__init__(client, app, project)
        self._listed: dict[str, Json] = {}

    def create(self, address: Address, body: Body, key: str) -> Item:  # noqa: ARG002 - none there
        """Make a segment."""
        described = {"description": body["description"]} if "description" in body else {}
        sent = {"name": self._named(address, body), "filters": body["filters"]} | described
        return self._written("POST", None, sent, address)

    def _rows(self) -> Iterable[Json]:
        found = self._offset(_PAGE, {})
        self._listed = {str(one.get("id")): one for one in found}
        return found

    def _path(self, id_: str | None) -> str:
        return self._app_path(id_)

    def _read(self, id_: str) -> Item | None:
        try:
            data = self._call("GET", id_, query={"include-segment-detail": "true"}).data
        except TargetRejectedError as error:
            listed = self._listed.get(id_)
            if error.status != HTTPStatus.BAD_REQUEST or listed is None:
                raise
            return self._item(listed, self._body(listed | _UNREADABLE))
        payload = data.get("payload") if isinstance(data, dict) else None
        if not isinstance(payload, dict) or not isinstance(payload.get("id"), str):
            raise self._foreign(f"GET {self._path(id_)}")
        return self._item(payload, self._body(payload))

    def _changed(self, change: Change, remote: Remote, body: Body) -> Body:  # noqa: ARG002 - a port
        return {
            "name": self._named(change.address, body),
            "description": body.get("description", ""),
            "filters": body["filters"],
        }

    def _made(self, data: Json, sent: Body, address: Address) -> Item:  # noqa: ARG002 - by its name
        """Return what was sent: the answer has nothing but the id."""
        return self._item({"id": data["id"]} | sent, self._body(sent))

    def _body(self, data: Json) -> Body:
        described = {"description": data["description"]} if data.get("description") else {}
        return described | {"filters": normalised(data.get("filters"))}
