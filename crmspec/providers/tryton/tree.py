"""Activities as Tryton keeps them, one by one with a parent, and as bodies have them, in a tree.

The name of an activity is what it is known by in its scenario. What is kept keeps its id, so that
customers who wait there go on waiting.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, cast

from crmspec.engine.survey import slug

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from crmspec.engine.body import Body

SCENARIO = "marketing.automation.scenario"
ACTIVITY = "marketing.automation.activity"
_TEXTS = ("event", "action", "email_from", "email_title", "email_template")
FIELDS = ("name", "parent", "delay", "negative", "condition", *_TEXTS)
"""What is read of an activity, besides when it was changed."""

_NAME = re.compile(r"[a-z][a-z0-9_]*(?:\.(?:[1-9][0-9]*|late))?")
"""The names that we give."""

STAMP = "_timestamp"
"""When a record was written, to the digits that Tryton compares; not every interface tells it."""

Row = dict[str, object]
"""An activity as the API gives it."""


def written(value: object) -> str:
    """Return a domain or a condition as text, always the same for the same."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def understood(value: object) -> object:
    """Return a domain or a condition from its text; what is no JSON stays a text."""
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return value


def native(activity: Mapping[str, object]) -> Body:
    """Return an activity for the API, without parent and children."""
    delay, condition = activity.get("delay"), activity.get("condition")
    made: Body = {name: activity.get(name) for name in ("name", *_TEXTS)}
    made["negative"] = bool(activity.get("negative"))
    made["delay"] = None if delay is None else {"__class__": "timedelta", "seconds": delay}
    made["condition"] = None if condition is None else written(condition)
    return made


def told(row: Row) -> Body:
    """Return an activity of the API as bodies have it, without what is not set."""
    made: Body = {"name": row.get("name") or ""}
    delay = row.get("delay")
    if isinstance(delay, dict) and delay.get("seconds"):
        seconds = float(str(delay["seconds"]))
        made["delay"] = int(seconds) if seconds.is_integer() else seconds
    if row.get("negative"):
        made["negative"] = True
    if row.get("condition") is not None:
        made["condition"] = understood(row["condition"])
    return made | {name: row[name] for name in _TEXTS if row.get(name) is not None}


def named(rows: Sequence[Row]) -> list[Row]:
    """Return the activities of a scenario by names that steps can have, in the order of their ids.

    People call an activity `First letter`, which is known as `first_letter` here.
    """
    taken = {str(row.get("name")) for row in rows}
    made: list[Row] = []
    for row in sorted(rows, key=lambda one: int(str(one["id"]))):
        name = str(row.get("name") or "")
        if not _NAME.fullmatch(name):
            stem, number = slug(name) or "activity", 1
            name = stem
            while name in taken:
                number += 1
                name = f"{stem}_{number}"
            taken.add(name)
        made.append({**row, "name": name})
    return made


def grown(rows: Sequence[Row], scenario: str) -> list[Body]:
    """Return the activities of a scenario as a tree; orphans belong to none."""
    below: dict[str, list[Row]] = {}
    for row in named(rows):
        below.setdefault(str(row.get("parent")), []).append(row)

    def at(parent: str) -> list[Body]:
        made = []
        for row in below.pop(parent, []):
            children = at(f"{ACTIVITY},{row['id']}")
            made.append(told(row) | ({"children": children} if children else {}))
        return ordered(made)

    return at(f"{SCENARIO},{scenario}")


def ordered(activities: Sequence[Body]) -> list[Body]:
    """Return activities side by side by their names, at every level."""
    made = []
    for one in activities:
        children = _children(one)
        made.append({**one, "children": ordered(children)} if children else one)
    return sorted(made, key=lambda one: str(one["name"]))


def planted(activities: Sequence[Body]) -> list[object]:
    """Return what makes a tree from nothing."""
    return [["create", [_whole(one) for one in activities]]] if activities else []


def _whole(activity: Body) -> Body:
    children = _children(activity)
    return native(activity) | ({"children": planted(children)} if children else {})


def regrown(rows: Sequence[Row], scenario: str, activities: Sequence[Body]) -> list[object]:
    """Return what makes one tree from another: all of it is done, or nothing.

    `rows` are the activities that the scenario has; those with the name of a new one become it.
    """
    work = _Regrowth(rows)
    work.below(f"{SCENARIO},{scenario}", activities, top=True)
    gone = [row["id"] for row in rows if row["id"] not in work.kept]
    return [*work.orders, *([["delete", gone]] if gone else [])]


class _Regrowth:
    """The orders for one tree; `kept` are the ids of activities that stay."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._known: dict[str, Row] = {}
        for row in named(rows):
            self._known.setdefault(str(row.get("name")), row)
        self.kept: set[object] = set()
        self.orders: list[object] = []

    def below(self, parent: str, activities: Sequence[Body], *, top: bool = False) -> None:
        """Bring what is below an activity that is there already to what is wanted."""
        fresh: list[Body] = []
        for one in activities:
            row = self._known.get(str(one["name"]))
            if row is None:
                fresh.append(self._fresh(one))
            else:
                self._stays(row, one, parent)
        if fresh and top:
            self.orders.append(["create", fresh])
        elif fresh:
            id_ = int(parent.partition(",")[2])
            self.orders.append(["write", [id_], {"children": [["create", fresh]]}])

    def _stays(self, row: Row, wanted: Body, parent: str | None) -> None:
        self.kept.add(row["id"])
        changed: Body = {} if told(row) == _bare(wanted) else native(wanted)
        if parent is not None and row.get("parent") != parent:
            changed["parent"] = parent
        if changed:
            self.orders.append(["write", [row["id"]], changed])
        self.below(f"{ACTIVITY},{row['id']}", _children(wanted))

    def _fresh(self, wanted: Body) -> Body:
        """Return a new activity; those that are there already move below it."""
        made = native(wanted)
        orders: list[Body] = []
        moved: list[object] = []
        for one in _children(wanted):
            row = self._known.get(str(one["name"]))
            if row is None:
                orders.append(self._fresh(one))
            else:
                moved.append(row["id"])
                self._stays(row, one, None)
        children: list[object] = [["create", orders]] if orders else []
        children += [["add", moved]] if moved else []
        return made | ({"children": children} if children else {})


def _children(activity: Mapping[str, object]) -> list[Body]:
    return cast("list[Body]", activity.get("children", []))


def _bare(activity: Body) -> Body:
    return {key: value for key, value in activity.items() if key != "children"}


def depth(activities: Sequence[Body]) -> int:
    """Return how many levels a tree has."""
    return 1 + max(map(depth, map(_children, activities))) if activities else 0


def references(rows: Iterable[Row]) -> Iterator[str]:
    """Yield activities as others name them in `parent`."""
    return (f"{ACTIVITY},{row['id']}" for row in rows)


def stamps(rows: Iterable[Row], model: str) -> dict[str, str]:
    """Return the stamps of records, as Tryton wants them back with what is written."""
    return {f"{model},{row['id']}": str(row[STAMP]) for row in rows if row.get(STAMP)}
