"""When passages come to the steps of a chain: how soon, and in which minutes of the week."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmspec.ir.step import Batch, Jump, Leave, Send, Wait, WaitFor
from crmspec.ir.trigger import DateTrigger, ScheduleTrigger
from crmspec.logic import week
from crmspec.resolve.outline import Outline, ways
from crmspec.semantics.behaviour import REFERENCE

if TYPE_CHECKING:
    from crmspec.ir.chain import Chain, QuietHours
    from crmspec.ir.program import Program
    from crmspec.ir.step import AnyStep, Steps, Until
    from crmspec.ir.trigger import Schedule, Trigger
    from crmspec.ir.value import Duration
    from crmspec.semantics.behaviour import Behaviour

_CRON_FIELDS = 5


class Way(NamedTuple):
    """How passages come along: minutes since entry at the least, and the minutes of the week.

    `minutes` are those of the chain's zone; too many are named rather than too few. `wait` is the
    latest wait on the way.
    """

    least: int
    minutes: int
    wait: AnyStep | None = None


class Arrival(NamedTuple):
    """A step, its path such as `welcome.steps.3.1.0`, and how passages come to it."""

    step: AnyStep
    path: str
    way: Way


def arrivals(
    program: Program, chain: Chain, behaviour: Behaviour = REFERENCE
) -> tuple[Arrival, ...]:
    """Return every step that passages come to, in reading order."""
    return tuple(_Walk(program, chain, behaviour).run())


def zone(chain: Chain, timezone: str | None) -> str:
    """Return the zone that holds in a chain; `profile` is the customer's (semantics 2.6)."""
    return timezone or chain.timezone or "profile"


def closed(program: Program, chain: Chain, channel: str) -> int:
    """Return the quiet minutes of a channel in a chain, as far as they are in the chain's zone."""
    found = 0
    for hours in hours_of(program, chain, channel):
        if zone(chain, hours.timezone) == zone(chain, None):
            found |= week.quiet(hours)
    return found


def hours_of(program: Program, chain: Chain, channel: str) -> tuple[QuietHours, ...]:
    """Return the quiet hours of a chain and of a channel, which hold together (semantics 8.8)."""
    declared = program.channels.get(channel)
    both = chain.quiet_hours, declared.quiet_hours if declared is not None else None
    return tuple(hours for hours in both if hours is not None)


def channels_of(program: Program, send: Send) -> tuple[str, ...]:
    """Return the channels of a send, none if one of its messages is never held (semantics 8.24)."""
    choice = send.send
    references = (*((choice.message,) if choice.message else ()), *choice.messages)
    found = [program.messages.get(reference.id) for reference in references]
    held = [one.channel.id for one in found if one is not None and one.category != "transactional"]
    return tuple(held) if len(held) == len(found) else ()


