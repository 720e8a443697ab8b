"""Objects of Klaviyo that are written whole: lists, segments, universal content, templates.

Their ids are Klaviyo's, and their names end with a marker (`mark`). Nothing can be compared and
set: between reading and writing, which is seconds, an edit by hand is written over.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

import msgspec

from crmspec.engine.change import REMOVALS
from crmspec.engine.error import TargetRejectedError, TargetUncertainError, TargetUnusableError
from crmspec.engine.resource import Address
from crmspec.providers.http import route
from crmspec.providers.klaviyo import mark
from crmspec.providers.klaviyo.document import attributes, listed, single, written
from crmspec.providers.klaviyo.mark import Mark
from crmspec.providers.rest import Item, Point

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crmspec.engine.body import Body
    from crmspec.engine.change import Change, Kind
    from crmspec.engine.resource import Remote
    from crmspec.providers.http import Client
    from crmspec.providers.http.pages import Json
    from crmspec.providers.klaviyo.metric import Metrics


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """How objects of a kind are written: their path and type, the project's fields, pages.

    `fixed` is said when an object is made, and never changes; `null` says that what a body lacks is
    set to nothing; `more` is the query for all of an object.
    """

    kind: str
    path: str
    type: str
    fields: tuple[str, ...]
    page: int
    fixed: dict[str, object] = {}
    null: tuple[str, ...] = ()
    more: dict[str, str] = {}


FORMS: tuple[Form, ...] = (
    Form(kind="list", path="lists", type="list", fields=("opt_in_process",), page=10),
    Form(kind="segment", path="segments", type="segment", fields=("definition",), page=10),
    Form(
        kind="block",
        path="template-universal-content",
        type="template-universal-content",
        fields=("definition",),
        page=100,
    ),
    Form(
        kind="message",
        path="templates",
        type="template",
        fields=("html", "text"),
        page=10,
        fixed={"editor_type": "CODE"},
        null=("text",),
    ),
)
"""The kinds in the order in which they are read."""


class KlaviyoCollection:
    """The objects of one kind; implements `rest.Collection`."""

    def __init__(self, form: Form, client: Client, project: str, metrics: Metrics) -> None:
        self.kind, self._form, self._client = form.kind, form, client
        self._project, self._metrics = project, metrics

    def points(self, node: Mapping[str, object]) -> Iterator[Point]:
        """Yield the fields that hold ids of segments, lists and templates."""
        yield Point("group_ids", "segment")
        yield Point("group_ids", "list")
        yield Point("list_id", "list")
        yield Point("template_id", "message")
        for name in ("included", "excluded"):
            yield Point(name, "segment")
        if node.get("type") in {"segment", "list"}:
            yield Point("id", str(node["type"]))

    def list(self) -> Iterator[Item]:
        """Yield all objects of the account."""
        call = f"GET /api/{self._form.path}"
        query = {"page[size]": self._form.page}
        for found in listed(self._client, self._form.path, **query):
            yield self._item(found, call)

    def get(self, id_: str) -> Item | None:
        """Return an object by its id."""
        found = self._read(id_)
        return None if found is None else self._item(found, f"GET /api/{self._form.path}/{id_}")

    def _read(self, id_: str) -> Json | None:
        path = self._path(id_)
        try:
            reply = self._client.call("GET", path, query=self._form.more)
        except TargetRejectedError as error:
            if error.status == HTTPStatus.NOT_FOUND:
                return None
            raise
        return single(reply.data, f"GET /api{path}")

    def lookup(self, address: Address) -> Iterator[Item]:
        """Yield the objects with the marker of a resource: names cannot be searched by a part."""
        return (one for one in self.list() if one.address == address)

    def create(self, address: Address, body: Body, key: str) -> Item:  # noqa: ARG002 - none there
        """Make an object."""
        fields = self._fields(address, body) | self._form.fixed
        return self._written("POST", f"/{self._form.path}", written(self._form.type, fields))

    def update(self, change: Change, remote: Remote, body: Body) -> Item:
        """Bring an object to a body, and its name to its marker."""
        fields = dict.fromkeys(self._form.null) | self._fields(change.address, body)
        data = written(self._form.type, fields, remote.id)
        return self._written("PATCH", self._path(remote.id), data)

    def remove(self, change: Change, remote: Remote) -> None:  # noqa: ARG002 - as the port has it
        """Delete an object."""
        self._delete(remote.id)

    def _delete(self, id_: str) -> None:
        try:
            self._client.call("DELETE", self._path(id_))
        except TargetRejectedError as error:
            if error.status != HTTPStatus.NOT_FOUND:
                raise

    def foreseen(self, address: Address) -> str | None:  # noqa: ARG002 - Klaviyo gives ids
        """Return nothing: Klaviyo gives ids."""
        return None

    def rehearse(self, address: Address, remote: Remote | None, body: Body) -> None:  # noqa: ARG002 - as the port has it
        """See that the metrics exist: Klaviyo judges nothing without keeping it."""
        self._metrics.ids(body)

    def manner(self, change: Change) -> Kind:
        """Return that everything is changed in place here."""
        return change.kind

    def calls(self, change: Change) -> Mapping[str, int]:
        """Return the one call of a change."""
        method = "POST" if change.remote is None else "PATCH"
        return {f"{'DELETE' if change.kind in REMOVALS else method} {self._form.path}": 1}

    # -- words --------------------------------------------------------------------------------

    def _path(self, id_: str) -> str:
        return route(f"/{self._form.path}/{{id}}", id=id_)

    def _named(self, address: Address, body: Body, stamp: str = "") -> str:
        return mark.name(Mark(str(body["title"]), self._project, address.id, stamp))

    def _fields(self, address: Address, body: Body) -> Json:
        held = {name: body[name] for name in self._form.fields if name in body}
        return {"name": self._named(address, body)} | self._metrics.ids(held)

    def _written(self, method: str, path: str, data: Json) -> Item:
        more = self._form.more if method == "POST" else {}
        reply = self._client.call(method, path, query=more, json=data)
        call = f"{method} /api{path}"
        try:
            return self._item(single(reply.data, call), call)
        except TargetUnusableError as error:  # nobody knows whether it was written
            raise TargetUncertainError(error.message, *error.help) from None

    def _item(self, found: Json, call: str) -> Item:  # noqa: ARG002 - flows say it
        said = attributes(found)
        known = mark.read(str(said.get("name") or ""))
        ours = known.project == self._project
        held = {name: said[name] for name in self._form.fields if name in said}
        changed = said.get("updated")
        return Item(
            id=str(found["id"]),
            revision=str(changed),
            body={
                "title": known.title if ours else said.get("name") or "",
                **self._metrics.names(held),
            },
            address=Address(self.kind, known.id) if ours else None,
            marked=ours,
            project=known.project or None,
            changed_at=changed if isinstance(changed, str) else None,
        )
