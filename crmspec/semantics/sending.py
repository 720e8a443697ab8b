"""Sends: which message is chosen, what the gate says, and what is committed (section 8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.semantics import gate, leaving
from crmspec.semantics.bucket import arm, bucket
from crmspec.semantics.quiet import NEVER
from crmspec.semantics.run import Letter
from crmspec.semantics.state import Sent

if TYPE_CHECKING:
    from crmspec.ir.message import Message
    from crmspec.ir.step import SendChoice
    from crmspec.ir.value import MessageRef, Plain
    from crmspec.semantics.gate import Answer
    from crmspec.semantics.run import Live, Run


def begin(run: Run, live: Live, choice: SendChoice) -> str | None:
    """Reach a send: ask the audience, choose, and ask the gate (semantics 8.1, 8.26-8.29).

    Return the outcome, or None if the passage waits at the gate or has left.
    """
    if _must_leave(run, live):
        return None
    chosen = _chosen(run, live, choice)
    live.letters = [Letter(message, live, live.node) for message in chosen]
    for letter in live.letters:
        run.tell("offer", live, message=letter.message.id, channel=letter.message.channel.id)
    return _proceed(run, live)


def resume(run: Run, live: Live) -> str | None:
    """Ask again after waiting at the gate: the audience and the whole gate (semantics 8.21)."""
    return None if _must_leave(run, live) else _proceed(run, live)


def _must_leave(run: Run, live: Live) -> bool:
    """Ask what is asked before every send: exits of some systems, the audience (6.21, 9.3)."""
    if leaving.at_send(run, live):
        return True
    chain = live.route.chain
    if chain.recheck != "entry" and not run.holds(chain.audience, live, in_steps=False):
        leaving.end(run, live, "audience", chain.audience)
        return True
    return False


def _proceed(run: Run, live: Live) -> str | None:
    """Put the chosen messages through the gate, one after another (semantics 8.28)."""
    while live.letters:
        letter = live.letters[0]
        answer = gate.ask(run, letter)
        if answer.kind == "defer":
            _hold(run, live, letter, answer)
            return None
        if answer.kind == "exit":
            leaving.end(run, live, answer.reason, answer.node, answer.rule)
            return None
        live.letters.pop(0)
        if answer.kind == "pass":
            live.passed = True
            commit(run, letter)
        else:
            refuse(run, letter, answer)
    outcome, live.passed = "sent" if live.passed else "skipped", False
    return outcome


def _hold(run: Run, live: Live, letter: Letter, answer: Answer) -> None:
    letter.held = run.now if letter.held is None else letter.held
    live.state = "hold"
    defer(run, letter, answer)
    live.due = answer.until
    run.at(live.due, "due", live)


def _about(letter: Letter) -> dict[str, object]:
    return {
        "chain": letter.live.passage.chain if letter.live is not None else None,
        "passage": letter.live.passage.number if letter.live is not None else None,
        "broadcast": letter.broadcast.id if letter.broadcast is not None else None,
        "step": letter.node.path if letter.node is not None else None,
        "message": letter.message.id,
        "channel": letter.message.channel.id,
    }


def defer(run: Run, letter: Letter, answer: Answer) -> None:
    """Note that a send waits at the gate."""
    _say(run, "defer", letter, answer)


def refuse(run: Run, letter: Letter, answer: Answer) -> None:
    """Note that a send is left out."""
    _say(run, "skip", letter, answer)


def _say(run: Run, kind: str, letter: Letter, answer: Answer) -> None:
    run.note(
        kind,  # type: ignore[arg-type]
        **_about(letter),
        reason=answer.reason,
        rule=answer.rule,
        node=answer.node,
        until=answer.until if 0 < answer.until < NEVER else None,
        count=answer.counted,
        limit=answer.limit,
        data={"last": True} if answer.last else {},
    )


def commit(run: Run, letter: Letter) -> None:
    """Put the message into the log and hand it to the channel (semantics 8.23)."""
    message = letter.message
    sent = Sent(run.now, message.id, message.channel.id)
    if letter.live is not None:
        sent.chain, sent.passage = letter.live.passage.chain, letter.live.passage.number
    if letter.broadcast is not None:
        sent.broadcast = letter.broadcast.id
    sent.step = letter.node.path if letter.node is not None else None
    run.state.sent.append(sent)
    variant = _variant(run, letter)
    data: dict[str, Plain] = {} if variant is None else {"variant": variant}
    node = letter.node.step if letter.node is not None else letter.broadcast
    run.note("send", **_about(letter), node=node, data=data)
    run.touch("messages", f"message:{message.id}")
    for reaction in run.scenario.reactions:
        if reaction.message == message.id:
            run.react(sent, reaction)


def _variant(run: Run, letter: Letter) -> str | None:
    """Choose the variant of a message under test (semantics 8.31, 8.41)."""
    trials = run.index.trials.get(letter.message.id, ())
    if letter.broadcast is not None and letter.broadcast.experiment is not None:
        named = run.program.experiments.get(letter.broadcast.experiment.id)
        trials = trials if named is None or named.status != "live" else (named, *trials)
    for one in trials:
        return draw(run, one.id, one.unit, [(n, v.weight) for n, v in one.variants.items()])
    return None


def draw(run: Run, experiment: str, unit: str, weights: list[tuple[str, float]]) -> str | None:
    """Give the customer a variant and record it (semantics 7.33, 8.31)."""
    declared = run.program.experiments.get(experiment)
    salt = declared.salt if declared is not None and declared.salt is not None else experiment
    if unit == "send":
        run.draws += 1
        salt = f"{salt}.{run.draws}"
    fixed = run.scenario.arms.get(experiment)
    if fixed is None and unit == "profile":
        fixed = run.scenario.customer.variants.get(experiment)
    found = fixed or arm(weights, bucket(salt, run.scenario.customer.id))
    if found is not None:
        run.state.variants[experiment] = found
        run.touch(f"experiment:{experiment}")
    return found


def _chosen(run: Run, live: Live, choice: SendChoice) -> list[Message]:
    """Return the message to send, or all (semantics 8.26-8.29)."""
    if choice.message is not None:
        return _known(run, (choice.message,))
    group = None if choice.group is None else run.program.channel_groups.get(choice.group.id)
    messages = _known(run, choice.messages)
    mode = choice.choose
    if group is not None:
        mode = group.choose if mode == "first_reachable" else mode
        order = {ref.id: n for n, ref in enumerate(group.order)}
        messages.sort(key=lambda one: order.get(one.channel.id, len(order)))
    if mode == "all":
        return messages
    passing = [one for one in messages if gate.deliverable(run, one) is None]
    if not passing:
        _nothing(run, live, messages)
        return []
    return [min(passing, key=lambda one: _rank(run, mode, one))]


def _known(run: Run, refs: tuple[MessageRef, ...]) -> list[Message]:
    return [run.program.messages[one.id] for one in refs if one.id in run.program.messages]


def _nothing(run: Run, live: Live, messages: list[Message]) -> None:
    """Note that no message can be chosen, and why each cannot (semantics 8.29)."""
    for message in messages:
        why = gate.deliverable(run, message) or gate.PASS
        channel = message.channel.id
        run.tell("offer", live, message=message.id, channel=channel)
        run.tell(
            "skip",
            live,
            message=message.id,
            channel=channel,
            reason="no_message",
            rule=why.rule,
            node=why.node,
            data={"because": why.reason},
        )


def _rank(run: Run, mode: str, message: Message) -> float:
    """Return what is smallest for the message to choose; ties keep the order (semantics 8.28)."""
    if mode == "cheapest":
        channel = run.program.channels.get(message.channel.id)
        return 0.0 if channel is None or channel.cost is None else channel.cost.amount
    if mode == "preferred":
        return 0.0 if message.channel.id == _last_clicked(run) else 1.0
    return 0.0


def _last_clicked(run: Run) -> str | None:
    clicks = [
        (moment, sent.channel)
        for sent in run.state.sent
        for moment in sent.reactions.get("clicked", ())
    ]
    return max(clicks, key=lambda one: one[0])[1] if clicks else None
