"""Templates of an account: UniOne gives ids; a key of `global_metadata` marks whose they are.

Metadata is told to your application with each event of a letter, and never to customers. What a
template has beyond the project's fields is sent back as it was read: `template/set` may write all
of it, and no page says that it would leave the rest alone.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from crmspec.diagnostics import text
from crmspec.engine.body import fingerprint
from crmspec.engine.error import TargetRejectedError, TargetUncertainError, TargetUnusableError
from crmspec.engine.resource import Address
from crmspec.providers.http import Page, by_offset
from crmspec.providers.rest import Item, Point

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crmspec.engine.body import Body
    from crmspec.engine.change import Change, Kind
    from crmspec.engine.resource import Remote
    from crmspec.providers.http import Client

MARK = "crmspec"
"""The key of the metadata that bears the marker: `shop/message/cart_1`."""
FIELDS = (
    "editor_type",
    "template_engine",
    "subject",
    "body",
    "headers",
    "from_email",
    "from_name",
    "reply_to",
)
"""What the project writes; the rest is people's."""
_READ_ONLY = frozenset({"created", "user_id", "project_id", "project_name", "options"})
_PAGE = 50  # the default: that more may be asked for is nowhere said


class UniOneTemplates:
    """The templates of one account or project of UniOne; implements `rest.Collection`."""

    kind = "message"

    def __init__(self, client: Client, project: str) -> None:
        self._client, self._project = client, project
        self._theirs: dict[str, Body] = {}

    def points(self, node: Mapping[str, object]) -> Iterator[Point]:  # noqa: ARG002 - as the port has it
        """Yield nothing: templates point to nothing."""
        return iter(())

    def list(self) -> Iterator[Item]:
        """Yield all templates of the account."""
        call = "POST /template/list.json"

        def read(offset: int, limit: int) -> Page[int]:
            asked = {"limit": limit, "offset": offset}
            found = self._call("list", asked, reads=True).get("templates")
            if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
                raise _foreign(call)
            return Page(items=found)

        for found in by_offset(read, call, lambda item: str(item.get("id")), _PAGE):
            yield self._item(found, call)

    def get(self, id_: str) -> Item | None:
        """Return a template by its id."""
        try:
            found = self._call("get", {"id": id_}, reads=True).get("template")
        except TargetRejectedError as error:
            if error.status == HTTPStatus.NOT_FOUND:
                return None
            raise
        return self._item(found, "POST /template/get.json")

    def lookup(self, address: Address) -> Iterator[Item]:
        """Yield the templates that bear the marker of a resource."""
        return (item for item in self.list() if item.address == address)

    def create(self, address: Address, body: Body, key: str) -> Item:  # noqa: ARG002 - none there
        """Make a template."""
        return self._set({}, address, body)

    def update(self, change: Change, remote: Remote, body: Body) -> Item:
        """Write a template anew, with what people set there besides."""
        kept = {**self._theirs.get(remote.id, {}), "id": remote.id}
        return self._set(kept, change.address, body)

    def remove(self, change: Change, remote: Remote) -> None:  # noqa: ARG002 - as the port has it
        """Delete a template."""
        try:
            self._call("delete", {"id": remote.id})
        except TargetRejectedError as error:
            if error.status != HTTPStatus.NOT_FOUND:
                raise

    def foreseen(self, address: Address) -> str | None:  # noqa: ARG002 - as the port has it
        """Return None: UniOne gives ids."""
        return None

    def rehearse(self, address: Address, remote: Remote | None, body: Body) -> None:
        """Do nothing: UniOne judges nothing without keeping it."""

    def manner(self, change: Change) -> Kind:
        """Return that changes are what they seem."""
        return change.kind

    def calls(self, change: Change) -> Mapping[str, int]:  # noqa: ARG002 - as the port has it
        """Return the calls of a change: one."""
        return {"POST template": 1}

    # -- words --------------------------------------------------------------------------------

    def _set(self, kept: Mapping[str, object], address: Address, body: Body) -> Item:
        metadata = kept.get("global_metadata")
        own = {MARK: f"{self._project}/{address.kind}/{address.id}"}
        native = {
            **kept,
            **{name: body[name] for name in FIELDS if name in body},
            "name": body["title"],
            "global_metadata": {**(metadata if isinstance(metadata, dict) else {}), **own},
        }
        made = self._call("set", {"template": native}).get("template")
        try:
            return self._item(made, "POST /template/set.json")
        except TargetUnusableError as error:  # nobody knows whether it was written
            raise TargetUncertainError(error.message, *error.help) from None

    def _call(self, verb: str, data: object, *, reads: bool = False) -> Body:
        reply = self._client.call("POST", f"/template/{verb}.json", json=data, reads=reads)
        return reply.data if isinstance(reply.data, dict) else {}

    def _item(self, data: object, call: str) -> Item:
        if not isinstance(data, dict) or not isinstance(data.get("id"), str):
            raise _foreign(call)
        ours = {*FIELDS, *_READ_ONLY, "name"}
        self._theirs[data["id"]] = {
            name: value for name, value in data.items() if value and name not in ours
        }
        body: Body = {"title": data.get("name", "")}
        body |= {name: data[name] for name in FIELDS if name in data}
        project, address = self._marked(data.get("global_metadata"))
        return Item(
            id=data["id"],
            revision=fingerprint(body),
            body=body,
            address=address,
            marked=address is not None,
            project=project,
        )

    def _marked(self, metadata: object) -> tuple[str | None, Address | None]:
        """Return whose a template is by its marker, and its address if it is the project's."""
        marker = str(metadata.get(MARK) or "") if isinstance(metadata, dict) else ""
        project, _, rest = marker.partition("/")
        kind, _, id_ = rest.partition("/")
        ours = project == self._project and kind == self.kind
        return (project or None) if id_ else None, Address(kind, id_) if ours else None


def _foreign(call: str) -> TargetUnusableError:
    return TargetUnusableError(
        text("{call}: the answer is not what UniOne would say", call=call),
        text("see that `url` or `region` of the target is that of your account"),
    )
