"""The messages of a chain, and how soon they can go out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics import amount, text
from crmspec.ir.step import Send
from crmspec.logic.length import hours_of
from crmspec.logic.week import DAY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Text
    from crmspec.ir.chain import Chain
    from crmspec.ir.message import Message
    from crmspec.ir.program import Program
    from crmspec.logic.arrival import Arrival
    from crmspec.logic.portfolio import Portfolio


def sends(portfolio: Portfolio, chain: Chain) -> Iterator[tuple[Arrival, tuple[Message, ...]]]:
    """Yield each send of a chain with the messages of which it chooses."""
    for arrival in portfolio.arrivals[chain.id]:
        if isinstance(arrival.step, Send):
            yield arrival, messages_of(portfolio.program, arrival.step)


def messages_of(program: Program, send: Send) -> tuple[Message, ...]:
    """Return the messages of which a send chooses, as far as they are declared."""
    choice = send.send
    named = (*((choice.message,) if choice.message else ()), *choice.messages)
    found = (program.messages.get(reference.id) for reference in named)
    return tuple(message for message in found if message is not None)


def days(minutes: int) -> Text:
    """Return minutes as days, to one decimal."""
    found = round(minutes / DAY, 1)
    return amount("{count} day", "{count} days", int(found) if found == int(found) else found)


def after_entry(arrival: Arrival) -> Text:
    """Return how soon after the entry a passage comes to a step."""
    least = arrival.way.least
    if least == 0:
        return text("right after entry")
    time = days(least) if least >= DAY else hours_of(least)
    return text("{time} after entry at the soonest", time=time)
