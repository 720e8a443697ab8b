"""Who can receive a message after an event?"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from msgspec import structs

from crmspec.diagnostics import text
from crmspec.logic.cast import messages_of, permissions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.api.question.answer import Answer, Project
    from crmspec.diagnostics import Text
    from crmspec.ir.chain import Chain
    from crmspec.logic.witness import Stage, Witness
    from crmspec.semantics.scenario import Happening
    from crmspec.semantics.trace import Trace

_LATER = (0, 60, 360, 1440)
"""Minutes after the entrance at which the event is tried, if it does not start the chain."""


def ask(project: Project, message: str, event: str | None) -> Answer:
    """Find a customer who gets a message, after an event has happened if one is named.

    Raises:
        UnknownNameError: there is no such message or event.
    """
    project.need("message", message)
    if event is not None:
        project.need("event", event)
    chains = tuple(_senders(project, message))
    mailings = _mailings(project, message)
    if mailings and not any(_found(project, chain, message, event) for chain in chains):
        return project.open(
            text(
                "the broadcast `{broadcast}` sends `{message}` to everybody in its audience",
                broadcast=mailings[0],
                message=message,
            )
        )
    if not chains:
        return project.proved(
            text("nobody: no live chain or broadcast sends `{message}`", message=message)
        )
    for chain in chains:
        witness = _found(project, chain, message, event)
        if witness is not None:
            return project.shown(_yes(message, event, chain.id), witness)
    if event is None:
        return project.open(text("no customer who gets `{message}` was found", message=message))
    return project.open(
        text(
            "no customer who gets `{message}` after `{event}` was found",
            message=message,
            event=event,
        )
    )


def _yes(message: str, event: str | None, chain: str) -> Text:
    if event is None:
        return text("`{message}` comes from `{chain}`", message=message, chain=chain)
    return text(
        "`{message}` can come after `{event}`, from `{chain}`",
        message=message,
        event=event,
        chain=chain,
    )


def _mailings(project: Project, message: str) -> list[str]:
    """Return the live broadcasts that send a message."""
    return [
        one.id
        for one in project.program.broadcasts.values()
        if one.status == "live" and one.message.id == message
    ]


def _senders(project: Project, message: str) -> Iterator[Chain]:
    for chain in project.program.chains.values():
        if chain.status == "live" and any(
            one.id == message for one in messages_of(project.program, chain)
        ):
            yield chain


def _found(project: Project, chain: Chain, message: str, event: str | None) -> Witness | None:
    from crmspec.logic.witness import Entrance, Stage, enact

    def aim(trace: Trace) -> bool:
        return _after(trace, message, event)

    nodes = project.portfolio.tracks[chain.id].nodes
    steps = [node.path for node in nodes if message in node.messages]
    for number, step in product(range(len(chain.trigger)), steps):
        for extra in _happenings(project, event):
            stage = Stage((Entrance(chain.id, number, 0),), aim, (step,), extra=extra)
            found = enact(project.portfolio, stage) or _alone(project, stage, message)
            if found is not None:
                return found
    return None


def _alone(project: Project, stage: Stage, message: str) -> Witness | None:
    """Try one who comes to the step and can be reached by the channel of the message alone."""
    from crmspec.logic.witness import Witness, enact, replay

    def comes(trace: Trace) -> bool:
        return any(entry.step in stage.wanted for entry in trace.entries)

    staged = enact(project.portfolio, structs.replace(stage, aim=comes))
    if staged is None:
        return None
    program, customer = project.program, staged.scenario.customer
    consents, _ = permissions(program, staged.chains)
    only = structs.replace(
        customer,
        reachable=frozenset({program.messages[message].channel.id}),
        consents={**consents, **customer.consents},
    )
    scenario = structs.replace(staged.scenario, customer=only)
    trace = replay(project.portfolio, scenario)
    return Witness(scenario, trace, staged.chains) if stage.is_met(trace) else None


def _happenings(project: Project, event: str | None) -> Iterator[tuple[Happening, ...]]:
    from crmspec.semantics.scenario import Happening

    yield ()
    if event is not None:
        example = project.program.events[event].example
        for later in _LATER:
            yield (Happening(moment=later, subject=event, data=dict(example)),)


def _after(trace: Trace, message: str, event: str | None) -> bool:
    """Say whether the message goes out, not before the event."""
    happened = event is None
    for entry in trace.entries:
        if entry.kind == "happening" and entry.subject == f"event {event}":
            happened = True
        if happened and entry.kind == "send" and entry.message == message:
            return True
    return False
