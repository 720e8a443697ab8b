"""How an execution system behaves where systems differ (semantics 9)."""

from __future__ import annotations

from typing import Literal

import msgspec


class Behaviour(msgspec.Struct, frozen=True, kw_only=True):
    """A profile with nothing left open; the defaults are the reference.

    None means that the rules of the project decide. Durations are minutes.
    """

    name: str = "reference"
    exits: Literal["continuous", "step_end", "wait_end", "at_send"] = "continuous"
    caps: Literal["rolling", "calendar"] | None = None
    calendar_weeks: bool = True
    cap_timezone: Literal["profile", "account"] | None = None
    over_cap: Literal["skip", "delay", "exit", "yield"] | None = None
    counter_lag: int = 0
    unknown_timezone: Literal["deny", "default", "unenforced"] = "default"
    week_starts: Literal["mon", "sun"] | None = None
    by_priority: bool = True
    strictest: bool = True
    may_delay: bool = True

    def exceed(self, written: str) -> str:
        """Return what comes of a message over a limit whose rule says `written` (9.5)."""
        word = self.over_cap or written
        return "skip" if word == "delay" and not self.may_delay else word


REFERENCE = Behaviour()
