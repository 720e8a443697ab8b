"""Steps: a passage runs from one wait to the next (semantics section 7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias, cast

from crmspec.ir.action import AudienceSync
from crmspec.ir.step import (
    Batch,
    Jump,
    Leave,
    Note,
    Send,
    StartChain,
    StopChain,
    Throttle,
    Wait,
    WaitFor,
)
from crmspec.semantics import act, batch, choice, entry, gate, leaving, race, sending, waiting
from crmspec.semantics.run import STEPS_A_MINUTE, Firing, Letter
from crmspec.semantics.state import Outcome, Sent

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from crmspec.semantics.route import Node
    from crmspec.semantics.run import Live, Run

Went: TypeAlias = "Node | None | Literal['stay']"
"""Where a passage goes on: a node, None at the end, or `stay` if it waits or has left."""
_TRIES = (1, 10, 60)
"""The minutes after which a failed step is tried again (semantics 7.3)."""


def advance(run: Run, live: Live) -> None:
    """Run a due passage until its next wait, its end or its leaving (semantics 3.8)."""
    went = _resume(run, live) if live.started else live.node
    live.started = True
    while went != "stay" and not run.stopped:
        live.node = went
        if went is None:
            leaving.end(run, live, None)
            return
        went = _reach(run, live, live.here)
        if went != "stay" and leaving.at_step_end(run, live):
            return


def _count(run: Run, live: Live) -> None:
    """Stop where steps never end within a minute (semantics 3.12)."""
    run.steps += 1
    if run.steps > STEPS_A_MINUTE and not run.stopped:
        run.stopped = True
        run.tell("trouble", live, reason="loop", count=run.steps, limit=STEPS_A_MINUTE)


def _reach(run: Run, live: Live, node: Node) -> Went:
    """Reach a step: ask who may pass, then do it (semantics 6.21, 7.2)."""
    _count(run, live)
    live.began, live.heard, live.tries = run.now, run.state.log.arrivals, 0
    chain, step = live.route.chain, node.step
    if chain.recheck == "each_step" and not run.holds(chain.audience, live, in_steps=False):
        leaving.end(run, live, "audience", chain.audience)
        return "stay"
    barred = step.only is not None and not run.holds(step.only, live)
    if barred or (step.unless is not None and run.holds(step.unless, live)):
        run.tell(
            "skip",
            live,
            reason="condition",
            node=step.only if barred else step.unless,
            message=_message(step),
        )
        return _finish(run, live, node, "skipped")
    return _do(run, live, node)


def _message(step: object) -> str | None:
    if isinstance(step, Send) and step.send.message is not None:
        return step.send.message.id
    return None


def _do(run: Run, live: Live, node: Node) -> Went:
    handler = _STEPS.get(type(node.step))
    if handler is not None:
        return handler(run, live, node, node.step)
    outcome = act.perform(run, live, node.step)
    if outcome is not None:
        return _acted(run, live, node, outcome)
    way = choice.choose(run, live, node)
    _finish(run, live, node, "matched")
    return node.ways[way]


def _finish(run: Run, live: Live, node: Node, outcome: str) -> Node | None:
    """Note what a step came to, and go on after it."""
    live.passage.outcomes[node.key] = Outcome(run.now, outcome, {}, arrivals=run.state.log.arrivals)
    return node.after


def _acted(run: Run, live: Live, node: Node, outcome: str) -> Went:
    """Go on after an action, or do what `on_error` says (semantics 7.3)."""
    step = node.step
    if outcome != "failed" or step.on_error == "continue":
        return _finish(run, live, node, outcome)
    if step.on_error == "exit":
        _finish(run, live, node, outcome)
        leaving.end(run, live, "error", step)
        return "stay"
    if live.tries < len(_TRIES):
        live.state = "retry"
        _sleep(run, live, run.now + _TRIES[live.tries], "retry")
        live.tries += 1
        return "stay"
    return _finish(run, live, node, outcome)


def _sleep(run: Run, live: Live, until: int, reason: str | None) -> None:
    live.due = until
    run.tell("wait", live, until=until, reason=reason)
    run.at(until, "due", live)


def _resume(run: Run, live: Live) -> Went:
    """Go on with the step at which the passage waited."""
    node, state = live.here, live.state
    live.state = "due"
    if state not in {"hold", "retry"} and leaving.at_wait_end(run, live):
        return "stay"
    went = _RESUME[state](run, live, node)
    return "stay" if went != "stay" and leaving.at_step_end(run, live) else went


def _wait(run: Run, live: Live, node: Node, step: Wait) -> Went:
    until = waiting.end(run, live, step.wait, live.began)
    if until is None:
        leaving.end(run, live, "past", step)
        return "stay"
    if until <= run.now:
        return _finish(run, live, node, "sent")
    live.state = "wait"
    _sleep(run, live, until, None)
    return "stay"


def move(run: Run, attribute: str) -> None:
    """Move the ends of the waits for a date that has just changed (semantics 7.11)."""
    for live in run.lives:
        step = None if live.node is None else live.node.step
        if live.state != "wait" or not isinstance(step, Wait) or step.wait.until is None:
            continue
        date = step.wait.until.date
        if date is not None and date.id == attribute:
            _move(run, live, step)


def _move(run: Run, live: Live, step: Wait) -> None:
    until = waiting.end(run, live, step.wait, live.began)
    if until is None:
        leaving.end(run, live, "past", step)
    elif until <= run.now:
        live.due = run.now
        run.due.append(live)
    elif until != live.due:
        _sleep(run, live, until, None)


def _waited(run: Run, live: Live, node: Node) -> Went:
    return _finish(run, live, node, "sent")


def _wait_for(run: Run, live: Live, node: Node, step: WaitFor) -> Went:
    won = race.begin(run, live, step.wait_for)
    return "stay" if won is None else _take(run, live, node, won)


def _matched(run: Run, live: Live, node: Node) -> Went:
    return _take(run, live, node, live.arm)


def _take(run: Run, live: Live, node: Node, arm: int) -> Went:
    chosen = cast("WaitFor", node.step).wait_for.first_of[arm]
    run.tell("take", live, reason=str(arm), data={"way": arm}, node=chosen)
    _finish(run, live, node, "matched")
    return node.ways[arm]


def _timed_out(run: Run, live: Live, node: Node) -> Went:
    way = len(node.ways) - 1
    run.tell("take", live, reason="timeout", data={"way": way}, node=node.step)
    _finish(run, live, node, "timeout")
    return node.ways[way]


def _send(run: Run, live: Live, node: Node, step: Send) -> Went:
    return _sent(run, live, node, sending.begin(run, live, step.send))


def _held(run: Run, live: Live, node: Node) -> Went:
    return _sent(run, live, node, sending.resume(run, live))


def _sent(run: Run, live: Live, node: Node, outcome: str | None) -> Went:
    return "stay" if outcome is None else _finish(run, live, node, outcome)


def _audience_sync(run: Run, live: Live, node: Node, step: AudienceSync) -> Went:
    """Put the customer into an audience, past consent and frequency rules (semantics 7.27)."""
    message = run.program.messages.get(step.audience_sync.message.id)
    if message is None or step.audience_sync.action == "remove":
        run.tell("act", live, subject="audience_sync", reason="remove", node=step)
        return _finish(run, live, node, "sent")
    letter = Letter(message, live, node)
    answer = gate.ask_audience(run, letter)
    if answer.kind == "exit":
        leaving.end(run, live, answer.reason, answer.node)
        return "stay"
    if answer.kind != "pass":
        sending.refuse(run, letter, answer)
        return _finish(run, live, node, "skipped")
    sent = Sent(run.now, message.id, message.channel.id, live.passage.chain)
    sent.passage, sent.step = live.passage.number, node.path
    run.state.sent.append(sent)
    run.touch("messages", f"message:{message.id}")
    run.tell(
        "act", live, subject="audience_sync", message=message.id, channel=sent.channel, node=step
    )
    return _finish(run, live, node, "sent")


def _start_chain(run: Run, live: Live, node: Node, step: StartChain) -> Went:
    """Offer the customer to the other chain in the same minute (semantics 7.39)."""
    chain = run.program.chains.get(step.start_chain.chain.id)
    if chain is not None and entry.alive(run, chain):
        given = {n: act.value_of(run, live, v) for n, v in step.start_chain.pass_.items()}
        entry.offer(run, Firing(run.index.route(chain.id), None, {}), given)
    return _finish(run, live, node, "sent")


def _stop_chain(run: Run, live: Live, node: Node, step: StopChain) -> Went:
    """End all passages of the customer in the other chain (semantics 7.40)."""
    _finish(run, live, node, "sent")
    for other in tuple(run.lives):
        if other.passage.chain == step.stop_chain.id:
            leaving.end(run, other, "stopped", step)
    return "stay" if live.passage.ended is not None else node.after


def _batch(run: Run, live: Live, _: Node, step: Batch) -> Went:
    batch.begin(run, live, step.batch)
    return "stay"


def _collected(run: Run, live: Live, node: Node) -> Went:
    batch.close(live, cast("Batch", node.step).batch)
    return _finish(run, live, node, "sent")


def _throttle(run: Run, live: Live, node: Node, step: Throttle) -> Went:
    """Let a passage go on if fewer than `limit` did in the period (semantics 7.37)."""
    body = step.throttle
    key = None if body.key is None else str(live.passage.properties.get(body.key))
    passed = run.throttled.setdefault((node.path, key), [])
    inside = [one for one in passed if run.now < run.until(one, body.per)]
    if len(inside) >= body.limit:
        leaving.end(run, live, "throttled", step)
        return "stay"
    passed.append(run.now)
    return _finish(run, live, node, "sent")


def _jump(run: Run, live: Live, node: Node, step: Jump) -> Went:
    """Go to the step named; back at most `max` times in a passage (semantics 7.38)."""
    target = live.route.by_id.get(step.jump.to.id)
    _finish(run, live, node, "sent")
    if target is None:
        return node.after
    if target.order <= node.order and step.jump.max is not None:
        taken = live.jumps.get(node.order, 0)
        if taken >= step.jump.max:
            return node.after
        live.jumps[node.order] = taken + 1
    return target


def _exit(run: Run, live: Live, _: Node, step: Leave) -> Went:
    leaving.end(run, live, step.exit, step)
    return "stay"


def _note(run: Run, live: Live, node: Node, _: Note) -> Went:
    return _finish(run, live, node, "sent")


_STEPS: dict[type, Callable[[Run, Live, Node, Any], Went]] = {
    Send: _send,
    Wait: _wait,
    WaitFor: _wait_for,
    AudienceSync: _audience_sync,
    StartChain: _start_chain,
    StopChain: _stop_chain,
    Batch: _batch,
    Throttle: _throttle,
    Jump: _jump,
    Leave: _exit,
    Note: _note,
}
_RESUME: dict[str, Callable[[Run, Live, Node], Went]] = {
    "wait": _waited,
    "race": _timed_out,
    "matched": _matched,
    "hold": _held,
    "batch": _collected,
    "retry": _do,
}
