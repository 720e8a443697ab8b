"""What is doubtful about the templates of messages, for each of those who send them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from crmspec.diagnostics import Diagnostic, Label, text
from crmspec.ir.audience import Broadcast
from crmspec.ir.condition import TriggerProperty
from crmspec.ir.walk import walk
from crmspec.logic.wording import varies
from crmspec.rules import slot
from crmspec.rules.sure import known
from crmspec.template.namespace import event_shape
from crmspec.template.shape import Scope, parted
from crmspec.template.typed import typed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Code, Severity
    from crmspec.ir.message import Message
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.wording import Sending, Wording
    from crmspec.template.finding import Finding
    from crmspec.template.shape import Shape

KIND = "doubts"
SUPPLIED = frozenset({"event", "chain"})
"""The names whose parts depend on who sends a message."""


class Doubt(NamedTuple):
    """A finding about a template, and the first sending of the message for which it holds."""

    finding: Finding
    message: Message
    sending: Sending | None

    @property
    def is_unsupplied(self) -> bool:
        """Say whether a sender is to blame: another one could give the value."""
        found = self.finding
        supplied = found.kind == "unknown path" and found.path in SUPPLIED
        return supplied and self.sending is not None and found.help is None


def doubts(portfolio: Portfolio) -> Iterator[Doubt]:
    """Yield each doubt once, although messages share layouts and blocks."""
    seen = set()
    wording = portfolio.wording
    for doubt in wording.each(KIND, partial(of_message, wording)):
        key = (doubt.finding.kind, doubt.finding.span)
        if key not in seen:
            seen.add(key)
            yield doubt


def of_message(wording: Wording, message: Message) -> Iterator[Doubt]:
    """Yield what is doubtful about the templates of a message."""
    for finding in slot.unknown(wording, message):
        yield Doubt(finding, message, None)
    read = (read.body for read in wording.templates(message) if not read.problems)
    bodies = [body for body in read if varies(body)]
    if not bodies:
        return
    sendings = {one.sender.id: one for one in wording.sendings.get(message.id, ())}
    seen = set()
    for sending in sendings.values() or (None,):
        sees = _scope(wording, wording.scope, message, sending)
        sure = known(wording, message, sending)
        for body in bodies:
            for finding in typed(body, sees, wording.blocks, sure):
                if (finding.kind, finding.span) not in seen:
                    seen.add((finding.kind, finding.span))
                    yield Doubt(finding, message, sending)


def _scope(wording: Wording, base: Scope, message: Message, sending: Sending | None) -> Scope:
    """Return what a template of a message sees when one sender sends it."""
    names = {**base.names, **slot.seen(wording, message)}
    if sending is None:
        return Scope(names=names, inputs=base.inputs)
    names |= {"event": _event(wording, message, sending)}
    if isinstance(sending.sender, Broadcast):
        names["chain"] = parted({})
    else:
        names["chain"] = wording.chain_shape(sending.sender)
    return Scope(names=names, inputs=base.inputs)


def _event(wording: Wording, message: Message, sending: Sending) -> Shape:
    """Return what the event holds, whichever of several triggers it was.

    What the chain or the message asks about may be missing: it sees to that itself.
    """
    shape = event_shape(wording.payloads(sending.sender))
    if not any(part.lacking for part in shape.parts.values()):
        return shape
    askers = filter(None, (sending.sender, message.fallback))
    nodes = (node for asker in askers for node in walk(asker))
    asked = {one.trigger.id for one in nodes if isinstance(one, TriggerProperty)}
    parts = {
        name: replace(part, lacking=False) if name in asked else part
        for name, part in shape.parts.items()
    }
    return replace(shape, parts=parts)


def diagnosed(doubt: Doubt, code: Code, severity: Severity | None = None) -> Diagnostic:
    """Return a doubt as a finding of a rule."""
    found = doubt.finding
    declared = found.declared
    return Diagnostic(
        code=code,
        message=found.message,
        label=Label(found.span),
        related=(Label(declared, text("declared here")),) if declared is not None else (),
        help=(found.help,) if found.help is not None else (),
        severity=severity,
    )
