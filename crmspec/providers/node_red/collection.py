"""Tabs of Node-RED: one for each chain, marked in their description.

Node-RED gives ids to tabs, and takes those of nodes as they are: `PROJECT.CHAIN.STEP`. It refuses a
node whose id there is already, so that a tab is never made twice.
"""

from __future__ import annotations

import re
from collections import defaultdict
from http import HTTPStatus
from threading import Lock
from typing import TYPE_CHECKING, cast

import msgspec

from crmspec.diagnostics import text
from crmspec.engine.body import fingerprint
from crmspec.engine.change import LIVE, REMOVALS, STATUS, Kind
from crmspec.engine.error import (
    RevisionConflictError,
    TargetBusyError,
    TargetRejectedError,
    TargetUncertainError,
    TargetUnusableError,
)
from crmspec.engine.resource import Address
from crmspec.providers.http import route
from crmspec.providers.node_red.arrangement import arranged
from crmspec.providers.node_red.palette import meant, types, written
from crmspec.providers.rest import Item

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crmspec.diagnostics import Text
    from crmspec.engine.body import Body
    from crmspec.engine.change import Change
    from crmspec.engine.resource import Remote
    from crmspec.providers.http import Client
    from crmspec.providers.node_red.option import Account
    from crmspec.providers.rest import Point

_MARK = re.compile(r"\n*^crmspec: ([^\s/]+)/(\S+)[ \t]*$\n*", re.MULTILINE)
_REMARKS = frozenset({"comment", "group"})
"""Types of nodes that do nothing; what people wrote and drew stays."""


class Tab(msgspec.Struct, frozen=True):
    """A tab as Node-RED has it, with all its nodes."""

    id: str
    label: str = ""
    info: str = ""
    disabled: bool = False
    env: list[object] = []
    nodes: list[dict[str, object]] = []


