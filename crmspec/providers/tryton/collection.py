"""Scenarios of a database of Tryton.

Names are not unique, and there is nothing else to mark an object by, so that the marker stands at
the end of the name: `Welcome [shop/welcome]`.
"""

from __future__ import annotations

import json
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, TypeVar, cast

from crmspec.diagnostics import text
from crmspec.engine.attempt import conflict, gone
from crmspec.engine.change import REMOVALS, STATUS, Kind
from crmspec.engine.error import (
    TargetBusyError,
    TargetError,
    TargetRejectedError,
    TargetUncertainError,
)
from crmspec.engine.resource import Address
from crmspec.engine.retry import ATTEMPTS, pause
from crmspec.providers.http import Page, by_offset
from crmspec.providers.rest import Item, Point
from crmspec.providers.rest.mark import split, suffix
from crmspec.providers.tryton import tree
from crmspec.providers.tryton.domain import clause, plain
from crmspec.providers.tryton.tree import ACTIVITY, SCENARIO

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from crmspec.engine.body import Body
    from crmspec.engine.change import Change
    from crmspec.engine.port import Clock
    from crmspec.engine.resource import Remote
    from crmspec.providers.tryton.database import Database
    from crmspec.providers.tryton.tree import Row

    Rows = list[Row]

_Made = TypeVar("_Made")

