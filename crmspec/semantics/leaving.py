"""Exits and goals: why a passage ends, and when that is looked at (semantics section 4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.semantics.condition import holds, next_change, where
from crmspec.semantics.property import of_event
from crmspec.semantics.run import Signal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmspec.ir.chain import ChainGoal, Exit
    from crmspec.ir.value import Located
    from crmspec.semantics.membership import Turn
    from crmspec.semantics.run import Live, Run


def end(
    run: Run,
    live: Live,
    reason: str | None,
    node: Located | None = None,
    rule: str | None = None,
) -> None:
    """End a passage: completed without a reason, else exited; held sends are dropped (4.1, 4.3).

    `rule` is the id of the frequency rule that ended it.
    """
    passage = live.passage
    passage.ended, passage.reason = run.now, reason
    state = "completed" if reason is None else "exited"
    run.tell("complete" if reason is None else "exit", live, reason=reason, node=node, rule=rule)
    live.letters.clear()
    live.state = "ended"
    run.lives.remove(live)
    if any(goal.within is not None for goal in live.route.chain.goal):
        run.ended.append(live)
    run.touch(f"chain:{passage.chain}")
    run.pending.append(Signal("chain", passage.chain, live.passage.properties, change=state))


def check(run: Run, signal: Signal, turns: Sequence[Turn]) -> None:
    """Ask goals, then exits, of all passages after a change (semantics 3.6, 3.7, 4.11)."""
    for live in (*run.ended, *run.lives):
        _goals(run, live, signal, turns)
    for live in tuple(run.lives):
        _notice(run, live, signal)
        if run.behaviour.exits == "continuous":
            _leave(run, live, "immediate")


def at_step_end(run: Run, live: Live) -> bool:
    """Look at exits because a step has finished (semantics 4.4, 9.3); say whether it left."""
    if run.behaviour.exits == "continuous":
        return _leave(run, live, "step_end")
    return run.behaviour.exits == "step_end" and _leave(run, live, None)


def at_wait_end(run: Run, live: Live) -> bool:
    """Look at exits because a wait is over, where a system does only that (semantics 9.3)."""
    return run.behaviour.exits == "wait_end" and _leave(run, live, None)


def at_send(run: Run, live: Live) -> bool:
    """Look at exits because a send is reached, where a system does only that (semantics 9.3)."""
    return run.behaviour.exits == "at_send" and _leave(run, live, None)


def _notice(run: Run, live: Live, signal: Signal) -> None:
    """Note the exits by event that have been met since the entry (semantics 4.2)."""
    happened = signal.occurrence
    if happened is None or happened.arrival <= live.arrival:
        return
    if happened.moment < live.passage.entered:
        return
    view = run.seen(live, in_steps=False)
    for number, leave in live.route.by_event.get(happened.event, ()):
        if where(leave.where, happened.properties, view, of_event(happened.event, view)):
            live.noticed.add(number)


def _leave(run: Run, live: Live, when: str | None) -> bool:
    """End the passage if an exit holds; the first in the order written gives the reason (4.7).

    `when` limits the exits to the `immediate` or the `step_end` ones; None: all of them.
    """
    leaves = live.route.chain.exit
    met = min((n for n in live.noticed if when in (None, leaves[n].when)), default=len(leaves))
    for number, leave in live.route.by_state:
        if number < met and when in (None, leave.when) and _holds(run, live, leave):
            met = number
    if met < len(leaves):
        end(run, live, _reason(leaves[met]), leaves[met])
    elif live.goal_noticed and when != "step_end":
        end(run, live, "goal", live.route.chain)
    return live.passage.ended is not None


def _holds(run: Run, live: Live, leave: Exit) -> bool:
    view = run.seen(live, in_steps=False)
    condition = live.route.chain.audience if leave.no_longer else leave.if_
    if condition is None:
        return False
    run.wake(next_change(condition, view))
    return holds(condition, view) is (leave.no_longer is None)


def _reason(leave: Exit) -> str:
    if leave.event is not None:
        return leave.event.id
    return "audience" if leave.no_longer else "condition"


def _goals(run: Run, live: Live, signal: Signal, turns: Sequence[Turn]) -> None:
    """Note the goals that have just been reached (semantics 4.8-4.10)."""
    for number, goal in enumerate(live.route.chain.goal):
        if number in live.goals or not _reached(run, live, goal, signal, turns):
            continue
        live.goals.add(number)
        run.tell("goal", live, subject=goal.goal.id, node=goal)
        if live.passage.reached is None:
            live.passage.reached = run.now
            run.touch(f"chain:{live.passage.chain}")
            reached = Signal("chain", live.passage.chain, live.passage.properties, change="goal")
            run.pending.append(reached)
        live.goal_noticed = live.goal_noticed or goal.exits


def _reached(run: Run, live: Live, goal: ChainGoal, signal: Signal, turns: Sequence[Turn]) -> bool:
    declared = run.program.goals.get(goal.goal.id)
    if declared is None:
        return False
    if goal.within is None and live.passage.ended is not None:
        return False
    entered = live.passage.entered
    if goal.within is not None and run.now >= run.until(entered, goal.within):
        return False
    if declared.segment is not None:
        return (declared.segment.id, "entered") in turns
    happened, view = signal.occurrence, run.seen(live, in_steps=False)
    return (
        happened is not None
        and declared.event is not None
        and happened.event == declared.event.id
        and happened.arrival > live.arrival
        and happened.moment >= entered
        and where(declared.where, happened.properties, view, of_event(happened.event, view))
    )
