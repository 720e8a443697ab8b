"""A chain that goes on writing to customers who have already done what it wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmspec.diagnostics import Code, Diagnostic, Edit, Fix, Label, Safety, Severity, text
from crmspec.logic.happening import event_at
from crmspec.rules import held_message
from crmspec.rules.insertion import join, put
from crmspec.rules.late_send import Late, sent_after
from crmspec.rules.pointless import keys
from crmspec.rules.replay import Replays

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crmspec.diagnostics import Text
    from crmspec.ir.chain import Chain
    from crmspec.ir.step import AnyStep, Send
    from crmspec.logic.arrival import Arrival
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.witness import Witness
    from crmspec.rules.pointless import Key
    from crmspec.semantics.trace import Trace

CODE = Code(
    "CRM306",
    "missing-exit-on-goal",
    text("a chain that sends on after its goal is reached"),
    Severity.WARNING,
)
TRIED = 3
"""Of the messages that may be late, so many are replayed; one is enough."""


class Suspicion(NamedTuple):
    """An event, a wait in which it may happen, and a message after it."""

    key: Key
    wait: Arrival
    send: Arrival


def check(portfolio: Portfolio) -> Iterator[Diagnostic]:
    """Yield a finding for each event that makes a chain pointless and does not end it."""
    program = portfolio.program
    replays = Replays(portfolio, CODE)
    for chain in program.chains.values():
        if chain.status != "live":
            continue
        for key in keys(program, chain):
            for suspicion in _suspicions(portfolio, chain, key):
                witness = _replayed(replays, chain, suspicion)
                if witness is not None:
                    yield _finding(replays, chain, suspicion, witness)
                    break
    yield from held_message.look(replays)
    yield from replays.undecided()


def _suspicions(portfolio: Portfolio, chain: Chain, key: Key) -> Iterator[Suspicion]:
    at = {id(arrival.step): arrival for arrival in portfolio.arrivals[chain.id]}
    late = Late(portfolio.program, key.event).find(chain)
    for wait, send in _tried(late):
        if id(wait) in at and id(send) in at:
            yield Suspicion(key, at[id(wait)], at[id(send)])


def _tried(late: list[tuple[AnyStep, Send]]) -> Iterator[tuple[AnyStep, Send]]:
    """Yield what is replayed: the first ones, then the last message long after the event.

    A pause after the event may hold the first ones back.
    """
    yield from late[:TRIED]
    if late and late[0][0] is not late[-1][0]:
        yield late[0][0], late[-1][1]


def _replayed(replays: Replays, chain: Chain, suspicion: Suspicion) -> Witness | None:
    """Return a customer who does the event during the wait and still gets the message."""
    begin, end = suspicion.wait.way.least, suspicion.send.way.least
    # Where the message may come at once, it waits for something that examples bring after an hour.
    at = begin + (min(60, (end - begin) // 2) if end > begin else 30)
    event = event_at(replays.portfolio, suspicion.key.event, suspicion.key.where, at)
    return replays.passage(
        chain,
        _aim(chain.id, suspicion.key.event, suspicion.send.path),
        wanted=(suspicion.send.path,),
        extra=(event,),
    )


def _aim(chain: str, event: str, path: str) -> Callable[[Trace], bool]:
    def aim(trace: Trace) -> bool:
        return next(sent_after(trace, chain, event, path), None) is not None

    return aim


def _finding(replays: Replays, chain: Chain, suspicion: Suspicion, witness: Witness) -> Diagnostic:
    key, wait, send = suspicion.key, suspicion.wait.step, suspicion.send.step
    late = list(sent_after(witness.trace, chain.id, key.event, suspicion.send.path))[:1]
    return Diagnostic(
        code=CODE,
        message=_message(chain, key),
        label=Label(key.span, _about(key)),
        related=(
            Label(wait.place.key(type(wait).subject), text("it may happen while they wait here")),
            Label(send.place.value("send"), text("and still this is sent")),
        ),
        help=(*_advice(chain, key),),
        fixes=_fixes(chain, key),
        evidence=replays.proof(witness, lambda entry: any(entry is one for one in late)),
    )


def _message(chain: Chain, key: Key) -> Text:
    if key.aim is not None:
        return text(
            "`{chain}` writes on to customers who have reached its goal `{goal}`",
            chain=chain.id,
            goal=key.aim.goal.id,
        )
    return text(
        "`{chain}` writes on to customers who have come back: it does not look for `{event}`",
        chain=chain.id,
        event=key.event,
    )


def _about(key: Key) -> Text:
    if key.aim is not None:
        return text("reached with the event `{event}`", event=key.event)
    return text("they enter because there was no `{event}`", event=key.event)


def _advice(chain: Chain, key: Key) -> Iterator[Text]:
    if key.aim is not None:
        yield text("add `{event}` to `exit`, or `exits: true` to the goal", event=key.event)
    elif chain.recheck == "entry" and chain.audience is not None:
        yield text(
            "add `{event}` to `exit`, or let `recheck` ask the audience again", event=key.event
        )
    else:
        yield text("add `{event}` to `exit`", event=key.event)
    yield text(
        "if they are meant to receive it, give the send an `only` about `{event}`", event=key.event
    )


def _fixes(chain: Chain, key: Key) -> tuple[Fix, ...]:
    """Return the way to leave that fits what is written; both change what the chain does."""
    event, aim = key.event, key.aim
    if chain.exit:
        edits = join(chain.place, "exit", event)
        return (Fix(text("leave on `{event}` too", event=event), edits, Safety.UNSAFE),) * bool(
            edits
        )
    if aim is not None and aim.place.span == aim.goal.place.span:
        edit = Edit(aim.place.span, f"{{goal: {aim.goal.id}, exits: true}}")
        return (Fix(text("let the goal end the chain"), (edit,), Safety.UNSAFE),)
    edits = put(chain.place, "exit", event, before="steps")
    return (Fix(text("leave on `{event}`", event=event), edits, Safety.UNSAFE),) * bool(edits)
