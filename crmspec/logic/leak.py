"""Timelines in which a limit holds as it is counted, and lets more through than it says."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from crmspec.logic import door
from crmspec.logic.bound import bound
from crmspec.logic.ceiling import by_calendar, ceilings
from crmspec.logic.crowd import Crowd
from crmspec.logic.delay import DAY, WEEK
from crmspec.logic.pressure import in_window
from crmspec.logic.witness import Entrance, Stage, enact
from crmspec.semantics import clock
from crmspec.semantics.scenario import Customer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crmspec.ir.frequency import Frequency
    from crmspec.ir.value import Duration
    from crmspec.logic.ceiling import Ceiling
    from crmspec.logic.crowd import Attempt
    from crmspec.logic.load import Class
    from crmspec.logic.occasion import Occasion
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.witness import Witness
    from crmspec.semantics.scenario import Moment
    from crmspec.semantics.trace import Entry, Trace

EVENING, MORNING = 20 * 60, 33 * 60
"""Minutes of the day at which a burst before and one after midnight are placed."""
LATE = 3 * 60
"""Minutes before midnight at which messages beside a broadcast are placed."""
WIDE = 6
MOST = 8
"""Limits above this many messages are not looked at: the example would be of no use."""
TRIES = 12
"""Timelines that are tried for one limit under one behaviour."""
MONTH = 31 * DAY
"""The first month of a timeline, March, from its first day on."""


class Leak(NamedTuple):
    """A replayed timeline with more messages than the limit, under one behaviour."""

    portfolio: Portfolio
    ceiling: Ceiling
    witness: Witness
    sent: tuple[Entry, ...]


class Period(NamedTuple):
    """A calendar period: its length in minutes, when one ends after a timeline's first day began.

    A limit looks at the period that contains now, and at those of the `shift` minutes before.
    """

    length: int
    ends: int
    shift: int


def leak(portfolio: Portfolio, rule: Frequency) -> Leak | None:
    """Return a leak of the first limit of a rule that has one under the portfolio's behaviour."""
    for ceiling in ceilings(portfolio, rule):
        if not ceiling.is_gap and ceiling.most <= MOST and _may(portfolio, rule, ceiling):
            found = _found(portfolio, rule, ceiling)
            if found is not None:
                return found
    return None


def _found(portfolio: Portfolio, rule: Frequency, ceiling: Ceiling) -> Leak | None:
    curves = portfolio.loads.of_rule(rule.id)
    top = bound(portfolio, curves, ceiling.window)
    if top is not None and top <= ceiling.most:
        return None
    counted = portfolio.loads.counted(rule.id)

    def sent(trace: Trace) -> tuple[Entry, ...]:
        return most(trace, counted, ceiling.window)

    def aim(trace: Trace) -> bool:
        return len(sent(trace)) > ceiling.most

    period = _period(portfolio, rule, ceiling)
    calendar = None if period is None else _Calendar(portfolio, rule, _per(rule, ceiling))
    crowd = Crowd(portfolio, ceiling, counted, curves, None if calendar is None else calendar.parts)
    for plan in islice(_plans(crowd, rule, period, calendar), TRIES):
        witness = enact(portfolio, plan.stage(aim))
        if witness is not None:
            return Leak(portfolio, ceiling, witness, sent(witness.trace))
    return None


def _may(portfolio: Portfolio, rule: Frequency, ceiling: Ceiling) -> bool:
    """Say whether a limit can leak at all: it follows the calendar, lags, or counts the exempt."""
    exempt = rule.applies_to is not None and "transactional" in rule.applies_to.categories
    lags = portfolio.behaviour.counter_lag > 0
    return lags or exempt or _period(portfolio, rule, ceiling) is not None


def _period(portfolio: Portfolio, rule: Frequency, ceiling: Ceiling) -> Period | None:
    """Return the calendar period that a limit counts in, None if it looks back from now (8.16)."""
    per = _per(rule, ceiling)
    if not by_calendar(portfolio, rule, per):
        return None
    if per.months:
        return Period(MONTH, MONTH, (per.months - 1) * MONTH)
    if ceiling.window % WEEK == 0:
        starts = _week(portfolio)
        return Period(WEEK, WEEK if starts == "mon" else WEEK - DAY, ceiling.window - WEEK)
    return Period(DAY, DAY, ceiling.window - DAY)


def _per(rule: Frequency, ceiling: Ceiling) -> Duration:
    return next(one.per for one in rule.limits if one is ceiling.node)


def _week(portfolio: Portfolio) -> str:
    return portfolio.behaviour.week_starts or portfolio.program.project.week_starts


