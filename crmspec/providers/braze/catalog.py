"""Catalogs: fields can be added; a field taken away loses its values, the rest is made anew."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, cast

from crmspec.engine.body import fingerprint
from crmspec.engine.change import REMOVALS, Kind
from crmspec.engine.error import TargetRejectedError
from crmspec.engine.resource import Address
from crmspec.providers.braze.collection import foreign
from crmspec.providers.braze.naming import id_of, key
from crmspec.providers.http import route
from crmspec.providers.rest import Item, Point

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crmspec.engine.body import Body
    from crmspec.engine.change import Change
    from crmspec.engine.resource import Remote
    from crmspec.providers.http import Client, Reply

_ID = {"name": "id", "type": "string"}
_CATALOGS, _FIELDS = "catalogs", "catalogs/fields"


class CatalogCollection:
    """The catalogs of one workspace, known by their names; implements `rest.Collection`."""

    kind = "object"

    def __init__(self, client: Client, project: str) -> None:
        self._client, self._project = client, project

    def points(self, node: Mapping[str, object]) -> Iterator[Point]:  # noqa: ARG002 - as it has it
        """Yield nothing: fields point to no resource."""
        return iter(())

    def list(self) -> Iterator[Item]:
        """Yield all catalogs, which come in one answer."""
        data = self._call("GET", "/catalogs").data
        found = data.get("catalogs") if isinstance(data, dict) else None
        if not isinstance(found, list):
            raise foreign("GET /catalogs")
        for one in found:
            if not isinstance(one, dict) or not isinstance(one.get("name"), str):
                raise foreign("GET /catalogs")
            yield self._item(one)

    def get(self, id_: str) -> Item | None:
        """Return a catalog; the API gives no single one."""
        return next((one for one in self.list() if one.id == id_), None)

    def lookup(self, address: Address) -> Iterator[Item]:
        """Yield the catalog that has the name of a resource."""
        return (one for one in self.list() if one.address == address)

    def create(self, address: Address, body: Body, key: str) -> Item:  # noqa: ARG002 - none there
        """Make a catalog without rows."""
        return self._made(self._name(address), address, body)

    def _made(self, name: str, address: Address, body: Body) -> Item:
        atom = {"name": name, "description": body["title"], "fields": [_ID, *_native(_types(body))]}
        self._call("POST", "/catalogs", json={"catalogs": [atom]})
        return self._settled(name, address, body)

    def update(self, change: Change, remote: Remote, body: Body) -> Item:
        """Add and take away fields; a new type or title makes the catalog anew, without rows."""
        was, wanted = _types(remote.body), _types(body)
        if _anew(remote.body, body):
            self.remove(change, remote)
            return self._made(remote.id, change.address, body)
        for name in sorted(was.keys() - wanted.keys()):
            path = route("/catalogs/{catalog}/fields/{field}", catalog=remote.id, field=name)
            self._call("DELETE", path, endpoint=_FIELDS)
        added = {name: type_ for name, type_ in wanted.items() if name not in was}
        if added:
            path = route("/catalogs/{catalog}/fields", catalog=remote.id)
            self._call("POST", path, json={"fields": _native(added)}, endpoint=_FIELDS)
        return self._settled(remote.id, change.address, body)

    def remove(self, change: Change, remote: Remote) -> None:  # noqa: ARG002 - as the port has it
        """Delete a catalog with all its rows."""
        try:
            self._call("DELETE", route("/catalogs/{name}", name=remote.id))
        except TargetRejectedError as error:
            if error.status != HTTPStatus.NOT_FOUND:
                raise

    def foreseen(self, address: Address) -> str | None:
        """Return the name that a catalog will have."""
        return self._name(address)

    def rehearse(self, address: Address, remote: Remote | None, body: Body) -> None:
        """Do nothing: Braze judges nothing without keeping it."""

    def manner(self, change: Change) -> Kind:
        """Return that what loses values is a replacement."""
        if change.kind is not Kind.UPDATE or change.desired is None or change.remote is None:
            return change.kind
        was, wanted = change.remote.body, change.desired.body
        loses = _anew(was, wanted) or not _types(was).keys() <= _types(wanted).keys()
        return Kind.REPLACE if loses else change.kind

    def calls(self, change: Change) -> Mapping[str, int]:
        """Return the calls of a change."""
        if change.kind in REMOVALS or change.remote is None or change.desired is None:
            return {_CATALOGS: 1}
        was, wanted = change.remote.body, change.desired.body
        if _anew(was, wanted):
            return {_CATALOGS: 2}
        before, after = _types(was).keys(), _types(wanted).keys()
        return {_FIELDS: len(before - after) + bool(after - before)}

    def _name(self, address: Address) -> str:
        return key(self._project, address.id)

    def _call(
        self, method: str, path: str, *, json: object = None, endpoint: str = _CATALOGS
    ) -> Reply:
        return self._client.call(method, path, json=json, endpoint=endpoint)

    def _item(self, data: Body) -> Item:
        name, changed = str(data["name"]), data.get("updated_at")
        id_ = id_of(self._project, name)
        title = data.get("description") or name
        fields = cast("list[dict[str, str]]", data.get("fields") or [])
        types = {one["name"]: one["type"] for one in fields if one != _ID}
        body: Body = {"title": title, "fields": types}
        return Item(
            id=name,
            revision=fingerprint(body),
            body=body,
            address=None if id_ is None else Address(self.kind, id_),
            changed_at=changed if isinstance(changed, str) else None,
        )

    def _settled(self, name: str, address: Address, body: Body) -> Item:
        return Item(id=name, revision=fingerprint(body), body=body, address=address)


def _types(body: Body) -> dict[str, str]:
    return cast("dict[str, str]", body.get("fields", {}))


def _native(types: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "type": type_} for name, type_ in types.items()]


def _anew(was: Body, wanted: Body) -> bool:
    """Say whether only a new catalog can be like this: its title and types cannot be changed."""
    before, after = _types(was), _types(wanted)
    same = before.keys() & after.keys()
    return was.get("title") != wanted.get("title") or any(before[n] != after[n] for n in same)
