"""Broadcasts: mailings to many at a set time (semantics 8.33-8.38)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from crmspec.semantics import gate, sending, waiting
from crmspec.semantics.bucket import BUCKETS, bucket
from crmspec.semantics.clock import DAY, read, zone
from crmspec.semantics.condition import holds, is_in_segment
from crmspec.semantics.run import Letter
from crmspec.semantics.schedule import following

if TYPE_CHECKING:
    from crmspec.ir.audience import Broadcast
    from crmspec.ir.trigger import Schedule
    from crmspec.ir.value import SegmentRef
    from crmspec.semantics.run import Run
    from crmspec.semantics.scenario import Customer, Moment

_RATE = re.compile(r"([0-9]+)(%?)/(s|min|h|d)")
_MINUTES = {"s": 1 / 60, "min": 1.0, "h": 60.0, "d": 1440.0}


def begin(run: Run) -> None:
    """Queue the broadcasts of the run."""
    for broadcast in run.program.broadcasts.values():
        if _alive(run, broadcast):
            _queue_first(run, broadcast)


def _alive(run: Run, broadcast: Broadcast) -> bool:
    chains = run.scenario.chains
    return broadcast.status == "live" if chains is None else broadcast.id in chains


def _queue_first(run: Run, broadcast: Broadcast) -> None:
    place = zone(broadcast.timezone, run.program, run.scenario.customer)
    if broadcast.repeat is not None:
        _queue_next(run, broadcast, run.now - 1)
    elif broadcast.at is not None:
        moment = read(broadcast.at.iso, place)
        if moment is None:
            return
        if moment < run.now and broadcast.if_past == "send_now" and moment > run.now - DAY:
            moment = run.now
        if moment >= run.now:
            _queue(run, broadcast, moment)


def _queue_next(run: Run, broadcast: Broadcast, after: Moment) -> None:
    """Queue the next occurrence of a repeated broadcast (semantics 8.35)."""
    place = zone(broadcast.timezone, run.program, run.scenario.customer)
    moment = following(cast("Schedule", broadcast.repeat), after, place)
    if moment is not None:
        run.at(moment, "again", broadcast)


def again(run: Run, broadcast: Broadcast) -> None:
    """Send a repeated broadcast now, and queue its next time."""
    _queue(run, broadcast, run.now)
    _queue_next(run, broadcast, run.now)


def _queue(run: Run, broadcast: Broadcast, moment: Moment) -> None:
    message = run.program.messages.get(broadcast.message.id)
    if message is not None:
        letter = Letter(message, broadcast=broadcast)
        later = spread(broadcast, run.scenario.customer) + _picked(run, broadcast)
        run.at(moment + later, "mail", letter)


def _picked(run: Run, broadcast: Broadcast) -> int:
    """Return how many minutes later the system sends to the customer, by choice (8.40, 8.43)."""
    if not broadcast.optimize_send_time:
        return 0
    later = waiting.drawn(run, broadcast.id, run.scenario.waits.get(broadcast.id))
    return min(max(later or 0, 0), DAY - 1)


def spread(broadcast: Broadcast, someone: Customer) -> int:
    """Return how many minutes later a share per period comes to the customer's bucket (8.35)."""
    match = None if broadcast.throttle is None else _RATE.fullmatch(broadcast.throttle)
    if match is None or not match[2] or not int(match[1]):
        return 0
    place = bucket(broadcast.id, someone.id) / BUCKETS
    return int(place * 100 / int(match[1]) * _MINUTES[match[3]])


def key(letter: Letter) -> tuple[int, int, str, int, int]:
    """Return its place among the due: priority, after chains, id (semantics 8.38)."""
    broadcast = cast("Broadcast", letter.broadcast)
    return -broadcast.priority, 1, broadcast.id, 0, 0


def post(run: Run, letter: Letter) -> None:
    """Send a broadcast to the customer if its audience and the gate agree (8.33, 8.36)."""
    broadcast = cast("Broadcast", letter.broadcast)
    if not _is_addressed(run, letter, broadcast):
        return
    if letter.held is None:
        run.note(
            "offer",
            broadcast=broadcast.id,
            message=letter.message.id,
            channel=letter.message.channel.id,
            node=broadcast,
        )
    answer = gate.ask(run, letter)
    if answer.kind == "defer":
        letter.held = run.now if letter.held is None else letter.held
        sending.defer(run, letter, answer)
        run.at(answer.until, "mail", letter)
    elif answer.kind == "pass":
        sending.commit(run, letter)
        if broadcast.resend is not None and not letter.again:
            second = Letter(letter.message, broadcast=broadcast, again=True)
            run.at(run.until(run.now, broadcast.resend.after), "mail", second)
    else:
        sending.refuse(run, letter, answer)


def _is_addressed(run: Run, letter: Letter, broadcast: Broadcast) -> bool:
    """Say whether the customer is in the audience at this moment; a resend asks `to` as well."""
    view = run.apart(f"broadcast {broadcast.id}")
    if letter.again and broadcast.resend is not None and not holds(broadcast.resend.to, view):
        return False
    audience = broadcast.audience
    return _in_any(run, audience.include) and not _in_any(run, audience.exclude)


def _in_any(run: Run, segments: tuple[SegmentRef, ...]) -> bool:
    view = run.apart("")
    return any(is_in_segment(ref.id, view) for ref in segments)