class _Calendar:
    """The periods in which a limit counts, for a customer at the project's home."""

    def __init__(self, portfolio: Portfolio, rule: Frequency, per: Duration) -> None:
        home = Customer(timezone=portfolio.program.project.timezone)
        name = portfolio.behaviour.cap_timezone or rule.timezone
        self.zone = clock.zone(name, portfolio.program, home)
        self.per = per
        self.week = _week(portfolio)

    def begin(self, moment: Moment) -> Moment:
        """Return the first moment that counts at a moment."""
        return clock.calendar_start(moment, self.per, self.zone, self.week)

    def parts(self, occasions: tuple[Occasion, ...]) -> bool:
        """Say whether the first of some occasions does not count any more at the last."""
        return occasions[0].moment < self.begin(occasions[-1].moment)

    def around(self, attempt: Attempt) -> Attempt:
        """Let the messages of chains come in the evening before a period, or after its end."""
        first, last = attempt.occasions[0].moment, attempt.occasions[-1].moment
        begin = end = self.begin(first)
        while self.begin(end) <= last:
            end += DAY
        after = clock.day_start(end, self.zone) + MORNING - DAY
        own = attempt.own
        return replace(attempt, starts=(begin - LATE - own[-1], after - own[0]))


def most(trace: Trace, counted: Class, window: int) -> tuple[Entry, ...]:
    """Return the counted messages of the fullest window of a timeline."""
    windows = (in_window(trace, counted, one.moment, window) for one in trace.sends())
    return max(windows, key=len, default=())


class _Plan(NamedTuple):
    """Entrances, the steps they are to come to, and the minutes of the first day they begin at."""

    entrances: tuple[Entrance, ...]
    wanted: tuple[str, ...]
    start: int

    def stage(self, aim: Callable[[Trace], bool]) -> Stage:
        days, minute = divmod(self.start, DAY)
        time = f"{minute // 60:02}:{minute % 60:02}"
        return Stage(self.entrances, aim, self.wanted, start_local=time, start_day=days)


def _plans(
    crowd: Crowd, rule: Frequency, period: Period | None, calendar: _Calendar | None
) -> Iterator[_Plan | Attempt]:
    """Yield timelines with a burst before and one after the end of a period, or at once."""
    yield from _bursts(crowd, rule, period)
    for attempt in crowd.attempts():
        if attempt.occasions:
            around = calendar is not None and attempt.entrances
            yield calendar.around(attempt) if calendar and around else attempt
            continue
        if period is not None:
            yield from _parted(attempt, crowd.ceiling, period)
        yield _Plan(attempt.entrances, attempt.wanted, 9 * 60)


def _parted(attempt: Attempt, ceiling: Ceiling, period: Period) -> Iterator[_Plan]:
    """Let a period end between the messages that fill the limit and the one after them."""
    if len(attempt.offsets) <= ceiling.most:
        return
    before, after = attempt.offsets[ceiling.most - 1 : ceiling.most + 1]
    middle = max(before + after - period.shift, 0) // 2
    ends = period.ends
    while ends < middle:
        ends += period.length
    yield _Plan(attempt.entrances, attempt.wanted, ends - middle)


def _bursts(crowd: Crowd, rule: Frequency, period: Period | None) -> Iterator[_Plan]:
    """Yield the first messages of some chains, half before and half after the end of a period."""
    ceiling = crowd.ceiling
    offers = list(_firsts(crowd, rule))[: max(WIDE, ceiling.most + 1)]
    if len(offers) <= ceiling.most:
        return
    evening = EVENING if period is None else period.ends - DAY + EVENING
    pause = MORNING - EVENING + (0 if period is None else period.shift)
    for before in (ceiling.most, 1, ceiling.most + 1):
        chosen = offers[: ceiling.most + 1]
        latest = max(at for _, _, at in chosen)
        entrances = [
            Entrance(*entered, latest - at + (0 if number < before else pause))
            for number, (entered, _, at) in enumerate(chosen)
        ]
        first = min(one.at for one in entrances)
        moved = [Entrance(one.chain, one.trigger, one.at - first) for one in entrances]
        moved.sort(key=lambda one: (one.at, one.chain))
        yield _Plan(tuple(moved), tuple(path for _, path, _ in chosen), evening)


def _firsts(crowd: Crowd, rule: Frequency) -> Iterator[tuple[door.Door, str, int]]:
    """Yield the first counted send of each chain, those soonest after the entry first."""
    portfolio, found = crowd.portfolio, []
    for id_ in portfolio.loads.of_rule(rule.id):
        if id_ not in portfolio.program.chains:
            continue
        for offer in portfolio.tracks[id_].offers:
            if any(crowd.counted.counts(message, id_) for message in offer.messages):
                found.append((offer.least, id_, offer.path))
                break
    for least, id_, path in sorted(found):
        yield door.easiest(portfolio.program, id_), path, least
