"""Flows of Klaviyo: made whole, then changed action by action, or made anew.

The API sets the status of a flow and replaces single actions; it changes neither names, triggers
and filters nor the order of actions. So such a change makes a new flow, and deletes the old one
after it. The name says what a flow was made of, so that one that was made before a run broke off
is found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from msgspec import structs

from crmspec.diagnostics import text
from crmspec.engine.body import same
from crmspec.engine.change import REMOVALS, STATUS, Kind
from crmspec.engine.error import TargetRejectedError
from crmspec.providers.http import route
from crmspec.providers.klaviyo import mark, normal
from crmspec.providers.klaviyo.collection import Form, KlaviyoCollection
from crmspec.providers.klaviyo.copied import COPY, bare, edited
from crmspec.providers.klaviyo.document import attributes, foreign, listed, written

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crmspec.engine.body import Body
    from crmspec.engine.change import Change
    from crmspec.engine.resource import Address, Remote
    from crmspec.providers.http import Client
    from crmspec.providers.http.pages import Json
    from crmspec.providers.klaviyo.metric import Metrics
    from crmspec.providers.rest import Item

FORM = Form(
    kind="chain",
    path="flows",
    type="flow",
    fields=("trigger", "profile_filter", "reentry_criteria", "actions"),
    page=50,
    more={"additional-fields[flow]": "definition"},
)


class FlowCollection(KlaviyoCollection):
    """The flows of an account; archived ones do not count.

    `_read_last` are the flows as they were read last, by id: changes go on from there. `_edited`
    are the copies of templates that people edited, by the ids of their messages. `statuses` says
    whether those of single actions are the project's at all.
    """

    def __init__(
        self, form: Form, client: Client, project: str, metrics: Metrics, *, statuses: bool = True
    ) -> None:
        super().__init__(form, client, project, metrics)
        self._read_last: dict[str, Json] = {}
        self._edited: dict[str, Body] = {}
        self._statuses = statuses

    def list(self) -> Iterator[Item]:
        """Yield all flows, of which a list tells the names alone.

        Of the flows of one resource that were made of different things, the older ones are yielded:
        the change that made the newer one was cut off, and goes on from there.
        """
        known: dict[Address | None, list[tuple[str, str, Item]]] = {}
        for found in listed(self._client, FORM.path, **{"page[size]": FORM.page}):
            if not attributes(found).get("archived"):
                item = self._brief(found)
                row = (str(attributes(found).get("created")), _mark(found).stamp, item)
                known.setdefault(item.address, []).append(row)
        for address, rows in known.items():
            if address is None or len({stamp for _, stamp, _ in rows}) < len(rows):
                yield from (item for _, _, item in rows)
            else:
                yield min(rows, key=lambda row: (row[0], row[2].id))[2]

    def _brief(self, found: Json) -> Item:
        item = super()._item(found, "")
        return structs.replace(item, whole=False, marked=True)

    def _read(self, id_: str) -> Json | None:
        found = super()._read(id_)
        return None if found is None or attributes(found).get("archived") else found

    def closely(self, id_: str) -> Item | None:
        """Return a flow with the copies of templates that people edited: a call for each e-mail."""
        found = self._read_last.get(id_) or self._read(id_)
        if found is None:
            return None
        for message in _letters(found):
            one, name = str(message["id"]), message.get("name")
            copy = edited(self._client, "/flow-messages/{id}/template", one, name)
            self._edited.pop(one, None)
            if copy is not None:
                self._edited[one] = copy
        return self._item(found, f"GET /api/flows/{id_}")

    def lookup(self, address: Address) -> Iterator[Item]:
        """Yield the flows with the marker of a resource."""
        for one in self._marked(address):
            found = self.get(str(one["id"]))
            if found is not None:
                yield found

    def _marked(self, address: Address) -> tuple[Json, ...]:
        asked = f'contains(name,"[{self._project}/{address.id} ")'
        query: dict[str, str | int] = {"page[size]": FORM.page, "filter": asked}
        ours = (self._project, address.id)
        return tuple(
            one
            for one in listed(self._client, FORM.path, **query)
            if (_mark(one).project, _mark(one).id) == ours and not attributes(one).get("archived")
        )

    # -- writing ------------------------------------------------------------------------------

    def create(self, address: Address, body: Body, key: str) -> Item:  # noqa: ARG002 - none there
        """Make a flow, and switch it on if it is to be live."""
        made = self._made(address, body)
        return self._switched(made, body)

    def _made(self, address: Address, body: Body) -> Item:
        fields: Json = {
            "name": self._named(address, body, _digest(body)),
            "definition": self._metrics.ids(normal.definition(body)),
        }
        return self._written("POST", f"/{FORM.path}", written("flow", fields))

    def update(self, change: Change, remote: Remote, body: Body) -> Item:
        """Switch a flow, patch its actions one by one, or make it anew."""
        if change.kind is Kind.ACTIVATE:
            return self._status(remote.id, live=body.get(STATUS) == "live")
        if change.kind is Kind.REPLACE:
            return self._anew(change.address, remote, body)
        return self._patched(remote.id, body)

    def _anew(self, address: Address, remote: Remote, body: Body) -> Item:
        """Make a flow unless a run that broke off has made it; then delete what it replaces."""
        stamp, old = _digest(body), self._marked(address)
        ready = [one for one in old if one["id"] != remote.id and _mark(one).stamp == stamp]
        made = self.get(str(ready[0]["id"])) if ready else None
        made = self._made(address, body) if made is None else made
        for id_ in sorted({remote.id, *(str(one["id"]) for one in old)} - {made.id}):
            self._delete(id_)
        return self._switched(made, body)

    def _patched(self, id_: str, body: Body) -> Item:
        found = self._read_last.get(id_) or self._read(id_)
        if found is None:
            raise _gone(id_)
        real = normal.actions(cast("Json", attributes(found).get("definition") or {}))
        status = self._status_of(found)
        there = self._metrics.names({"actions": normal.told(real, status)})
        rows = zip(real, _actions(there), _actions(body), strict=False)
        changes = [
            (native, wanted)
            for native, known, wanted in rows
            if not normal.alike(known, wanted) or self._is_edited(native, wanted)
        ]
        for native, wanted in changes:
            self._patch(native, wanted, status)
        item = self._item(found, f"GET /api/flows/{id_}")
        return self._switched(item, body, afresh=bool(changes))

    def _status_of(self, found: Json) -> object:
        """Return which status is none of an action's own, None if nobody asks for that."""
        return attributes(found).get("status") if self._statuses else None

    def _is_edited(self, native: Json, wanted: Body) -> bool:
        """Say whether the copy of an action is to be made anew; not if people decide on it."""
        kept = COPY in _message(cast("Body", wanted.get("data") or {}))
        return not kept and _message_id(native) in self._edited

    def _patch(self, native: Json, wanted: Body, status: object) -> None:
        """Replace what an action does; it keeps its place and message, and gets a flow's status."""
        id_, had = str(native["id"]), cast("Json", native.get("data") or {})
        data = self._metrics.ids(bare(cast("Body", wanted["data"])))
        if "status" in had:
            data.setdefault("status", had["status"] if status is None else status)
        message = _message_id(native)
        if message:
            data["message"] = {**cast("Json", data["message"]), "id": message}
        definition = {"id": id_, "type": native["type"], "data": data, "links": native.get("links")}
        path = route("/flow-actions/{id}", id=id_)
        self._client.call(
            "PATCH", path, json=written("flow-action", {"definition": definition}, id_)
        )
        self._edited.pop(message, None)

    def _switched(self, item: Item, body: Body, *, afresh: bool = False) -> Item:
        wanted = body.get(STATUS)
        if wanted is not None and wanted != item.body.get(STATUS):
            return self._status(item.id, live=wanted == "live")
        if not afresh:
            return item
        found = self.get(item.id)
        return item if found is None else found

    def _status(self, id_: str, *, live: bool) -> Item:
        data = written("flow", {"status": "live" if live else "draft"}, id_)
        self._client.call("PATCH", self._path(id_), json=data)
        found = self.get(id_)
        if found is None:
            raise _gone(id_)
        return found

    # -- costs --------------------------------------------------------------------------------

    def manner(self, change: Change) -> Kind:
        """Return that a flow is made anew unless only its actions and its status change."""
        wanted, remote = change.desired, change.remote
        if change.kind not in {Kind.UPDATE, Kind.ADOPT, Kind.MOVE} or not change.fields:
            return change.kind
        if wanted is None or remote is None or _patchable(remote, wanted.body):
            return change.kind
        return Kind.REPLACE

    def calls(self, change: Change) -> Mapping[str, int]:
        """Return the calls of a change."""
        wanted = change.desired.body if change.desired is not None else {}
        has = change.remote.body.get(STATUS) if change.remote is not None else "draft"
        switch = int(wanted.get(STATUS) not in {None, has})
        if change.kind in REMOVALS:
            return {"DELETE flows": 1}
        if change.kind is Kind.ACTIVATE:  # also of what is only made before it
            return {"PATCH flows": 1, "GET flows": 1}
        if change.remote is None:
            return {"POST flows": 1, **({"PATCH flows": switch} if switch else {})}
        if change.kind is Kind.REPLACE:
            made = {"GET flows": 1, "POST flows": 1, "DELETE flows": 1}
            return made | ({"PATCH flows": 1} if wanted.get(STATUS) == "live" else {})
        pairs = zip(_actions(change.remote.body), _actions(wanted), strict=False)
        count = sum(not same(one, other) for one, other in pairs)
        made = {"GET flows": 1, "PATCH flow-actions": count}
        return made | ({"PATCH flows": switch} if switch else {})

    # -- words --------------------------------------------------------------------------------

    def _item(self, found: Json, call: str) -> Item:
        item, said = super()._item(found, call), attributes(found)
        definition = said.get("definition")
        if not isinstance(definition, dict):
            raise foreign(call)
        self._read_last[item.id] = found
        triggers = cast("list[Body]", definition.get("triggers") or [{}])
        own, real = self._status_of(found), normal.actions(definition)
        held: Body = {"trigger": triggers[0], "actions": normal.told(real, own, self._edited)}
        for name in ("profile_filter", "reentry_criteria"):
            if definition.get(name):
                held[name] = definition[name]
        status = "live" if said.get("status") == "live" else "draft"
        return structs.replace(
            item,
            revision=f"{item.revision} {status}",
            body={"title": item.body["title"], STATUS: status, **self._metrics.names(held)},
            marked=True,
        )


