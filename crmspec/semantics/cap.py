"""Frequency rules: what they count, and when they would let a message through (8.11-8.20)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmspec.ir.step import Send
from crmspec.semantics.clock import WEEK, calendar_start, minutes, zone
from crmspec.semantics.condition import where
from crmspec.semantics.property import of_event

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from crmspec.ir.frequency import Frequency, Limit
    from crmspec.ir.value import Duration
    from crmspec.semantics.run import Letter, Live, Run
    from crmspec.semantics.scenario import Moment


class Over(NamedTuple):
    """A rule that a send is over: why, what it counted, and from when on the rule passes."""

    rule: Frequency
    reason: str
    until: Moment
    counted: int
    limit: int


def pause(run: Run, rule: Frequency) -> Over | None:
    """Return how a rest after a key action blocks now, None if it does not (semantics 8.11)."""
    if rule.after is None or rule.for_ is None:
        return None
    view = run.apart("")
    for event in reversed(run.state.log.between(rule.after.event.id, None, run.now)):
        ends = run.until(event.moment, rule.for_)
        if ends <= run.now:
            return None
        if where(rule.after.where, event.properties, view, of_event(rule.after.event.id, view)):
            return Over(rule, "pause", ends, 1, 0)
    return None


def over(run: Run, letter: Letter, rule: Frequency) -> Over | None:
    """Return how a send is over a rule now, None if the rule passes (semantics 8.12, 8.18)."""
    moments = _counted(run, rule)
    found = [_gap(run, rule, moments), *(_limit(run, rule, one, moments) for one in rule.limits)]
    met = [one for one in found if one is not None]
    if met:
        return max(met, key=lambda one: one.until)
    if run.behaviour.exceed(rule.exceed) == "yield":
        return _yield(run, letter, rule, moments)
    return None


def _counted(run: Run, rule: Frequency) -> list[Moment]:
    """Return the moments of the committed sends a rule counts and sees (semantics 8.17, 9.6)."""
    lag = run.behaviour.counter_lag
    index = run.index
    return [
        sent.moment
        for sent in run.state.sent
        if sent.moment <= run.now - lag
        and rule.id in index.held(sent.message, sent.chain, sent.broadcast).counted
    ]


def _gap(run: Run, rule: Frequency, moments: list[Moment]) -> Over | None:
    if rule.min_gap is None or not moments:
        return None
    ends = run.until(moments[-1], rule.min_gap)
    return Over(rule, "gap", ends, 1, 1) if run.now < ends else None


def _limit(run: Run, rule: Frequency, limit: Limit, moments: list[Moment]) -> Over | None:
    inside, start = _window(run, rule, limit.per, moments)
    if len(inside) < limit.max:
        return None
    if start is not None:
        until = _next_period(run, rule, limit.per)
    elif limit.max == 0:
        until = run.until(run.now, limit.per)
    else:
        until = run.until(inside[len(inside) - limit.max], limit.per)
    return Over(rule, "cap", until, len(inside), limit.max)


def _window(
    run: Run, rule: Frequency, per: Duration, moments: list[Moment]
) -> tuple[list[Moment], Moment | None]:
    """Return what lies in the window that ends now, and where a calendar period began (8.16)."""
    if not _by_calendar(run, rule, per):
        return [one for one in moments if run.now < run.until(one, per)], None
    start = calendar_start(run.now, per, _zone(run, rule), _week(run))
    return [one for one in moments if one >= start], start


def _by_calendar(run: Run, rule: Frequency, per: Duration) -> bool:
    """Say whether a limit counts calendar periods, of the rule or of the system (9.4)."""
    mode = run.behaviour.caps or rule.window
    weeks = not per.months and minutes(per) % WEEK == 0
    return mode == "calendar" and (run.behaviour.calendar_weeks or not weeks)


def _week(run: Run) -> str:
    return run.behaviour.week_starts or run.program.project.week_starts


def _zone(run: Run, rule: Frequency) -> ZoneInfo:
    name = run.behaviour.cap_timezone or rule.timezone
    return zone(name, run.program, run.scenario.customer)


def _next_period(run: Run, rule: Frequency, per: Duration) -> Moment:
    """Return the first later minute in which the calendar window begins anew."""
    place = _zone(run, rule)
    start = calendar_start(run.now, per, place, _week(run))
    step = run.now
    while calendar_start(step, per, place, _week(run)) == start:
        step += 1440
    return calendar_start(step, per, place, _week(run))


def _yield(run: Run, letter: Letter, rule: Frequency, moments: list[Moment]) -> Over | None:
    """Give up the last free place to a passage of higher priority (semantics 8.20)."""
    for limit in rule.limits:
        inside, start = _window(run, rule, limit.per, moments)
        if len(inside) != limit.max - 1:
            continue
        rolling = start is None
        ends = run.until(run.now, limit.per) if rolling else _next_period(run, rule, limit.per)
        if any(_comes_before(run, letter, live, rule, ends) for live in run.lives):
            return Over(rule, "yield", ends, len(inside), limit.max)
    return None


def _comes_before(run: Run, letter: Letter, live: Live, rule: Frequency, ends: Moment) -> bool:
    """Say whether a passage has a wait that ends, before the window does, at a counted send."""
    if live is letter.live or live.state != "wait" or live.due >= ends or live.node is None:
        return False
    follower = live.node.after
    if follower is None or not isinstance(follower.step, Send):
        return False
    if live.route.chain.priority <= _priority(letter):
        return False
    choice = follower.step.send
    messages = choice.messages or ((choice.message,) if choice.message is not None else ())
    chain = live.route.chain.id
    return any(rule.id in run.index.held(one.id, chain, None).counted for one in messages)


def _priority(letter: Letter) -> int:
    if letter.live is not None:
        return letter.live.route.chain.priority
    return 0 if letter.broadcast is None else letter.broadcast.priority
