"""Quiet hours that messages always fall into, that leave no time, or that have a hole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics import Code, Diagnostic, Label, Severity, text
from crmspec.diagnostics.format.timeline import WEEKDAYS
from crmspec.logic import week
from crmspec.logic.length import duration, hours_of
from crmspec.rules import changed_clock, narrow_hours, unknown_zone
from crmspec.rules.due import cause, grouped, meets, more_hours, named, this_message
from crmspec.rules.replay import Replays, of_chain
from crmspec.semantics import clock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crmspec.diagnostics import Text
    from crmspec.ir.chain import QuietHours
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.witness import Witness
    from crmspec.rules.due import Due
    from crmspec.semantics.trace import Trace
    from crmspec.source import Span

CODE = Code(
    "CRM317",
    "quiet-hours-trap",
    text("quiet hours that catch every message, or miss the hours they are for"),
    Severity.WARNING,
)

SHOWN = 3


def check(portfolio: Portfolio) -> Iterator[Diagnostic]:
    """Yield a finding for each trap: one for each wait, or for each of the quiet hours."""
    replays = Replays(portfolio, CODE)
    for dues in grouped(portfolio):
        hours = dues[0].hours
        if dues[0].shut == week.ALWAYS:
            yield from _nothing_left(replays, dues)
            continue
        if narrow_hours.is_narrow(dues[0].shut):
            yield from narrow_hours.look(replays, dues)
            continue
        yield from _always(replays, dues)
        yield from _given_up(replays, dues)
        yield from changed_clock.look(replays, dues)
        for one in hours:
            yield from _hole(replays, dues, one)
    yield from unknown_zone.look(replays)
    yield from replays.undecided()


def _nothing_left(replays: Replays, dues: list[Due]) -> Iterator[Diagnostic]:
    """Report quiet hours that leave no minute of the week."""
    for due in dues:
        witness = replays.passage(
            due.chain, meets(due, "defer", "skip", "exit"), wanted=(due.arrival.path,)
        )
        if witness is not None:
            yield Diagnostic(
                code=CODE,
                message=text(
                    "quiet hours leave no minute of the week: `{chain}` never sends {message}",
                    chain=due.chain.id,
                    message=named(due),
                ),
                label=Label(due.hours[0].place.span, text("these quiet hours never end")),
                related=(*more_hours(due), this_message(due)),
                help=(text("leave some hours of the day open"),),
                severity=Severity.ERROR,
                evidence=replays.proof(witness),
            )
            return


def _always(replays: Replays, dues: list[Due]) -> Iterator[Diagnostic]:
    """Report waits and triggers after which a message is always due in quiet hours."""
    seen: set[Span] = set()
    for due in dues:
        if due.minutes == week.ALWAYS or due.minutes & ~due.shut or not due.minutes:
            continue
        place = cause(due)
        if place in seen:
            continue
        seen.add(place)
        witness = replays.passage(
            due.chain, meets(due, "defer", "skip", "exit"), wanted=(due.arrival.path,)
        )
        if witness is not None:
            yield _trapped(replays, due, place, witness)


def _trapped(replays: Replays, due: Due, place: Span, witness: Witness) -> Diagnostic:
    patience = due.patience
    lost = patience is not None and patience < due.hold[0]
    return Diagnostic(
        code=CODE,
        message=_lost(due) if lost else _held(due),
        label=Label(place, text("it is due at {time}", time=_times(due.minutes))),
        related=(
            *(Label(one.place.span, text("quiet hours")) for one in due.hours),
            this_message(due),
        ),
        help=(text("choose a time outside quiet hours, or change the quiet hours"),),
        severity=Severity.ERROR if lost else None,
        evidence=replays.proof(witness),
    )


def _lost(due: Due) -> Text:
    return text(
        "{message} of `{chain}` is never sent: it is always due in quiet hours",
        message=named(due),
        chain=due.chain.id,
    )


def _held(due: Due) -> Text:
    return text(
        "{message} of `{chain}` is always due in quiet hours and waits until {time}",
        message=named(due),
        chain=due.chain.id,
        time=_times(week.released(due.minutes, due.shut) & ~due.shut),
    )


def _given_up(replays: Replays, dues: list[Due]) -> Iterator[Diagnostic]:
    """Report a `ttl` that is shorter than the quiet hours it is to outlast."""
    for due in dues:
        patience, (least, most) = due.patience, due.hold
        limits = [one for one in due.hours if one.ttl is not None]
        if not limits or patience is None or not patience < most or least > patience:
            continue
        witness = _early(replays, due)
        if witness is None:
            continue
        ttl = min(limits, key=lambda one: one.ttl.minutes if one.ttl else 0)
        yield Diagnostic(
            code=CODE,
            message=text(
                "messages are given up before quiet hours end: they last {time}, `ttl` is {ttl}",
                time=hours_of(most),
                ttl=duration(ttl.ttl.text if ttl.ttl else ""),
            ),
            label=Label(ttl.place.value("ttl"), text("too short to wait for the morning")),
            related=(*more_hours(due), this_message(due)),
            help=(text("make `ttl` at least as long as the quiet hours, or leave it out"),),
            evidence=replays.proof(witness),
        )
        return


def _early(replays: Replays, due: Due) -> Witness | None:
    """Return a message that comes into quiet hours at their beginning and is lost."""
    for start, length in week.runs(due.shut):
        if length == due.hold[1] or length > (due.patience or 0):
            begin = (start + 1 - due.arrival.way.least) % week.DAY
            witness = replays.passage(
                due.chain,
                meets(due, "skip", "exit"),
                wanted=(due.arrival.path,),
                start_local=week.clock(begin),
            )
            if witness is not None:
                return witness
    return None


def _hole(replays: Replays, dues: list[Due], hours: QuietHours) -> Iterator[Diagnostic]:
    """Report nights that belong to the day before, which `weekdays` leaves out (8.10)."""
    if not hours.weekdays or hours.to.minute > hours.from_.minute or not hours.to.minute:
        return
    for number, day in enumerate(week.DAYS):
        if day not in hours.weekdays or week.DAYS[number - 1] in hours.weekdays:
            continue
        night = week.span(number * week.DAY, hours.to.minute)
        for due in dues:
            if not due.minutes & night & ~due.shut:
                continue
            witness = _at_night(replays, due, night & ~due.shut)
            if witness is not None:
                yield _holed(replays, due, hours, number, witness)
                return


def _at_night(replays: Replays, due: Due, night: int) -> Witness | None:
    middle = next(iter(week.members(night))) + night.bit_count() // 2
    aim = _sent_within(due, night)
    begin = (middle - due.arrival.way.least) % week.DAY
    return replays.passage(
        due.chain, aim, wanted=(due.arrival.path,), start_local=week.clock(begin)
    )


def _sent_within(due: Due, minutes: int) -> Callable[[Trace], bool]:
    def aim(trace: Trace) -> bool:
        where = clock.named(trace.timezone)
        for one in of_chain(trace, due.chain.id):
            if one.kind == "send" and one.step == due.arrival.path:
                local = clock.local(one.moment, where)
                minute = local.weekday() * week.DAY + local.hour * week.HOUR + local.minute
                if minutes >> minute & 1:
                    return True
        return False

    return aim


def _holed(
    replays: Replays, due: Due, hours: QuietHours, number: int, witness: Witness
) -> Diagnostic:
    return Diagnostic(
        code=CODE,
        message=text(
            "quiet hours leave {day} 00:00 to {time} open: a night belongs to the day it begins on",
            day=WEEKDAYS[number],
            time=week.clock(hours.to.minute),
        ),
        label=Label(
            hours.place.key("weekdays"),
            text("the night before is the one of {day}", day=WEEKDAYS[number - 1]),
        ),
        related=(this_message(due),),
        help=(text("add `{day}` to `weekdays`", day=week.DAYS[number - 1]),),
        evidence=replays.proof(witness),
    )


def _times(minutes: int) -> str:
    """Return the times of day of some minutes, at most three."""
    found = list(dict.fromkeys(week.clock(minute) for minute in week.members(minutes)))
    shown = ", ".join(sorted(found)[:SHOWN])
    return f"{shown} …" if len(found) > SHOWN else shown