class _Walk:
    """One pass over the steps of a chain."""

    def __init__(self, program: Program, chain: Chain, behaviour: Behaviour) -> None:
        self.program = program
        self.chain = chain
        self.found: list[Arrival] = []
        self.ahead: dict[str, Way] = {}
        outline = Outline(chain)
        order = {id(placed.step): placed.order for placed in outline.steps}
        self.repeated = {
            target.step.id
            for placed, _, target in outline.jumps()
            if target is not None and target.order <= order[id(placed.step)]
        }
        self.delays = chain.rate_limit is not None or any(
            behaviour.exceed(rule.exceed) == "delay" for rule in program.frequency.values()
        )

    def run(self) -> list[Arrival]:
        start = 0
        for trigger in self.chain.trigger:
            start |= _entry(trigger)
        self._steps(self.chain.steps, f"{self.chain.id}.steps", Way(0, start))
        return self.found

    def _steps(self, steps: Steps, prefix: str, way: Way | None) -> Way | None:
        for position, step in enumerate(steps):
            way = self._arrive(step, way)
            if way is not None:
                path = f"{prefix}.{position}"
                self.found.append(Arrival(step, path, way))
                way = self._step(step, path, way)
        return way

    def _arrive(self, step: AnyStep, way: Way | None) -> Way | None:
        """Join those who jump here; a step that is run again may be met at any minute."""
        if step.id is None:
            return way
        way = _join([way, self.ahead.get(step.id)])
        return way._replace(minutes=week.ALWAYS) if way and step.id in self.repeated else way

    def _step(self, step: AnyStep, path: str, way: Way) -> Way | None:
        after = self._through(step, path, way)
        if step.only is None and step.unless is None:
            return after
        return _join([after, way])

    def _through(self, step: AnyStep, path: str, way: Way) -> Way | None:
        match step:
            case Wait():
                return self._wait(step, way)
            case WaitFor():
                return self._race(step, path, way)
            case Jump():
                return self._jump(step, way)
            case Leave():
                return None
        inside = ways(step)
        if not inside:
            return self._plain(step, way)
        return _join([self._steps(steps, f"{path}.{n}", way) for n, steps in enumerate(inside)])

    def _plain(self, step: AnyStep, way: Way) -> Way:
        if isinstance(step, Batch):
            return Way(way.least + _exact(step.batch.for_), week.ALWAYS, step)
        return self._send(step, way) if isinstance(step, Send) else way

    def _wait(self, step: Wait, way: Way) -> Way:
        time = step.wait
        if time.for_ is not None:
            return Way(way.least + _exact(time.for_), _shifted(way.minutes, time.for_), step)
        if time.between is not None:
            first, last = time.between.min, time.between.max
            minutes = week.spread(
                _shifted(way.minutes, first), max(0, _exact(last) - _exact(first))
            )
            return Way(way.least + _exact(first), minutes, step)
        if time.until is None:  # pragma: no cover - the schema asks for one of the three
            return way
        here = zone(self.chain, time.timezone) == zone(self.chain, None)
        return Way(way.least, _until(time.until) if here else week.ALWAYS, step)

    def _race(self, step: WaitFor, path: str, way: Way) -> Way | None:
        body = step.wait_for
        met = Way(way.least, week.ALWAYS, step)
        after = [
            self._steps(arm.then, f"{path}.{number}", met)
            for number, arm in enumerate(body.first_of)
        ]
        if body.timeout is not None:
            late = Way(way.least + _exact(body.timeout), _shifted(way.minutes, body.timeout), step)
            after.append(self._steps(body.otherwise, f"{path}.{len(after)}", late))
        return _join(after)

    def _send(self, step: Send, way: Way) -> Way:
        """Go on after the gate, which may have held the message (semantics 8.9, 8.19)."""
        if self.delays:
            return way._replace(minutes=week.ALWAYS)
        minutes = way.minutes
        for channel in channels_of(self.program, step):
            hours = hours_of(self.program, self.chain, channel)
            if any(zone(self.chain, one.timezone) != zone(self.chain, None) for one in hours):
                return way._replace(minutes=week.ALWAYS)
            shut = closed(self.program, self.chain, channel)
            minutes |= week.released(way.minutes, shut)
        return way._replace(minutes=minutes)

    def _jump(self, step: Jump, way: Way) -> Way | None:
        target = step.jump.to.id
        joined = _join([way, self.ahead.get(target)])
        if joined is not None and target not in self.repeated:
            self.ahead[target] = joined
        return way if step.jump.max is not None else None


def _join(after: list[Way | None]) -> Way | None:
    """Unite several ways to one point; None if nobody goes on."""
    going = [way for way in after if way is not None]
    if not going:
        return None
    minutes = 0
    for way in going:
        minutes |= way.minutes
    wait = next((way.wait for way in going if way.wait is not None), None)
    return Way(min(way.least for way in going), minutes, wait)


def _exact(duration: Duration) -> int:
    """Return minutes at the least: a month has 28 days, seconds are rounded up."""
    return duration.months * 28 * week.DAY + -(-duration.seconds // 60)


def _shifted(minutes: int, by: Duration) -> int:
    return week.ALWAYS if by.months else week.later(minutes, _exact(by))


def _until(until: Until) -> int:
    """Return the minutes of the week at which such a wait may end."""
    passes = until.if_inside == "pass" and until.at is None
    if passes or until.date is not None or until.property is not None:
        moving = until.at is None or until.offset is not None or until.if_past == "continue"
        return week.ALWAYS if passes or moving or until.at is None else week.daily(until.at.minute)
    if until.day is not None:
        return week.ALWAYS
    weekdays = week.DAYS[:5] if until.working_day else until.weekday
    return week.daily(until.at.minute if until.at is not None else 0, weekdays)


def _entry(trigger: Trigger) -> int:
    """Return the minutes of the week at which a trigger may fire."""
    match trigger:
        case DateTrigger() if trigger.at is not None:
            return week.daily(trigger.at.minute)
        case ScheduleTrigger():
            return _scheduled(trigger.schedule)
    return week.ALWAYS


def _scheduled(schedule: Schedule) -> int:
    if schedule.cron is None:
        return week.daily(schedule.at.minute) if schedule.at is not None else week.ALWAYS
    fields = schedule.cron.split()
    if len(fields) != _CRON_FIELDS or not (fields[0].isdigit() and fields[1].isdigit()):
        return week.ALWAYS
    return week.daily(int(fields[1]) * week.HOUR + int(fields[0]))
