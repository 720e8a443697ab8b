"""How long the calls of a plan take, and which quotas they need, by the budgets of a target."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from crmspec.lower.capability import ACCOUNT, Budget

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.engine.change import Cost


class Quota(msgspec.Struct, frozen=True, kw_only=True):
    """What a plan needs of an endpoint that stands so many `calls` per `seconds`, a day or more.

    What of it was used up before cannot be known: no API tells.
    """

    endpoint: str
    needed: int
    calls: int
    seconds: float

    @property
    def days(self) -> int:
        """Return the time of the quota in days."""
        return round(self.seconds / 86_400)

    @property
    def exceeded(self) -> bool:
        """Say whether more is needed than there can be."""
        return self.needed > self.calls


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """What a target stands: so many calls by endpoint and time, and `width` of them at once."""

    budgets: tuple[Budget, ...] = ()
    width: int = 1

    def seconds(self, cost: Cost) -> float:
        """Return how long calls take: as long as their slowest window, or else as they themselves.

        `cost.seconds` is their time one after another.
        """
        waits = [one.wait(_needed(one, cost)) for one in self.budgets]
        return max([cost.seconds / max(1, self.width), *waits])

    def quotas(self, cost: Cost) -> Iterator[Quota]:
        """Yield the quotas that calls take from, by endpoint."""
        for one in sorted(self.budgets, key=lambda budget: budget.endpoint):
            needed = _needed(one, cost)
            if one.quota and needed:
                yield Quota(
                    endpoint=one.endpoint, needed=needed, calls=one.calls, seconds=one.seconds
                )


def _needed(budget: Budget, cost: Cost) -> int:
    return cost.total if budget.endpoint == ACCOUNT else cost.calls.get(budget.endpoint, 0)
