"""Journeys as they are written and as they come back: ids of nodes, what is understood, what locks.

The server gives nodes and branches ids of its own; whoever keeps them keeps the customers there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crmspec.engine.body import Body

FIELDS = ("audience", "reentry_rules", "early_exit", "nodes")
"""What crmspec writes of a journey besides its name; its schedule is people's."""
_FLAGS = frozenset(
    {
        "exits",
        "randomize_on_entry",
        "future_additions_only",
        "use_user_time_zone",
        "when_not_in_audience",
        "on_session",
    }
)
_EMPTY: tuple[object, ...] = ([], {}, [[]])


def nodes_of(nodes: object) -> Iterator[Body]:
    """Yield nodes and those in their branches, in order."""
    for node in cast("list[Body]", nodes or []):
        yield node
        for branch in branches_of(node):
            yield from nodes_of(branch.get("nodes"))


def branches_of(node: Mapping[str, object]) -> list[Body]:
    """Return the branches of a node."""
    return cast("list[Body]", node.get("branches") or [])


def told(journey: Body) -> Body:
    """Return what the project says of a journey: without the server's ids.

    A reaction names its node by the server's id there, and by ours here.
    """
    names = {
        str(node.get("id")): node.get("client_node_id") or node.get("id")
        for node in nodes_of(journey.get("nodes"))
    }
    return {name: _bare(journey[name], names) for name in FIELDS if journey.get(name) is not None}


def _bare(value: object, names: Mapping[str, object]) -> object:
    if isinstance(value, list):
        return [_bare(one, names) for one in value]
    if not isinstance(value, dict):
        return value
    made = {key: _bare(one, names) for key, one in value.items() if key != "id"}
    if "sending_node_id" in made:
        sending = made.pop("sending_node_id")
        made["client_node_id"] = names.get(str(sending), sending)
    return made


def normalised(body: Body) -> Body:
    """Return a journey without what is so anyway."""
    made = cast("Body", _plain({name: body[name] for name in FIELDS if name in body}))
    return made | {"nodes": made.get("nodes", [])}


def _plain(value: object) -> object:
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if not isinstance(value, dict):
        return value
    found = {key: _plain(one) for key, one in value.items()}
    return {
        key: one
        for key, one in found.items()
        if one is not None
        and not (key in _FLAGS and one is False)
        and not (key == "minute" and one == 0)
        and not (key != "nodes" and isinstance(one, (list, dict)) and one in _EMPTY)
    }


def with_ids(nodes: object, known: Mapping[str, Body]) -> list[Body]:
    """Return nodes with the server's ids of those that are there, by our names."""
    return [_kept(node, known) for node in cast("list[Body]", nodes or [])]


def by_name(journey: Body) -> dict[str, Body]:
    """Return the nodes of a journey as the server has them, by our names."""
    return {
        str(node["client_node_id"]): node
        for node in nodes_of(journey.get("nodes"))
        if node.get("client_node_id")
    }


def _kept(node: Body, known: Mapping[str, Body]) -> Body:
    old = known.get(str(node.get("client_node_id")), {})
    if old.get("kind") != node.get("kind"):
        old = {}
    made = node | ({"id": old["id"]} if "id" in old else {})
    if "branches" in node:
        before = branches_of(old)
        made["branches"] = [
            branch
            | (
                {"id": before[number]["id"]}
                if number < len(before) and "id" in before[number]
                else {}
            )
            | {"nodes": with_ids(branch.get("nodes"), known)}
            for number, branch in enumerate(branches_of(node))
        ]
    return made


def locked(body: Body) -> object:
    """Return what cannot be changed once a journey is live: splits, and some of the audience."""
    audience = cast("Body", body.get("audience") or {})
    fixed = audience if audience.get("future_additions_only") else audience.get("kind")
    splits = [
        (node.get("client_node_id"), [branch.get("weight") for branch in branches_of(node)])
        for node in nodes_of(body.get("nodes"))
        if node.get("kind") == "split_range"
    ]
    return fixed, splits