class Tabs:
    """The tabs of a server; implements `rest.Collection`."""

    kind = "chain"

    def __init__(self, client: Client, project: str, login: Account | None) -> None:
        self._client, self._project, self._login = client, project, login
        self._own = re.compile(rf"{re.escape(project)}\.[a-z0-9_]+\.")
        self._guard, self._palette = Lock(), frozenset[str]()
        self._put_off: dict[str, Tab] = {}

    def points(self, node: Mapping[str, object]) -> Iterator[Point]:  # noqa: ARG002 - a port
        """Yield nothing: tabs do not point to each other."""
        return iter(())

    def list(self) -> Iterator[Item]:
        """Yield all tabs, in one call."""
        reply = self._client.call("GET", "/flows", headers={"Node-RED-API-Version": "v2"})
        data = reply.data.get("flows") if isinstance(reply.data, dict) else None
        if not isinstance(data, list) or not all(isinstance(one, dict) for one in data):
            raise _foreign("GET /flows")
        nodes: dict[object, list[object]] = defaultdict(list)
        for one in data:
            nodes[one.get("z")].append(one)
        for one in data:
            if one.get("type") == "tab":
                yield self._item(_tab({**one, "nodes": nodes[one.get("id")]}, "GET /flows"))

    def get(self, id_: str) -> Item | None:
        """Return a tab."""
        tab = self._read(id_)
        return None if tab is None else self._item(tab)

    def lookup(self, address: Address) -> Iterator[Item]:
        """Yield the tabs that bear the marker of a chain."""
        return (item for item in self.list() if item.address == address)

    def create(self, address: Address, body: Body, key: str) -> Item:  # noqa: ARG002 - none there
        """Make a tab."""
        self._check(body)
        tab = self._native(address, body, Tab(id="", disabled=True))
        reply = self._client.call("POST", "/flow", json=_flow(tab))
        made = reply.data.get("id") if isinstance(reply.data, dict) else None
        if not isinstance(made, str) or not made:
            raise TargetUncertainError(_strange("POST /flow"), _ELSEWHERE)
        return self._item(msgspec.structs.replace(tab, id=made))

    def update(self, change: Change, remote: Remote, body: Body) -> Item:
        """Put a tab in place of what is there; what people arranged stays as it is."""
        self._check(body)
        there = self._put_off.pop(remote.id, None) or self._read(remote.id)
        if there is None:
            said = text("the tab is not there any more")
            raise TargetRejectedError(said, status=HTTPStatus.NOT_FOUND)
        if self._item(there).revision != remote.revision:
            said = text("somebody changed the tab meanwhile")
            raise RevisionConflictError(said, text("make a new plan to see what it looks like now"))
        tab = self._native(change.address, body, there)
        try:
            self._client.call("PUT", route("/flow/{id}", id=remote.id), json=_flow(tab))
        except TargetBusyError:  # who is let in at each second call would never come to write
            self._put_off[remote.id] = there
            raise
        return self._item(tab)

    def remove(self, change: Change, remote: Remote) -> None:  # noqa: ARG002 - as the port has it
        """Delete a tab."""
        try:
            self._client.call("DELETE", route("/flow/{id}", id=remote.id))
        except TargetRejectedError as error:
            if error.status != HTTPStatus.NOT_FOUND:
                raise

    def foreseen(self, address: Address) -> str | None:  # noqa: ARG002 - Node-RED gives ids
        """Return nothing: ids of tabs are given by Node-RED."""
        return None

    def rehearse(self, address: Address, remote: Remote | None, body: Body) -> None:  # noqa: ARG002
        """See that all types of nodes are there: Node-RED takes unknown ones without a word."""
        self._check(body)

    def manner(self, change: Change) -> Kind:
        """Return that people drop out when a tab is changed in which they wait."""
        if change.kind is Kind.UPDATE and change.remote is not None and _waits(change.remote.body):
            return Kind.REPLACE
        return change.kind

    def calls(self, change: Change) -> Mapping[str, int]:
        """Return the calls of a change: a tab is read again before it is written over."""
        if change.kind in REMOVALS:
            return {"DELETE flow": 1}
        if change.remote is None and change.kind is not Kind.ACTIVATE:
            return {"POST flow": 1}
        return {"GET flow": 1, "PUT flow": 1}

    # -- words --------------------------------------------------------------------------------

    def _check(self, body: Body) -> None:
        missing = types(body) - self._known()
        if missing:
            listed = ", ".join(f"`{one}`" for one in sorted(missing))
            said = text("Node-RED there has no nodes of type {types}", types=listed)
            advice = text("install or enable them there, such as node-red-node-email for `e-mail`")
            raise TargetRejectedError(said, advice, status=HTTPStatus.UNPROCESSABLE_ENTITY)

    def _known(self) -> frozenset[str]:
        """Return the types of nodes that can be used, asked for once."""
        with self._guard:
            if not self._palette:
                self._palette = frozenset(self._asked())
        return self._palette

    def _asked(self) -> Iterator[str]:
        reply = self._client.call("GET", "/nodes", headers={"Accept": "application/json"})
        if not isinstance(reply.data, list):
            raise _foreign("GET /nodes")
        for one in reply.data:
            if one.get("enabled") and not one.get("err"):
                yield from one.get("types", [])

    def _read(self, id_: str) -> Tab | None:
        path = route("/flow/{id}", id=id_)
        try:
            reply = self._client.call("GET", path)
        except TargetRejectedError as error:
            if error.status == HTTPStatus.NOT_FOUND:
                return None
            raise
        data = reply.data if isinstance(reply.data, dict) else {}
        nodes = [*data.get("nodes", []), *data.get("configs", [])]
        return _tab({**data, "nodes": nodes}, f"GET {path}")

    def _native(self, address: Address, body: Body, there: Tab) -> Tab:
        """Return the tab of a body; `there` is what stands in its place."""
        nodes = [self._named(node, address) for node in cast("list[Body]", body["nodes"])]
        known = {str(node["id"]): node for node in there.nodes if "x" in node and "y" in node}
        remarks = [node for node in there.nodes if node.get("type") in _REMARKS]
        status = body.get(STATUS)
        lines = [str(body.get("description", "")), f"crmspec: {self._project}/{address.id}"]
        return Tab(
            id=there.id,
            label=str(body["title"]),
            info="\n\n".join(filter(None, lines)),
            disabled=there.disabled if status is None else status != LIVE,
            env=there.env,
            nodes=[*arranged(nodes, known), *remarks],
        )

    def _named(self, node: Body, address: Address) -> Body:
        """Return a node with its whole id, and the variables of its login."""
        prefix = f"{self._project}.{address.id}."
        wires = cast("list[list[str]]", node.get("wires", []))
        made = written(node) | {
            "id": f"{prefix}{node['id']}",
            "wires": [[f"{prefix}{end}" for end in ends] for ends in wires],
        }
        if node["type"] == "e-mail" and self._login is not None:
            names = {"userid": self._login.user, "password": self._login.password}
            made["credentials"] = {key: f"${{{name}}}" for key, name in names.items()}
        return made

    def _item(self, tab: Tab) -> Item:
        found = _MARK.search(tab.info)
        ours = found is not None and found[1] == self._project
        nodes = [self._local(node) for node in tab.nodes if node.get("type") not in _REMARKS]
        body: Body = {"title": tab.label, STATUS: "draft" if tab.disabled else LIVE, "nodes": nodes}
        told = _MARK.sub("\n", tab.info).strip()
        if told:
            body["description"] = told
        revision = fingerprint({**normalised(body), "info": tab.info})
        return Item(
            id=tab.id,
            revision=revision,
            body=body,
            address=Address(self.kind, found[2]) if ours and found else None,
            marked=ours,
            project=None if found is None else found[1],
        )

    def _local(self, node: dict[str, object]) -> Body:
        """Return a node by its id within the chain."""
        wires = cast("list[list[str]]", node.get("wires", []))
        ends = [[self._own.sub("", end, count=1) for end in one] for one in wires]
        return {**node, "id": self._own.sub("", str(node["id"]), count=1), "wires": ends}


def normalised(body: Body) -> Body:
    """Return a body as it is meant: nodes by their ids, without what they are anyway."""
    nodes = [meant(node) for node in cast("list[Body]", body["nodes"])]
    return {**body, "nodes": sorted(nodes, key=lambda node: str(node["id"]))}


def _waits(body: Body) -> bool:
    """Say whether people wait in a tab that is live, or may be: not all targets manage that."""
    return body.get(STATUS, LIVE) == LIVE and "delay" in types(body)


def _flow(tab: Tab) -> Body:
    made: Body = {
        "label": tab.label,
        "info": tab.info,
        "disabled": tab.disabled,
        "nodes": tab.nodes,
    }
    return made | ({"env": tab.env} if tab.env else {})


def _tab(data: object, call: str) -> Tab:
    try:
        return msgspec.convert(data, Tab)
    except msgspec.ValidationError:
        raise _foreign(call) from None


_ELSEWHERE = text("see that `url` of the target is that of the admin API (`httpAdminRoot`)")


def _strange(call: str) -> Text:
    return text("{call}: the answer is not what Node-RED would say", call=call)


def _foreign(call: str) -> TargetUnusableError:
    return TargetUnusableError(_strange(call), _ELSEWHERE)
