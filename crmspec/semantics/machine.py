"""The interpreter: a program, a customer and what happens to them, minute by minute (3.5)."""

from __future__ import annotations

from heapq import heappop
from typing import TYPE_CHECKING

from crmspec.semantics import (
    arrival,
    firing,
    leaving,
    mailing,
    membership,
    race,
    stepping,
    timer,
)
from crmspec.semantics.behaviour import REFERENCE
from crmspec.semantics.clock import zone
from crmspec.semantics.index import Index
from crmspec.semantics.run import STEPS_A_MINUTE, Firing, Live, Run, Signal
from crmspec.semantics.trace import Trace
from crmspec.semantics.view import View

if TYPE_CHECKING:
    from crmspec.ir.program import Program
    from crmspec.semantics.behaviour import Behaviour
    from crmspec.semantics.index import Start
    from crmspec.semantics.run import Letter
    from crmspec.semantics.scenario import Moment, Scenario


class Machine:
    """A program made ready to run many timelines; one that many replays share is fastest."""

    def __init__(self, program: Program, behaviour: Behaviour = REFERENCE) -> None:
        self.index = Index(program, behaviour)

    def run(self, scenario: Scenario) -> Trace:
        """Run a timeline to its end; never raises for a program that was checked."""
        run = self.started(scenario)
        _play(run)
        return Trace(entries=tuple(run.trace), timezone=run.zone.key)

    def seen(self, scenario: Scenario) -> View:
        """Return what conditions see of the customer when a timeline has ended."""
        run = self.started(scenario)
        _play(run)
        return run.look(None, "")

    def started(self, scenario: Scenario) -> Run:
        """Return a run at its first moment, with everything from outside in its queue."""
        place = zone(None, self.index.program, scenario.customer)
        created = scenario.customer.created
        known = () if created is None else (created,)
        first = min([scenario.start, *known, *(one.moment for one in scenario.happenings)])
        state = arrival.state_of(scenario, first)
        view = View(
            self.index.program, state, first, place, answers=scenario.answers, in_steps=False
        )
        run = Run(self.index, scenario, state, place, first, view)
        for happening in sorted(scenario.happenings, key=lambda one: one.moment):
            run.at(happening.moment, "happening", happening)
        return run


_recent: list[Machine] = []


def run(program: Program, scenario: Scenario, behaviour: Behaviour = REFERENCE) -> Trace:
    """Run a timeline of a program; the latest program is kept ready for the next call."""
    if not (
        _recent and _recent[0].index.program is program and _recent[0].index.behaviour == behaviour
    ):
        _recent[:] = [Machine(program, behaviour)]
    return _recent[0].run(scenario)


def _watched(index: Index, scenario: Scenario) -> frozenset[str]:
    if scenario.chains is None:
        return index.watched
    chains = (id_ for id_ in scenario.chains if id_ in index.program.chains)
    return index.joined.union(*(index.watched_by(id_) for id_ in chains)) & index.reads.keys()


def _play(run: Run) -> None:
    """Run the history, then what is to be seen, to the end."""
    membership.begin(run)
    _until(run, run.scenario.start - 1)
    run.now = run.scenario.start
    run.begun = True
    membership.settle(run, _watched(run.index, run.scenario))
    timer.begin(run)
    mailing.begin(run)
    arrival.backfill(run)
    _until(run, run.scenario.until)


def _until(run: Run, last: Moment) -> None:
    while run.queue and run.queue[0][0] <= last and not run.stopped:
        run.now = run.queue[0][0]
        run.steps = 0
        _minute(run)


def _minute(run: Run) -> None:
    """Run the phases of one minute: events, what time alone brings, steps (semantics 3.5)."""
    fired = _collect(run)
    _drain(run)
    run.dirty = False
    _process(run, Signal("time", fired=tuple(fired)))
    while not run.stopped:
        _drain(run)
        if run.dirty:
            run.dirty = False
            _process(run, Signal("time"))
            continue
        if not (run.due or run.mail):
            break
        _steps(run)


def _collect(run: Run) -> list[Firing]:
    """Take what is due in this minute from the queue; events are processed at once."""
    fired: list[Firing] = []
    while run.queue and run.queue[0][0] == run.now:
        _, _, kind, payload = heappop(run.queue)
        if kind == "happening":
            _emit(run, arrival.happen(run, payload))  # type: ignore[arg-type]
        elif kind == "reaction":
            _emit(run, arrival.react(run, *payload))  # type: ignore[misc]
        elif kind == "due":
            _awake(run, payload)  # type: ignore[arg-type]
        elif kind == "timer":
            fired += _timed(run, payload)  # type: ignore[arg-type]
        elif kind == "mail":
            run.mail.append(payload)  # type: ignore[arg-type]
        elif kind == "again":
            mailing.again(run, payload)  # type: ignore[arg-type]
        elif kind == "born":
            membership.be_born(run)
        elif kind == "backfill":
            fired.append(payload)  # type: ignore[arg-type]
        else:
            run.wakes.discard(run.now)
    return fired


def _emit(run: Run, signal: Signal | None) -> None:
    if signal is not None:
        _process(run, signal)


def _awake(run: Run, live: Live) -> None:
    waits = live.state in {"wait", "race", "hold", "batch", "retry"}
    if waits and live.due == run.now and live not in run.due:
        run.due.append(live)


def _timed(run: Run, start: Start) -> list[Firing]:
    found = timer.fired(run, start)
    return [] if found is None or not run.begun else [found]


def _drain(run: Run) -> None:
    """Process what steps and entries have brought about, in its order (semantics 3.11)."""
    processed = 0
    while run.pending and not run.stopped:
        one = run.pending.popleft()
        processed += 1
        if processed > STEPS_A_MINUTE:
            run.stopped = True
            run.note("trouble", reason="loop", count=processed, limit=STEPS_A_MINUTE)
        elif isinstance(one, tuple):
            _emit(run, arrival.react(run, *one))
        elif one.kind == "emit":
            _emit(run, arrival.emitted(run, one))
        else:
            _process(run, one)


def _process(run: Run, signal: Signal) -> None:
    """Segments, exits and goals, races, entries: the order of 3.6 and 3.7."""
    timer.follow(run, signal)
    turns = membership.turns(run)
    if not run.begun:
        return
    if signal.kind == "attribute":
        stepping.move(run, signal.subject)
    leaving.check(run, signal, turns)
    race.match(run)
    firing.enter_all(run, signal, turns)


def _steps(run: Run) -> None:
    """Run everything that is due, by priority (semantics 3.8, 8.38)."""
    lives, letters = run.due, run.mail
    run.due, run.mail = [], []
    due: list[tuple[tuple[int, int, str, int, int], Live | Letter]] = [
        (_key(run, live), live) for live in dict.fromkeys(lives)
    ]
    due += [(mailing.key(letter), letter) for letter in letters]
    for _, one in sorted(due, key=lambda pair: pair[0]):
        if run.stopped:
            return
        if isinstance(one, Live):
            if one.passage.ended is None:
                stepping.advance(run, one)
        else:
            mailing.post(run, one)


def _key(run: Run, live: Live) -> tuple[int, int, str, int, int]:
    chain, passage = live.route.chain, live.passage
    if run.behaviour.by_priority:
        return -chain.priority, 0, chain.id, passage.entered, passage.number
    return 0, 0, "", passage.entered, passage.number
