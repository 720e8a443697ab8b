"""Messages that quiet hours catch only when clocks change: on two days of the year."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmspec.diagnostics import Diagnostic, Label, text
from crmspec.logic import clock_change, week
from crmspec.logic.length import duration, hours_of
from crmspec.logic.occasion import FIRST_DAY
from crmspec.rules.due import cause, meets, more_hours, named, this_message
from crmspec.rules.replay import of_chain
from crmspec.semantics import clock
from crmspec.semantics.quiet import free
from crmspec.semantics.scenario import Customer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

    from crmspec.diagnostics import Text
    from crmspec.logic.clock_change import Change
    from crmspec.logic.witness import Witness
    from crmspec.rules.due import Due
    from crmspec.rules.replay import Aim, Replays
    from crmspec.semantics.scenario import Moment
    from crmspec.semantics.trace import Trace
    from crmspec.source import Span

EARLIER = 60
"""Minutes before a message is due that its passage begins where a wait sets the time."""


class Night(NamedTuple):
    """Quiet hours in which clocks change: a message due at `moment` is held so many minutes."""

    due: Due
    change: Change
    moment: Moment
    held: int
    usual: int


def look(replays: Replays, dues: list[Due]) -> Iterator[Diagnostic]:
    """Yield a finding for each way in which a change of clocks catches messages."""
    yield from _first(replays, [night for due in dues for night in _nights(replays, due)])
    seen: set[Span] = set()
    for due in dues:
        if cause(due) not in seen:
            found = _moved(replays, due)
            seen.update((cause(due),) if found else ())
            yield from found


def _zone(replays: Replays, due: Due) -> ZoneInfo:
    return clock.zone(due.chain.timezone, replays.portfolio.program, Customer())


def _nights(replays: Replays, due: Due) -> Iterator[Night]:
    """Yield the quiet hours that last longer for a change of clocks."""
    zone = _zone(replays, due)
    periods = tuple((hours, zone) for hours in due.hours)
    for change in clock_change.changes(zone):
        for start, length in week.runs(due.shut):
            inside = week.later(due.minutes & week.span(start, length), -start)
            if inside:
                first = (inside & -inside).bit_length() - 1
                moment = clock_change.before(change, start + first, zone)
                held = free(periods, moment) - moment
                if moment <= change.moment <= moment + held and held > length - first:
                    yield Night(due, change, moment, held, length - first)


def _first(replays: Replays, nights: list[Night]) -> Iterator[Diagnostic]:
    """Report the first night after which a message is lost, else that lasts for a whole day."""
    for night in nights:
        patience, most = night.due.patience, night.due.hold[1]
        if patience is not None and most <= patience < night.held:
            witness = _staged(replays, night, meets(night.due, "skip", "exit"))
            if witness is not None:
                yield _given_up(replays, night, patience, witness)
                return
    for night in nights:
        if night.held > night.usual + abs(night.change.by):
            witness = _staged(replays, night, _held_for(night))
            if witness is not None:
                yield _shut(replays, night, witness)
                return


def _staged(replays: Replays, night: Night, aim: Aim) -> Witness | None:
    """Return a message that comes into the night of the change."""
    due = night.due
    early = 0 if due.minutes == week.ALWAYS else EARLIER
    return _from(replays, due, night.moment - due.arrival.way.least - early, aim)


def _from(replays: Replays, due: Due, moment: Moment, aim: Aim) -> Witness | None:
    """Return a passage that begins at a moment and does what is aimed at."""
    home = clock.named(replays.portfolio.program.project.timezone)
    begin = clock.wall_of(clock.moment(FIRST_DAY, home), home)
    days, minute = divmod(clock.wall_of(moment, home) - begin, week.DAY)
    if days < 0:
        return None
    return replays.passage(
        due.chain,
        aim,
        wanted=(due.arrival.path,),
        start_local=week.clock(minute),
        start_day=days,
        reach=due.arrival.way.least + 2 * week.DAY,
    )


def _held_for(night: Night) -> Aim:
    def aim(trace: Trace) -> bool:
        return any(
            one.kind == "defer"
            and one.step == night.due.arrival.path
            and (one.until or 0) - one.moment >= night.held
            for one in of_chain(trace, night.due.chain.id)
        )

    return aim


def _day(replays: Replays, due: Due, change: Change) -> str:
    return clock.iso(change.moment, _zone(replays, due))[:10]


def _given_up(replays: Replays, night: Night, patience: int, witness: Witness) -> Diagnostic:
    due = night.due
    limits = [one for one in due.hours if one.ttl is not None and one.ttl.minutes == patience]
    ttl = limits[0].ttl
    return Diagnostic(
        code=replays.code,
        message=text(
            "when clocks change on {day}, quiet hours last {time}, and messages are given up:"
            " `ttl` is {ttl}",
            day=_day(replays, due, night.change),
            time=hours_of(night.held),
            ttl=duration(ttl.text if ttl is not None else ""),
        ),
        label=Label(limits[0].place.value("ttl"), text("long enough on all other nights")),
        related=(*more_hours(due), this_message(due)),
        help=(text("make `ttl` an hour longer, or leave it out"),),
        evidence=replays.proof(witness),
    )


def _shut(replays: Replays, night: Night, witness: Witness) -> Diagnostic:
    due = night.due
    return Diagnostic(
        code=replays.code,
        message=text(
            "on {day} clocks skip the only hours that quiet hours leave: {message} of `{chain}`"
            " waits for {time}",
            day=_day(replays, due, night.change),
            message=named(due),
            chain=due.chain.id,
            time=hours_of(night.held),
        ),
        label=Label(due.hours[0].place.span, text("these quiet hours have no end on that day")),
        related=(*more_hours(due), this_message(due)),
        help=(text("leave some hours of the day open in which clocks never change"),),
        evidence=replays.proof(witness),
    )


def _moved(replays: Replays, due: Due) -> tuple[Diagnostic, ...]:
    """Return a finding if a message is lost only because clocks show another time than usual."""
    if due.patience is None or due.minutes & due.shut or not due.minutes:
        return ()
    zone = _zone(replays, due)
    for change in clock_change.changes(zone):
        if not week.later(due.minutes, change.by) & due.shut and not _skipped(due, change, zone):
            continue
        minute = next(iter(week.members(due.minutes)))
        for days in (0, 1):
            target = clock_change.in_day(change, minute, zone, days)
            begin = target - due.arrival.way.least - EARLIER
            witness = _from(replays, due, begin, meets(due, "skip", "exit"))
            if witness is not None:
                return (_lost(replays, due, change, witness),)
    return ()


def _skipped(due: Due, change: Change, zone: ZoneInfo) -> bool:
    """Say whether the message is due at a time that does not exist then, and so in quiet hours."""
    after = clock_change.minute_of_week(change.moment, zone)
    gap = week.span(after - change.by, change.by)
    return bool(due.minutes & gap and due.shut >> after & 1)


def _lost(replays: Replays, due: Due, change: Change, witness: Witness) -> Diagnostic:
    return Diagnostic(
        code=replays.code,
        message=_message(replays, due, change),
        label=Label(cause(due), text("clocks move what is due after this")),
        related=(
            *(Label(one.place.span, text("quiet hours")) for one in due.hours),
            this_message(due),
        ),
        help=(
            text("stay an hour away from quiet hours, or wait `until` a time of day"),
            text("or let quiet hours hold the message: `fallback: next_allowed`"),
        ),
        evidence=replays.proof(witness),
    )


def _message(replays: Replays, due: Due, change: Change) -> Text:
    return text(
        "{message} of `{chain}` is lost when clocks change on {day}: it is due in quiet hours then",
        message=named(due),
        chain=due.chain.id,
        day=_day(replays, due, change),
    )
