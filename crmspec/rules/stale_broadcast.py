"""Broadcasts whose message has expired when they are sent."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from crmspec.diagnostics import Diagnostic, Label, Severity, text
from crmspec.diagnostics.evidence import Evidence, Verdict
from crmspec.resolve.date import moment as date_of
from crmspec.rules.after_the_end import over
from crmspec.semantics import clock
from crmspec.semantics.schedule import following

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from crmspec.diagnostics import Code, Text
    from crmspec.ir.audience import Broadcast
    from crmspec.ir.message import Message
    from crmspec.ir.program import Program
    from crmspec.source import Span


class Late(NamedTuple):
    """What is too late, what is said of it there, and whether it holds for all that is sent."""

    place: Span
    said: Text
    always: bool = False


def look(program: Program, code: Code) -> Iterator[Diagnostic]:
    """Yield a finding for each live broadcast that is sent after the last day of its message."""
    for broadcast in program.broadcasts.values():
        message = program.messages.get(broadcast.message.id)
        end = over(message) if message is not None else None
        if message is None or end is None or broadcast.status != "live":
            continue
        late = _late(broadcast, end)
        if late is not None:
            yield _finding(code, broadcast, message, late)


def _late(broadcast: Broadcast, end: datetime) -> Late | None:
    at = date_of(broadcast.at.iso) if broadcast.at is not None else None
    if broadcast.at is not None and at is not None:
        if at >= end:
            return Late(broadcast.at.place.span, text("sent on this day"), always=True)
        again = broadcast.resend
        if again is not None and at + timedelta(minutes=clock.minutes(again.after)) >= end:
            return Late(again.after.place.span, text("sent once more so much later"))
    if broadcast.repeat is not None and _goes_on(broadcast, end):
        return Late(broadcast.repeat.place.span, text("sent again and again, and after that day"))
    return None


def _goes_on(broadcast: Broadcast, end: datetime) -> bool:
    """Say whether a repetition comes later; one that is counted may be over (8.35)."""
    repeat = broadcast.repeat
    if repeat is None or "COUNT" in (repeat.rrule or "").upper():
        return False
    zone = clock.named("UTC")
    after = clock.read(end.isoformat(timespec="minutes"), zone)
    return after is not None and following(repeat, after - 1, zone) is not None


def _finding(code: Code, broadcast: Broadcast, message: Message, late: Late) -> Diagnostic:
    return Diagnostic(
        code=code,
        message=_message(broadcast, message, always=late.always),
        label=Label(message.place.value("expires"), text("its last day")),
        related=(Label(late.place, late.said),),
        help=(text("let it expire later, or send it sooner"),),
        severity=Severity.ERROR if late.always else None,
        evidence=Evidence(verdict=Verdict.PROVED),
    )


def _message(broadcast: Broadcast, message: Message, *, always: bool) -> Text:
    if always:
        return text(
            "`{broadcast}` sends `{message}` when it has expired",
            broadcast=broadcast.id,
            message=message.id,
        )
    return text(
        "`{broadcast}` goes on sending `{message}` when it has expired",
        broadcast=broadcast.id,
        message=message.id,
    )
