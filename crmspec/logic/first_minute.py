"""What chains change and read in the very minute in which a customer enters them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmspec.ir.action import ConsentStep, ListStep, Update
from crmspec.ir.step import Branch, Send, StopChain, Switch, WaitFor
from crmspec.logic.reading import reads

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir.chain import Chain
    from crmspec.ir.program import Program
    from crmspec.ir.value import Located, Plain
    from crmspec.logic.arrival import Arrival
    from crmspec.logic.reading import Fact
    from crmspec.source import Span


class Write(NamedTuple):
    """A change of a customer: by what step, and to what, as far as it is a plain value."""

    chain: str
    fact: Fact
    path: str
    span: Span
    value: Plain = None


class Read(NamedTuple):
    """A question about a customer, at what step."""

    chain: str
    fact: Fact
    path: str
    span: Span


def at_once(arrivals: tuple[Arrival, ...]) -> Iterator[Arrival]:
    """Yield the steps that passages come to without a wait."""
    return (arrival for arrival in arrivals if arrival.way.wait is None)


def writes(chain: Chain, arrivals: tuple[Arrival, ...]) -> Iterator[Write]:
    """Yield what a chain changes at once."""
    for arrival in at_once(arrivals):
        for fact, value, span in _changes(arrival.step):
            yield Write(chain.id, fact, arrival.path, span, value)


def _changes(step: Located) -> Iterator[tuple[Fact, Plain, Span]]:
    match step:
        case Update():
            change, place = step.update, step.place
            for id_, value in change.set.items():
                yield ("attribute", id_), value, place.key("update", "set", id_)
            for ref in change.unset:
                yield ("attribute", ref.id), None, ref.place.span
            for name, many in (("increment", change.increment), ("append", change.append)):
                for id_ in many:
                    yield ("attribute", id_), None, place.key("update", name, id_)
        case ListStep():
            for ref in (*step.list.add, *step.list.remove):
                yield ("list", ref.id), ref in step.list.add, ref.place.span
        case ConsentStep():
            change_of = step.consent
            yield ("consent", change_of.set.id), change_of.status, change_of.set.place.span
        case StopChain():
            yield ("passage", step.stop_chain.id), None, step.stop_chain.place.span


def questions(program: Program, chain: Chain, arrivals: tuple[Arrival, ...]) -> Iterator[Read]:
    """Yield what a chain asks at once: choices, conditions of steps, and what sends depend on."""
    for arrival in at_once(arrivals):
        for condition, span in asked(chain, arrival.step):
            for fact in sorted(reads(program, condition)):
                yield Read(chain.id, fact, arrival.path, span)
        if isinstance(arrival.step, Send):
            span = arrival.step.place.value("send")
            yield Read(chain.id, ("passage", chain.id), arrival.path, span)
            for consent in _needed(program, arrival.step):
                yield Read(chain.id, ("consent", consent), arrival.path, span)


def asked(chain: Chain, step: Located) -> Iterator[tuple[Located, Span]]:
    """Yield the conditions that a step asks, and where; a send asks the audience again."""
    for condition in (getattr(step, "only", None), getattr(step, "unless", None)):
        if condition is not None:
            yield condition, condition.place.span
    match step:
        case Branch():
            yield from ((case.if_, case.if_.place.span) for case in step.branch.cases)
        case WaitFor():
            yield from ((arm.if_, arm.if_.place.span) for arm in step.wait_for.first_of)
        case Switch() if step.switch.value.attribute is not None:
            yield step.switch.value, step.switch.value.place.span
        case Send() if chain.audience is not None and chain.recheck != "entry":
            yield chain.audience, chain.audience.place.span


def _needed(program: Program, step: Send) -> Iterator[str]:
    """Yield the consents that the gate asks for."""
    choice = step.send
    for ref in (*((choice.message,) if choice.message else ()), *choice.messages):
        message = program.messages.get(ref.id)
        channel = program.channels.get(message.channel.id) if message is not None else None
        named = message.consent if message is not None else None
        consent = named or (channel.consent if channel is not None else None)
        if consent is not None:
            yield consent.id
