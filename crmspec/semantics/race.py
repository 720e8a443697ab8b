"""Races: waiting for the first of several conditions (semantics 7.12-7.17)."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from crmspec.semantics.condition import holds, next_change

if TYPE_CHECKING:
    from crmspec.ir.step import WaitFor, WaitForEvent
    from crmspec.semantics.run import Live, Run
    from crmspec.semantics.view import View


def begin(run: Run, live: Live, race: WaitForEvent) -> int | None:
    """Reach a race; return the arm whose condition about state holds already (7.14), or None."""
    arm = _won(run, live, race)
    if arm is not None:
        return arm
    live.state = "race"
    until = None if race.timeout is None else run.until(run.now, race.timeout)
    run.tell("wait", live, until=until, reason="race")
    if until is not None:
        live.due = until
        run.at(until, "due", live)
    return None


def match(run: Run) -> None:
    """Ask the arms of all races after a change; a match makes its passage due (3.6, 7.15)."""
    for live in run.lives:
        if live.state != "race":
            continue
        arm = _won(run, live, cast("WaitFor", live.here.step).wait_for)
        if arm is not None:
            live.state, live.due, live.arm = "matched", run.now, arm
            run.due.append(live)


def _won(run: Run, live: Live, race: WaitForEvent) -> int | None:
    view = _view(run, live, race)
    for number, arm in enumerate(race.first_of):
        if holds(arm.if_, view):
            return number
        run.wake(next_change(arm.if_, view))
    return None


def _view(run: Run, live: Live, race: WaitForEvent) -> View:
    """Return a view in which what was before the step, or the passage, does not count (7.13)."""
    view = run.seen(live)
    if race.since == "step":
        view.after, view.arrivals = live.began, live.heard
    else:
        view.after, view.arrivals = live.passage.entered, live.passage.arrivals
    return view
