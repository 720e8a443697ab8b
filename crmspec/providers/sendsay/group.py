"""Segments as groups with a filter, lists as groups without: their codes are of our choosing.

The code `PROJECT__KIND__ID` marks a group as the project's. Of codes that hold the middle twice the
last one counts, so that no two projects share a code.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from crmspec.diagnostics import text
from crmspec.engine.change import REMOVALS
from crmspec.engine.error import TargetRejectedError
from crmspec.engine.resource import Address
from crmspec.ir.channel import List
from crmspec.providers.rest import Encoded, Point, Untold
from crmspec.providers.sendsay.account import PART, entries, strange
from crmspec.providers.sendsay.collection import Objects, item, touched

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crmspec.engine.body import Body
    from crmspec.engine.change import Change
    from crmspec.engine.resource import Remote
    from crmspec.ir.value import Resource
    from crmspec.lower.outcome import Key
    from crmspec.providers.rest import Brief, Item
    from crmspec.providers.sendsay.account import Account

TYPES = {"segment": "filter", "list": "list"}
"""Kind of resource → type of group."""


def group_key(project: str, address: Address) -> str:
    """Return the code of the group of a resource."""
    return f"{project}__{address.kind}__{address.id}"


def group_of(code: str) -> tuple[str, Address] | None:
    """Return the project that a code names, and the resource; None for other codes."""
    for kind in TYPES:
        owner, middle, name = code.rpartition(f"__{kind}__")
        if owner and middle and name:
            return owner, Address(kind, name)
    return None


def group_address(project: str, code: str) -> Address | None:
    """Return the resource of a project that a code is about."""
    found = group_of(code)
    return None if found is None or found[0] != project else found[1]


def encode_list(_: Brief, key: Key, node: Resource, __: frozenset[int]) -> Encoded:
    """Return a group of addresses, which has nothing but a name; see `providers.rest.Encoder`."""
    assert isinstance(node, List)  # noqa: S101 - encoders are by kind
    untold = Untold(key)
    if node.purpose == "suppression":
        said = text("Sendsay has stop-lists of its own, which are no groups")
        untold.lack("kind", "list", node, said, at="purpose")
    if node.opt_in == "double":
        said = text("Sendsay asks for confirmation in forms and imports, not by list")
        untold.otherwise("kind", "list", node, said, at="opt_in")
    return Encoded({}, tuple(untold.gaps))


class GroupCollection(Objects):
    """The groups of one kind; `addresses` is what their members are, such as `email`."""

    def __init__(self, kind: str, account: Account, project: str, addresses: str) -> None:
        super().__init__(kind, account, project)
        self._addresses = addresses

    def points(self, node: Mapping[str, object]) -> Iterator[Point]:
        """Yield the fields that hold codes of groups and questions."""
        yield Point("pid", "segment")
        yield Point("pid", "list")
        if node.get("aid") == "custom":
            yield Point("qid", "attribute")

    def list(self) -> Iterator[Item]:
        """Yield all groups of the kind; those of the project come with their filters."""
        rows = self.account.listed("group.list")
        mine = [row for row in rows if row.get("type") == TYPES[self.kind]]
        known = {str(row["id"]): self._address(str(row["id"])) for row in mine}
        ours = [id_ for id_, address in known.items() if address is not None]
        told = self._told(ours) if self.kind == "segment" else {}
        for row in mine:
            id_ = str(row["id"])
            yield self._item(told.get(id_, row), whole=id_ in told or self.kind == "list")

    def _told(self, ids: Sequence[str]) -> dict[str, Body]:
        """Return groups with their filters, by code."""
        found: dict[str, Body] = {}
        for start in range(0, len(ids), PART):
            asked = {"id": list(ids[start : start + PART]), "with_filter": 1}
            data = self.account.read("group.get", asked)
            found |= {str(one["id"]): one for one in entries("group.get", data)}
        return found

    def get(self, id_: str) -> Item | None:
        """Return a group by its code."""
        try:
            found = self._told([id_]).get(id_)
        except TargetRejectedError as error:
            if error.status == HTTPStatus.NOT_FOUND:
                return None
            raise
        if found is None or found.get("type") != TYPES[self.kind]:
            return None
        return self._item(found)

    def lookup(self, address: Address) -> Iterator[Item]:
        """Yield the group that has the code of a resource; a segment without a filter is not done.

        Making one takes two calls: what the first alone has made is finished by `create`.
        """
        found = self.get(group_key(self.project, address))
        if found is not None and (self.kind == "list" or found.body.get("filter")):
            yield found

    def create(self, address: Address, body: Body, key: str) -> Item:  # noqa: ARG002 - none there
        """Make a group under the code of its resource, unless it is there, and set its filter."""
        id_ = group_key(self.project, address)
        named = {"id": id_, "name": body["title"], "type": TYPES[self.kind]}
        try:
            self.account.write("group.create", named | {"addr_type": self._addresses})
        except TargetRejectedError as error:
            if error.fatal or self.get(id_) is None:
                raise
            self._rename(id_, body)
        if self.kind == "segment":
            self._refine(id_, body)
        return self._fresh(id_, "group.create")

    def update(self, change: Change, remote: Remote, body: Body) -> Item:
        """Rename a group, set its filter, or both."""
        about = touched(change)
        if "title" in about:
            self._rename(remote.id, body)
        if "filter" in about:
            self._refine(remote.id, body)
        return self._fresh(remote.id, "group.set")

    def _rename(self, id_: str, body: Body) -> None:
        self.account.put("group.set", {"id": id_, "name": body["title"]})

    def _refine(self, id_: str, body: Body) -> None:
        self.account.put("group.filter.set", {"id": id_, "filter": body["filter"]})

    def _fresh(self, id_: str, action: str) -> Item:
        found = self.get(id_)
        if found is None:
            raise strange(action, reads=False)
        return found

    def remove(self, change: Change, remote: Remote) -> None:  # noqa: ARG002 - as the port has it
        """Delete a group; its members stay in the account."""
        try:
            self.account.write("group.delete", {"id": remote.id})
        except TargetRejectedError as error:
            if error.status != HTTPStatus.NOT_FOUND:
                raise

    def foreseen(self, address: Address) -> str | None:
        """Return the code that a group will have."""
        return group_key(self.project, address)

    def calls(self, change: Change) -> Mapping[str, int]:
        """Return the calls of a change; what was written is read back."""
        if change.kind in REMOVALS:
            return {"group.delete": 1}
        refined = {"group.filter.set": 1} if self.kind == "segment" else {}
        if change.remote is None:
            return {"group.create": 1, **refined, "group.get": 1}
        about = touched(change)
        named = {"group.set": 1} if "title" in about else {}
        return {**named, **(refined if "filter" in about else {}), "group.get": 1}

    # -- words --------------------------------------------------------------------------------

    def _address(self, id_: str) -> Address | None:
        found = group_address(self.project, id_)
        return None if found is None or found.kind != self.kind else found

    def _item(self, data: Body, *, whole: bool = True) -> Item:
        body: Body = {"title": data.get("name", "")}
        if self.kind == "segment" and whole:
            body["filter"] = data.get("filter") or []
        id_ = str(data["id"])
        found = group_of(id_)
        project = None if found is None else found[0]
        return item(id_, body, self._address(id_), project=project, whole=whole)
