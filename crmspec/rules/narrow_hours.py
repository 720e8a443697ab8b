"""Quiet hours that together leave less than an hour of the day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics import Diagnostic, Label, amount, text
from crmspec.logic import week
from crmspec.rules.due import meets, more_hours, named, this_message

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.logic.witness import Witness
    from crmspec.rules.due import Due
    from crmspec.rules.replay import Replays

TRIED = 3


def is_narrow(shut: int) -> bool:
    """Say whether the open stretches between quiet minutes are all shorter than an hour."""
    return _longest(shut) < week.HOUR


def look(replays: Replays, dues: list[Due]) -> Iterator[Diagnostic]:
    """Yield one finding if a message is held by quiet hours that hardly ever end."""
    caught = [due for due in dues if due.minutes & due.shut]
    for due in caught[:TRIED]:
        witness = _held(replays, due)
        if witness is not None:
            yield _finding(replays, due, witness)
            return


def _longest(shut: int) -> int:
    return max(length for _, length in week.runs(week.ALWAYS & ~shut))


def _held(replays: Replays, due: Due) -> Witness | None:
    """Return a message that comes when the open minutes are just over."""
    start = next(start for start, _ in week.runs(due.shut))
    return replays.passage(
        due.chain,
        meets(due, "defer", "skip", "exit"),
        wanted=(due.arrival.path,),
        start_local=week.clock((start + 1 - due.arrival.way.least) % week.DAY),
    )


def _finding(replays: Replays, due: Due, witness: Witness) -> Diagnostic:
    minutes = _longest(due.shut)
    start = next(start for start, length in week.runs(~due.shut & week.ALWAYS) if length == minutes)
    return Diagnostic(
        code=replays.code,
        message=text(
            "quiet hours leave {length} a day, from {time} on, for {message} of `{chain}`",
            length=amount("{count} minute", "{count} minutes", minutes),
            time=week.clock(start),
            message=named(due),
            chain=due.chain.id,
        ),
        label=Label(due.hours[0].place.span, text("these quiet hours hardly ever end")),
        related=(*more_hours(due), this_message(due)),
        help=(text("leave some hours of the day open"),),
        evidence=replays.proof(witness),
    )
