"""Messages that take the place of others although priority does not say so."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmspec.rules import meeting

if TYPE_CHECKING:
    from crmspec.ir.audience import Broadcast
    from crmspec.ir.chain import Chain
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.pressure import Overload
    from crmspec.semantics.trace import Entry


class Rival(NamedTuple):
    """The message that took the place of the one that got lost, and both priorities."""

    sent: Entry
    lost: Entry
    winner: int
    loser: int


def rival(portfolio: Portfolio, overload: Overload) -> Rival | None:
    """Return a message of lower priority that came first, or of equal in the same minute.

    Where nobody has written a priority, equal ones say nothing.
    """
    lost = overload.lost
    loser = source(portfolio, lost)
    for sent in overload.counted:
        winner = source(portfolio, sent)
        if winner is loser or winner is None or loser is None:
            continue
        tied = winner.priority == loser.priority and sent.moment == lost.moment
        if winner.priority < loser.priority or (tied and (_says(winner) or _says(loser))):
            return Rival(sent, lost, winner.priority, loser.priority)
    return None


def source(portfolio: Portfolio, entry: Entry) -> Chain | Broadcast | None:
    """Return the chain or broadcast that speaks in an entry of a timeline."""
    id_, program = meeting.source(entry), portfolio.program
    return program.chains.get(id_) or program.broadcasts.get(id_)


def _says(one: Chain | Broadcast) -> bool:
    return one.place.key("priority") != one.place.span
