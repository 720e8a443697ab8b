"""Messages that name values which those who send them do not have."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from crmspec.diagnostics import Code, Diagnostic, Label, Severity, text
from crmspec.ir.audience import Broadcast
from crmspec.rules.doubt import doubts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Text
    from crmspec.ir.message import Message
    from crmspec.ir.program import Program
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.wording import Sending, Wording
    from crmspec.source import Span

CODE = Code(
    "CRM405",
    "not-supplied",
    text("a message names a value that its sender does not have"),
    Severity.ERROR,
)
SHOWN = 3


class Lack(NamedTuple):
    """A value that a message needs at a place, and a sending that does not give it."""

    root: str
    name: str
    span: Span
    message: Message
    sending: Sending


def check(portfolio: Portfolio) -> Iterator[Diagnostic]:
    """Yield a finding for each value that a template or `requires` wants and a sender lacks."""
    wording = portfolio.wording
    told: set[tuple[str, str]] = set()
    for doubt in doubts(portfolio):
        if doubt.is_unsupplied and doubt.sending is not None:
            found = doubt.finding
            name = str(found.message.arguments["name"])
            told.add((doubt.message.id, f"{found.path}.{name}"))
            lack = Lack(found.path, name, found.span, doubt.message, doubt.sending)
            yield _finding(portfolio.program, lack)
    for lack in wording.each("lacks", partial(_required, wording)):
        if (lack.message.id, f"{lack.root}.{lack.name}") not in told:
            yield _finding(portfolio.program, lack)


def _required(wording: Wording, message: Message) -> Iterator[Lack]:
    """Yield what `requires` asks for and some sender does not give, once for each value."""
    for at, path in enumerate(message.requires):
        root, _, name = path.partition(".")
        span = message.place.value("requires", at)
        for sending in wording.sendings.get(message.id, ()):
            if _is_lacking(wording, root, name, sending):
                yield Lack(root, name, span, message, sending)
                break


def _is_lacking(wording: Wording, root: str, name: str, sending: Sending) -> bool:
    if root == "event":
        payloads = wording.payloads(sending.sender)
        return payloads is not None and (
            not payloads or any(payload.lacks(name) for payload in payloads)
        )
    if root == "chain":
        sender = sending.sender
        first = name.partition(".")[0]
        return isinstance(sender, Broadcast) or first not in wording.chain_shape(sender).parts
    return False


def _finding(program: Program, lack: Lack) -> Diagnostic:
    sender = lack.sending.sender
    return Diagnostic(
        code=CODE,
        message=text(
            "`{message}` needs `{value}`, which `{sender}` does not have",
            message=lack.message.id,
            value=f"{lack.root}.{lack.name}",
            sender=sender.id,
        ),
        label=Label(lack.span, text("needed here")),
        related=(Label(lack.sending.reference.place.span, text("sent here")), *_start(lack)),
        help=tuple(_advice(program, lack)),
    )


def _start(lack: Lack) -> Iterator[Label]:
    sender = lack.sending.sender
    if lack.root == "event" and not isinstance(sender, Broadcast):
        yield Label(sender.place.value("trigger"), text("what starts the chain has no such value"))


def _advice(program: Program, lack: Lack) -> Iterator[Text]:
    if lack.root == "chain" and not isinstance(lack.sending.sender, Broadcast):
        yield text(
            "let a step before it keep the value: `fetch` with `as: {name}`, or `save`",
            name=lack.name,
        )
        return
    first = lack.name.partition(".")[0]
    able = [id_ for id_, event in program.events.items() if first in event.properties]
    if able and lack.root == "event":
        names = ", ".join(f"`{id_}`" for id_ in able[:SHOWN])
        yield text("`{name}` comes with {events}", name=first, events=names)
    yield text("send another message, or take the value out of this one")
