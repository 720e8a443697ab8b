"""Journeys in an app, by an API in beta: made as drafts, switched on, never back to drafts."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from crmspec.engine.attempt import conflict
from crmspec.engine.change import LIVE, REMOVALS, STATUS, Kind
from crmspec.engine.error import TargetRejectedError
from crmspec.providers.http import Page, by_mark
from crmspec.providers.onesignal.collection import Collection, Json
from crmspec.providers.onesignal.shape import FIELDS, by_name, locked, normalised, told, with_ids
from crmspec.providers.rest.mark import split

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from crmspec.engine.body import Body
    from crmspec.engine.change import Change
    from crmspec.engine.resource import Address, Remote
    from crmspec.providers.http import Client
    from crmspec.providers.rest import Item

_PAGE = 50
_RUNNING = frozenset({"active", "processing", "scheduled"})
_ARCHIVED = "archived"
_KEY = "concurrency_key"


class Journeys(Collection):
    """The journeys of an app that are not archived."""

    kind, name = "chain", "journeys"

    def __init__(self, client: Client, app: str, project: str) -> None:
        super().__init__(client, app, project)
        self._seen: dict[str, Json] = {}

    def create(self, address: Address, body: Body, key: str) -> Item:  # noqa: ARG002 - none there
        """Make a draft, and switch it on if it is to be live."""
        described = {"description": body["description"]} if "description" in body else {}
        written = {name: body[name] for name in FIELDS if name in body}
        sent = {"name": self._named(address, body)} | described | written
        made = self._written("POST", None, sent, address)
        return self._state(made.id, "active", address) if body.get(STATUS) == LIVE else made

    def update(self, change: Change, remote: Remote, body: Body) -> Item:
        """Change a journey, switch it on, or stop it and make another one."""
        match change.kind:
            case Kind.ACTIVATE:
                return self._state(remote.id, "active", change.address)
            case Kind.REPLACE:
                return self._replaced(change, remote, body)
        try:
            return super().update(change, remote, body)
        except TargetRejectedError as error:
            if error.status == HTTPStatus.CONFLICT:
                raise conflict(change) from None
            raise

    def _replaced(self, change: Change, remote: Remote, body: Body) -> Item:
        """Make another journey, and only then stop the one that runs.

        Drafts of the same name were left by a run that was cut off in between.
        """
        for row in list(self._there()):
            if _is_draft(row) and _owner(row) == (self._project, change.address.id):
                self._call("DELETE", str(row.get("id")))
        draft = {key: value for key, value in body.items() if key != STATUS}
        made = self.create(change.address, draft, change.key)
        self.remove(change, remote)
        live = body.get(STATUS) == LIVE
        return self._state(made.id, "active", change.address) if live else made

    def remove(self, change: Change, remote: Remote) -> None:
        """Archive what runs, so that its figures stay; delete what never did."""
        if remote.body.get(STATUS) != LIVE:
            super().remove(change, remote)
            return
        try:
            self._state(remote.id, _ARCHIVED, change.address)
        except TargetRejectedError as error:
            if error.status != HTTPStatus.NOT_FOUND:
                raise

    def manner(self, change: Change) -> Kind:
        """Return that what is locked while it runs takes another journey, and what runs is kept."""
        wanted, remote = change.desired, change.remote
        if remote is None or remote.body.get(STATUS) != LIVE:
            return change.kind
        if change.kind is Kind.DELETE:
            return Kind.ARCHIVE
        if change.kind is not Kind.UPDATE or wanted is None:
            return change.kind
        stays = wanted.body.get(STATUS, LIVE) == LIVE
        fits = locked(wanted.body) == locked(remote.body)
        return Kind.UPDATE if stays and fits else Kind.REPLACE

    def calls(self, change: Change) -> Mapping[str, int]:
        """Return the calls of a change: a journey is made as a draft, and switched on after it."""
        patch, post = f"PATCH {self.name}", f"POST {self.name}"
        live = change.desired is not None and change.desired.body.get(STATUS) == LIVE
        running = change.remote is not None and change.remote.body.get(STATUS) == LIVE
        if change.kind in REMOVALS:
            return {patch if running else f"DELETE {self.name}": 1}
        if change.kind is Kind.REPLACE:
            return {f"GET {self.name}": 1, patch: 1 + int(live), post: 1}
        if change.remote is None and change.kind is not Kind.ACTIVATE:
            return {post: 1} | ({patch: 1} if live else {})
        return {patch: 1}

    def _rows(self) -> Iterable[Json]:
        """Yield the journeys; what runs hides a draft that is to take its place one day."""
        found = list(self._there())
        running = {_owner(row) for row in found if not _is_draft(row)} - {None}
        return (row for row in found if _owner(row) not in running or not _is_draft(row))

    def _there(self) -> Iterator[Json]:
        call = f"GET {self._path(None)}"

        def read(cursor: str | None) -> Page[str]:
            query = {"limit": str(_PAGE)} | ({} if cursor is None else {"cursor": cursor})
            data = self._call("GET", None, query=query).data
            rows = data.get(self.name) if isinstance(data, dict) else None
            if not isinstance(data, dict) or not isinstance(rows, list):
                raise self._foreign(call)
            after = data.get("next_cursor") if data.get("has_more") else None
            return Page(items=rows, next=after if isinstance(after, str) else None)

        for row in by_mark(read, call, lambda row: str(row.get("id"))):
            if row.get("state") != _ARCHIVED:
                yield row

    def _path(self, id_: str | None) -> str:
        return self._app_path(id_)

    def _read(self, id_: str) -> Item | None:
        data = self._whole(id_)
        return None if data.get("state") == _ARCHIVED else self._told(data)

    def _whole(self, id_: str) -> Json:
        data = self._call("GET", id_).data
        if not isinstance(data, dict) or not isinstance(data.get("id"), str):
            raise self._foreign(f"GET {self._path(id_)}")
        return data

    def _changed(self, change: Change, remote: Remote, body: Body) -> Body:
        """Return a patch: what goes is null, nodes that stay keep the ids of the server.

        Raises:
            RevisionConflictError: somebody changed the journey since it was read.
        """
        there = self._seen.get(remote.id) or self._whole(remote.id)
        if self._told(there).revision != remote.revision:
            raise conflict(change)
        written = {name: body.get(name) for name in FIELDS}
        return {
            "name": self._named(change.address, body),
            "description": body.get("description"),
            **written,
            "nodes": with_ids(body.get("nodes"), by_name(there)),
            **({_KEY: there[_KEY]} if there.get(_KEY) else {}),
        }

    def _state(self, id_: str, state: str, address: Address) -> Item:
        return self._written("PATCH", id_, {"state": state}, address)

    def _made(self, data: Json, sent: Body, address: Address) -> Item:  # noqa: ARG002 - told whole
        return self._told(data)

    def _told(self, data: Json) -> Item:
        self._seen[str(data["id"])] = data
        status = LIVE if data.get("state") in _RUNNING else "draft"
        described = {"description": data["description"]} if data.get("description") else {}
        body = described | {STATUS: status} | normalised(told(data))
        key = data.get(_KEY)
        return self._item(data, body, f"{key} {status}" if key else None)


def _owner(row: Json) -> tuple[str | None, str] | None:
    """Return the project and the id that a name says."""
    mark = split(str(row.get("name")))
    return None if mark.id is None else (mark.project, mark.id)


def _is_draft(row: Json) -> bool:
    return row.get("state") not in _RUNNING
