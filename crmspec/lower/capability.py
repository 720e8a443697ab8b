"""What a target can take: one table per target, for findings, lowering, documents and tests."""

from __future__ import annotations

from enum import StrEnum
from functools import cached_property
from typing import Literal, TypeAlias

import msgspec

from crmspec.diagnostics import Text

ACCOUNT = "*"
"""The endpoint that stands for all calls together."""
_DAY = 86_400


class Support(StrEnum):
    """How a target takes an element of the language, best first."""

    NATIVE = "native"
    LOWERED = "lowered"
    DEVIATES = "deviates"
    MANUAL = "manual"
    NONE = "none"

    @property
    def kept(self) -> bool:
        """Say whether the element means on the target what it means in the language."""
        return self in {Support.NATIVE, Support.LOWERED}


class Row(msgspec.Struct, frozen=True):
    """How one element is taken.

    `by` names the pass that lowers it; `note` says how a target deviates from the reference
    (`docs/semantics.md`, by number), where in its interface people do it by hand, or why it is not
    taken; `source` is the vendor's page or the path in its API description that says so.
    """

    support: Support
    by: str = ""
    note: Text | None = None
    source: str = ""


Logic: TypeAlias = Literal["any", "cnf", "dnf", "all", "segments", "single"]
"""What conditions may look like: any tree, `all` of `any`, `any` of `all`, one flat `all`, nothing
but membership of one segment, or that or a single question about this very passage."""

Shape: TypeAlias = Literal["graph", "tree", "line"]
"""What a chain may look like: branches that meet again, that never do, or no branches at all."""


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Bounds of a target; None where it has none, or none is known. Durations are in seconds.

    `terms` bounds the leaves of one condition, `steps` those of a chain, `branches` the ways out
    of one step.
    """

    name: int | None = None
    steps: int | None = None
    branches: int | None = None
    terms: int | None = None
    shortest_wait: int | None = None
    longest_wait: int | None = None


class Budget(msgspec.Struct, frozen=True, kw_only=True):
    """How many calls an endpoint stands: `calls` per `seconds`, and `burst` at once.

    `endpoint` is `POST flows`, or `*` for all calls of the account together. A budget of a day
    or more is a quota: a plan that needs more than it says so, and is not begun.
    """

    endpoint: str
    calls: int
    seconds: float
    burst: int = 1
    source: str = ""

    @property
    def quota(self) -> bool:
        """Say whether it is a quota, which may be used up at once."""
        return self.seconds >= _DAY

    @property
    def room(self) -> int:
        """Return how many calls may be made before one has to wait."""
        return max(self.burst, self.calls if self.quota else 1)

    def wait(self, calls: int) -> float:
        """Return how many seconds pass before so many calls have begun, none made before."""
        return max(0, calls - self.room) * self.seconds / self.calls


class Capabilities(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """All that crmspec knows of a platform.

    `title` is what sentences call it. `rows` leads from family and element (`element.FAMILIES`)
    to how it is taken; what is not in the table is `none`. Of the kinds, those that are `lowered`
    go into what uses them and become no objects of their own. `revision` is that of the API.
    `logic` is the form of the conditions of segments, `inline` that of all others.
    """

    platform: str
    title: str
    revision: str
    rows: dict[str, dict[str, Row]]
    limits: Limits = Limits()
    budgets: tuple[Budget, ...] = ()
    logic: Logic = "any"
    inline: Logic = "any"
    shape: Shape = "graph"
    dialect: str = "jinja"

    def row(self, family: str, element: str) -> Row:
        """Return how the target takes an element."""
        return self.rows.get(family, {}).get(element, _NONE)

    @cached_property
    def passes(self) -> frozenset[str]:
        """Return the names of the passes that the rows ask for."""
        return frozenset(row.by for family in self.rows.values() for row in family.values())


_NONE = Row(Support.NONE)


def rows(**elements: str) -> dict[str, Row]:
    """Return rows without notes from `native="event segment", none="object"`."""
    return {
        element: Row(Support(support))
        for support, names in elements.items()
        for element in names.split()
    }


def unwritten(source: str, **notes: Text) -> dict[str, Row]:
    """Return the rows of elements that the platform has, but that are not written yet."""
    return {name: Row(Support.NONE, note=note, source=source) for name, note in notes.items()}


def lowered(by: str, elements: str) -> dict[str, Row]:
    """Return the rows of elements that a pass lowers."""
    return {element: Row(Support.LOWERED, by) for element in elements.split()}
