"""Messages that go out when a sale, or the time in which a chain lets customers in, is over."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from crmspec.diagnostics import Diagnostic, Label, Severity, text
from crmspec.diagnostics.evidence import Evidence, Verdict
from crmspec.ir.step import Send, Wait
from crmspec.ir.walk import walk
from crmspec.logic.occasion import FIRST_DAY
from crmspec.logic.week import DAY
from crmspec.resolve.date import moment as date_of
from crmspec.rules.sends import after_entry, messages_of, sends
from crmspec.semantics import clock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir.chain import Chain
    from crmspec.ir.message import Message
    from crmspec.ir.value import Day
    from crmspec.logic.arrival import Arrival
    from crmspec.logic.witness import Witness
    from crmspec.rules.replay import Aim, Replays
    from crmspec.semantics.trace import Trace

ONE_DAY = timedelta(days=1)


class Period(NamedTuple):
    """The first and the last day on which a chain lets customers in; None if it has no such day."""

    first: datetime | None
    last: datetime | None


def look(replays: Replays, chain: Chain) -> Iterator[Diagnostic]:
    """Yield a finding for the messages of a chain that come after their last day."""
    waited = list(_after_a_day(replays, chain))
    yield from waited
    opening = _period(chain)
    if waited or opening.last is None or chain.running is None or chain.running.to is None:
        return
    found = list(_for_the_last(replays, chain, chain.running.to, opening))
    yield from found or _after_all(replays, chain, chain.running.to, opening)


def _period(chain: Chain) -> Period:
    running = chain.running
    if running is None:
        return Period(None, None)
    days = (date_of(day.iso) if day is not None else None for day in (running.from_, running.to))
    return Period(*days)


def over(message: Message) -> datetime | None:
    """Return the moment from which on a message has expired, as the wall clock shows it."""
    last = date_of(message.expires) if message.expires else None
    return None if last is None else _end(last, message.expires or "")


def _end(day: datetime, written: str) -> datetime:
    """Return the end of a day; a moment with a time of day is its own end."""
    return day if clock.has_time(written) else day + ONE_DAY


def _after_a_day(replays: Replays, chain: Chain) -> Iterator[Diagnostic]:
    """Report messages that have expired on the day for which the passage waits before them."""
    waited: tuple[datetime, Day] | None = None
    for step in chain.steps:
        if waited is not None:
            for send in (node for node in walk(step) if isinstance(node, Send)):
                for message in messages_of(replays.portfolio.program, send):
                    end = over(message)
                    if end is not None and end <= waited[0]:
                        yield _waited_too_long(replays, message, send, waited[1])
        if isinstance(step, Wait) and step.only is None and step.unless is None:
            found = _day(step)
            waited = found if waited is None or (found and found[0] > waited[0]) else waited


def _day(step: Wait) -> tuple[datetime, Day] | None:
    """Return the day for which a wait waits; whoever comes later goes on later."""
    until = step.wait.until
    day = date_of(until.day.iso) if until is not None and until.day is not None else None
    if until is None or until.day is None or day is None:
        return None
    offset = until.offset
    if offset is not None:
        day += timedelta(minutes=offset.months * 28 * DAY) + timedelta(seconds=offset.seconds)
    return day, until.day


def _waited_too_long(replays: Replays, message: Message, send: Send, day: Day) -> Diagnostic:
    return Diagnostic(
        code=replays.code,
        message=text(
            "`{message}` has expired before it is sent: the chain waits for {day}",
            message=message.id,
            day=day.iso,
        ),
        label=Label(message.place.value("expires"), text("its last day")),
        related=(
            Label(day.place.span, text("nobody goes on before this day")),
            Label(send.place.value("send"), text("this message")),
        ),
        help=(text("let it expire later, or send it sooner"),),
        severity=Severity.ERROR,
        evidence=Evidence(verdict=Verdict.PROVED),
    )


def _for_the_last(
    replays: Replays, chain: Chain, last: Day, opening: Period
) -> Iterator[Diagnostic]:
    """Report messages that have expired when those get them who come in on the last day."""
    for arrival, messages in sends(replays.portfolio, chain):
        for message in messages:
            end = over(message)
            if end is None or opening.last is None or _is_always(arrival, opening, end):
                continue
            if opening.last + timedelta(minutes=arrival.way.least) >= end:
                witness = _late(replays, chain, arrival, (opening, message, end))
                if witness is not None:
                    yield _last_ones(replays, (message, last, arrival), witness)
                    return


def _is_always(arrival: Arrival, opening: Period, end: datetime) -> bool:
    """Say whether even the first customer comes too late, which is another finding."""
    return opening.first is not None and end - opening.first <= timedelta(minutes=arrival.way.least)


def _late(
    replays: Replays, chain: Chain, arrival: Arrival, lapse: tuple[Period, Message, datetime]
) -> Witness | None:
    """Return somebody who comes in on the last day and gets the message when it has expired."""
    opening, message, end = lapse
    aim = _sent_from(chain.id, message.id, end)
    days = _days_to(opening)
    return replays.passage(chain, aim, wanted=(arrival.path,), start_day=days)


def _days_to(opening: Period) -> int:
    """Return how many days after the first possible day of an example the last one is."""
    known = (date_of(FIRST_DAY), opening.first)
    begin = max(day for day in known if day is not None)
    return max(0, (opening.last - begin).days) if opening.last is not None else 0


def _sent_from(chain: str, message: str, end: datetime) -> Aim:
    """Aim at a message that goes out at a wall-clock time or later."""

    def aim(trace: Trace) -> bool:
        where = clock.named(trace.timezone)
        return any(
            (one.chain, one.message) == (chain, message)
            and clock.local(one.moment, where).replace(tzinfo=None) >= end
            for one in trace.sends()
        )

    return aim


def _last_ones(
    replays: Replays, late: tuple[Message, Day, Arrival], witness: Witness
) -> Diagnostic:
    message, last, arrival = late
    return Diagnostic(
        code=replays.code,
        message=text(
            "whoever comes in last gets `{message}` when it has expired", message=message.id
        ),
        label=Label(last.place.span, text("customers may enter until this day")),
        related=(
            Label(message.place.value("expires"), text("its last day")),
            Label(arrival.step.place.value("send"), after_entry(arrival)),
        ),
        help=(text("let nobody in so late, or let the message expire later"),),
        evidence=replays.proof(witness, lambda one: one.message == message.id),
    )


def _after_all(replays: Replays, chain: Chain, last: Day, opening: Period) -> Iterator[Diagnostic]:
    """Report a chain whose first message comes when nobody is let in any more."""
    first = next((one for one, _ in sends(replays.portfolio, chain)), None)
    if first is None or opening.first is None or opening.last is None:
        return
    end = _end(opening.last, last.iso)
    if opening.first + timedelta(minutes=first.way.least) < end:
        return
    witness = replays.passage(chain, _any_sent_from(chain.id, end), wanted=(first.path,))
    if witness is not None:
        yield Diagnostic(
            code=replays.code,
            message=text(
                "`{chain}` is over on {day} and writes only after it", chain=chain.id, day=last.iso
            ),
            label=Label(first.step.place.value("send"), after_entry(first)),
            related=(Label(last.place.span, text("customers may enter until this day")),),
            help=(text("wait less, or let the chain run longer"),),
            evidence=replays.proof(witness),
        )


def _any_sent_from(chain: str, end: datetime) -> Aim:
    """Aim at a first message that goes out at a wall-clock time or later."""

    def aim(trace: Trace) -> bool:
        where = clock.named(trace.timezone)
        moments = [one.moment for one in trace.sends() if one.chain == chain]
        return bool(moments) and clock.local(moments[0], where).replace(tzinfo=None) >= end

    return aim
