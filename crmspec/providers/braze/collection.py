"""Templates and content blocks: lists give their names only, nothing deletes them."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

import msgspec
from msgspec import structs

from crmspec.diagnostics import text
from crmspec.engine.body import fingerprint
from crmspec.engine.change import REMOVALS, Kind
from crmspec.engine.error import TargetRejectedError, TargetUncertainError, TargetUnusableError
from crmspec.engine.resource import Address
from crmspec.providers.braze.naming import LAYOUT, Marked, id_of, key, marked, unmarked
from crmspec.providers.http import Page, by_offset
from crmspec.providers.rest import Item, Point

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crmspec.engine.body import Body
    from crmspec.engine.change import Change
    from crmspec.engine.resource import Remote
    from crmspec.providers.http import Client, Reply

_PAGE = 100


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """How objects of a kind are written: their path, and what their fields are called.

    `renamed` says that the name can be changed and holds the title, which is else in the
    description of an object whose name ends with `suffix`. `cleared` are fields that the project
    has no words for: they are kept empty.
    """

    kind: str
    path: str
    listed: str
    id: str
    name: str
    changed: str
    fields: tuple[str, ...]
    cleared: tuple[str, ...] = ()
    renamed: bool = False
    suffix: str = ""


_BLOCK = Form(
    kind="block",
    path="content_blocks",
    listed="content_blocks",
    id="content_block_id",
    name="name",
    changed="last_edited",
    fields=("content",),
)
FORMS: tuple[Form, ...] = (
    _BLOCK,
    structs.replace(_BLOCK, kind="layout", suffix=LAYOUT),
    Form(
        kind="message",
        path="templates/email",
        listed="templates",
        id="email_template_id",
        name="template_name",
        changed="updated_at",
        fields=("subject", "body", "plaintext_body"),
        cleared=("preheader",),
        renamed=True,
    ),
)
"""The kinds in the order in which they are read."""


class BrazeCollection:
    """The templates or content blocks of one workspace; implements `rest.Collection`."""

    def __init__(self, form: Form, client: Client, project: str) -> None:
        self.kind, self._form, self._client, self._project = form.kind, form, client, project

    def points(self, node: Mapping[str, object]) -> Iterator[Point]:  # noqa: ARG002 - as it has it
        """Yield nothing: templates hold all that they need."""
        return iter(())

    def list(self) -> Iterator[Item]:
        """Yield the names of all objects; templates of the drag-and-drop editor are not told."""
        form = self._form
        call = f"GET /{form.path}/list"

        def read(offset: int, limit: int) -> Page[int]:
            query = {"limit": limit} | ({"offset": offset} if offset else {})
            data = self._call("GET", "list", query=query).data
            found = data.get(form.listed) if isinstance(data, dict) else None
            if not isinstance(found, list):
                raise foreign(call)
            return Page(items=found)

        for one in by_offset(read, call, lambda item: item.get(form.id), _PAGE):
            if form.renamed or str(one.get(form.name)).endswith(LAYOUT) == bool(form.suffix):
                yield self._item(one, call, whole=False)

    def get(self, id_: str) -> Item | None:
        """Return an object afresh."""
        try:
            reply = self._call("GET", "info", query={self._form.id: id_})
        except TargetRejectedError as error:
            if error.status == HTTPStatus.NOT_FOUND:
                return None
            raise
        found = reply.data if isinstance(reply.data, dict) else {}
        return self._item({self._form.id: id_, **found}, f"GET /{self._form.path}/info")

    def lookup(self, address: Address) -> Iterator[Item]:
        """Yield the objects whose name is of a resource."""
        for one in self.list():
            found = self.get(one.id) if one.address == address else None
            if found is not None:
                yield found

    def create(self, address: Address, body: Body, key: str) -> Item:  # noqa: ARG002 - none there
        """Make an object."""
        data = self._native(body) | {self._form.name: self._name(address, body)}
        found = self._call("POST", "create", json=data).data
        id_ = found.get(self._form.id) if isinstance(found, dict) else None
        if not isinstance(id_, str) or not id_:  # nobody knows whether it was written
            error = foreign(f"POST /{self._form.path}/create")
            raise TargetUncertainError(error.message, *error.help)
        return self._made(id_, address, body)

    def update(self, change: Change, remote: Remote, body: Body) -> Item:
        """Write an object anew; the name of a content block that is in use stays as it is."""
        data = {self._form.id: remote.id} | self._native(body)
        if self._form.renamed:
            data[self._form.name] = self._name(change.address, body)
        self._call("POST", "update", json=data)
        return self._made(remote.id, change.address, body)

    def remove(self, change: Change, remote: Remote) -> None:
        """Do nothing: the API deletes neither, so that they stay."""

    def foreseen(self, address: Address) -> str | None:  # noqa: ARG002 - as the port has it
        """Return that Braze gives ids."""
        return None

    def rehearse(self, address: Address, remote: Remote | None, body: Body) -> None:
        """Do nothing: Braze judges nothing without keeping it."""

    def manner(self, change: Change) -> Kind:
        """Return that nothing is deleted."""
        if change.kind is Kind.DELETE and change.remote is not None:
            return Kind.ARCHIVE
        return change.kind

    def calls(self, change: Change) -> Mapping[str, int]:
        """Return the calls of a change."""
        if change.kind in REMOVALS:
            return {}
        return {f"POST {self._form.path}/{'update' if change.remote else 'create'}": 1}

    # -- words --------------------------------------------------------------------------------

    def _name(self, address: Address, body: Body) -> str:
        if self._form.renamed:
            return marked(str(body["title"]), self._project, address)
        return key(self._project, address.id, self._form.suffix)

    def _native(self, body: Body) -> Body:
        made: Body = {field: body.get(field, "") for field in self._form.fields}
        made |= dict.fromkeys(self._form.cleared, "")
        return made if self._form.renamed else made | {"description": body["title"]}

    def _call(
        self,
        method: str,
        verb: str,
        *,
        query: Mapping[str, str | int] | None = None,
        json: object = None,
    ) -> Reply:
        path = f"{self._form.path}/{verb}"
        return self._client.call(
            method, f"/{path}", query=query, json=json, endpoint=f"{method} {path}"
        )

    def _made(self, id_: str, address: Address, body: Body) -> Item:
        return Item(id=id_, revision=fingerprint(body), body=body, address=address)

    def _item(self, data: object, call: str, *, whole: bool = True) -> Item:
        form = self._form
        if not isinstance(data, dict) or not isinstance(data.get(form.id), str):
            raise foreign(call)
        name, changed = str(data.get(form.name) or ""), data.get(form.changed)
        found = unmarked(self._project, name) if form.renamed else self._block(data, name)
        body: Body = {"title": found.title}
        for field in (*form.fields, *form.cleared):
            if data.get(field):
                body[field] = data[field]
        return Item(
            id=str(data[form.id]),
            revision=fingerprint(body),
            body=body,
            address=None if found.id is None else Address(form.kind, found.id),
            marked=found.id is not None or not form.renamed,
            project=found.project,
            whole=whole,
            changed_at=changed if isinstance(changed, str) else None,
        )

    def _block(self, data: Body, name: str) -> Marked:
        id_ = id_of(self._project, name, self._form.suffix)
        return Marked(str(data.get("description") or name), id_)


def foreign(call: str) -> TargetUnusableError:
    """Return the error for an answer that Braze would not give."""
    return TargetUnusableError(
        text("{call}: the answer is not what Braze would say", call=call),
        text("see that `url` of the target is the REST endpoint of your instance"),
    )
