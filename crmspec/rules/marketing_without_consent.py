"""Marketing over a channel for which nobody is asked for permission."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from crmspec.diagnostics import Code, Diagnostic, Label, Severity, text
from crmspec.ir.step import Send
from crmspec.ir.walk import walk
from crmspec.rules.question import consents, is_unclear

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
    suspects = {id_ for id_, message in program.messages.items() if _is_open(program, message)}
    if not suspects:
        return
    found: dict[str, list[Sending]] = defaultdict(list)
    for sending in _sendings(program, suspects):
        channel = sending.message.channel.id
        if not any(_covers(program, consent, channel) for consent in sending.asked):
            found[channel].append(sending)
    for id_ in sorted(found):
        yield _finding(program, id_, found[id_])


def _is_open(program: Program, message: Message) -> bool:
    """Say whether a message is marketing that neither it nor its channel asks permission for."""
    channel = program.channels.get(message.channel.id)
    if channel is None or message.category != "marketing" or channel.type in OWN_GROUND:
        return False
    return message.consent is None and channel.consent is None


def _sendings(program: Program, suspects: set[str]) -> Iterator[Sending]:
    for chain in program.chains.values():
        if chain.status == "live":
            yield from _of_chain(program, chain, suspects)
    for broadcast in program.broadcasts.values():
        if broadcast.status == "live" and broadcast.message.id in suspects:
            message = program.messages[broadcast.message.id]
            asked = _asked_of_all(program, broadcast.audience.include)
            if asked is not None:
                yield Sending(message, broadcast.message, asked)


def _asked_of_all(program: Program, segments: tuple[Ref, ...]) -> frozenset[str] | None:
    """Return the consents that every one of the segments asks for, None if one is not known."""
    asked: list[set[str]] = []
    for reference in segments:
        segment = program.segments.get(reference.id)
        if segment is None or is_unclear(program, segment.condition):
            return None
        asked.append(consents(program, segment.condition))
    return frozenset(set.intersection(*asked)) if asked else frozenset()


def _of_chain(program: Program, chain: Chain, suspects: set[str]) -> Iterator[Sending]:
    sends = [node for step in chain.steps for node in walk(step) if isinstance(node, Send)]
    for send in sends:
        choice = send.send
        for reference in (*((choice.message,) if choice.message else ()), *choice.messages):
            if reference.id in suspects and not is_unclear(program, chain.audience):
                asked = consents(program, chain.audience) | consents(program, send.only)
                message = program.messages[reference.id]
                yield Sending(message, reference, frozenset(asked))


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
