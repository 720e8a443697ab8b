"""Messages that come too late, or that customers have always left the chain before."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from crmspec.diagnostics import Code, Diagnostic, Label, Severity, text
from crmspec.diagnostics.evidence import Evidence, Verdict
from crmspec.ir.trigger import DateTrigger
from crmspec.logic.week import DAY
from crmspec.resolve.date import moment as date_of
from crmspec.rules import (
    after_the_end,
    audience_over,
    code_expired,
    day_over,
    left_at_once,
    left_before,
    stale_broadcast,
)
from crmspec.rules.replay import Replays, sent
from crmspec.rules.sends import after_entry, days, sends

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir.chain import Chain
    from crmspec.ir.message import Message
    from crmspec.ir.value import Day
    from crmspec.logic.arrival import Arrival
    from crmspec.logic.portfolio import Portfolio

CODE = Code(
    "CRM318",
    "late-message",
    text("a message that is always too late, or that nobody is there to receive"),
    Severity.WARNING,
)


def check(portfolio: Portfolio) -> Iterator[Diagnostic]:
    """Yield a finding for each reason why messages of a chain are always too late."""
    replays = Replays(portfolio, CODE)
    for chain in portfolio.program.chains.values():
        if chain.status == "live":
            yield from replays.silent(chain, partial(_chain, replays, chain))
    yield from stale_broadcast.look(portfolio.program, CODE)
    yield from replays.undecided()


def _chain(replays: Replays, chain: Chain) -> Iterator[Diagnostic]:
    gone = list(left_at_once.look(replays, chain))
    yield from gone
    looks = (
        code_expired.look,
        _expired,
        day_over.look,
        _after_the_date,
        after_the_end.look,
        audience_over.look,
        left_before.look,
    )
    for look in () if gone else looks:
        yield from look(replays, chain)


def _expired(replays: Replays, chain: Chain) -> Iterator[Diagnostic]:
    """Report messages whose last day is over before the first customer can get them."""
    opening = chain.running.from_ if chain.running is not None else None
    begin = date_of(opening.iso) if opening is not None else None
    if opening is None or begin is None:
        return
    for arrival, messages in sends(replays.portfolio, chain):
        for message in messages:
            end = date_of(message.expires) if message.expires else None
            if end is None:
                continue
            left = (end - begin).total_seconds() // 60 + DAY
            if left <= arrival.way.least:
                yield _gone(message, opening, arrival)


def _gone(message: Message, opening: Day, arrival: Arrival) -> Diagnostic:
    return Diagnostic(
        code=CODE,
        message=text("`{message}` has expired before anybody can get it", message=message.id),
        label=Label(message.place.value("expires"), text("its last day")),
        related=(
            Label(opening.place.span, text("customers enter from this day on")),
            Label(arrival.step.place.value("send"), after_entry(arrival)),
        ),
        help=(text("let it expire later, or send it sooner"),),
        severity=Severity.ERROR,
        evidence=Evidence(verdict=Verdict.PROVED),
    )


def _after_the_date(replays: Replays, chain: Chain) -> Iterator[Diagnostic]:
    """Report chains that begin before a date and have nothing to say until it is over."""
    for number, trigger in enumerate(chain.trigger):
        if not isinstance(trigger, DateTrigger) or trigger.offset is None:
            continue
        lead = -trigger.offset.minutes
        first = next((one for one, _ in sends(replays.portfolio, chain)), None)
        if lead <= 0 or first is None or first.way.least < lead + DAY:
            continue
        path = first.path
        witness = replays.passage(chain, sent(chain.id, path), wanted=(path,), trigger=number)
        if witness is not None:
            yield Diagnostic(
                code=CODE,
                message=text(
                    "`{chain}` begins before `{date}` and writes only after it",
                    chain=chain.id,
                    date=trigger.date.id,
                ),
                label=Label(first.step.place.value("send"), after_entry(first)),
                related=(_lead(trigger, lead),),
                help=(text("wait less, or begin after the date"),),
                evidence=replays.proof(witness),
            )


def _lead(trigger: DateTrigger, lead: int) -> Label:
    said = text("customers enter {time} before", time=days(lead))
    return Label(trigger.place.value("offset"), said)
