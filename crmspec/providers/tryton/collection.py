"""Scenarios of a database of Tryton, over its REST interface.

Names are not unique, and there is nothing else to mark an object by, so that the marker stands at
the end of the name: `Welcome [shop/welcome]`.
"""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256
from http import HTTPStatus
from typing import TYPE_CHECKING, cast

from crmspec.diagnostics import text
from crmspec.engine.change import REMOVALS, STATUS, Kind
from crmspec.engine.error import (
    TargetBusyError,
    TargetError,
    TargetRejectedError,
    TargetUncertainError,
    TargetUnusableError,
)
from crmspec.engine.resource import Address
from crmspec.engine.retry import ATTEMPTS, pause
from crmspec.providers.http import Page, by_offset, route
from crmspec.providers.rest import Item, Point
from crmspec.providers.rest.mark import split, suffix
from crmspec.providers.tryton import tree
from crmspec.providers.tryton.tree import ACTIVITY, SCENARIO

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crmspec.engine.body import Body
    from crmspec.engine.change import Change
    from crmspec.engine.port import Clock
    from crmspec.engine.resource import Remote
    from crmspec.providers.http import Client, Reply
    from crmspec.providers.tryton.tree import Row

    Rows = list[Row]

_CHANGED = ("create_date", "write_date", "write_uid.name")
_SCENARIO = ("name", "model", "domain", "unsubscribable", "state", *_CHANGED)
_ACTIVITY = (*tree.FIELDS, *_CHANGED)
_PAGE = 1000
_WAY = {
    ("running", "draft"): ("stop",),
    ("draft", "live"): ("run",),
    ("stopped", "live"): ("draft", "run"),
}
"""State and wanted status → the buttons that lead there."""


