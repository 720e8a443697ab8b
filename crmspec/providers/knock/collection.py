"""Objects of Knock: each is put under a key of the project's choosing, `PROJECT-ID`.

The key is what marks an object as the project's: ids of resources have no dash, so that `shop-vip`
is `vip` of `shop`, and never of a project `shop-x`. Writing goes to the environment `development`,
where everything is committed at once; to promote it is for people or pipelines.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

import msgspec

from crmspec.diagnostics import text
from crmspec.engine.change import REMOVALS, STATUS, Kind
from crmspec.engine.error import TargetRejectedError, TargetUncertainError, TargetUnusableError
from crmspec.engine.resource import Address
from crmspec.providers.http import Page, by_mark, route
from crmspec.providers.rest import Item, Point

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crmspec.engine.body import Body
    from crmspec.engine.change import Change
    from crmspec.engine.resource import Remote
    from crmspec.providers.http import Client, Reply

_PAGE = "100"
_MEMBERSHIP = frozenset({"is_audience_member", "is_not_audience_member"})


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """How objects of a kind are written: their path, their name in requests, what is told of them.

    `fields` are the project's; others are people's and stay out of bodies. `revision` is the field
    that changes with each version.
    """

    kind: str
    path: str
    wrapped: str
    fields: tuple[str, ...]
    revision: str = "sha"
    described: bool = True
    deleted: bool = False
    activated: bool = False


FORMS: tuple[Form, ...] = (
    Form(
        kind="block",
        path="partials",
        wrapped="partial",
        fields=("content", "type"),
        revision="updated_at",
    ),
    Form(
        kind="layout",
        path="email_layouts",
        wrapped="email_layout",
        fields=("html_layout", "text_layout", "is_mjml"),
        described=False,
    ),
    Form(
        kind="segment",
        path="audiences",
        wrapped="audience",
        fields=("type", "segments"),
        deleted=True,
    ),
    Form(
        kind="chain",
        path="workflows",
        wrapped="workflow",
        fields=("steps", "conditions", "trigger_frequency", "settings"),
        activated=True,
    ),
)
"""The kinds in the order in which they are read."""


class KnockCollection:
    """The objects of one kind in one environment; implements `rest.Collection`."""

    def __init__(self, form: Form, client: Client, project: str, environment: str) -> None:
        self.kind, self._form, self._client = form.kind, form, client
        self._prefix, self._environment = f"{project}-", environment

    def points(self, node: Mapping[str, object]) -> Iterator[Point]:
        """Yield the fields that hold keys of audiences and workflows."""
        if node.get("operator") in _MEMBERSHIP:
            yield Point("argument", "segment")
        yield Point("audience_key", "segment")
        yield Point("workflow_key", "chain")

    def list(self) -> Iterator[Item]:
        """Yield the project's objects of the environment, committed or not."""
        call = f"GET /v1/{self._form.path}"

        def read(cursor: str | None) -> Page[str]:
            query = {"limit": _PAGE} | ({} if cursor is None else {"after": cursor})
            return _page(call, self._call("GET", f"/{self._form.path}", query=query))

        for found in by_mark(read, call, lambda item: item.get("key")):
            yield self._item(found, call)

    def get(self, id_: str) -> Item | None:
        """Return an object by its key."""
        path = route(f"/{self._form.path}/{{key}}", key=id_)
        try:
            reply = self._call("GET", path)
        except TargetRejectedError as error:
            if error.status == HTTPStatus.NOT_FOUND:
                return None
            raise
        return self._item(reply.data, f"GET /v1{path}")

    def lookup(self, address: Address) -> Iterator[Item]:
        """Yield the object that has the key of a resource."""
        found = self.get(self._key(address))
        if found is not None:
            yield found

    def create(self, address: Address, body: Body, key: str) -> Item:  # noqa: ARG002 - none there
        """Put an object under the key of its resource."""
        return self._put(self._key(address), body)

    def update(self, change: Change, remote: Remote, body: Body) -> Item:
        """Put a new version of an object, or only switch it on."""
        if change.kind is Kind.ACTIVATE:
            return self._switch(remote.id, live=body.get(STATUS) == "live")
        return self._put(remote.id, body)

    def _put(self, key: str, body: Body) -> Item:
        path = route(f"/{self._form.path}/{{key}}", key=key)
        query = {"commit": "true", "commit_message": "crmspec apply"}
        data = {self._form.wrapped: self._native(body)}
        made = self._written("PUT", path, data, query)
        wanted = body.get(STATUS)
        if wanted is None or (wanted == "live") == (made.body.get(STATUS) == "live"):
            return made
        return self._switch(key, live=wanted == "live")

    def _switch(self, key: str, *, live: bool) -> Item:
        path = route(f"/{self._form.path}/{{key}}/activate", key=key)
        return self._written("PUT", path, {"status": live}, {})

    def remove(self, change: Change, remote: Remote) -> None:  # noqa: ARG002 - as the port has it
        """Archive an audience, switch a workflow off; the rest stays, since Knock deletes none."""
        try:
            if self._form.deleted:
                self._call("DELETE", route(f"/{self._form.path}/{{key}}", key=remote.id))
            elif self._form.activated:
                self._switch(remote.id, live=False)
        except TargetRejectedError as error:
            if error.status != HTTPStatus.NOT_FOUND:
                raise

    def foreseen(self, address: Address) -> str | None:
        """Return the key that an object will have."""
        return self._key(address)

    def rehearse(self, address: Address, remote: Remote | None, body: Body) -> None:
        """Have Knock validate a body."""
        key = self._key(address) if remote is None else remote.id
        path = route(f"/{self._form.path}/{{key}}/validate", key=key)
        data = {self._form.wrapped: self._native(body)}
        self._client.call(
            "PUT", path, query={"environment": self._environment}, json=data, reads=True
        )

    def manner(self, change: Change) -> Kind:
        """Return that nothing is deleted here, only archived, and each update is a version."""
        if change.kind is Kind.DELETE and change.remote is not None:
            return Kind.ARCHIVE
        return change.kind

    def calls(self, change: Change) -> Mapping[str, int]:
        """Return the calls of a change: workflows are switched by a call of their own."""
        put = f"PUT {self._form.path}"
        if change.kind in REMOVALS:
            name = f"DELETE {self._form.path}" if self._form.deleted else put
            return {name: int(self._form.deleted or self._form.activated)}
        wanted = change.desired.body.get(STATUS) if change.desired is not None else None
        has = change.remote.body.get(STATUS) if change.remote is not None else "draft"
        switched = wanted is not None and wanted != has
        return {put: 1 if change.kind is Kind.ACTIVATE else 1 + int(switched)}

    # -- words --------------------------------------------------------------------------------

    def _key(self, address: Address) -> str:
        return f"{self._prefix}{address.id}"

    def _native(self, body: Body) -> Body:
        made = {"name": body["title"]} | {
            field: body[field] for field in self._form.fields if field in body
        }
        if self._form.described and "description" in body:
            made["description"] = body["description"]
        return made

    def _written(self, method: str, path: str, data: object, query: Mapping[str, str]) -> Item:
        reply = self._call(method, path, query=query, json=data)
        found = reply.data.get(self._form.wrapped) if isinstance(reply.data, dict) else None
        try:
            return self._item(found, f"{method} /v1{path}")
        except TargetUnusableError as error:  # nobody knows whether it was written
            raise TargetUncertainError(error.message, *error.help) from None

    def _call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        json: object = None,
    ) -> Reply:
        asked = {"environment": self._environment, **(query or {})}
        return self._client.call(method, path, query=asked, json=json)

    def _item(self, data: object, call: str) -> Item:
        if not isinstance(data, dict) or not isinstance(data.get("key"), str):
            raise _foreign(call)
        key, form = str(data["key"]), self._form
        body: Body = {"title": data.get("name", "")}
        if form.described and data.get("description"):
            body["description"] = data["description"]
        if form.activated:
            body[STATUS] = "live" if data.get("active") else "draft"
        body |= {field: data[field] for field in form.fields if field in data}
        rest = key.removeprefix(self._prefix)
        ours = key.startswith(self._prefix) and bool(rest) and "-" not in rest
        changed = data.get("updated_at")
        return Item(
            id=key,
            revision=f"{data.get(form.revision)} {body.get(STATUS, '')}".strip(),
            body=body,
            address=Address(form.kind, rest) if ours else None,
            changed_at=changed if isinstance(changed, str) else None,
        )


def _page(call: str, reply: Reply) -> Page[str]:
    data = reply.data if isinstance(reply.data, dict) else {}
    entries, info = data.get("entries"), data.get("page_info")
    if not isinstance(entries, list) or not isinstance(info, dict):
        raise _foreign(call)
    after = info.get("after")
    return Page(items=entries, next=after if isinstance(after, str) else None)


def _foreign(call: str) -> TargetUnusableError:
    return TargetUnusableError(
        text("{call}: the answer is not what Knock would say", call=call),
        text("see that `url` of the target is that of the management API"),
    )
