"""Campaigns of Klaviyo: made, given a copy of a template, and named; a job of its own sends them.

A campaign has its marker when all of it is there: until then its name ends with `[PROJECT/ID …]`,
by which the next try finds it. The label of its message tells what its copy was made of, and is
written after it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from msgspec import structs

from crmspec.engine.change import REMOVALS, STATUS, Kind
from crmspec.providers.http import route
from crmspec.providers.klaviyo.collection import Form, KlaviyoCollection
from crmspec.providers.klaviyo.copied import COPY, edited, with_copy
from crmspec.providers.klaviyo.document import attributes, foreign, listed, related, single, written
from crmspec.providers.klaviyo.mark import stamp
from crmspec.providers.klaviyo.normal import template_of

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
    kind="broadcast",
    path="campaigns",
    type="campaign",
    fields=("audiences", "send_options", "send_strategy"),
    page=100,
    more={"include": "campaign-messages"},
)
_MESSAGE = "campaign-message"
_IDLE = ("Draft", "Cancelled")


class CampaignCollection(KlaviyoCollection):
    """The campaigns of e-mails of an account; archived ones do not count.

    A change takes several calls, and is tried again as a whole: `_begun` are the campaigns that
    have no marker yet, by name, `_letters` the messages of those that are worked on, `_done` the
    writes that have been answered; `_edited` are the copies that people edited, by campaign.
    """

    def __init__(self, form: Form, client: Client, project: str, metrics: Metrics) -> None:
        super().__init__(form, client, project, metrics)
        self._begun: dict[str, str] = {}
        self._letters: dict[str, Json] = {}
        self._done: set[str] = set()
        self._edited: dict[str, Body] = {}

    def list(self) -> Iterator[Item]:
        """Yield all campaigns."""
        query: dict[str, str | int] = {
            "filter": "equals(messages.channel,'email')",
            "include": "campaign-messages",
            "page[size]": FORM.page,
        }
        for found in listed(self._client, FORM.path, **query):
            if not attributes(found).get("archived"):
                self._begun[str(attributes(found).get("name"))] = str(found["id"])
                yield self._item(found, "GET /api/campaigns")

    def closely(self, id_: str) -> Item | None:
        """Return a campaign with the copy of its template, if people edited that: two calls."""
        found = self._read(id_)
        message = None if found is None else related(found, "campaign-messages")
        if found is None or message is None:
            return None
        label = cast("Body", attributes(message).get("definition") or {}).get("label")
        path = "/campaign-messages/{id}/template"
        copy = edited(self._client, path, message["id"], label)
        self._edited.pop(id_, None)
        if copy is not None:
            self._edited[id_] = copy
        return self._item(found, f"GET /api/campaigns/{id_}")

    def _read(self, id_: str) -> Json | None:
        found = super()._read(id_)
        return None if found is None or attributes(found).get("archived") else found

    # -- writing ------------------------------------------------------------------------------

    def create(self, address: Address, body: Body, key: str) -> Item:  # noqa: ARG002 - none there
        """Make a campaign, or go on with one that was begun; its marker comes last."""
        name = f"{body['title']} [{self._project}/{address.id} …]"
        id_ = self._begun.get(name) or self._made(name, body)
        self._begun[name] = id_
        self._told(id_, body)
        fields: Json = {"name": self._named(address, body)}
        self._once("PATCH", self._path(id_), written(FORM.type, fields, id_))
        return self._switched(id_, body)

    def _made(self, name: str, body: Body) -> str:
        held = cast("Body", body["message"])
        definition = {"channel": "email", "content": held["content"]}
        message = {"type": _MESSAGE, "attributes": {"definition": definition}}
        fields: Json = {"name": name, **self._held(body), "campaign-messages": {"data": [message]}}
        reply = self._client.call("POST", f"/{FORM.path}", json=written(FORM.type, fields))
        return str(single(reply.data, "POST /api/campaigns")["id"])

    def _held(self, body: Body) -> Json:
        return {name: body[name] for name in FORM.fields if name in body}

    def _once(self, method: str, path: str, data: Json) -> None:
        """Write something that this run has not written yet."""
        known = stamp([method, path, data])
        if known not in self._done:
            self._client.call(method, path, json=data)
            self._done.add(known)

    def update(self, change: Change, remote: Remote, body: Body) -> Item:
        """Change a campaign that is not sent yet: one that is scheduled is taken back before."""
        if change.kind is Kind.ACTIVATE:
            return self._switched(remote.id, body)
        if remote.body.get(STATUS) == "live":
            self._revert(remote.id)
        roots = _roots(change)
        if roots - {"message", STATUS}:
            audiences = {"excluded": [], **cast("Json", body["audiences"])}
            fields = {"name": self._named(change.address, body), **self._held(body)}
            data = written(FORM.type, fields | {"audiences": audiences}, remote.id)
            self._once("PATCH", self._path(remote.id), data)
        if "message" in roots:
            self._told(remote.id, body)
        return self._switched(remote.id, body)

    def _told(self, id_: str, body: Body) -> None:
        """Bring the message of a campaign to a body: the copy of the template, then its label."""
        message = self._letters.get(id_) or self._letter(id_)
        wanted, mid = cast("Body", body["message"]), str(message["id"])
        had = cast("Body", attributes(message).get("definition") or {})
        if had.get("label") != wanted["label"] or (id_ in self._edited and COPY not in wanted):
            link = {"data": {"type": "template", "id": wanted["template_id"]}}
            made = {"type": _MESSAGE, "id": mid, "relationships": {"template": link}}
            self._once("POST", "/campaign-message-assign-template", {"data": made})
            self._edited.pop(id_, None)
        definition = {"channel": "email", "label": wanted["label"], "content": wanted["content"]}
        path = route("/campaign-messages/{id}", id=mid)
        self._once("PATCH", path, written(_MESSAGE, {"definition": definition}, mid))

    def _letter(self, id_: str) -> Json:
        found = self._read(id_)
        message = None if found is None else related(found, "campaign-messages")
        if message is None:
            raise foreign(f"GET /api/campaigns/{id_}")
        self._letters[id_] = message
        return message

    def _switched(self, id_: str, body: Body) -> Item:
        """Schedule a campaign that is to be live, or send it if it has no moment."""
        item = self._fresh(id_)
        if body.get(STATUS) != "live" or item.body[STATUS] == "live":
            return item
        data: Json = {"data": {"type": "campaign-send-job", "id": id_}}
        self._client.call("POST", "/campaign-send-jobs", json=data)
        return self._fresh(id_)

    def _revert(self, id_: str) -> None:
        path, data = route("/campaign-send-jobs/{id}", id=id_), {"action": "revert"}
        self._once("PATCH", path, written("campaign-send-job", dict(data), id_))

    def _fresh(self, id_: str) -> Item:
        found = self.get(id_)
        if found is None:
            raise foreign(f"GET /api/campaigns/{id_}")
        return found

    # -- costs and words ----------------------------------------------------------------------

    def calls(self, change: Change) -> Mapping[str, int]:
        """Return the calls of a change."""
        wanted = change.desired.body if change.desired is not None else {}
        if change.kind in REMOVALS:
            return {"DELETE campaigns": 1}
        if change.kind is Kind.ACTIVATE:
            return {"POST campaign-send-jobs": 1, "GET campaigns": 2}
        roots = _roots(change)
        made = {"GET campaigns": 1}
        if change.remote is None or roots - {"message", STATUS}:
            made["PATCH campaigns"] = 1
        if change.remote is None:
            made |= {"POST campaigns": 1}
        if change.remote is None or "message" in roots:
            made |= {"GET campaigns": 2, "PATCH campaign-messages": 1}
            made["POST campaign-message-assign-template"] = 1
        if change.remote is not None and change.remote.body.get(STATUS) == "live":
            made["PATCH campaign-send-jobs"] = 1
        return made | ({"POST campaign-send-jobs": 1} if wanted.get(STATUS) == "live" else {})

    def _item(self, found: Json, call: str) -> Item:
        item, said = super()._item(found, call), attributes(found)
        message = related(found, "campaign-messages")
        if message is None:
            raise foreign(call)
        definition = cast("Body", attributes(message).get("definition") or {})
        held: Body = {
            "label": definition.get("label"),
            "content": definition.get("content"),
            **template_of(definition.get("label")),
        }
        status = "draft" if str(said.get("status")).startswith(_IDLE) else "live"
        changed = said.get("updated_at")
        return structs.replace(
            item,
            revision=f"{changed} {status}",
            body={
                **item.body,
                STATUS: status,
                "message": with_copy(held, self._edited.get(item.id)),
            },
            changed_at=changed if isinstance(changed, str) else None,
        )


def _roots(change: Change) -> set[str]:
    """Return which fields of the body a change is about."""
    return {re.split(r"[.\[]", one.path, maxsplit=1)[0] for one in change.fields}