class Scenarios:
    """The scenarios of one database; implements `rest.Collection`."""

    kind = "chain"

    def __init__(self, client: Client, project: str, clock: Clock) -> None:
        self._client, self._project, self._clock = client, project, clock

    def points(self, node: Mapping[str, object]) -> Iterator[Point]:  # noqa: ARG002 - as the port
        """Yield nothing: segments are written into scenarios."""
        return iter(())

    # -- reading ------------------------------------------------------------------------------

    def list(self) -> Iterator[Item]:
        """Yield all scenarios with their activities."""
        scenarios = self._all(SCENARIO, _SCENARIO)
        below: dict[str, Rows] = {}
        for row in self._all(ACTIVITY, _ACTIVITY) if scenarios else ():
            below.setdefault(str(row.get("parent")), []).append(row)
        for one in scenarios:
            yield self._item(one, _gathered(below, f"{SCENARIO},{one['id']}"))

    def get(self, id_: str) -> Item | None:
        """Return a scenario with its activities."""
        found = self._scenario(id_)
        return None if found is None else self._item(found, self._rows(id_))

    def lookup(self, address: Address) -> Iterator[Item]:
        """Yield the scenarios with the marker of a resource."""
        marker = suffix(self._project, address.id).replace("_", r"\_")
        domain = [["name", "like", f"%{marker}"]]
        for one in self._all(SCENARIO, _SCENARIO, domain):
            item = self._item(one, self._rows(str(one["id"])))
            if item.address == address:
                yield item

    def _scenario(self, id_: str) -> Row | None:
        path = route(f"/{SCENARIO}/{{id}}", id=id_)
        try:
            reply = self._client.call("GET", path, query={"f": _SCENARIO})
        except TargetRejectedError as error:
            if error.status == HTTPStatus.NOT_FOUND:
                return None
            raise
        return _row(reply.data, f"GET {path}")

    def _rows(self, id_: str) -> Sequence[Row]:
        """Return the activities of a scenario, level by level."""
        found: Rows = []
        above = [f"{SCENARIO},{id_}"]
        while above:
            level = self._all(ACTIVITY, _ACTIVITY, [["parent", "in", above]])
            found += level
            above = list(tree.references(level))
        return found

    def _all(
        self, model: str, fields: Sequence[str], domain: Sequence[object] = ()
    ) -> Sequence[Row]:
        call = f"GET /{model}"

        def read(offset: int, limit: int) -> Page[int]:
            query: dict[str, str | int | Sequence[str]] = {
                "f": fields,
                "p": offset,
                "s": limit,
                "o": tree.coded([["id", "ASC"]]),
            }
            more = {"d": tree.coded(domain)} if domain else {}
            reply = self._client.call("GET", f"/{model}", query={**query, **more})
            if not isinstance(reply.data, list):
                raise _foreign(call)
            return Page(items=[_row(one, call) for one in reply.data])

        return by_offset(read, call, lambda one: one["id"], _PAGE)

    # -- writing ------------------------------------------------------------------------------

    def create(self, address: Address, body: Body, key: str) -> Item:  # noqa: ARG002 - none there
        """Make a scenario with all its activities, and run it if it is to be live."""
        data = self._native(address, body)
        data["activities"] = tree.planted(_activities(body))
        made = self._written("POST", f"/{SCENARIO}", data)
        return self._switched(str(made["id"]), str(made["state"]), body)

    def update(self, change: Change, remote: Remote, body: Body) -> Item:
        """Bring a scenario and its activities to a body, or only run it."""
        if change.kind is not Kind.ACTIVATE:
            data = self._native(change.address, body)
            rows = self._rows(remote.id)
            data["activities"] = tree.regrown(rows, remote.id, _activities(body))
            path = route(f"/{SCENARIO}/{{id}}", id=remote.id)
            state = str(self._written("PUT", path, data)["state"])
        else:
            found = self._scenario(remote.id)
            state = str(found["state"]) if found is not None else ""
        return self._switched(remote.id, state, body)

    def _switched(self, id_: str, state: str, body: Body) -> Item:
        """Press the buttons that lead to the wanted state, and return what is there then."""
        for button in _WAY.get((state, str(body.get(STATUS))), ()):
            self._written("POST", route(f"/{SCENARIO}/{{id}}/{button}", id=id_), {})
        try:
            found = self.get(id_)
        except TargetError as error:  # what is written is not known to be read
            raise TargetUncertainError(error.message, *error.help) from None
        if found is None:
            raise TargetUncertainError(text("the scenario is gone as soon as it was written"))
        return found

    def remove(self, change: Change, remote: Remote) -> None:  # noqa: ARG002 - as the port has it
        """Stop a scenario, and delete its activities, which Tryton would leave behind, and it.

        After a doubtful answer it looks itself: half a scenario is none that anybody changed.
        """
        for _ in range(ATTEMPTS - 1):
            with suppress(TargetUncertainError):
                return self._removed(remote.id)
        return self._removed(remote.id)

    def _removed(self, id_: str) -> None:
        found = self._scenario(id_)
        if found is None:
            return
        path = route(f"/{SCENARIO}/{{id}}", id=id_)
        if found["state"] == "running":
            self._called("POST", f"{path}/stop", {})
        gone = tree.regrown(self._rows(id_), id_, [])
        if gone:
            self._called("PUT", path, {"activities": gone})
        try:
            self._client.call("DELETE", path, reads=True)  # again does no harm
        except TargetRejectedError as error:
            if error.status != HTTPStatus.NOT_FOUND:
                raise

    def _called(self, method: str, path: str, data: object) -> Reply:
        """Make one call of several: what was put off is made again, without those before it."""
        number = 0
        while True:
            number += 1
            try:
                return self._client.call(method, path, query={"f": _SCENARIO}, json=data)
            except TargetBusyError as error:
                seconds = pause(number, error, path)
                if seconds is None:
                    raise
                self._clock.sleep(seconds)

    def foreseen(self, address: Address) -> str | None:  # noqa: ARG002 - as the port has it
        """Return nothing: Tryton gives the ids."""
        return None

    def rehearse(self, address: Address, remote: Remote | None, body: Body) -> None:
        """Do nothing: Tryton judges only what it keeps."""

    def manner(self, change: Change) -> Kind:
        """Return that everything is done as it is said."""
        return change.kind

    def calls(self, change: Change) -> Mapping[str, int]:
        """Return the calls of a change; what was written is read again, level by level."""
        old = [] if change.remote is None else _activities(change.remote.body)
        if change.kind in REMOVALS:
            live = change.remote is not None and change.remote.body.get(STATUS) == "live"
            return {
                f"GET {SCENARIO}": 1,
                f"GET {ACTIVITY}": 1 + tree.depth(old),
                f"POST {SCENARIO}": int(live),
                f"PUT {SCENARIO}": int(bool(old)),
                f"DELETE {SCENARIO}": 1,
            }
        body = change.desired.body if change.desired is not None else {}
        has = change.remote.body.get(STATUS) if change.remote is not None else "draft"
        created, switched = change.remote is None, body.get(STATUS, has) != has
        written = not created and change.kind is not Kind.ACTIVATE
        looked = 1 + tree.depth(_activities(body)) + (1 + tree.depth(old) if written else 0)
        return {
            f"GET {SCENARIO}": 1 + int(change.kind is Kind.ACTIVATE),
            f"GET {ACTIVITY}": looked,
            f"POST {SCENARIO}": int(created) + int(switched),
            f"PUT {SCENARIO}": int(written),
        }

    # -- words --------------------------------------------------------------------------------

    def _native(self, address: Address, body: Body) -> Body:
        return {
            "name": f"{body['title']}{suffix(self._project, address.id)}",
            "model": body["model"],
            "domain": tree.written(body["domain"]),
            "unsubscribable": body["unsubscribable"],
        }

    def _written(self, method: str, path: str, data: object) -> Row:
        reply = self._called(method, path, data)
        try:
            return _row(reply.data, f"{method} {path}")
        except TargetUnusableError as error:  # nobody knows whether it was written
            raise TargetUncertainError(error.message, *error.help) from None

    def _item(self, row: Row, rows: Sequence[Row]) -> Item:
        id_, name = str(row["id"]), str(row.get("name") or "")
        mark = split(name)
        ours = mark.project == self._project
        body: Body = {
            "title": mark.title if ours else name,
            STATUS: "live" if row.get("state") == "running" else "draft",
            "model": row.get("model"),
            "domain": tree.understood(row.get("domain")),
            "unsubscribable": bool(row.get("unsubscribable")),
            "activities": tree.grown(rows, id_),
        }
        latest = max((row, *rows), key=_moment)
        kept = json.dumps([name, body], sort_keys=True, ensure_ascii=False)
        return Item(
            id=id_,
            revision=sha256(kept.encode()).hexdigest()[:16],
            body=body,
            address=Address(self.kind, mark.id) if ours and mark.id else None,
            marked=ours,
            project=mark.project,
            changed_at=_moment(latest) or None,
            changed_by=_who(latest),
        )


