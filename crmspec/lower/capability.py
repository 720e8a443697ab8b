"""What a target can take: one table per target, for findings, lowering, documents and tests."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal, TypeAlias

import msgspec

from crmspec.diagnostics import Text


class Support(StrEnum):
    """How a target takes an element of the language, best first."""

    NATIVE = "native"
    LOWERED = "lowered"
    DEVIATES = "deviates"
    MANUAL = "manual"
    NONE = "none"


class Row(msgspec.Struct, frozen=True):
    """How one element is taken.

    `by` names the pass that lowers it; `note` says how a target deviates from the reference
    (`docs/semantics.md`, by number), or where in its interface people do it by hand; `source` is
    the vendor's page or the path in its API description that says so.
    """

    support: Support
    by: str = ""
    note: Text | None = None
    source: str = ""


Logic: TypeAlias = Literal["any", "cnf", "dnf", "all", "segments"]
"""What conditions may look like: any tree, `all` of `any`, `any` of `all`, one flat `all`, or
nothing but membership of segments."""

Shape: TypeAlias = Literal["graph", "tree", "line"]
"""What a chain may look like: branches that meet again, that never do, or no branches at all."""


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Bounds of a target; None where it has none, or none is known. Durations are in seconds."""

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


class Capabilities(msgspec.Struct, frozen=True, kw_only=True):
    """All that crmspec knows of a platform.

    `rows` leads from family (`kind`, `trigger`, `condition`, `step`, `channel`, `policy`) and
    element (the key that an author writes, the kind of resource, or the channel's type) to how
    it is taken; what is not in the table is `none`. `revision` is that of the target's API.
    """

    platform: str
    title: str
    revision: str
    rows: dict[str, dict[str, Row]]
    limits: Limits = Limits()
    budgets: tuple[Budget, ...] = ()
    logic: Logic = "any"
    shape: Shape = "graph"
    dialect: str = "jinja"

    def row(self, family: str, element: str) -> Row:
        """Return how the target takes an element."""
        return self.rows.get(family, {}).get(element, _NONE)


_NONE = Row(Support.NONE)
