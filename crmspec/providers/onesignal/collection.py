"""Objects of an app: templates, segments and journeys.

None of them has a place for a marker that lists show, save the name: `VIP [shop/vip]`. Lists tell
little more than names, so that each object of the project is read with a call of its own.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from http import HTTPStatus
from typing import TYPE_CHECKING, ClassVar

from msgspec import structs

from crmspec.diagnostics import text
from crmspec.engine.body import fingerprint
from crmspec.engine.change import REMOVALS, Kind
from crmspec.engine.error import TargetRejectedError, TargetUncertainError, TargetUnusableError
from crmspec.engine.resource import Address
from crmspec.providers.http import Page, by_offset, route
from crmspec.providers.rest import Item, Point
from crmspec.providers.rest.mark import split, suffix

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from crmspec.engine.body import Body
    from crmspec.engine.change import Change
    from crmspec.engine.resource import Remote
    from crmspec.providers.http import Client, Reply

Json = dict[str, object]
Rows = list[Json]


class Collection(ABC):
    """The objects of one kind in one app; implements `rest.Collection`."""

    kind: ClassVar[str]
    name: ClassVar[str]
    """What they are called in paths, in lists and in budgets."""

    def __init__(self, client: Client, app: str, project: str) -> None:
        self._client, self._app, self._project = client, app, project

    def points(self, node: Mapping[str, object]) -> Iterator[Point]:  # noqa: ARG002 - a protocol
        """Yield the fields that hold ids of templates and segments."""
        yield Point("template_id", "message")
        yield Point("included_segment_ids", "segment")
        yield Point("excluded_segment_ids", "segment")

    def list(self) -> Iterator[Item]:
        """Yield all objects; what they are made of is not told."""
        for found in self._rows():
            yield self._summary(found)

    def lookup(self, address: Address) -> Iterator[Item]:
        """Yield the objects that have the marker of a resource."""
        for summary in self.list():
            if summary.address == address and (found := self.get(summary.id)) is not None:
                yield found

    def get(self, id_: str) -> Item | None:
        """Return one object with all that it is made of."""
        try:
            return self._read(id_)
        except TargetRejectedError as error:
            if error.status == HTTPStatus.NOT_FOUND:
                return None
            raise

    def update(self, change: Change, remote: Remote, body: Body) -> Item:
        """Change an object in place."""
        return self._written(
            "PATCH", remote.id, self._changed(change, remote, body), change.address
        )

    def remove(self, change: Change, remote: Remote) -> None:  # noqa: ARG002 - a protocol
        """Delete an object."""
        try:
            self._call("DELETE", remote.id)
        except TargetRejectedError as error:
            if error.status != HTTPStatus.NOT_FOUND:
                raise

    def foreseen(self, address: Address) -> str | None:  # noqa: ARG002 - a protocol
        """Return nothing: OneSignal gives ids."""
        return None

    def rehearse(  # noqa: B027 - there is nothing to do
        self, address: Address, remote: Remote | None, body: Body
    ) -> None:
        """Return at once: OneSignal judges nothing without keeping it."""

    def manner(self, change: Change) -> Kind:
        """Return that all is done as it is meant."""
        return change.kind

    def calls(self, change: Change) -> Mapping[str, int]:
        """Return the one call of a change."""
        if change.kind in REMOVALS:
            return {f"DELETE {self.name}": 1}
        return {f"{'POST' if change.remote is None else 'PATCH'} {self.name}": 1}

    # -- what kinds differ in -----------------------------------------------------------------

    @abstractmethod
    def create(self, address: Address, body: Body, key: str) -> Item:
        """Make an object."""

    @abstractmethod
    def _rows(self) -> Iterable[Json]:
        """Yield what the list says of each object."""

    @abstractmethod
    def _read(self, id_: str) -> Item | None:
        """Return one object; raises `TargetRejectedError` with 404 if there is none."""

    @abstractmethod
    def _path(self, id_: str | None) -> str:
        """Return the path of an object, or of all of them."""

    @abstractmethod
    def _changed(self, change: Change, remote: Remote, body: Body) -> Body:
        """Return what to write over an object."""

    @abstractmethod
    def _made(self, data: Json, sent: Body, address: Address) -> Item:
        """Return an object as the answer to a write tells of it."""

    # -- words --------------------------------------------------------------------------------

    def _named(self, address: Address, body: Body) -> str:
        return f"{body['title']}{suffix(self._project, address.id)}"

    def _item(self, data: Json, body: Body, revision: str | None = None) -> Item:
        """Return an object whose name has the marker; `body` goes without its title."""
        mark = split(str(data.get("name") or ""))
        ours = mark.id is not None and mark.project == self._project
        changed = data.get("updated_at")
        whole = {"title": mark.title} | body
        return Item(
            id=str(data["id"]),
            revision=revision or fingerprint(whole),
            body=whole,
            address=Address(self.kind, str(mark.id)) if ours else None,
            marked=ours,
            project=mark.project,
            changed_at=changed if isinstance(changed, str) else None,
        )

    def _summary(self, data: Json) -> Item:
        if not isinstance(data.get("id"), str):
            raise self._foreign(f"GET {self._path(None)}")
        return structs.replace(self._item(data, {}, "listed"), whole=False)

    def _offset(self, size: int, query: Mapping[str, str | int]) -> Rows:
        """Return a list that is read by offset."""

        def read(offset: int, limit: int) -> Page[int]:
            asked = {**query, "limit": limit, "offset": offset}
            data = self._call("GET", None, query=asked).data
            rows = data.get(self.name) if isinstance(data, dict) else None
            total = data.get("total_count") if isinstance(data, dict) else None
            if not isinstance(rows, list) or not all(isinstance(one, dict) for one in rows):
                raise self._foreign(f"GET {self._path(None)}")
            return Page(items=rows, total=total if isinstance(total, int) else None)

        return by_offset(read, f"GET {self._path(None)}", lambda row: str(row.get("id")), size)

    def _written(self, method: str, id_: str | None, sent: Body, address: Address) -> Item:
        """Make a call that writes, and return the object that it tells of."""
        data = self._call(method, id_, json=sent).data
        if not isinstance(data, dict) or not isinstance(data.get("id"), str):
            error = self._foreign(f"{method} {self._path(id_)}")
            raise TargetUncertainError(error.message, *error.help)
        return self._made(data, sent, address)

    def _call(
        self,
        method: str,
        id_: str | None,
        *,
        query: Mapping[str, str | int] | None = None,
        json: object = None,
    ) -> Reply:
        path, endpoint = self._path(id_), f"{method} {self.name}"
        asked = {**self._query(method, id_), **(query or {})}
        return self._client.call(method, path, query=asked, json=json, endpoint=endpoint)

    def _query(self, method: str, id_: str | None) -> Mapping[str, str]:  # noqa: ARG002 - for some
        return {}

    def _app_path(self, id_: str | None) -> str:
        if id_ is None:
            return route(f"/apps/{{app}}/{self.name}", app=self._app)
        return route(f"/apps/{{app}}/{self.name}/{{id}}", app=self._app, id=id_)

    def _foreign(self, call: str) -> TargetUnusableError:
        return foreign(call)


def foreign(call: str) -> TargetUnusableError:
    """Return the error for an answer that is not OneSignal's."""
    return TargetUnusableError(
        text("{call}: the answer is not what OneSignal would say", call=call),
        text("see that `url` of the target is that of the API"),
    )