def _message(data: Body) -> Body:
    return cast("Body", data.get("message") or {})


def _message_id(native: Json) -> str:
    return str(_message(cast("Body", native.get("data") or {})).get("id") or "")


def _letters(found: Json) -> Iterator[Body]:
    """Yield the messages of a flow that have a copy of a template."""
    definition = cast("Json", attributes(found).get("definition") or {})
    for one in cast("list[Body]", definition.get("actions") or []):
        message = _message(cast("Body", one.get("data") or {}))
        if message.get("id") and message.get("template_id"):
            yield message


def _mark(found: Json) -> mark.Mark:
    return mark.read(str(attributes(found).get("name") or ""))


def _digest(body: Body) -> str:
    return mark.stamp({key: value for key, value in body.items() if key != STATUS})


def _actions(body: Body) -> list[Body]:
    return cast("list[Body]", body.get("actions") or [])


def _patchable(remote: Remote, wanted: Body) -> bool:
    """Say whether only what actions do is to be changed, and the status."""
    return same(_frame(remote.body), _frame(wanted))


def _frame(body: Body) -> Body:
    rest = {key: value for key, value in body.items() if key not in {STATUS, "actions"}}
    held = [{k: v for k, v in one.items() if k != "data"} for one in _actions(body)]
    return rest | {"actions": held}


def _gone(id_: str) -> TargetRejectedError:
    return TargetRejectedError(text("Klaviyo has no flow {id}", id=id_), status=404)