def _gathered(below: Mapping[str, Sequence[Row]], parent: str) -> Sequence[Row]:
    """Return all activities below a scenario or an activity."""
    found, above = [], [parent]
    while above:
        level = [row for one in above for row in below.get(one, ())]
        found += level
        above = list(tree.references(level))
    return found


def _activities(body: Mapping[str, object]) -> list[Body]:
    return cast("list[Body]", body.get("activities", []))


def _moment(row: Row) -> str:
    """Return when a record was written last, in ISO 8601."""
    found = row.get("write_date") or row.get("create_date")
    if not isinstance(found, dict):
        return ""
    names = ("year", "month", "day", "hour", "minute", "second")
    parts = [int(found[name]) for name in names]
    return datetime(*parts, tzinfo=UTC).isoformat()  # type: ignore[arg-type, misc]


def _who(row: Row) -> str | None:
    found = row.get("write_uid")
    name = found.get("name") if isinstance(found, dict) else None
    return name if isinstance(name, str) else None


def _row(data: object, call: str) -> Row:
    if not isinstance(data, dict) or not isinstance(data.get("id"), int):
        raise _foreign(call)
    return data


def _foreign(call: str) -> TargetUnusableError:
    return TargetUnusableError(
        text("{call}: the answer is not what Tryton would say", call=call),
        text("see that `url` and `database` of the target are right"),
    )