_CHANGED = ("create_date", "write_date", "write_uid.name")
_SCENARIO = ("name", "model", "domain", "unsubscribable", "state", *_CHANGED)
_ACTIVITY = (*tree.FIELDS, *_CHANGED)
_WAITING = "marketing.automation.record.activity"
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

    def __init__(self, database: Database, project: str, clock: Clock) -> None:
        self._database, self._project, self._clock = database, project, clock

    def points(self, node: Mapping[str, object]) -> Iterator[Point]:  # noqa: ARG002 - as the port
        """Yield nothing: segments are written into scenarios."""
        return iter(())

    def normalise(self, address: Address, body: Body) -> Body:  # noqa: ARG002 - all are scenarios
        """Return a scenario as this version keeps it, with activities by their names."""
        kept = {name: value for name, value in body.items() if name not in self._database.lacks}
        domain = (
            clause(plain(body["domain"])) if isinstance(body["domain"], list) else body["domain"]
        )
        return {**kept, "domain": domain, "activities": tree.ordered(_activities(body))}

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
        """Yield the scenarios with the marker of a resource.

        A `_` stands for any letter in such a search, and 6.0 knows no way to say otherwise.
        """
        domain = [["name", "like", f"%{suffix(self._project, address.id)}"]]
        for one in self._all(SCENARIO, _SCENARIO, domain):
            item = self._item(one, self._rows(str(one["id"])))
            if item.address == address:
                yield item

    def people(self, id_: str) -> int | None:
        """Return for how many parties an activity of a scenario waits, up to a page of them.

        None if there are more, or if the user may not read them.
        """
        domain = [["record.scenario", "=", int(id_)], ["state", "=", "waiting"]]
        try:
            found = self._database.search(_WAITING, ("record",), domain, 0, _PAGE)
        except TargetRejectedError:
            return None
        return len({str(one.get("record")) for one in found}) if len(found) < _PAGE else None

    def _scenario(self, id_: str) -> Row | None:
        found = self._all(SCENARIO, _SCENARIO, [["id", "=", int(id_)]])
        return found[0] if found else None

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
        def read(offset: int, limit: int) -> Page[int]:
            return Page(items=self._database.search(model, fields, domain, offset, limit))

        call = self._database.endpoint("search", model)
        return by_offset(read, call, lambda one: one["id"], _PAGE)

    # -- writing ------------------------------------------------------------------------------

    def create(self, address: Address, body: Body, key: str) -> Item:  # noqa: ARG002 - none there
        """Make a scenario with all its activities, and run it if it is to be live."""
        data = self._native(address, body)
        data["activities"] = tree.planted(_activities(body))
        made = self._patiently(SCENARIO, lambda: self._database.create(SCENARIO, data))
        return self._switched(str(made), "draft", body, {})

    def update(self, change: Change, remote: Remote, body: Body) -> Item:
        """Bring a scenario and its activities to a body, or only run it.

        Raises:
            RevisionConflictError: somebody changed it since the plan, or while this was done.
        """
        found, rows = self._current(change, remote)
        seen = tree.stamps([found], SCENARIO)
        if change.kind is not Kind.ACTIVATE:
            data = self._native(change.address, body)
            data["activities"] = tree.regrown(rows, remote.id, _activities(body))
            self._written(remote.id, data, seen | tree.stamps(rows, ACTIVITY))
            seen = {}
        return self._switched(remote.id, str(found["state"]), body, seen)

    def _current(self, change: Change, remote: Remote) -> tuple[Row, Sequence[Row]]:
        """Return a scenario with its activities, which are as the plan has seen them."""
        found = self._scenario(remote.id)
        if found is None:
            raise gone(change)
        rows = self._rows(remote.id)
        if self._item(found, rows).revision != remote.revision:
            raise conflict(change)
        return found, rows

    def _switched(self, id_: str, state: str, body: Body, seen: Mapping[str, str]) -> Item:
        """Press the buttons that lead to the wanted state, and return what is there then."""
        for button in _WAY.get((state, str(body.get(STATUS))), ()):
            self._pressed(id_, button, seen)
            seen = {}
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
        rows, seen = self._rows(id_), tree.stamps([found], SCENARIO)
        if found["state"] == "running":
            self._pressed(id_, "stop", seen)
            seen = {}
        orders = tree.regrown(rows, id_, [])
        if orders:
            self._written(id_, {"activities": orders}, seen | tree.stamps(rows, ACTIVITY))
        self._database.delete(SCENARIO, id_)

    def _written(self, id_: str, data: Body, seen: Mapping[str, str]) -> None:
        self._patiently(id_, lambda: self._database.write(SCENARIO, id_, data, seen))

    def _pressed(self, id_: str, button: str, seen: Mapping[str, str]) -> None:
        self._patiently(id_, lambda: self._database.press(SCENARIO, id_, button, seen))

    def _patiently(self, key: str, call: Callable[[], _Made]) -> _Made:
        """Make one call of several: what was put off is made again, without those before it."""
        number = 0
        while True:
            number += 1
            try:
                return call()
            except TargetBusyError as error:
                seconds = pause(number, error, key)
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
        has = change.remote.body.get(STATUS) if change.remote is not None else "draft"
        if change.kind in REMOVALS:
            return self._counted(
                ("search", SCENARIO, 1),
                ("search", ACTIVITY, 1 + tree.depth(old)),
                ("press", SCENARIO, has == "live"),
                ("write", SCENARIO, bool(old)),
                ("delete", SCENARIO, 1),
            )
        body = change.desired.body if change.desired is not None else {}
        created = change.remote is None and change.kind is not Kind.ACTIVATE
        before = 0 if created else 1 + tree.depth(old)
        return self._counted(
            ("search", SCENARIO, 1 + (not created)),
            ("search", ACTIVITY, 1 + tree.depth(_activities(body)) + before),
            ("create", SCENARIO, created),
            ("write", SCENARIO, not created and change.kind is not Kind.ACTIVATE),
            ("press", SCENARIO, body.get(STATUS, has) != has),
        )

    def _counted(self, *deeds: tuple[str, str, int]) -> Mapping[str, int]:
        count = Counter[str]()
        for deed, model, number in deeds:
            count[self._database.endpoint(deed, model)] += int(number)
        return +count  # without those that are not made

    # -- words --------------------------------------------------------------------------------

    def _native(self, address: Address, body: Body) -> Body:
        return {
            "name": f"{body['title']}{suffix(self._project, address.id)}",
            "model": body["model"],
            "domain": tree.written(body["domain"]),
            "unsubscribable": body.get("unsubscribable"),
        }

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
