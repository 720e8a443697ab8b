"""Messages that quiet hours may hold, and the minutes of the week at which they are due."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from crmspec.diagnostics import Label, text
from crmspec.ir.step import Send
from crmspec.logic import week
from crmspec.logic.arrival import channels_of, closed, hours_of, zone
from crmspec.rules.replay import of_chain

if TYPE_CHECKING:
    from collections.abc import Callable

    from crmspec.diagnostics import Text
    from crmspec.ir.chain import Chain, QuietHours
    from crmspec.ir.program import Program
    from crmspec.logic.arrival import Arrival
    from crmspec.logic.portfolio import Portfolio
    from crmspec.semantics.trace import Trace
    from crmspec.source import Span


class Due(NamedTuple):
    """A send in a chain, the quiet minutes of its channels, and the hours they come from."""

    chain: Chain
    arrival: Arrival
    shut: int
    hours: tuple[QuietHours, ...]

    @property
    def minutes(self) -> int:
        """Return the minutes of the week at which it may be due."""
        return self.arrival.way.minutes

    @property
    def hold(self) -> tuple[int, int]:
        """Return how many minutes it is held, at the least and at the most."""
        return week.shortest(self.minutes, self.shut), week.longest(self.minutes, self.shut)

    @property
    def patience(self) -> int | None:
        """Return for how many minutes it is held before it is given up; None: for ever."""
        if any(hours.fallback != "next_allowed" for hours in self.hours):
            return 0
        return min((hours.ttl.minutes for hours in self.hours if hours.ttl), default=None)


def grouped(portfolio: Portfolio) -> list[list[Due]]:
    """Return what quiet hours hold, together what the same hours hold."""
    found: dict[tuple[Span, ...], list[Due]] = defaultdict(list)
    for chain in portfolio.program.chains.values():
        if chain.status != "live":
            continue
        for arrival in portfolio.arrivals[chain.id]:
            if isinstance(arrival.step, Send):
                due = _due(portfolio.program, chain, arrival, arrival.step)
                if due is not None:
                    found[tuple(hours.place.span for hours in due.hours)].append(due)
    return list(found.values())


def _due(program: Program, chain: Chain, arrival: Arrival, send: Send) -> Due | None:
    """Return a send whose every channel is held by quiet hours of the chain's zone."""
    channels = dict.fromkeys(channels_of(program, send))
    shut = week.ALWAYS if channels else 0
    for channel in channels:
        shut &= closed(program, chain, channel)
    if not shut:
        return None
    hours = hours_of(program, chain, next(iter(channels)))
    here = tuple(one for one in hours if zone(chain, one.timezone) == zone(chain, None))
    return Due(chain, arrival, shut, here)


def meets(due: Due, *kinds: str) -> Callable[[Trace], bool]:
    """Aim at a message that quiet hours meet in one of these ways."""

    def aim(trace: Trace) -> bool:
        return any(
            one.kind in kinds
            and one.reason in {"quiet_hours", "ttl"}
            and (one.kind == "exit" or one.step == due.arrival.path)
            for one in of_chain(trace, due.chain.id)
        )

    return aim


def named(due: Due) -> Text:
    """Return the first message of the send, or its path."""
    send = due.arrival.step
    choice = send.send if isinstance(send, Send) else None
    first = None if choice is None else choice.message or next(iter(choice.messages), None)
    return text("`{id}`", id=first.id if first is not None else due.arrival.path)


def this_message(due: Due) -> Label:
    """Return the place of the send."""
    return Label(due.arrival.step.place.value("send"), text("this message"))


def more_hours(due: Due) -> tuple[Label, ...]:
    """Return the places of the other quiet hours that hold with the first ones."""
    return tuple(Label(one.place.span, text("and these")) for one in due.hours[1:])


def cause(due: Due) -> Span:
    """Return the place that decides when the message is due."""
    wait = due.arrival.way.wait
    if wait is not None:
        return wait.place.value(type(wait).subject)
    return due.chain.place.value("trigger")
