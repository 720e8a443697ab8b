"""How many messages a chain sends and at which intervals from entry."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmspec.ir import chain as ch
from crmspec.ir import step as st
from crmspec.render.step import sent

if TYPE_CHECKING:
    from crmspec.ir.value import Duration, Ref


class Moment(NamedTuple):
    """Time since entry; not `exact` means: at this time or later.

    `after` is the wait of no fixed length that follows entry directly.
    """

    months: int = 0
    seconds: int = 0
    exact: bool = True
    after: st.WaitTime | None = None

    @property
    def minutes(self) -> int:
        """Return whole minutes, a month counted as 30 days."""
        return (self.months * 30 * 86_400 + self.seconds) // 60

    def plus(self, duration: Duration) -> Moment:
        """Return the moment a while later."""
        seconds = self.seconds + duration.seconds
        return Moment(self.months + duration.months, seconds, self.exact)

    def vague(self) -> Moment:
        """Return the same moment or any later one."""
        return self._replace(exact=False)

    def following(self, wait: st.WaitTime) -> Moment:
        """Return the moment after a wait of no fixed length."""
        after = wait if self == Moment() else self.after
        return self._replace(exact=False, after=after)


class Sending(NamedTuple):
    """A send step: when it is reached by a customer who does not react, and what it sends."""

    moment: Moment
    messages: tuple[Ref, ...]


class Cadence(NamedTuple):
    """The sends of a chain in order, and the fewest and most messages on one way through it."""

    sendings: tuple[Sending, ...]
    fewest: int
    most: int


class _Way(NamedTuple):
    """Where customers are after some steps: `None` when all have left."""

    moment: Moment | None
    fewest: int
    most: int


def cadence(chain: ch.Chain) -> Cadence:
    """Return the rhythm of a chain as its steps give it; exits and caps may cut it short."""
    survey = _Survey()
    way = survey.steps(chain.steps, _Way(Moment(), 0, 0))
    ends = [(way.fewest, way.most), *survey.ended] if way.moment else survey.ended
    fewest = min((low for low, _ in ends), default=0)
    most = max((high for _, high in ends), default=0)
    ordered = sorted(survey.found, key=lambda sending: sending.moment.minutes)
    return Cadence(tuple(ordered), fewest, most)


class _Survey:
    """Goes through all ways of a chain once, step by step."""

    def __init__(self) -> None:
        self.found: list[Sending] = []
        self.ended: list[tuple[int, int]] = []

    def steps(self, steps: st.Steps, way: _Way) -> _Way:
        for step in steps:
            if way.moment is None:
                return way
            skippable = step.only is not None or step.unless is not None
            after = self._step(step, way, way.moment)
            way = self._join([way, after]) if skippable else after
        return way

    def _step(self, step: st.AnyStep, way: _Way, now: Moment) -> _Way:
        match step:
            case st.Send():
                self.found.append(Sending(now, sent(step.send)))
                return _Way(now, way.fewest + 1, way.most + 1)
            case st.Wait():
                return way._replace(moment=_later(now, step.wait))
            case st.Batch():
                return way._replace(moment=now.plus(step.batch.for_))
            case st.WaitFor():
                return self._wait_for(step.wait_for, way, now)
            case st.Leave() | st.Jump():
                self.ended.append((way.fewest, way.most))
                return way._replace(moment=None)
            case _:
                arms = _arms(step)
                return self._join([self.steps(arm, way) for arm in arms]) if arms else way

    def _wait_for(self, it: st.WaitForEvent, way: _Way, now: Moment) -> _Way:
        """The patient customer goes on at the timeout; arms are reached at any moment before."""
        early = way._replace(moment=now.vague())
        ways = [self.steps(arm.then, early) for arm in it.first_of]
        if it.timeout is None:
            return self._join(ways)
        patient = self.steps(it.otherwise, way._replace(moment=now.plus(it.timeout)))
        joined = self._join([*ways, patient])
        return joined._replace(moment=patient.moment or joined.moment)

    def _join(self, ways: list[_Way]) -> _Way:
        """Bring arms together at the latest of their moments."""
        going = [way for way in ways if way.moment is not None]
        moments = [way.moment for way in going if way.moment is not None]
        if not moments:
            return _Way(None, 0, 0)
        latest = max(moments, key=lambda moment: moment.minutes)
        fewest, most = min(way.fewest for way in going), max(way.most for way in going)
        return _Way(latest, fewest, most)


def _later(now: Moment, wait: st.WaitTime) -> Moment:
    if wait.for_:
        return now.plus(wait.for_)
    if wait.between:
        return now.plus(wait.between.min).vague()
    return now.following(wait)


def _arms(step: st.AnyStep) -> list[st.Steps]:
    """Return the alternatives of a step, the empty ones included."""
    match step:
        case st.Branch():
            return [*(arm.then for arm in step.branch.cases), step.branch.else_]
        case st.Switch():
            return [*step.switch.cases.values(), step.switch.default]
        case st.Split():
            return [arm.steps for arm in step.split.arms.values()]
        case st.ExperimentStep():
            return [arm.steps for arm in step.experiment.arms.values()]
        case _:
            return []
