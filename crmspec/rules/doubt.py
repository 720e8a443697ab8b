"""What is doubtful about the templates of messages, for each of those who send them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from crmspec.diagnostics import Diagnostic, Label, text
from crmspec.ir.audience import Broadcast
from crmspec.logic.wording import varies
from crmspec.template.namespace import event_shape
from crmspec.template.shape import ANY, Scope
from crmspec.template.typed import typed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Code, Severity
    from crmspec.ir.message import Message
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.wording import Sending, Wording
    from crmspec.template.finding import Finding

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
    read = (read.body for read in wording.templates(message) if not read.problems)
    bodies = [body for body in read if varies(body)]
    if not bodies:
        return
    sendings = {one.sender.id: one for one in wording.sendings.get(message.id, ())}
    seen = set()
    for sending in sendings.values() or (None,):
        sees = _scope(wording, wording.scope, sending)
        for body in bodies:
            for finding in typed(body, sees, wording.blocks):
                if (finding.kind, finding.span) not in seen:
                    seen.add((finding.kind, finding.span))
                    yield Doubt(finding, message, sending)


def _scope(wording: Wording, base: Scope, sending: Sending | None) -> Scope:
    """Return what a template sees when one sender sends it."""
    if sending is None:
        return base
    payloads = wording.payloads(sending.sender)
    chain = ANY
    if not isinstance(sending.sender, Broadcast):
        chain = wording.chain_shape(sending.sender)
    return Scope(
        names={**base.names, "event": event_shape(payloads), "chain": chain}, inputs=base.inputs
    )


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
