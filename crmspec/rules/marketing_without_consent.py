"""Marketing over a channel for which nobody is asked for permission."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from crmspec.diagnostics import Code, Diagnostic, Label, Severity, text
from crmspec.ir.chain import Send
from crmspec.ir.walk import walk
from crmspec.rules.question import consents

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir.chain import Chain
    from crmspec.ir.message import Message
    from crmspec.ir.program import Program
    from crmspec.ir.value import Ref

CODE = Code(
    "CRM401",
    "marketing-without-consent",
    text("marketing messages over a channel without a consent"),
    Severity.ERROR,
)
OWN_GROUND = frozenset({"onsite", "in_app", "webhook"})
"""Types of channels that reach customers only where they came by themselves, or nobody at all."""
SHOWN = 3


class Sending(NamedTuple):
    """A message, where it is sent, and the consents that its receivers were asked for."""

    message: Message
    reference: Ref
    asked: frozenset[str]


def check(program: Program) -> Iterator[Diagnostic]:
    """Yield a finding for each channel over which marketing goes out without a consent."""
    found: dict[str, list[Sending]] = defaultdict(list)
    for sending in _sendings(program):
        if _lacks_consent(program, sending):
            found[sending.message.channel.id].append(sending)
    for id_ in sorted(found):
        yield _finding(program, id_, found[id_])


def _sendings(program: Program) -> Iterator[Sending]:
    for chain in program.chains.values():
        if chain.status == "live":
            yield from _of_chain(program, chain)
    for broadcast in program.broadcasts.values():
        message = program.messages.get(broadcast.message.id)
        if broadcast.status == "live" and message is not None:
            asked = set[str]()
            for reference in broadcast.audience.include:
                segment = program.segments.get(reference.id)
                if segment is not None:
                    asked |= consents(program, segment.condition)
            yield Sending(message, broadcast.message, frozenset(asked))


def _of_chain(program: Program, chain: Chain) -> Iterator[Sending]:
    asked: frozenset[str] | None = None
    for step in chain.steps:
        for node in walk(step):
            if not isinstance(node, Send):
                continue
            if asked is None:
                asked = frozenset(consents(program, chain.audience))
            choice = node.send
            own = asked | consents(program, node.only)
            for reference in (*((choice.message,) if choice.message else ()), *choice.messages):
                message = program.messages.get(reference.id)
                if message is not None:
                    yield Sending(message, reference, own)


def _lacks_consent(program: Program, sending: Sending) -> bool:
    message = sending.message
    channel = program.channels.get(message.channel.id)
    if channel is None or message.category != "marketing" or channel.type in OWN_GROUND:
        return False
    if message.consent is not None or channel.consent is not None:
        return False
    return not any(_covers(program, id_, channel.id) for id_ in sending.asked)


def _covers(program: Program, consent_id: str, channel_id: str) -> bool:
    """Say whether a consent holds for a channel; one that is not found is given the benefit."""
    consent = program.consents.get(consent_id)
    return consent is None or consent.channel is None or consent.channel.id == channel_id


def _finding(program: Program, channel_id: str, sendings: list[Sending]) -> Diagnostic:
    channel = program.channels[channel_id]
    messages = {sending.message.id: sending for sending in sendings}
    first, *others = messages.values()
    if others:
        message = text(
            "marketing goes out over `{channel}` without a consent: `{message}` and {count} more",
            message=first.message.id,
            count=len(others),
            channel=channel_id,
        )
    else:
        message = text(
            "the marketing message `{message}` goes out over `{channel}` without a consent",
            message=first.message.id,
            channel=channel_id,
        )
    shown = list(messages.values())[:SHOWN]
    return Diagnostic(
        code=CODE,
        message=message,
        label=Label(channel.place.name, text("this channel names no `consent`")),
        related=tuple(Label(s.reference.place.span, text("sent here")) for s in shown),
        help=(
            text("declare the permission under `consents` and name it in the channel's `consent`"),
            text("a message that is no advertising has `category: transactional` or `service`"),
        ),
    )
