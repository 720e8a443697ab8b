"""What a condition looks at: one customer at one moment, maybe inside a passage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import field
from msgspec.structs import replace

from crmspec.source.record import Record

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from crmspec.ir.program import Program
    from crmspec.semantics.scenario import Moment
    from crmspec.semantics.state import Passage, State


class View(Record):
    """One customer at `now`.

    `zone` is the customer's. `passage` is the run of the chain in which the condition stands, None
    elsewhere; `in_steps` says whether it stands in the steps of that chain, not in its audience or
    exits (semantics 5.29). `owner` names the resource, like `segment vip`, and salts `random`
    (semantics 5.38). `answers` are the truths of `raw` and `rfm` conditions by `answer.key`.

    `after` leaves out the events and reactions up to that moment; with `arrivals`, those of that
    minute count if they came into the log later than so many others (semantics 7.13).
    """

    program: Program
    state: State
    now: Moment
    zone: ZoneInfo
    passage: Passage | None = None
    owner: str = ""
    answers: dict[str, bool] = field(default_factory=dict)
    in_steps: bool = True
    after: Moment | None = None
    arrivals: int | None = None

    def at(self, now: Moment) -> View:
        """Return the view of another moment, over the same state."""
        return replace(self, now=now)

    def outside(self, owner: str) -> View:
        """Return the view of a resource outside the passage, such as a segment."""
        return View(
            self.program, self.state, self.now, self.zone, None, owner, self.answers, self.in_steps
        )
