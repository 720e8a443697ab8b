"""Waits for a day that is over before the first customer comes to them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from crmspec.diagnostics import Diagnostic, Label, Severity, text
from crmspec.diagnostics.evidence import Evidence, Verdict
from crmspec.ir.step import Wait
from crmspec.logic.week import DAY
from crmspec.resolve.date import moment as date_of
from crmspec.rules.replay import left

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Text
    from crmspec.ir.chain import Chain
    from crmspec.ir.step import Until
    from crmspec.ir.value import Day
    from crmspec.logic.arrival import Arrival
    from crmspec.rules.replay import Replays


def look(replays: Replays, chain: Chain) -> Iterator[Diagnostic]:
    """Yield a finding for each wait until a day before the chain lets anybody come to it."""
    opening = chain.running.from_ if chain.running is not None else None
    if opening is None:
        return
    for arrival in replays.portfolio.arrivals[chain.id]:
        until = arrival.step.wait.until if isinstance(arrival.step, Wait) else None
        if until is not None and until.day is not None and _is_over(until, opening, arrival):
            yield from _finding(replays, chain, (arrival, until, until.day), opening)


def _is_over(until: Until, opening: Day, arrival: Arrival) -> bool:
    """Say whether the wait ends before anybody comes; a day of doubt for the time zones."""
    day = date_of(until.day.iso) if until.day is not None else None
    begin = date_of(opening.iso)
    if day is None or begin is None:
        return False
    end = day + timedelta(minutes=until.at.minute if until.at is not None else 0)
    if until.offset is not None:
        end += timedelta(minutes=until.offset.minutes)
    soonest = begin + timedelta(minutes=arrival.way.least - DAY)
    return end < soonest


def _finding(
    replays: Replays, chain: Chain, wait: tuple[Arrival, Until, Day], opening: Day
) -> Iterator[Diagnostic]:
    arrival, until, day = wait
    evidence = Evidence(verdict=Verdict.PROVED)
    if until.if_past == "exit":
        witness = replays.passage(chain, left(chain.id, "past"), wanted=(arrival.path,))
        if witness is None:
            return
        evidence = replays.proof(witness)
    yield Diagnostic(
        code=replays.code,
        message=_message(chain, until, day),
        label=Label(day.place.span, text("this day is over by then")),
        related=(Label(opening.place.span, text("customers enter from this day on")),),
        help=(text("wait for a later day, or take the wait out"),),
        severity=Severity.ERROR if until.if_past == "exit" else None,
        evidence=evidence,
    )


def _message(chain: Chain, until: Until, day: Day) -> Text:
    if until.if_past == "exit":
        return text(
            "nobody gets past this wait of `{chain}`: {day} is over before anybody comes",
            chain=chain.id,
            day=day.iso,
        )
    return text(
        "`{chain}` never waits here: {day} is over before anybody comes",
        chain=chain.id,
        day=day.iso,
    )
