"""Marketing over a channel for which nobody is asked for permission."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from crmspec.diagnostics import Code, Diagnostic, Label, Severity, Text, text
from crmspec.ir.step import Send
from crmspec.ir.walk import walk
from crmspec.rules.question import consents, is_unclear

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir.chain import Chain
    from crmspec.ir.message import Message
    from crmspec.ir.program import Program
    from crmspec.ir.value import Ref
    from crmspec.logic.portfolio import Portfolio

CODE = Code(
    "CRM401",
    "marketing-without-consent",
    text("marketing messages over a channel without a consent"),
    Severity.ERROR,
)
OWN_GROUND = frozenset({"onsite", "in_app", "webhook"})
"""Types of channels that reach customers only where they came by themselves, or nobody at all."""
ADVERTISING = {"audience_sync": ("marketing", "ads")}
"""The purposes of consents that permit marketing, by types of channels that have others."""
SHOWN = 3


class Sending(NamedTuple):
    """A message, where it is sent, the consent it names, and those its receivers were asked for."""

    message: Message
    reference: Ref
    named: Ref | None
    asked: frozenset[str]


def check(portfolio: Portfolio) -> Iterator[Diagnostic]:
    """Yield a finding for each channel over which marketing goes out without a consent.

    Messages that name a consent of their own get a finding each.
    """
    program = portfolio.program
    suspects = {id_ for id_, message in program.messages.items() if _is_open(program, message)}
    if not suspects:
        return
    found: dict[tuple[str, str], list[Sending]] = defaultdict(list)
    for sending in _sendings(program, suspects):
        message = sending.message
        if not any(_gap(program, consent, message) is None for consent in sending.asked):
            own = message.id if message.consent is not None else ""
            found[message.channel.id, own].append(sending)
    for key in sorted(found):
        yield _finding(program, found[key])


def _is_open(program: Program, message: Message) -> bool:
    """Say whether a message is marketing that neither it nor its channel asks permission for."""
    channel = program.channels.get(message.channel.id)
    if channel is None or message.category != "marketing" or channel.type in OWN_GROUND:
        return False
    named = _named(program, message)
    return named is None or _gap(program, named.id, message) is not None


def _named(program: Program, message: Message) -> Ref | None:
    return message.consent or program.channels[message.channel.id].consent


def _sendings(program: Program, suspects: set[str]) -> Iterator[Sending]:
    for chain in program.chains.values():
        if chain.status == "live":
            yield from _of_chain(program, chain, suspects)
    for broadcast in program.broadcasts.values():
        if broadcast.status == "live" and broadcast.message.id in suspects:
            message = program.messages[broadcast.message.id]
            asked = _asked_of_all(program, broadcast.audience.include)
            if asked is not None:
                yield Sending(message, broadcast.message, _named(program, message), asked)


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
                named = _named(program, message)
                yield Sending(message, reference, named, frozenset(asked))


def _gap(program: Program, consent_id: str, message: Message) -> Text | None:
    """Say why a consent does not hold for a message, None if it does.

    A consent that is not found is given the benefit of the doubt.
    """
    consent = program.consents.get(consent_id)
    if consent is None:
        return None
    channel = program.channels[message.channel.id]
    if consent.purpose not in ADVERTISING.get(channel.type, ("marketing",)):
        return text(
            "the purpose of `{consent}` is `{purpose}`", consent=consent_id, purpose=consent.purpose
        )
    if consent.channel is not None and consent.channel.id != channel.id:
        return text(
            "`{consent}` is for the channel `{channel}`",
            consent=consent_id,
            channel=consent.channel.id,
        )
    return None


def _finding(program: Program, sendings: list[Sending]) -> Diagnostic:
    messages = {sending.message.id: sending for sending in sendings}
    first, count = sendings[0], len(messages) - 1
    shown = list(messages.values())[:SHOWN]
    return Diagnostic(
        code=CODE,
        message=_message(first.message, first.named, count),
        label=_label(program, first),
        related=tuple(Label(s.reference.place.span, text("sent here")) for s in shown),
        help=(*_unfit(program, sendings), *_advice(first)),
    )


def _message(message: Message, named: Ref | None, count: int) -> Text:
    names = {"message": message.id, "channel": message.channel.id}
    if named is not None and count:
        return text(
            "marketing goes out over `{channel}`, which `{consent}` does not permit: `{message}`"
            " and {count} more",
            consent=named.id,
            count=count,
            **names,
        )
    if named is not None:
        return text(
            "the marketing message `{message}` goes out over `{channel}`, which `{consent}` does"
            " not permit",
            consent=named.id,
            **names,
        )
    if count:
        return text(
            "marketing goes out over `{channel}` without a consent: `{message}` and {count} more",
            count=count,
            **names,
        )
    return text(
        "the marketing message `{message}` goes out over `{channel}` without a consent", **names
    )


def _label(program: Program, sending: Sending) -> Label:
    named, message = sending.named, sending.message
    if named is None:
        place = program.channels[message.channel.id].place
        return Label(place.name, text("this channel names no `consent`"))
    return Label(named.place.span, _gap(program, named.id, message))


def _unfit(program: Program, sendings: list[Sending]) -> Iterator[Text]:
    """Yield why the consents do not count that the receivers were asked for."""
    asked = sorted({id_ for sending in sendings for id_ in sending.asked})
    gaps = filter(None, (_gap(program, id_, sendings[0].message) for id_ in asked))
    return (text("asking the receivers does not help: {gap}", gap=gap) for gap in gaps)


def _advice(sending: Sending) -> tuple[Text, ...]:
    if sending.named is None:
        permit = text(
            "declare the permission under `consents` and name it in the channel's `consent`"
        )
    else:
        permit = text(
            "name a consent whose `purpose` is `marketing` and whose `channel` is `{channel}`",
            channel=sending.message.channel.id,
        )
    kind = text("a message that is no advertising has `category: transactional` or `service`")
    return permit, kind
